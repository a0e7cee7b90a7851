package fabwafer.classifier.evaluation;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Figures of an evaluation, all in [0, 1]. With wafers' weights w, a sum over wafers is one of
 * weights. "It is" means: the label is among the wafer's; "said it": it is among the answer's,
 * which on most data sets is one label, and a set where wafers may have several patterns and the
 * model has a head for them:
 *
 * <ul>
 *   <li>precision of a class = w(is it, said it) / w(said it); recall = w(is it, said it) / w(is
 *       it); F1 = 2 w(is it, said it) / (w(is it) + w(said it)); 0 where the divisor is 0
 *   <li>macro-F1 = mean F1 of the classes that occur in ground truth or predictions
 *   <li>weighted F1 = mean F1, each class by w(is it)
 * </ul>
 *
 * @param accuracy wafers whose labels are exactly those of the answer
 * @param exactMatch wafers whose labels are exactly those of the pattern head; without one the same
 *     as accuracy
 * @param macroF1 see above
 * @param weightedF1 see above
 * @param worstClassRecall least recall of the classes in the ground truth
 * @param worstClass that class; of equal ones the first
 * @param perClass label → its figures, in class order
 * @param binary defect or none, defect being positive
 * @param ece expected calibration error over {@value Tally#BINS} bins of equal width: the mean of
 *     |accuracy - confidence| over bins, each by its weight. Source: M. Pakdaman Naeini, G. Cooper,
 *     M. Hauskrecht, "Obtaining Well Calibrated Probabilities Using Bayesian Binning", AAAI 2015
 * @param sets figures that only sets of patterns have; there where wafers may have several
 */
public record Metrics(
    double accuracy,
    double exactMatch,
    double macroF1,
    double weightedF1,
    double worstClassRecall,
    String worstClass,
    Map<String, ClassMetrics> perClass,
    Binary binary,
    double ece,
    Optional<SetMetrics> sets) {

  public Metrics {
    perClass = Collections.unmodifiableMap(new LinkedHashMap<>(perClass));
  }

  /**
   * One class against the others.
   *
   * @param support wafers of the class in the ground truth, not weighted
   * @param predicted wafers it was predicted for, not weighted
   */
  public record ClassMetrics(
      double precision, double recall, double f1, long support, long predicted) {}

  /** Defect or none: a wafer is positive if its ground truth, or its prediction, is not none. */
  public record Binary(double accuracy, double precision, double recall) {}

  /**
   * Figures of pattern sets.
   *
   * @param hammingLoss share of wrong decisions among all those on one pattern of one wafer.
   *     Source: R. Schapire, Y. Singer, "BoosTexter", Machine Learning 39, 2000
   * @param byPatterns number of patterns a wafer has, 0 for none → exact matches
   * @param byCombination combination such as {@code Center+Scratch} → exact matches
   */
  public record SetMetrics(
      double hammingLoss, Map<Integer, Share> byPatterns, Map<String, Share> byCombination) {
    public SetMetrics {
      byPatterns = Collections.unmodifiableMap(new LinkedHashMap<>(byPatterns));
      byCombination = Collections.unmodifiableMap(new LinkedHashMap<>(byCombination));
    }
  }

  /**
   * How often the whole set is right.
   *
   * @param wafers of how many, not weighted
   */
  public record Share(double exactMatch, long wafers) {}

  /**
   * Every figure by its name, such as {@code macroF1} or {@code perClass.Scratch.recall}; those
   * that divide by no wafer are left out.
   */
  public Map<String, Double> values() {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("accuracy", accuracy);
    values.put("exactMatch", exactMatch);
    values.put("macroF1", macroF1);
    values.put("weightedF1", weightedF1);
    values.put("worstClassRecall", worstClassRecall);
    values.put("binary.accuracy", binary.accuracy);
    values.put("binary.precision", binary.precision);
    values.put("binary.recall", binary.recall);
    values.put("ece", ece);
    perClass.forEach(
        (label, metrics) -> {
          String prefix = "perClass." + label + ".";
          if (metrics.predicted > 0) {
            values.put(prefix + "precision", metrics.precision);
          }
          if (metrics.support > 0) {
            values.put(prefix + "recall", metrics.recall);
            values.put(prefix + "f1", metrics.f1);
          }
        });
    sets.ifPresent(
        figures -> {
          values.put("hammingLoss", figures.hammingLoss);
          figures.byPatterns.forEach(
              (patterns, share) -> values.put(ofPatterns(patterns), share.exactMatch));
          figures.byCombination.forEach(
              (name, share) -> values.put(ofCombination(name), share.exactMatch));
        });
    return values;
  }

  /** Name of the exact match of wafers with so many patterns. */
  static String ofPatterns(int patterns) {
    return "byPatterns." + patterns;
  }

  /** Name of the exact match of one combination. */
  static String ofCombination(String combination) {
    return "byCombination." + combination;
  }
}
