package fabwafer.training.quantisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RangeTest {
  /** Ten thousand values around 0 with a deviation of 1, and a few at 100. */
  private static Histogram withOutliers() {
    Random random = new Random(1);
    Histogram histogram = new Histogram(-6, 100);
    for (int i = 0; i < 100_000; i++) {
      histogram.add((float) Math.clamp(random.nextGaussian(), -6, 6));
    }
    histogram.add(100);
    histogram.add(100);
    return histogram;
  }

  private static double most(Range range) {
    return range.scale() * (Range.STEPS - range.zero());
  }

  @Test
  void noughtIsAlwaysExact() {
    assertThat(Range.of(3, 7).zero()).isZero();
    assertThat(most(Range.of(3, 7))).isCloseTo(7, within(1e-5));
    assertThat(Range.of(-7, -3).zero()).isEqualTo(Range.STEPS);
    assertThat(Range.of(-1, 2).rounded(0)).isZero();
    assertThat(Range.of(0, 0).rounded(0)).isZero();
  }

  @Test
  void aValueIsOffByHalfAStepAtMost_andClippedOutside() {
    Range range = Range.of(-1, 2);
    for (double value = -1; value <= 2; value += 0.01) {
      assertThat(range.rounded(value)).isCloseTo(value, within(range.scale() * 0.501));
    }
    assertThat(range.rounded(5)).isCloseTo(2, within((double) range.scale()));
    assertThat(range.rounded(-5)).isCloseTo(-1, within((double) range.scale()));
  }

  @Test
  void minMaxHoldsEveryValue_percentileDropsTheOutermost() {
    assertThat(most(RangeRule.MIN_MAX.of(withOutliers()))).isCloseTo(100, within(0.5));
    assertThat(most(RangeRule.PERCENTILE.of(withOutliers()))).isBetween(3.0, 5.0);
  }

  @Test
  void leastSquares_hasASmallerErrorThanTheOthers() {
    // Two outliers of a thousand values may be clipped, but their distance counts squared.
    Random random = new Random(2);
    float[] values = new float[20_000];
    Histogram histogram = new Histogram(0, 12);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.min(12, Math.abs(random.nextGaussian()));
      histogram.add(values[i]);
    }
    double least = squares(RangeRule.LEAST_SQUARES.of(histogram), values);
    assertThat(least).isLessThan(squares(RangeRule.MIN_MAX.of(histogram), values));
    assertThat(least).isLessThanOrEqualTo(squares(RangeRule.PERCENTILE.of(histogram), values));
  }

  private static double squares(Range range, float[] values) {
    double sum = 0;
    for (float value : values) {
      double off = value - range.rounded(value);
      sum += off * off;
    }
    return sum;
  }
}
