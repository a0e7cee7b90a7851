package fabwafer.hub.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fabwafer.hub.HubException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** The arithmetic against worked examples that are published. */
class ControlChartTest {
  private static final Offset<Double> PRINTED = within(0.00006);

  /** Montgomery, table 7.1: cans of orange juice, 30 samples of 50. */
  private static final int[] CANS = {
    12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12,
    7, 13, 9, 6
  };

  /** Montgomery, table 9.1: expected 10, deviation 1, shifted by 1 from the 21st on. */
  private static final double[] SHIFTED = {
    9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34, 9.03, 11.47, 10.51, 9.40,
    10.08, 9.37, 10.62, 10.31, 8.52, 10.84, 10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38, 11.62,
    11.31, 10.52
  };

  @Test
  void pChart_hasTheLimitsOfMontgomerysExample() {
    List<Counted> samples = Arrays.stream(CANS).mapToObj(cans -> new Counted(cans, 50)).toList();
    PChart chart = PChart.around(samples);
    ControlLimits limits = chart.limits(50);
    assertThat(chart.centre()).isEqualTo(0.2313, PRINTED);
    assertThat(limits.lower()).isEqualTo(0.0524, within(0.0002));
    assertThat(limits.upper()).isEqualTo(0.4102, within(0.0002));
    // Samples 15 and 23 are out of control.
    assertThat(
            IntStream.range(0, 30)
                .filter(i -> limits.areLeftBy(samples.get(i).share()))
                .mapToObj(i -> i + 1))
        .containsExactly(15, 23);
    double[] values = samples.stream().mapToDouble(chart::standardised).toArray();
    assertThat(ControlRule.violations(List.of(ControlRule.WE_BEYOND_3), values))
        .extracting(ControlRule.Violation::at)
        .containsExactly(14, 22);
  }

  @Test
  void pChart_widensItsLimitsForSmallSamples_withinZeroAndOne() {
    PChart chart = new PChart(0.1);
    assertThat(chart.limits(100).upper()).isEqualTo(0.19, within(1e-12));
    assertThat(chart.limits(1)).isEqualTo(new ControlLimits(0, 0.1, 1));
    assertThat(chart.standardised(new Counted(13, 100))).isEqualTo(1, within(1e-12));
  }

  @Test
  void pChart_isWidenedWhereSamplesVaryMoreThanByChance_neverNarrowed() {
    // Standardised: 4, −4, 4, −4; the mean moving range is 8.
    List<Counted> uneven =
        List.of(
            new Counted(70, 100), new Counted(30, 100), new Counted(70, 100), new Counted(30, 100));
    PChart chart = PChart.widenedAround(uneven);
    assertThat(chart.spread()).isEqualTo(8 / 1.128, within(1e-9));
    assertThat(chart.standardised(new Counted(70, 100))).isEqualTo(1.128 / 2, within(1e-9));
    List<Counted> even = List.of(new Counted(50, 100), new Counted(50, 100));
    assertThat(PChart.widenedAround(even).spread()).isEqualTo(1);
  }

  @Test
  void pChart_isNeverAroundZeroOrOne() {
    assertThat(PChart.around(List.of(new Counted(0, 99))).centre()).isEqualTo(0.005);
    assertThat(PChart.around(List.of(new Counted(99, 99))).centre()).isEqualTo(0.995);
    assertThatThrownBy(() -> PChart.around(List.of(Counted.NOTHING)))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("at least one inspected wafer");
    assertThatThrownBy(() -> new PChart(0)).hasMessageContaining("above 0 and below 1");
    assertThatThrownBy(() -> new Counted(2, 1)).hasMessageContaining("got 2 of 1");
  }

  @Test
  void ewma_followsMontgomerysExample() {
    Ewma ewma = new Ewma(0.1, 2.7);
    double average = 0;
    List<Double> averages = new ArrayList<>();
    List<Integer> signals = new ArrayList<>();
    for (int i = 0; i < SHIFTED.length; i++) {
      average = ewma.next(average, SHIFTED[i] - 10);
      averages.add(10 + average);
      if (ewma.signals(average, i + 1)) {
        signals.add(i + 1);
      }
    }
    assertThat(averages.subList(0, 3)).containsExactly(9.945, 9.7495, 9.70355);
    assertThat(averages.get(9)).isEqualTo(10.0232, PRINTED);
    assertThat(averages.get(19)).isEqualTo(10.0108, PRINTED);
    assertThat(averages.get(28)).isEqualTo(10.6468, PRINTED);
    assertThat(averages.get(29)).isEqualTo(10.6341, PRINTED);
    assertThat(10 + ewma.limit(1)).isEqualTo(10.27, within(0.005));
    assertThat(10 + ewma.limit(2)).isEqualTo(10.36, within(0.005));
    assertThat(10 + ewma.limit(1_000)).isEqualTo(10.62, within(0.005));
    assertThat(signals).containsExactly(29, 30);
  }

  @Test
  void cusum_signalsWhereMontgomerysExampleDoes_andSaysWhenTheShiftBegan() {
    Cusum cusum = new Cusum(0.5, 5);
    Cusum.Sums sums = Cusum.Sums.ZERO;
    List<Cusum.Sums> all = new ArrayList<>();
    for (double value : SHIFTED) {
      sums = cusum.next(sums, value - 10);
      all.add(sums);
    }
    assertThat(all.get(0).down()).isEqualTo(0.05, within(1e-9));
    assertThat(all.get(1).down()).isEqualTo(1.56, within(1e-9));
    assertThat(all.get(2).down()).isEqualTo(1.77, within(1e-9));
    assertThat(all.get(3).up()).isEqualTo(1.16, within(1e-9));
    assertThat(all.get(4).up()).isEqualTo(2.82, within(1e-9));
    assertThat(cusum.signals(all.get(27))).isFalse();
    assertThat(cusum.signals(all.get(28))).isTrue();
    assertThat(all.get(28).up()).isEqualTo(5.28, within(1e-9));
    assertThat(all.get(28).upFor()).isEqualTo(7);
    assertThat(all.get(29).up()).isEqualTo(5.30, within(1e-9));
  }

  @Test
  void bounds_areNamed() {
    assertThatThrownBy(() -> new Ewma(0, 3)).hasMessageContaining("weight must be above 0");
    assertThatThrownBy(() -> new Ewma(0.1, 0)).hasMessageContaining("width must be above 0");
    assertThatThrownBy(() -> new Cusum(-1, 5)).hasMessageContaining("slack must be at least 0");
    assertThatThrownBy(() -> new Cusum(0.5, Double.NaN)).hasMessageContaining("decision");
  }
}
