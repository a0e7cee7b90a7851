package fabwafer.wafer.zone;

/** Failing dies in a zone, where all failing dies of a wafer lie by chance. */
final class Hypergeometric {
  /** Below, a further term no longer changes a sum of doubles. */
  private static final double NEGLIGIBLE = 1e-17;

  private static final double HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);
  private static final int EXACT_FACTORIALS = 32;

  private Hypergeometric() {}

  /**
   * Fisher's exact test, two-sided by doubling the smaller tail (R. A. Fisher, The Design of
   * Experiments, 1935).
   *
   * @param dies all of the wafer
   * @param failing those that fail
   * @param zone dies of the zone
   * @param found those of the zone that fail
   * @return in (0, 1]
   */
  static double twoSided(int dies, int failing, int zone, int found) {
    if (zone == 0 || zone == dies || failing == 0 || failing == dies) {
      return 1;
    }
    boolean more = (double) found * dies >= (double) zone * failing;
    double tail = more ? upper(dies, failing, zone, found) : lower(dies, failing, zone, found);
    // A tail too thin for a double is still no impossibility.
    return Math.clamp(2 * tail, Double.MIN_NORMAL, 1);
  }

  private static double upper(int dies, int failing, int zone, int found) {
    double term = probability(dies, failing, zone, found);
    double sum = term;
    for (double k = found; k < Math.min(zone, failing) && term > sum * NEGLIGIBLE; k++) {
      term *= (failing - k) * (zone - k) / ((k + 1) * (dies - failing - zone + k + 1.0));
      sum += term;
    }
    return sum;
  }

  private static double lower(int dies, int failing, int zone, int found) {
    double term = probability(dies, failing, zone, found);
    double sum = term;
    double least = Math.max(0.0, (double) zone + failing - dies);
    for (double k = found; k > least && term > sum * NEGLIGIBLE; k--) {
      term *= k * (dies - failing - zone + k) / ((failing - k + 1) * (zone - k + 1));
      sum += term;
    }
    return sum;
  }

  private static double probability(int dies, int failing, int zone, int found) {
    return Math.exp(
        logChoose(failing, found)
            + logChoose(dies - failing, zone - found)
            - logChoose(dies, zone));
  }

  private static double logChoose(int n, int k) {
    return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
  }

  /** By Stirling's series, to the last digits of a double. */
  private static double logFactorial(int n) {
    if (n < EXACT_FACTORIALS) {
      double log = 0;
      for (int i = 2; i <= n; i++) {
        log += Math.log(i);
      }
      return log;
    }
    double x = n + 1.0;
    double inverse = 1 / x;
    double square = inverse * inverse;
    double series = inverse * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260)));
    return (x - 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI + series;
  }
}
