package fabwafer.classifier.calibration;

import fabwafer.classifier.ClassifierException;

/**
 * What a card is fitted for.
 *
 * @param noneWeight how many wafers of the fab one held-out wafer labelled none stands for, above 0
 *     and at most {@link #MAX_NONE_WEIGHT}
 * @param coverage of the conformal sets, in (0, 1)
 * @param maxError largest share of wrong classes among accepted wafers, in (0, 1)
 * @param maxNovelty wafers more novel than this share of the known ones are reviewed, in (0, 1]
 * @param fittedOn the held-out wafers in words, for the card
 */
public record FitOptions(
    double noneWeight, double coverage, double maxError, double maxNovelty, String fittedOn) {
  /** Largest weight of none: far past any data set's share of defects. */
  public static final double MAX_NONE_WEIGHT = 10_000;

  public FitOptions {
    if (!(noneWeight > 0 && noneWeight <= MAX_NONE_WEIGHT)) {
      throw new ClassifierException(
          "the weight of none must be above 0 and at most %,.0f, got %s"
              .formatted(MAX_NONE_WEIGHT, noneWeight));
    }
    requireShare("the conformal coverage", coverage);
    requireShare("the largest error", maxError);
    if (maxNovelty != 1) {
      requireShare("the largest novelty", maxNovelty);
    }
  }

  private static void requireShare(String what, double value) {
    if (!(value > 0 && value < 1)) {
      throw new ClassifierException(what + " must be above 0 and below 1, got " + value);
    }
  }
}
