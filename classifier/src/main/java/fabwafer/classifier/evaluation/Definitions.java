package fabwafer.classifier.evaluation;

import fabwafer.wafer.dataset.WaferDataset.Labelling;
import java.util.LinkedHashMap;
import java.util.Map;

/** What each figure means on the data set at hand, in words. */
final class Definitions {
  private Definitions() {}

  /** Figure's name, as scripts read it → its meaning. */
  static Map<String, String> of(Evaluation evaluation) {
    boolean several = evaluation.labelling() == Labelling.MULTIPLE;
    boolean head = evaluation.patternHead();
    Map<String, String> of = new LinkedHashMap<>();
    if (several) {
      of.put("answer", head ? "the set of patterns the model says" : "the model's one label");
      of.put("accuracy", "share of wafers whose whole set of patterns is the answer");
      of.put("exactMatch", "the same as accuracy");
      of.put("perClass", "by pattern: a wafer counts for each pattern it has; none is a label too");
      of.put("macroF1", "mean F1 over the patterns and none, those that occur in truth or answers");
      of.put("worstClassRecall", "least recall of a pattern, or of none");
      of.put(
          "confidence",
          head
              ? "product of the said patterns' probabilities and the others' complements"
              : "the label's probability");
      of.put("hammingLoss", "share of wrong decisions on one pattern of one wafer");
      of.put("oneLabel", "the model's one label on the wafers with at most one pattern");
    } else {
      of.put("answer", "the model's label");
      of.put("accuracy", "share of wafers whose label is the answer");
      of.put(
          "exactMatch",
          head
              ? "share of wafers whose label is exactly the set of patterns the model says"
              : "the same as accuracy: this model says no sets of patterns");
      of.put("macroF1", "mean F1 over the labels that occur in truth or answers");
      of.put("worstClassRecall", "least recall of a label");
      of.put("confidence", "the label's probability");
    }
    of.put("binary", "defect or none; a wafer is positive if it has a pattern");
    of.put("ece", Tally.BINS + " bins of equal width of the confidence; 0 is best");
    of.put("selective", "errors among the wafers the model is most confident of");
    of.put(
        "coverageRisk.area", "area under error over coverage, the mean over all coverages; 0 best");
    of.put(
        "intervals",
        "95 %, percentile bootstrap that draws whole groups; of few groups, a rough guide");
    return of;
  }
}
