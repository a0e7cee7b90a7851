package fabwafer.classifier;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a model says of one wafer map. What its card or its graph does not hold is empty.
 *
 * @param label the predicted class: the one with the largest probability / threshold, of equal ones
 *     the first; without thresholds in the card the most probable one
 * @param probability that class's probability, in [0, 1]: the model's confidence
 * @param probabilities every class in class-id order → its probability; they sum to 1
 * @param logits what the graph gave, in class-id order, finite; averaged over the views
 * @param patterns the defect patterns on the wafer, of which there may be several
 * @param conformalSet the classes that fit the wafer, in class-id order; may hold none
 * @param novelty share of known wafers that are less novel than this one, in [0, 1]
 * @param decision whether the answer is good enough without a person
 * @param embedding the network's features before its last layer; averaged over the views
 * @param views in how many turns the model saw the wafer: 1 or 8
 */
public record Prediction(
    String label,
    double probability,
    Map<String, Double> probabilities,
    List<Double> logits,
    Optional<Patterns> patterns,
    Optional<List<String>> conformalSet,
    OptionalDouble novelty,
    Optional<Decision> decision,
    Optional<Embedding> embedding,
    int views) {

  public Prediction {
    probabilities = Collections.unmodifiableMap(new LinkedHashMap<>(probabilities));
    logits = List.copyOf(logits);
    conformalSet = conformalSet.map(List::copyOf);
  }

  /** A prediction of one view that says its class and no more. */
  public Prediction(
      String label, double probability, Map<String, Double> probabilities, List<Double> logits) {
    this(
        label,
        probability,
        probabilities,
        logits,
        Optional.empty(),
        Optional.empty(),
        OptionalDouble.empty(),
        Optional.empty(),
        Optional.empty(),
        1);
  }

  /**
   * The defect patterns on one wafer; with none said the wafer has no pattern.
   *
   * @param probabilities every pattern in the card's order → its probability, in [0, 1]; they do
   *     not sum to 1
   * @param said the patterns whose probability is at least their threshold, in the same order
   */
  public record Patterns(Map<String, Double> probabilities, List<String> said) {
    public Patterns {
      probabilities = Collections.unmodifiableMap(new LinkedHashMap<>(probabilities));
      said = List.copyOf(said);
    }
  }

  /**
   * Whether a prediction is accepted or a person should review it.
   *
   * @param kind the one or the other
   * @param reasons why it should be reviewed, for a person to read; empty where it is accepted
   */
  public record Decision(Kind kind, List<String> reasons) {
    /** The two decisions. */
    public enum Kind {
      ACCEPT,
      REVIEW;

      /** The decision as messages spell it, such as {@code accept}. */
      public String word() {
        return name().toLowerCase(Locale.ROOT);
      }
    }

    public Decision {
      reasons = List.copyOf(reasons);
    }
  }
}
