package fabwafer.hub.statistics;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeSet;

/** Whether two samples, given as counts of values, can be of one kind. */
public final class TwoSamples {
  /** Values that are rarer than this in the smaller sample are taken together. */
  private static final double FEWEST_EXPECTED = 5;

  private static final int BISECTIONS = 80;
  private static final double FURTHEST = 40;

  private TwoSamples() {}

  /**
   * The largest difference of the two cumulative shares: the statistic of Kolmogorov and Smirnov.
   * Where values are counted in parts, or few, it errs on the side of finding nothing.
   *
   * @param one value → count, in the order of the values, not empty
   * @return in [0, 1]
   */
  public static double distance(SortedMap<String, Long> one, SortedMap<String, Long> other) {
    double all = total(one);
    double others = total(other);
    TreeSet<String> values = new TreeSet<>(one.keySet());
    values.addAll(other.keySet());
    double difference = 0;
    double largest = 0;
    for (String value : values) {
      difference += one.getOrDefault(value, 0L) / all - other.getOrDefault(value, 0L) / others;
      largest = Math.max(largest, Math.abs(difference));
    }
    return largest;
  }

  /**
   * How large that gets by chance: sqrt(-ln(alpha / 2) / 2 * (1 / n + 1 / m)), the first term of
   * the limiting distribution. N. Smirnov, "Table for estimating the goodness of fit of empirical
   * distributions", Annals of Mathematical Statistics 19(2), 1948, 279–281.
   *
   * @param n independent members of one sample, above 0
   * @param m of the other
   * @param alpha how likely it is exceeded where both are of one kind
   */
  public static double distanceLimit(double n, double m, double alpha) {
    return Math.sqrt(-Math.log(alpha / 2) / 2 * (1 / n + 1 / m));
  }

  /** A population stability index, and what it may be. */
  public record Stability(double value, double limit) {}

  /**
   * The population stability index, the sum of (p - q) ln(p / q) over the values, and how large it
   * gets by chance: as chi-squared with one degree of freedom less than values, times (1 / n + 1 /
   * m). B. Yurdakul, J. Naranjo, "Statistical properties of the population stability index",
   * Journal of Risk Model Validation 14(4), 2020. Wafers of a lot are alike: the limit grows by the
   * design effect, J. N. K. Rao, A. J. Scott, JASA 76, 1981. Half a wafer is added to each count,
   * so that a value that one sample lacks is no infinite difference; rare values are taken
   * together.
   *
   * @param designEffect at least 1
   * @param alpha how likely the limit is exceeded where both are of one kind
   * @return both 0 where there are fewer than two values to compare
   */
  public static Stability stability(
      Map<String, Long> one, Map<String, Long> other, double designEffect, double alpha) {
    double all = total(one);
    double others = total(other);
    double share = Math.min(all, others) / (all + others);
    TreeSet<String> values = new TreeSet<>(one.keySet());
    values.addAll(other.keySet());
    double[] rare = {0, 0};
    int kinds = 0;
    double[][] counts = new double[values.size() + 1][];
    for (String value : values) {
      double a = one.getOrDefault(value, 0L);
      double b = other.getOrDefault(value, 0L);
      if ((a + b) * share < FEWEST_EXPECTED * designEffect) {
        rare[0] += a;
        rare[1] += b;
      } else {
        counts[kinds++] = new double[] {a, b};
      }
    }
    if (rare[0] + rare[1] > 0) {
      counts[kinds++] = rare;
    }
    if (kinds < 2) {
      return new Stability(0, 0);
    }
    double index = 0;
    for (int i = 0; i < kinds; i++) {
      double p = (counts[i][0] + 0.5) / (all + 0.5 * kinds);
      double q = (counts[i][1] + 0.5) / (others + 0.5 * kinds);
      index += (p - q) * Math.log(p / q);
    }
    double limit = chiSquaredQuantile(kinds - 1, alpha) * designEffect * (1 / all + 1 / others);
    return new Stability(index, limit);
  }

  /**
   * What a chi-squared value exceeds with a probability: E. B. Wilson, M. M. Hilferty, "The
   * distribution of chi-square", PNAS 17, 1931; within 1 % from 3 degrees of freedom on.
   */
  static double chiSquaredQuantile(int degrees, double alpha) {
    if (degrees == 1) {
      double z = normalQuantile(alpha / 2);
      return z * z;
    }
    if (degrees == 2) {
      return -2 * Math.log(alpha);
    }
    double ninth = 2.0 / (9.0 * degrees);
    return degrees * Math.pow(1 - ninth + normalQuantile(alpha) * Math.sqrt(ninth), 3);
  }

  /** What a standard normal value exceeds with a probability of at most one half. */
  static double normalQuantile(double alpha) {
    double low = 0;
    double high = FURTHEST;
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = (low + high) / 2;
      if (Proportions.normalTail(middle) > alpha) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static double total(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }
}
