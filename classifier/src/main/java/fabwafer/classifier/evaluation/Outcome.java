package fabwafer.classifier.evaluation;

import fabwafer.classifier.Prediction;
import fabwafer.classifier.Prediction.Decision;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.WaferDataset.Labelling;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a person and a model said of one wafer.
 *
 * @param wafer the wafer with its ground truth
 * @param predicted the model's label
 * @param probability the label's probability, in [0, 1]
 * @param probabilities every class's, in the order of the model's classes; empty where not kept
 * @param patterns the answer of the model's pattern head, where it has one
 * @param conformalSet labels that the model cannot rule out, where its card says how
 * @param novelty rank in [0, 1], larger is less like the wafers of training
 * @param decision whether the answer stands or a person looks, where the card says when
 * @param views in how many turns the model saw the wafer
 */
public record Outcome(
    LabelledWafer wafer,
    String predicted,
    double probability,
    List<Double> probabilities,
    Optional<PatternAnswer> patterns,
    Optional<List<String>> conformalSet,
    OptionalDouble novelty,
    Optional<Decision> decision,
    int views) {

  /**
   * What a pattern head said.
   *
   * @param said labels above their thresholds; empty means none
   * @param probabilities in the order of the model's pattern labels, each in [0, 1]
   */
  public record PatternAnswer(Set<String> said, List<Double> probabilities) {
    public PatternAnswer {
      said = Set.copyOf(said);
      probabilities = List.copyOf(probabilities);
    }
  }

  public Outcome {
    probabilities = List.copyOf(probabilities);
    conformalSet = conformalSet.map(List::copyOf);
  }

  /** The outcome of a model that says a label, its probability and nothing else. */
  Outcome(LabelledWafer wafer, String predicted, double probability) {
    this(
        wafer,
        predicted,
        probability,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        OptionalDouble.empty(),
        Optional.empty(),
        1);
  }

  /** What a model's prediction says of a labelled wafer; the embedding is not kept. */
  static Outcome of(LabelledWafer wafer, Prediction prediction) {
    return new Outcome(
        wafer,
        prediction.label(),
        prediction.probability(),
        List.copyOf(prediction.probabilities().values()),
        prediction
            .patterns()
            .map(
                patterns ->
                    new PatternAnswer(
                        Set.copyOf(patterns.said()),
                        List.copyOf(patterns.probabilities().values()))),
        prediction.conformalSet(),
        prediction.novelty(),
        prediction.decision(),
        prediction.views());
  }

  /** Whether the model would let its answer stand; true where it does not decide. */
  boolean accepted() {
    return decision.map(said -> said.kind() == Decision.Kind.ACCEPT).orElse(true);
  }

  /**
   * Whether the ground truth is exactly the predicted label. A wafer with two patterns never is.
   */
  public boolean correct() {
    return wafer.patterns().size() == 1 && wafer.label().label().equals(predicted);
  }

  /** Labels of the ground truth; {@code none} alone where there is no pattern. */
  Set<String> truth() {
    return wafer.patterns().stream()
        .map(DefectPattern::label)
        .collect(Collectors.toUnmodifiableSet());
  }

  boolean truthIsNone() {
    return wafer.patterns().contains(DefectPattern.NONE);
  }

  /**
   * The labels that the model says: those of its pattern head where it has one, else its one label.
   */
  Set<String> saidPatterns() {
    return patterns
        .map(answer -> answer.said().isEmpty() ? Set.of(DefectPattern.NONE.label()) : answer.said())
        .orElseGet(() -> Set.of(predicted));
  }

  /**
   * The labels that count as the answer: on a data set whose wafers may have several patterns
   * {@link #saidPatterns}, else the one label.
   */
  Set<String> said(Labelling labelling) {
    return labelling == Labelling.MULTIPLE ? saidPatterns() : Set.of(predicted);
  }

  /**
   * The probability that {@link #said} is wholly right: of one label its probability; of a set the
   * product of its patterns' probabilities and the others' complements, as if they were
   * independent.
   *
   * @param patternLabels the labels of the pattern head's probabilities
   */
  double confidence(Labelling labelling, List<String> patternLabels) {
    if (labelling == Labelling.SINGLE || patterns.isEmpty()) {
      return probability;
    }
    PatternAnswer answer = patterns.get();
    double product = 1;
    for (int i = 0; i < patternLabels.size(); i++) {
      double p = answer.probabilities().get(i);
      product *= answer.said().contains(patternLabels.get(i)) ? p : 1 - p;
    }
    return product;
  }
}
