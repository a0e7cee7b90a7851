package fabwafer.agent;

import fabwafer.protocol.AssessmentFields;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.ImageMessage;
import fabwafer.protocol.Limits;
import fabwafer.protocol.PredictionMessage;
import fabwafer.protocol.Topic;
import fabwafer.protocol.WaferFacts;
import fabwafer.protocol.WaferFactsFields;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One wafer as it is published: its image file and what a model said of it.
 *
 * <p>The image is not copied: an inspection lives from spool to broker, and nobody on that way
 * writes to it.
 */
final class Inspection {
  private final PredictionMessage prediction;
  private final byte[] image;

  Inspection(PredictionMessage prediction, byte[] image) {
    this.prediction = prediction;
    this.image = image;
  }

  /**
   * The inspection of a wafer that a model has seen.
   *
   * @param facts what its file says beside the wafer map
   */
  static Inspection of(
      DeviceName device,
      Identity identity,
      WaferClassifier.Answer answer,
      WaferFacts facts,
      byte[] image) {
    ObjectNode more = JsonNodeFactory.instance.objectNode();
    answer.model().ifPresent(model -> more.put("model", model));
    if (!answer.probabilities().isEmpty()) {
      ObjectNode probabilities = more.putObject("probabilities");
      mostProbable(answer.probabilities()).forEach(probabilities::put);
    }
    AssessmentFields.write(answer.assessment(), more);
    WaferFactsFields.write(facts, more);
    PredictionMessage prediction =
        new PredictionMessage(
            new Topic.Prediction(device, identity.imgid()),
            identity.timestampMillis(),
            answer.label(),
            answer.probability(),
            more);
    return new Inspection(prediction, image);
  }

  /** At most as many as a message may hold, in their order: a model may have a thousand classes. */
  static Map<String, Double> mostProbable(Map<String, Double> probabilities) {
    if (probabilities.size() <= Limits.MAX_LABELS) {
      return probabilities;
    }
    Set<String> kept =
        probabilities.entrySet().stream()
            .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
            .limit(Limits.MAX_LABELS)
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet());
    Map<String, Double> most = new LinkedHashMap<>(probabilities);
    most.keySet().retainAll(kept);
    return most;
  }

  Identity identity() {
    return new Identity(prediction.imgid(), prediction.timestampMillis());
  }

  PredictionMessage prediction() {
    return prediction;
  }

  /** The image file's bytes; not to be written to. */
  byte[] image() {
    return image;
  }

  ImageMessage imageMessage() {
    return ImageMessage.of(
        prediction.device(), prediction.imgid(), prediction.timestampMillis(), image);
  }
}
