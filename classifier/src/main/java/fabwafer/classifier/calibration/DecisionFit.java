package fabwafer.classifier.calibration;

import java.util.Arrays;
import java.util.Optional;

/**
 * The smallest confidence from which on answers may be accepted: such that the share of wrong ones
 * among them is at most a target, with 95 % certainty. The first candidate accepts half of the
 * wafers; from there on laxer ones are tried while they hold, so that trying many costs no
 * certainty (fixed-sequence testing). Only where half are too many, stricter ones are tried until
 * one holds. Certain is what the 95 % quantile of a bootstrap over groups keeps to, and a binomial
 * tail bound besides, because a bootstrap of no errors sees none.
 *
 * <p>Sources: Y. Geifman, R. El-Yaniv, "Selective Classification for Deep Neural Networks", NeurIPS
 * 2017, arXiv 1705.08500; A. Angelopoulos et al., "Learn then Test: Calibrating Predictive
 * Algorithms to Achieve Risk Control", 2021, arXiv 2110.01052.
 */
final class DecisionFit {
  private static final int DRAWS = 500;
  private static final double CERTAINTY = 0.95;
  private static final int CANDIDATES = 400;

  /** More groups than this are joined, so that memory stays small where every wafer is its own. */
  private static final int MAX_GROUPS = 2_048;

  private final double[][] wrong;
  private final double[][] accepted;

  /**
   * A limit and what it gives where it was fitted.
   *
   * @param minConfidence in [0, 1]
   * @param coverage weighed share of wafers accepted
   * @param error weighed share of wrong ones among those
   * @param errorBound its upper bound
   */
  record Limit(double minConfidence, double coverage, double error, double errorBound) {}

  private DecisionFit(int groups, int candidates) {
    wrong = new double[groups][candidates];
    accepted = new double[groups][candidates];
  }

  /**
   * Fits the limit.
   *
   * @param sample wafers of weight 0 take no part
   * @param acceptable whether a wafer may be accepted at all; it counts in the coverage
   * @return empty where every candidate errs too often or is too uncertain
   */
  static Optional<Limit> fit(Sample sample, Answers answers, boolean[] acceptable, double target) {
    double[] confidences = answers.confidences;
    double[] candidates = candidates(sample, confidences, acceptable);
    int groups = Math.min(sample.groupCount, MAX_GROUPS);
    DecisionFit fit = new DecisionFit(groups, candidates.length);
    double all = 0;
    double[] effective = new double[candidates.length];
    double[] squares = new double[candidates.length];
    for (int i = 0; i < sample.size(); i++) {
      double weight = sample.weights[i];
      all += weight;
      int last = acceptable[i] ? lastAccepting(candidates, confidences[i]) : -1;
      if (weight > 0 && last >= 0) {
        int group = sample.groups[i] % groups;
        fit.accepted[group][last] += weight;
        fit.wrong[group][last] += answers.labels[i] == sample.labels[i] ? 0 : weight;
        effective[last] += weight;
        squares[last] += weight * weight;
      }
    }
    // A wafer accepted at a strict candidate is accepted at all laxer ones, which come before it.
    for (int k = candidates.length - 2; k >= 0; k--) {
      effective[k] += effective[k + 1];
      squares[k] += squares[k + 1];
      for (int g = 0; g < groups; g++) {
        fit.accepted[g][k] += fit.accepted[g][k + 1];
        fit.wrong[g][k] += fit.wrong[g][k + 1];
      }
    }
    double[] bounds = fit.bootstrapBounds(groups);
    Limit[] limits = new Limit[candidates.length];
    for (int k = 0; k < candidates.length; k++) {
      double error = sum(fit.wrong, k) / sum(fit.accepted, k);
      double wafers = effective[k] * effective[k] / squares[k];
      double bound = Math.max(bounds[k], binomialBound(error, wafers));
      double least = k == 0 ? 0 : CardFit.justBelow(candidates[k]);
      limits[k] = new Limit(least, effective[k] / all, error, bound);
    }
    return laxest(limits, target);
  }

  /**
   * The laxest limit that holds, searched from the middle.
   *
   * @param limits from the laxest to the strictest
   */
  private static Optional<Limit> laxest(Limit[] limits, double target) {
    int k = limits.length / 2;
    if (limits[k].errorBound > target) {
      while (k < limits.length && limits[k].errorBound > target) {
        k++;
      }
      return k < limits.length ? Optional.of(limits[k]) : Optional.empty();
    }
    while (k > 0 && limits[k - 1].errorBound <= target) {
      k--;
    }
    return Optional.of(limits[k]);
  }

  /** Ascending, different; the first accepts every wafer that is acceptable. */
  private static double[] candidates(Sample sample, double[] confidences, boolean[] acceptable) {
    double[] ascending = new double[sample.size()];
    int count = 0;
    for (int i = 0; i < sample.size(); i++) {
      if (sample.weights[i] > 0 && acceptable[i]) {
        ascending[count++] = confidences[i];
      }
    }
    Arrays.sort(ascending, 0, count);
    double[] candidates = new double[CANDIDATES];
    for (int k = 0; k < CANDIDATES; k++) {
      candidates[k] = count == 0 ? 0 : ascending[(int) ((long) k * count / CANDIDATES)];
    }
    return Arrays.stream(candidates).distinct().toArray();
  }

  private static int lastAccepting(double[] candidates, double confidence) {
    int found = Arrays.binarySearch(candidates, confidence);
    return found >= 0 ? found : -found - 2;
  }

  /** Of each candidate the upper quantile of the error over draws of groups. */
  private double[] bootstrapBounds(int groups) {
    int candidates = wrong[0].length;
    double[][] errors = new double[candidates][DRAWS];
    for (int draw = 0; draw < DRAWS; draw++) {
      double[] times = GroupFolds.draw(groups, draw);
      double[] wrongDrawn = new double[candidates];
      double[] acceptedDrawn = new double[candidates];
      for (int g = 0; g < groups; g++) {
        if (times[g] > 0) {
          for (int k = 0; k < candidates; k++) {
            wrongDrawn[k] += times[g] * wrong[g][k];
            acceptedDrawn[k] += times[g] * accepted[g][k];
          }
        }
      }
      for (int k = 0; k < candidates; k++) {
        errors[k][draw] = acceptedDrawn[k] > 0 ? wrongDrawn[k] / acceptedDrawn[k] : 0;
      }
    }
    double[] bounds = new double[candidates];
    for (int k = 0; k < candidates; k++) {
      Arrays.sort(errors[k]);
      bounds[k] = errors[k][(int) Math.ceil(CERTAINTY * DRAWS) - 1];
    }
    return bounds;
  }

  private static double sum(double[][] byGroup, int k) {
    double sum = 0;
    for (double[] group : byGroup) {
      sum += group[k];
    }
    return sum;
  }

  /**
   * Upper bound of an error rate seen in so many wafers: the one at which the relative entropy to
   * what was seen makes it unlikely (Chernoff).
   */
  private static double binomialBound(double error, double wafers) {
    double low = error;
    double high = 1;
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      if (wafers * relativeEntropy(error, middle) > -Math.log(1 - CERTAINTY)) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high;
  }

  private static double relativeEntropy(double seen, double supposed) {
    double zero = seen == 0 ? 0 : seen * Math.log(seen / supposed);
    double one = seen == 1 ? 0 : (1 - seen) * Math.log((1 - seen) / (1 - supposed));
    return zero + one;
  }
}
