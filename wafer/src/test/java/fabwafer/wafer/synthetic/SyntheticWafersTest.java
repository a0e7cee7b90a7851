package fabwafer.wafer.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SyntheticWafersTest {
  private static final int WAFERS = 200;

  @ParameterizedTest
  @EnumSource(DefectPattern.class)
  void sameSeed_makesTheSameWafers(DefectPattern pattern) {
    assertThat(SyntheticWafers.of(7).next(pattern)).isEqualTo(SyntheticWafers.of(7).next(pattern));
    assertThat(SyntheticWafers.of(7).next(pattern))
        .isNotEqualTo(SyntheticWafers.of(8).next(pattern));
  }

  /** Medians of WM-811K: 0.15, 0.09, 0.25, 0.48, 0.91, 0.14, 0.16, 0.14. */
  @ParameterizedTest
  @CsvSource({
    "NONE,0.12,0.18",
    "SCRATCH,0.07,0.18",
    "CENTER,0.15,0.3",
    "RANDOM,0.4,0.56",
    "NEAR_FULL,0.8,0.95",
    "LOC,0.08,0.18",
    "EDGE_LOC,0.1,0.24",
    "EDGE_RING,0.12,0.3",
    "DONUT,0.15,0.35"
  })
  void medianFailingShare_isLikeThatOfRealWafers(DefectPattern pattern, double low, double high) {
    SyntheticWafers wafers = SyntheticWafers.of(1);
    double[] shares = new double[WAFERS];
    for (int i = 0; i < WAFERS; i++) {
      shares[i] = 1 - wafers.next(pattern).yieldRatio();
    }
    Arrays.sort(shares);
    assertThat(shares[WAFERS / 2]).isBetween(low, high);
  }

  @Test
  void patterns_standWhereTheirNamesSay() {
    Product product = new Product(60, 60, 0.01, 0);
    SyntheticWafers wafers = SyntheticWafers.of(3, List.of(product));
    double center = 0;
    double ring = 0;
    for (int i = 0; i < 20; i++) {
      center += failing(wafers.next(DefectPattern.CENTER), 0, 0.15);
      ring += failing(wafers.next(DefectPattern.EDGE_RING), 0.92, 1);
    }
    assertThat(center / 20).isGreaterThan(0.5);
    assertThat(ring / 20).isGreaterThan(0.5);
  }

  @Test
  void mixture_failsMoreThanEitherPatternNeeds() {
    Product product = new Product(60, 60, 0.01, 0);
    SyntheticWafers wafers = SyntheticWafers.of(3, List.of(product));
    WaferMap both = wafers.next(Set.of(DefectPattern.CENTER, DefectPattern.EDGE_RING));
    assertThat(failing(both, 0, 0.15)).isGreaterThan(0.4);
    assertThat(failing(both, 0.92, 1)).isGreaterThan(0.4);
  }

  @Test
  void waferIsRound_andItsFlatIsCutOff() {
    WaferMap round = wafer(new Product(40, 30, 0, 0));
    assertThat(round.code(0, 0)).isZero();
    assertThat(round.code(39, 15)).isNotZero();
    WaferMap flat = wafer(new Product(40, 30, 0, 0.1));
    assertThat(flat.code(39, 15)).isZero();
    assertThat(flat.code(38, 15)).isZero();
    assertThat(flat.code(37, 15)).isNotZero();
  }

  @ParameterizedTest
  @CsvSource({"6,21", "300,200", "1000,6"})
  void everyGrid_holdsDies(int rows, int columns) {
    assertThat(wafer(new Product(rows, columns, 0.05, 0.05)).dies()).isPositive();
  }

  @Test
  void product_saysWhichBoundItBroke() {
    assertThatThrownBy(() -> new Product(5, 20, 0, 0))
        .isInstanceOf(WaferException.class)
        .hasMessage("a product's rows must be 6 to 1,000, got 5");
    assertThatThrownBy(() -> new Product(20, 20, Double.NaN, 0)).isInstanceOf(WaferException.class);
    assertThatThrownBy(() -> SyntheticWafers.of(1).next(Set.of()))
        .isInstanceOf(WaferException.class);
  }

  private static WaferMap wafer(Product product) {
    return SyntheticWafers.of(5, List.of(product)).next(DefectPattern.NONE);
  }

  /** Failing share of the dies between two radii. */
  private static double failing(WaferMap wafer, double from, double to) {
    int dies = 0;
    int fails = 0;
    for (int row = 0; row < wafer.height(); row++) {
      for (int column = 0; column < wafer.width(); column++) {
        double x = (2.0 * column + 1) / wafer.width() - 1;
        double y = (2.0 * row + 1) / wafer.height() - 1;
        double radius = Math.hypot(x, y);
        if (wafer.code(row, column) != 0 && radius >= from && radius <= to) {
          dies++;
          fails += wafer.code(row, column) == 2 ? 1 : 0;
        }
      }
    }
    return (double) fails / dies;
  }
}
