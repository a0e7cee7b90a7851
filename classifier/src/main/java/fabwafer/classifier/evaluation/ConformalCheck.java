package fabwafer.classifier.evaluation;

import fabwafer.wafer.DefectPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a model's conformal sets hold of the truth. Only wafers with at most one pattern take part.
 * Class-conditional sets promise their coverage in each class alike; source: V. Vovk, "Conditional
 * validity of inductive conformal predictors", ACML 2012, arXiv 1209.2673.
 *
 * @param promised the coverage the model's card promises
 * @param wafers wafers with a set
 * @param coverage share of wafers whose set holds their label, weighted
 * @param interval of the coverage
 * @param meanSize labels in a set, weighted mean
 * @param empty share of sets without a label, weighted
 * @param single share of sets with one label, weighted
 * @param multiple share of sets with more labels, weighted
 * @param perClass in the order of the model's classes, those that occur
 */
public record ConformalCheck(
    OptionalDouble promised,
    int wafers,
    double coverage,
    Optional<Interval> interval,
    double meanSize,
    double empty,
    double single,
    double multiple,
    List<OfClass> perClass) {

  public ConformalCheck {
    perClass = List.copyOf(perClass);
  }

  /**
   * Wafers of one ground truth.
   *
   * @param coverage share of their sets that hold it
   * @param interval bootstrap by group
   * @param meanSize labels in a set
   */
  public record OfClass(
      String label, int wafers, double coverage, Optional<Interval> interval, double meanSize) {}

  // Values a class has in the counts.
  private static final int WAFERS = 0;
  private static final int COVERED = 1;
  private static final int SIZES = 2;
  private static final int EMPTY = 3;
  private static final int SINGLE = 4;
  private static final int VALUES = 5;

  /** Empty where no wafer with one label has a set. */
  static Optional<ConformalCheck> of(Answers model, Protocol protocol) {
    List<String> labels = model.classes();
    List<Outcome> outcomes =
        model.outcomes().stream()
            .filter(outcome -> outcome.conformalSet().isPresent())
            .filter(outcome -> outcome.wafer().patterns().size() == 1)
            .filter(outcome -> labels.contains(outcome.wafer().label().label()))
            .toList();
    if (outcomes.isEmpty()) {
      return Optional.empty();
    }
    int size = labels.size() * VALUES;
    double[] counts = new double[size];
    outcomes.forEach(outcome -> add(labels, outcome, counts));
    Spread spread = new Spread();
    Bootstrap.<Outcome>of(
            size,
            outcomes,
            outcome -> outcome.wafer().group(),
            (outcome, sums) -> add(labels, outcome, sums))
        .draw(protocol, sample -> coverages(labels, sample, protocol.noneWeight(), spread));
    return Optional.of(
        check(model, counts, outcomes.size(), protocol.noneWeight(), spread.intervals()));
  }

  private static void add(List<String> labels, Outcome outcome, double[] counts) {
    String truth = outcome.wafer().label().label();
    List<String> set = outcome.conformalSet().orElseThrow();
    int first = labels.indexOf(truth) * VALUES;
    counts[first + WAFERS]++;
    counts[first + COVERED] += set.contains(truth) ? 1 : 0;
    counts[first + SIZES] += set.size();
    counts[first + EMPTY] += set.isEmpty() ? 1 : 0;
    counts[first + SINGLE] += set.size() == 1 ? 1 : 0;
  }

  private static void coverages(
      List<String> labels, double[] counts, double noneWeight, Spread spread) {
    for (int label = 0; label < labels.size(); label++) {
      double wafers = counts[label * VALUES + WAFERS];
      if (wafers > 0) {
        spread.add(ofClass(labels.get(label)), counts[label * VALUES + COVERED] / wafers);
      }
    }
    double[] all = all(labels, counts, noneWeight);
    spread.add("all", all[COVERED] / all[WAFERS]);
  }

  private static ConformalCheck check(
      Answers model,
      double[] counts,
      int wafers,
      double noneWeight,
      Map<String, Interval> intervals) {
    List<OfClass> perClass = new ArrayList<>();
    for (int label = 0; label < model.classes().size(); label++) {
      int first = label * VALUES;
      if (counts[first + WAFERS] > 0) {
        perClass.add(
            new OfClass(
                model.classes().get(label),
                (int) Math.round(counts[first + WAFERS]),
                counts[first + COVERED] / counts[first + WAFERS],
                Optional.ofNullable(intervals.get(ofClass(model.classes().get(label)))),
                counts[first + SIZES] / counts[first + WAFERS]));
      }
    }
    double[] all = all(model.classes(), counts, noneWeight);
    double whole = all[WAFERS];
    return new ConformalCheck(
        model.conformalCoverage(),
        wafers,
        all[COVERED] / whole,
        Optional.ofNullable(intervals.get("all")),
        all[SIZES] / whole,
        all[EMPTY] / whole,
        all[SINGLE] / whole,
        (whole - all[EMPTY] - all[SINGLE]) / whole,
        perClass);
  }

  private static double[] all(List<String> labels, double[] counts, double noneWeight) {
    double[] all = new double[VALUES];
    for (int label = 0; label < labels.size(); label++) {
      double weight = labels.get(label).equals(DefectPattern.NONE.label()) ? noneWeight : 1;
      for (int value = 0; value < VALUES; value++) {
        all[value] += weight * counts[label * VALUES + value];
      }
    }
    return all;
  }

  private static String ofClass(String label) {
    return "class " + label;
  }
}
