package fabwafer.classifier;

import fabwafer.classifier.Judgement.Conformal;
import fabwafer.classifier.Judgement.Decision;
import fabwafer.classifier.Judgement.Patterns;
import fabwafer.classifier.ModelCard.Calibration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Turns what a graph gave into what a model says, as its card tells: calibration, thresholds and
 * {@link Judgement}. One piece of code, used where a wafer is classified and where the card's
 * numbers are fitted. Immutable; safe on any thread.
 */
public final class Judge {
  private static final int MAX_REASON_CLASSES = 4;

  private final List<String> classes;
  private final Judgement judgement;
  private final double temperature;
  private final double[] bias;
  private final double[] thresholds;
  private final double[] least;

  private Judge(ModelCard card) {
    this.classes = card.classes();
    this.judgement = card.judgement();
    Calibration calibration = card.calibration();
    this.temperature = calibration.temperature();
    this.bias = inOrder(calibration.bias(), 0);
    this.thresholds = inOrder(card.thresholds(), 1);
    this.least = inOrder(judgement.conformal().map(Conformal::least).orElse(Map.of()), 0);
  }

  /** A judge by a card's rules. */
  public static Judge of(ModelCard card) {
    return new Judge(card);
  }

  private double[] inOrder(Map<String, Double> numbers, double absent) {
    return classes.stream().mapToDouble(label -> numbers.getOrDefault(label, absent)).toArray();
  }

  /**
   * Whether a wafer is to be seen in all eight turns.
   *
   * @param single what the graph gave for the wafer as it lies
   */
  public boolean wantsAllViews(GraphOutput single) {
    if (judgement.views().isEmpty()) {
      return false;
    }
    double below = judgement.views().get().below();
    return below >= 1
        || Arrays.stream(probabilities(single.ownLogits())).max().orElseThrow() < below;
  }

  /**
   * What the model says.
   *
   * @param output what its graph gave, averaged over the views
   * @param views in how many turns it saw the wafer
   */
  public Prediction prediction(GraphOutput output, int views) {
    double[] logits = output.ownLogits();
    double[] probabilities = probabilities(logits);
    int predicted = predicted(probabilities);
    Map<String, Double> byClass = new LinkedHashMap<>();
    List<Double> boxed = new ArrayList<>(logits.length);
    for (int i = 0; i < logits.length; i++) {
      byClass.put(classes.get(i), probabilities[i]);
      boxed.add(logits[i]);
    }
    double confidence = probabilities[predicted];
    Optional<List<String>> fitting =
        judgement.conformal().isPresent()
            ? Optional.of(conformalSet(probabilities))
            : Optional.empty();
    OptionalDouble novelty =
        judgement.novelty().isPresent() && output.novelty().isPresent()
            ? OptionalDouble.of(judgement.novelty().get().rank(output.novelty().getAsDouble()))
            : OptionalDouble.empty();
    return new Prediction(
        classes.get(predicted),
        confidence,
        byClass,
        boxed,
        judgement.patterns().map(patterns -> patterns(patterns, output)),
        fitting,
        novelty,
        judgement.decision().map(decision -> decision(decision, confidence, novelty, fitting)),
        Optional.ofNullable(output.embedding()),
        views);
  }

  /**
   * softmax(logits / temperature + bias).
   *
   * @param logits shape [classes], finite; not modified
   * @return shape [classes]; they sum to 1
   */
  public double[] probabilities(double[] logits) {
    double[] probabilities = new double[logits.length];
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] = logits[i] / temperature + bias[i];
      most = Math.max(most, probabilities[i]);
    }
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] = Math.exp(probabilities[i] - most);
      sum += probabilities[i];
    }
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] /= sum;
    }
    return probabilities;
  }

  /** The class with the largest probability / threshold; of equal ones the first. */
  private int predicted(double[] probabilities) {
    int best = 0;
    for (int i = 1; i < probabilities.length; i++) {
      if (probabilities[i] / thresholds[i] > probabilities[best] / thresholds[best]) {
        best = i;
      }
    }
    return best;
  }

  private List<String> conformalSet(double[] probabilities) {
    List<String> fitting = new ArrayList<>();
    for (int i = 0; i < probabilities.length; i++) {
      if (probabilities[i] >= least[i]) {
        fitting.add(classes.get(i));
      }
    }
    return fitting;
  }

  private static Prediction.Patterns patterns(Patterns card, GraphOutput output) {
    double[] logits = output.patterns();
    Map<String, Double> probabilities = new LinkedHashMap<>();
    List<String> said = new ArrayList<>();
    for (int i = 0; i < logits.length; i++) {
      String label = card.labels().get(i);
      double probability = card.probability(label, logits[i]);
      probabilities.put(label, probability);
      if (probability >= card.threshold(label)) {
        said.add(label);
      }
    }
    return new Prediction.Patterns(probabilities, said);
  }

  private static Prediction.Decision decision(
      Decision limits, double confidence, OptionalDouble novelty, Optional<List<String>> fitting) {
    List<String> reasons = new ArrayList<>();
    if (confidence < limits.minConfidence()) {
      reasons.add(
          // Rounded apart, so that the one never looks as large as the other.
          String.format(
              Locale.ROOT,
              "confidence %.3f below %.3f",
              Math.floor(confidence * 1_000) / 1_000,
              Math.ceil(limits.minConfidence() * 1_000) / 1_000));
    }
    if (novelty.isPresent() && novelty.getAsDouble() > limits.maxNovelty()) {
      reasons.add(
          String.format(
              Locale.ROOT, "unlike %.1f %% of known wafers", 100 * novelty.getAsDouble()));
    }
    if (reasons.isEmpty()) {
      return new Prediction.Decision(Prediction.Decision.Kind.ACCEPT, List.of());
    }
    fitting.map(Judge::fitsOtherThanOne).filter(words -> !words.isEmpty()).ifPresent(reasons::add);
    return new Prediction.Decision(Prediction.Decision.Kind.REVIEW, reasons);
  }

  private static String fitsOtherThanOne(List<String> classes) {
    return switch (classes.size()) {
      case 0 -> "fits no class";
      case 1 -> "";
      case 2 -> "fits two classes: " + String.join(", ", classes);
      default ->
          "fits %d classes: %s%s"
              .formatted(
                  classes.size(),
                  String.join(
                      ", ", classes.subList(0, Math.min(classes.size(), MAX_REASON_CLASSES))),
                  classes.size() > MAX_REASON_CLASSES ? ", …" : "");
    };
  }
}
