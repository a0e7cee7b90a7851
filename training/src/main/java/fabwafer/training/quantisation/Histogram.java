package fabwafer.training.quantisation;

/** How often a tensor's values fall into equal bins between its least and its most. */
final class Histogram {
  private static final int BINS = 2_048;

  // Ends of a range that are tried, from a fiftieth of the widest to the widest.
  private static final int TRIED_ENDS = 50;

  private final double least;
  private final double most;
  private final long[] counts = new long[BINS];
  private long total;

  /**
   * @param least smallest value that will be added
   * @param most largest value that will be added
   */
  Histogram(double least, double most) {
    this.least = Math.min(least, 0);
    this.most = Math.max(most, 0);
  }

  void add(float value) {
    double width = most - least;
    int bin = width > 0 ? (int) ((value - least) / width * BINS) : 0;
    counts[Math.clamp(bin, 0, BINS - 1)]++;
    total++;
  }

  /** The range that holds every value. */
  Range whole() {
    return Range.of(least, most);
  }

  /**
   * The range without the outermost values.
   *
   * @param share of the values that is kept at each end, such as 0.9999
   */
  Range percentile(double share) {
    long outside = (long) ((1 - share) * total);
    int low = 0;
    for (long passed = counts[low]; passed <= outside && low < BINS - 1; passed += counts[low]) {
      low++;
    }
    int high = BINS - 1;
    for (long passed = counts[high]; passed <= outside && high > 0; passed += counts[high]) {
      high--;
    }
    return Range.of(value(low) - halfBin(), value(high) + halfBin());
  }

  /** The range whose rounding and clipping together have the least mean square. */
  Range leastSquares() {
    double low = least;
    double high = most;
    // The ends hardly depend on each other: what one gains by moving, it gains at once.
    for (int turn = 0; turn < 2; turn++) {
      high = bestEnd(low, most, false);
      low = least < 0 ? bestEnd(high, least, true) : 0;
    }
    return Range.of(low, high);
  }

  private double bestEnd(double otherEnd, double widest, boolean isLow) {
    double best = widest;
    double bestError = Double.POSITIVE_INFINITY;
    for (int i = TRIED_ENDS; i > 0; i--) {
      double end = widest * i / TRIED_ENDS;
      double error = squaredError(isLow ? Range.of(end, otherEnd) : Range.of(otherEnd, end));
      if (error < bestError) {
        bestError = error;
        best = end;
      }
    }
    return best;
  }

  private double squaredError(Range range) {
    double error = 0;
    for (int bin = 0; bin < BINS; bin++) {
      if (counts[bin] > 0) {
        double value = value(bin);
        double off = value - range.rounded(value);
        error += counts[bin] * off * off;
      }
    }
    return error;
  }

  /** The middle of a bin. */
  private double value(int bin) {
    return least + (most - least) * (bin + 0.5) / BINS;
  }

  private double halfBin() {
    return (most - least) / BINS / 2;
  }
}
