package fabwafer.agent;

import fabwafer.classifier.Classifier;
import fabwafer.classifier.Prediction;
import fabwafer.protocol.Assessment;
import fabwafer.protocol.Limits;
import fabwafer.wafer.WaferMap;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Classifies with a model on this machine. Safe on any thread. */
public final class LocalClassifier implements WaferClassifier {
  private final Classifier classifier;

  private LocalClassifier(Classifier classifier) {
    this.classifier = classifier;
  }

  /**
   * Opens a model.
   *
   * @throws RuntimeException of {@code classifier}'s own kinds if it does not run
   */
  static LocalClassifier open(Path model) {
    return new LocalClassifier(Classifier.open(model));
  }

  /** Asks a classifier, which is closed with this. */
  public static LocalClassifier of(Classifier classifier) {
    return new LocalClassifier(classifier);
  }

  @Override
  public Answer classify(WaferMap wafer, byte[] image) {
    Prediction prediction = classifier.classify(wafer);
    return new Answer(
        prediction.label(),
        prediction.probability(),
        prediction.probabilities(),
        assessment(prediction),
        model());
  }

  /** What a message can carry of a prediction; a set too large for one is left out whole. */
  static Assessment assessment(Prediction prediction) {
    return new Assessment(
        prediction.patterns().map(Prediction.Patterns::said).filter(LocalClassifier::fits),
        prediction
            .patterns()
            .map(patterns -> Inspection.mostProbable(patterns.probabilities()))
            .orElse(Map.of()),
        prediction.conformalSet().filter(LocalClassifier::fits),
        prediction.novelty(),
        prediction.decision().map(decision -> decisionOf(decision.kind())),
        prediction.decision().map(Prediction.Decision::reasons).orElse(List.of()).stream()
            .limit(Limits.MAX_REASONS)
            .map(LocalClassifier::shortened)
            .toList());
  }

  private static boolean fits(List<String> labels) {
    return labels.size() <= Limits.MAX_LABELS;
  }

  private static Assessment.Decision decisionOf(Prediction.Decision.Kind kind) {
    return switch (kind) {
      case ACCEPT -> Assessment.Decision.ACCEPT;
      case REVIEW -> Assessment.Decision.REVIEW;
    };
  }

  /** A reason may name several classes of 64 characters each. */
  private static String shortened(String reason) {
    return reason.length() <= Limits.MAX_REASON_CHARS
        ? reason
        : reason.substring(0, Limits.MAX_REASON_CHARS - 1) + "…";
  }

  @Override
  public Optional<String> model() {
    return Optional.of(classifier.card().id());
  }

  @Override
  public void close() {
    classifier.close();
  }
}
