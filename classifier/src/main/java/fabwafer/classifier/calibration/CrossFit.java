package fabwafer.classifier.calibration;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The steps fitted once for each fold of groups, on the wafers outside it: what they make of the
 * wafers in it is what they will make of new ones.
 */
final class CrossFit {
  /** How far the thresholds' offsets may be drawn back to none; few, so that none can be tuned. */
  private static final double[] SHRINKS = {1, 0.75, 0.5, 0.25};

  private final Pool pool;
  private final GroupFolds folds;
  private final List<Calibrated> parts = new ArrayList<>();
  private final List<double[]> thresholds = new ArrayList<>();

  CrossFit(Pool pool, GroupFolds folds, OptionalDouble below, double ridge) {
    this.pool = pool;
    this.folds = folds;
    for (int fold = 0; fold < GroupFolds.FOLDS; fold++) {
      double[] weights = pool.single.times(folds.outside(fold)).weights;
      Calibrated part = Calibrated.fit(pool, below, ridge, weights);
      parts.add(part);
      thresholds.add(ThresholdFit.fit(part.sample));
    }
  }

  /** The factor of the best macro-F1 by which the thresholds' offsets are drawn back. */
  double bestShrink() {
    double best = 1;
    double most = 0;
    for (double shrink : SHRINKS) {
      double f1 = Scores.of(pool.single, pool.single.weights, answers(shrink)).macroF1();
      if (f1 > most) {
        most = f1;
        best = shrink;
      }
    }
    return best;
  }

  /**
   * Each wafer's answer by what was fitted without its fold.
   *
   * @param shrink by which the thresholds' offsets are drawn back; 0 for no thresholds
   */
  Answers answers(double shrink) {
    Answers answers = new Answers(pool.wafers.size());
    for (int fold = 0; fold < GroupFolds.FOLDS; fold++) {
      double[] offsets = ThresholdFit.offsets(ThresholdFit.shrunk(thresholds.get(fold), shrink));
      for (int i = 0; i < pool.wafers.size(); i++) {
        if (isIn(fold, i)) {
          answers.set(i, parts.get(fold).sample.logits[i], offsets, pool.single.labels[i]);
        }
      }
    }
    return answers;
  }

  /** Of each class the share of wafers whose conformal set holds it; 1 where there are none. */
  double[] covered(double coverage) {
    double[] wafers = new double[pool.single.classes()];
    double[] held = new double[wafers.length];
    for (int fold = 0; fold < GroupFolds.FOLDS; fold++) {
      double[] least = ConformalFit.fit(parts.get(fold).sample, coverage);
      for (int i = 0; i < pool.wafers.size(); i++) {
        if (isIn(fold, i)) {
          int label = pool.single.labels[i];
          wafers[label]++;
          held[label] += isInSet(fold, i, label, least) ? 1 : 0;
        }
      }
    }
    for (int c = 0; c < held.length; c++) {
      held[c] = wafers[c] > 0 ? held[c] / wafers[c] : 1;
    }
    return held;
  }

  /** Mean count of classes in a conformal set, by weight. */
  double setSize(double coverage) {
    double size = 0;
    for (int fold = 0; fold < GroupFolds.FOLDS; fold++) {
      double[] least = ConformalFit.fit(parts.get(fold).sample, coverage);
      for (int i = 0; i < pool.wafers.size(); i++) {
        for (int c = 0; isIn(fold, i) && c < least.length; c++) {
          size += isInSet(fold, i, c, least) ? pool.single.weights[i] : 0;
        }
      }
    }
    return size / Arrays.stream(pool.single.weights).sum();
  }

  private boolean isInSet(int fold, int wafer, int c, double[] least) {
    return Math.exp(parts.get(fold).sample.logits[wafer][c]) >= least[c];
  }

  /**
   * What a decision rule fitted without their fold accepts, and how much of it is wrong.
   *
   * @param found the rule fitted on all
   * @param shrink as {@link #answers} takes it
   */
  Fitted.DecisionRow decision(
      DecisionFit.Limit found, double shrink, boolean[] acceptable, double target) {
    double accepted = 0;
    double wrong = 0;
    for (int fold = 0; fold < GroupFolds.FOLDS; fold++) {
      Sample part = parts.get(fold).sample;
      Answers answers = Answers.of(part, ThresholdFit.shrunk(thresholds.get(fold), shrink));
      Optional<DecisionFit.Limit> limit = DecisionFit.fit(part, answers, acceptable, target);
      double least = limit.map(DecisionFit.Limit::minConfidence).orElse(Double.POSITIVE_INFINITY);
      for (int i = 0; i < part.size(); i++) {
        if (isIn(fold, i) && acceptable[i] && answers.confidences[i] >= least) {
          accepted += pool.single.weights[i];
          wrong += answers.labels[i] == part.labels[i] ? 0 : pool.single.weights[i];
        }
      }
    }
    return new Fitted.DecisionRow(
        found.minConfidence(),
        found.coverage(),
        found.error(),
        found.errorBound(),
        accepted / Arrays.stream(pool.single.weights).sum(),
        accepted > 0 ? wrong / accepted : 0);
  }

  private boolean isIn(int fold, int wafer) {
    return folds.foldOf(pool.single.groups[wafer]) == fold;
  }
}
