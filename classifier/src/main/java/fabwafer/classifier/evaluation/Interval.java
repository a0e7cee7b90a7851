package fabwafer.classifier.evaluation;

import java.util.Arrays;

/** A 95 % interval: the 2.5th and 97.5th percentile of bootstrap samples. */
public record Interval(double low, double high) {
  private static final double TAIL = 0.025;

  /** Percentiles between two samples are interpolated linearly. */
  static Interval of(double[] samples) {
    double[] sorted = samples.clone();
    Arrays.sort(sorted);
    return new Interval(percentile(sorted, TAIL), percentile(sorted, 1 - TAIL));
  }

  private static double percentile(double[] sorted, double share) {
    double position = share * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
