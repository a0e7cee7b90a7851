package fabwafer.classifier.calibration;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * How sure a model must be in one view for the other seven to be spared: the least limit that keeps
 * nearly all of what averaging every wafer gains in accuracy and macro-F1, and most of what it
 * gains in likelihood, where a wafer counts of which the answer stays. Averaging over symmetries at
 * test time: A. Krizhevsky, I. Sutskever, G. Hinton, "ImageNet Classification with Deep
 * Convolutional Neural Networks", NeurIPS 2012.
 */
final class ViewsFit {
  /** Share of the gain in accuracy and macro-F1 that must be kept. */
  private static final double KEPT = 0.95;

  /** Share of the gain in likelihood that must be kept. */
  private static final double KEPT_LIKELIHOOD = 0.85;

  private static final double[] LIMITS = {0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 1};
  private static final int SETTLING_ROUNDS = 4;

  private ViewsFit() {}

  /**
   * The limit that was chosen, empty where averaging gains nothing.
   *
   * @param tried every limit, the first being none
   */
  record Choice(OptionalDouble below, List<Fitted.ViewsRow> tried) {}

  static Choice choose(Pool pool) {
    Fitted.ViewsRow never = row(pool, OptionalDouble.empty());
    List<Fitted.ViewsRow> tried = new ArrayList<>(List.of(never));
    for (double limit : LIMITS) {
      tried.add(row(pool, OptionalDouble.of(limit)));
    }
    Scores least = never.scores();
    Scores most = tried.getLast().scores();
    boolean gains = most.negativeLogLikelihood() < least.negativeLogLikelihood();
    OptionalDouble below = OptionalDouble.empty();
    for (int i = 1; i < tried.size() && gains && below.isEmpty(); i++) {
      Scores scores = tried.get(i).scores();
      if (keeps(
              -least.negativeLogLikelihood(),
              -scores.negativeLogLikelihood(),
              -most.negativeLogLikelihood(),
              KEPT_LIKELIHOOD)
          && keeps(least.macroF1(), scores.macroF1(), most.macroF1(), KEPT)
          && keeps(least.accuracy(), scores.accuracy(), most.accuracy(), KEPT)) {
        below = tried.get(i).below();
      }
    }
    return new Choice(below, List.copyOf(tried));
  }

  /** Whether a figure keeps a share of a gain; where there is no gain, there is none to keep. */
  private static boolean keeps(double least, double figure, double most, double share) {
    return most <= least || figure - least >= share * (most - least);
  }

  private static Fitted.ViewsRow row(Pool pool, OptionalDouble below) {
    Scaling scaling = settle(pool, pool.single.weights, below, Double.POSITIVE_INFINITY);
    boolean[] turned = pool.turned(scaling, below);
    Sample seen = pool.seen(turned);
    Sample calibrated = seen.withLogits(scaling.logProbabilities(seen.logits));
    double all = 0;
    double turnedWeight = 0;
    for (int i = 0; i < turned.length; i++) {
      all += seen.weights[i];
      turnedWeight += turned[i] ? seen.weights[i] : 0;
    }
    Answers answers = Answers.of(calibrated, CardFit.ones(seen.classes()));
    return new Fitted.ViewsRow(
        below, turnedWeight / all, Scores.of(calibrated, calibrated.weights, answers));
  }

  /**
   * The scaling for wafers as they are seen under a limit. Which wafers are seen in all views
   * depends on the scaling, so it is fitted again until that settles.
   *
   * @param weights of the pool's wafers
   */
  static Scaling settle(Pool pool, double[] weights, OptionalDouble below, double ridge) {
    boolean[] turned = new boolean[pool.wafers.size()];
    if (below.isPresent()) {
      Arrays.fill(turned, true);
    }
    Scaling scaling = null;
    for (int round = 0; round < SETTLING_ROUNDS; round++) {
      Sample seen = pool.seen(turned);
      scaling = ScalingFit.fit(seen.withWeights(weights), pool.bias, ridge);
      boolean[] next = pool.turned(scaling, below);
      if (Arrays.equals(turned, next)) {
        break;
      }
      turned = next;
    }
    return Objects.requireNonNull(scaling);
  }
}
