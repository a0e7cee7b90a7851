package fabwafer.classifier.evaluation;

import fabwafer.wafer.dataset.WaferDataset.Labelling;
import java.util.List;
import java.util.OptionalDouble;

/**
 * All that a model said of a data set: what evaluations and comparisons are made of.
 *
 * @param modelId id of the model
 * @param classes labels the model can say, in class-id order
 * @param patternLabels labels of its pattern head, in its order; empty where it has none
 * @param conformalCoverage the coverage that its conformal sets promise
 * @param labelling how many patterns a wafer of the data set may have
 * @param outcomes in the order of the data set
 */
public record Answers(
    String modelId,
    List<String> classes,
    List<String> patternLabels,
    OptionalDouble conformalCoverage,
    Labelling labelling,
    List<Outcome> outcomes) {

  public Answers {
    classes = List.copyOf(classes);
    patternLabels = List.copyOf(patternLabels);
    outcomes = List.copyOf(outcomes);
  }

  /** Whether an answer may be a set of patterns. */
  boolean sets() {
    return labelling == Labelling.MULTIPLE && !patternLabels.isEmpty();
  }

  /** Each answer in the form that counts on this data set. */
  List<Answer> judged() {
    return outcomes.stream()
        .map(
            outcome ->
                new Answer(
                    outcome,
                    outcome.truth(),
                    outcome.said(labelling),
                    outcome.confidence(labelling, patternLabels)))
        .toList();
  }
}
