package fabwafer.classifier.calibration;

import fabwafer.classifier.calibration.Scores.Counts;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Finds for each class an offset to its log probability such that the weighed macro-F1 of the
 * largest sum is largest: thresholds for several classes at once, t = exp(-offset). The optimum is
 * searched coordinate by coordinate; along one, the macro-F1 changes only where wafers change their
 * class, so every value of it is seen.
 *
 * <p>The optimum of one sample is a matter of a few wafers, so it is taken of several bootstrap
 * samples of groups and averaged. Sources: Z. Lipton, C. Elkan, B. Narayanaswamy, "Optimal
 * Thresholding of Classifiers to Maximize F1 Measure", ECML 2014, arXiv 1402.1892; L. Breiman,
 * "Bagging Predictors", Machine Learning 24, 1996.
 */
final class ThresholdFit {
  /** Largest offset either way: a class is said at a twentieth of another's probability. */
  private static final double MOST = Math.log(20);

  private static final int SAMPLES = 20;
  private static final int MAX_ROUNDS = 8;

  private final double[][] logProbabilities;
  private final int[] labels;
  private final int[] undecided;
  private final int[] decided;
  private final double[] turning;
  private double[] weights;

  /**
   * @param calibrated its logits are log probabilities; its weights are replaced by each draw's
   */
  private ThresholdFit(Sample calibrated) {
    this.logProbabilities = calibrated.logits;
    this.labels = calibrated.labels;
    this.weights = calibrated.weights;
    boolean[] open = open(logProbabilities);
    this.undecided = IntStream.range(0, open.length).filter(i -> open[i]).toArray();
    this.decided = IntStream.range(0, open.length).filter(i -> !open[i]).toArray();
    this.turning = new double[undecided.length];
  }

  /**
   * The averaged optimum.
   *
   * @param calibrated its logits are log probabilities
   * @return thresholds, shape [classes], in (0, 1], the largest 1
   */
  static double[] fit(Sample calibrated) {
    ThresholdFit fit = new ThresholdFit(calibrated);
    double[] sum = new double[calibrated.classes()];
    for (int i = 0; i < SAMPLES; i++) {
      fit.weights = calibrated.times(GroupFolds.draw(calibrated.groupCount, i)).weights;
      double[] offsets = fit.ascend(calibrated.classes());
      double mean = Arrays.stream(offsets).average().orElseThrow();
      for (int c = 0; c < sum.length; c++) {
        sum[c] += (offsets[c] - mean) / SAMPLES;
      }
    }
    double least = Arrays.stream(sum).min().orElseThrow();
    return Arrays.stream(sum).map(offset -> Math.exp(least - offset)).toArray();
  }

  /** Thresholds drawn back to 1: each to the power of a factor in [0, 1]. */
  static double[] shrunk(double[] thresholds, double factor) {
    return Arrays.stream(thresholds).map(threshold -> Math.pow(threshold, factor)).toArray();
  }

  /** What is added to a class's log probability for its threshold. */
  static double[] offsets(double[] thresholds) {
    return Arrays.stream(thresholds).map(threshold -> -Math.log(threshold)).toArray();
  }

  /** The class with the largest log probability + offset; of equal ones the first. */
  static int predicted(double[] logProbabilities, double[] offsets) {
    int best = 0;
    for (int c = 1; c < offsets.length; c++) {
      if (logProbabilities[c] + offsets[c] > logProbabilities[best] + offsets[best]) {
        best = c;
      }
    }
    return best;
  }

  /** Whether some offsets within the bounds can change a wafer's class. */
  private static boolean[] open(double[][] logProbabilities) {
    boolean[] open = new boolean[logProbabilities.length];
    for (int i = 0; i < open.length; i++) {
      double first = Double.NEGATIVE_INFINITY;
      double second = Double.NEGATIVE_INFINITY;
      for (double log : logProbabilities[i]) {
        second = Math.max(second, Math.min(first, log));
        first = Math.max(first, log);
      }
      open[i] = first - second <= 2 * MOST;
    }
    return open;
  }

  private double[] ascend(int classes) {
    double[] offsets = new double[classes];
    Counts fixed = new Counts(classes);
    for (int wafer : decided) {
      fixed.add(labels[wafer], predicted(logProbabilities[wafer], offsets), weights[wafer]);
    }
    double reached = counts(fixed, offsets).macroF1();
    for (int round = 0; round < MAX_ROUNDS; round++) {
      double before = reached;
      for (int c = 0; c < classes; c++) {
        reached = sweep(fixed, offsets, c, reached);
      }
      if (reached <= before) {
        break;
      }
    }
    return offsets;
  }

  /** Sets one class's offset to its best value and answers the macro-F1 that it gives. */
  private double sweep(Counts fixed, double[] offsets, int c, double reached) {
    double kept = offsets[c];
    int[] rivals = new int[undecided.length];
    Integer[] order = new Integer[undecided.length];
    for (int k = 0; k < undecided.length; k++) {
      double[] log = logProbabilities[undecided[k]];
      int rival = rival(log, offsets, c);
      rivals[k] = rival;
      turning[k] = log[rival] + offsets[rival] - log[c];
      order[k] = k;
    }
    Arrays.sort(order, Comparator.comparingDouble(k -> turning[k]));
    // Begin where this class is said only of wafers that nothing can change.
    offsets[c] = -MOST;
    Counts counts = counts(fixed, offsets);
    double most = reached;
    double bestOffset = kept;
    for (int k = 0; k < order.length; k++) {
      int at = order[k];
      if (turning[at] < -MOST) {
        continue;
      }
      if (turning[at] >= MOST) {
        break;
      }
      int wafer = undecided[at];
      double weight = weights[wafer];
      counts.said[rivals[at]] -= weight;
      counts.both[rivals[at]] -= labels[wafer] == rivals[at] ? weight : 0;
      counts.said[c] += weight;
      counts.both[c] += labels[wafer] == c ? weight : 0;
      double next = k + 1 < order.length ? Math.min(turning[order[k + 1]], MOST) : MOST;
      if (next > turning[at]) {
        double f1 = counts.macroF1();
        if (f1 > most + 1e-12) {
          most = f1;
          bestOffset = (turning[at] + next) / 2;
        }
      }
    }
    offsets[c] = bestOffset;
    return most;
  }

  private static int rival(double[] log, double[] offsets, int c) {
    int rival = c == 0 ? 1 : 0;
    for (int d = 0; d < log.length; d++) {
      if (d != c && log[d] + offsets[d] > log[rival] + offsets[rival]) {
        rival = d;
      }
    }
    return rival;
  }

  private Counts counts(Counts fixed, double[] offsets) {
    Counts counts = fixed.copy();
    for (int wafer : undecided) {
      counts.add(labels[wafer], predicted(logProbabilities[wafer], offsets), weights[wafer]);
    }
    return counts;
  }
}
