package fabwafer.classifier.calibration;

import fabwafer.classifier.ModelCard;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A card with fitted parts, and what each step of the fit changed. Figures at the mix are of wafers
 * by their weight; cross-fitted ones are of wafers that took no part in the fit.
 *
 * @param card the new card
 * @param wafers how many wafers it was fitted on
 * @param groups in how many groups they are
 * @param steps answers before and after each step
 * @param views limits that were tried for {@code views.below}, the first being none
 * @param classes each class's threshold and conformal set
 * @param sets how large conformal sets are for some coverages, the card's among them
 * @param decision the decision rule, empty where none keeps to the largest error
 * @param patterns each pattern of the graph's output {@code patterns}
 * @param exactMatch of the patterns' sets at the mix; empty without patterns
 */
public record Fitted(
    ModelCard card,
    int wafers,
    int groups,
    List<Step> steps,
    List<ViewsRow> views,
    List<ClassRow> classes,
    List<SetRow> sets,
    Optional<DecisionRow> decision,
    List<PatternRow> patterns,
    Optional<ExactMatch> exactMatch) {

  public Fitted {
    steps = List.copyOf(steps);
    views = List.copyOf(views);
    classes = List.copyOf(classes);
    sets = List.copyOf(sets);
    patterns = List.copyOf(patterns);
  }

  /**
   * Answers at one step.
   *
   * @param name of the step, for a person
   * @param atMix by weight
   * @param asTheyAre each wafer counting once
   */
  public record Step(String name, Scores atMix, Scores asTheyAre) {}

  /**
   * A limit for {@code views.below}.
   *
   * @param below empty for one view always
   * @param share of wafers that are seen in all views, at the mix
   * @param scores at the mix
   */
  public record ViewsRow(OptionalDouble below, double share, Scores scores) {}

  /**
   * A class.
   *
   * @param wafers of it that were held out
   * @param threshold in (0, 1], kept or not
   * @param least probability of the conformal set
   * @param covered share of its wafers whose set holds it, cross-fitted
   * @param f1Before as the most probable class, at the mix, cross-fitted
   * @param f1After with thresholds, at the mix, cross-fitted
   */
  public record ClassRow(
      String label,
      int wafers,
      double threshold,
      double least,
      double covered,
      double f1Before,
      double f1After) {}

  /**
   * The conformal sets for a coverage.
   *
   * @param size mean count of classes at the mix, cross-fitted
   */
  public record SetRow(double coverage, double size) {}

  /**
   * The decision rule, where it was fitted and cross-fitted.
   *
   * @param errorBound 95 % upper bound of the error, where it was fitted
   * @param crossCoverage share accepted, cross-fitted
   * @param crossError share of wrong ones among those, cross-fitted
   */
  public record DecisionRow(
      double minConfidence,
      double coverage,
      double error,
      double errorBound,
      double crossCoverage,
      double crossError) {}

  /**
   * A pattern.
   *
   * @param wafers that have it
   * @param threshold in (0, 1)
   * @param f1Today of the sigmoid as it is, at 0.5, at the mix
   * @param f1Calibrated at 0.5, calibrated on the other folds, at the mix
   * @param f1After with the threshold of the other folds besides, at the mix
   */
  public record PatternRow(
      String label,
      int wafers,
      double threshold,
      double f1Today,
      double f1Calibrated,
      double f1After) {}

  /**
   * Share of wafers whose set of patterns is exactly the ground truth's, at the mix.
   *
   * @param before of the sigmoids as they are, at 0.5
   * @param after calibrated and with thresholds, cross-fitted
   */
  public record ExactMatch(double before, double after) {}
}
