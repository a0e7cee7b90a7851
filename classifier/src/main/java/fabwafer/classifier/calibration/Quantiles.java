package fabwafer.classifier.calibration;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Quantiles of weighed numbers. */
final class Quantiles {
  private Quantiles() {}

  /**
   * Evenly spaced quantiles: the first is the least value, the last the largest, and quantile q the
   * least value up to which lies a share q of the weight.
   *
   * @param values at least one
   * @param weights above 0
   * @param count at least 2
   */
  static List<Double> of(double[] values, double[] weights, int count) {
    int[] order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> values[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double all = 0;
    for (double weight : weights) {
      all += weight;
    }
    List<Double> quantiles = new ArrayList<>(count);
    int at = 0;
    double below = weights[order[0]];
    for (int q = 0; q < count; q++) {
      double wanted = all * q / (count - 1);
      while (at < order.length - 1 && (below < wanted || q == count - 1)) {
        at++;
        below += weights[order[at]];
      }
      quantiles.add(values[order[at]]);
    }
    return quantiles;
  }
}
