package fabwafer.agent;

import fabwafer.classifier.Classifier;
import fabwafer.classifier.Prediction;
import fabwafer.wafer.WaferMap;
import java.nio.file.Path;
import java.util.Optional;

/** Classifies with a model on this machine. Safe on any thread. */
final class LocalClassifier implements WaferClassifier {
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

  @Override
  public Answer classify(WaferMap wafer, byte[] image) {
    Prediction prediction = classifier.classify(wafer);
    return new Answer(
        prediction.label(), prediction.probability(), prediction.probabilities(), model());
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
