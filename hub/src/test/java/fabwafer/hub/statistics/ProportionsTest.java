package fabwafer.hub.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fabwafer.hub.statistics.Proportions.Interval;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProportionsTest {
  @Test
  void interval_isWilsons() {
    // R. G. Newcombe, Statistics in Medicine 17 (1998), 857–872, table I.
    Interval some = Proportions.interval(new Counted(81, 263));
    assertThat(some.low()).isEqualTo(0.2553, within(0.00005));
    assertThat(some.high()).isEqualTo(0.3662, within(0.00005));
    Interval none = Proportions.interval(new Counted(0, 20));
    assertThat(none.low()).isZero();
    assertThat(none.high()).isEqualTo(0.1611, within(0.00005));
  }

  @Test
  void differenceInterval_isNewcombes() {
    // Newcombe, Statistics in Medicine 17 (1998), 873–890, table II, (a).
    Interval difference = Proportions.differenceInterval(new Counted(56, 70), new Counted(48, 80));
    assertThat(difference.low()).isEqualTo(0.0524, within(0.00005));
    assertThat(difference.high()).isEqualTo(0.3339, within(0.00005));
  }

  @Test
  void test_isFishersForSmallCounts() {
    // R. A. Fisher's tea, and his twins (fisher.test's examples in R: 0.4857 and 0.0005367).
    assertThat(Proportions.samePValue(new Counted(3, 4), new Counted(1, 4)))
        .isEqualTo(0.4857, within(0.00005));
    assertThat(Proportions.fisher(new Counted(2, 17), new Counted(10, 13)))
        .isEqualTo(0.0005367, within(5e-8));
  }

  @Test
  void test_isThePooledNormalOneForOthers_andMuchTheSameAsFishers() {
    // (0.8 − 0.6) / √(0.6933 · 0.3067 · (1/70 + 1/80)) = 2.6502
    assertThat(Proportions.samePValue(new Counted(56, 70), new Counted(48, 80)))
        .isEqualTo(0.00804, within(0.00005));
    assertThat(Proportions.samePValue(new Counted(100, 1_000), new Counted(10_000, 100_000)))
        .isEqualTo(1, within(1e-12));
  }

  @Test
  void normalTail_isThatOfTheTables() {
    assertThat(Proportions.normalTail(0)).isEqualTo(0.5);
    assertThat(Proportions.normalTail(1)).isEqualTo(0.158655253931457, within(1e-14));
    assertThat(Proportions.normalTail(1.959963984540054)).isEqualTo(0.025, within(1e-14));
    assertThat(Proportions.normalTail(3)).isEqualTo(0.00134989803163, within(1e-14));
    assertThat(Proportions.normalTail(6)).isEqualTo(9.86587645038e-10, within(1e-20));
  }

  @Test
  void adjusted_isHolms() {
    // Smallest first: 4 · 0.005, 3 · 0.01, 2 · 0.03, 0.04 raised to the one before.
    assertThat(Proportions.adjusted(List.of(0.01, 0.04, 0.03, 0.005)))
        .containsExactly(0.03, 0.06, 0.06, 0.02);
    assertThat(Proportions.adjusted(List.of())).isEmpty();
  }

  @Test
  void shareOfNothing_isRefused() {
    assertThatThrownBy(() -> Proportions.interval(Counted.NOTHING))
        .hasMessageContaining("at least one inspected wafer");
  }
}
