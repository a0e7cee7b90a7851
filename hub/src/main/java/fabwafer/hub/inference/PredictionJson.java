package fabwafer.hub.inference;

import fabwafer.classifier.Prediction;
import fabwafer.hub.web.Json;
import tools.jackson.databind.node.ObjectNode;

/** A model's answer as {@code /invocations} writes it. */
public final class PredictionJson {
  private PredictionJson() {}

  /** Label, confidence, and what else the model says; absent where it does not. */
  public static ObjectNode json(ServedModel served, Prediction prediction) {
    ObjectNode json =
        Json.object().put("cls", prediction.label()).put("confidence", prediction.probability());
    ObjectNode probabilities = json.putObject("probabilities");
    prediction.probabilities().forEach(probabilities::put);
    json.put("model", served.id());
    putWhatElseItSays(json, prediction);
    return json;
  }

  /** The fields that a prediction message has, too; absent where the model does not say. */
  private static void putWhatElseItSays(ObjectNode json, Prediction prediction) {
    prediction
        .patterns()
        .ifPresent(
            patterns -> {
              patterns.said().forEach(json.putArray("patterns")::add);
              patterns.probabilities().forEach(json.putObject("patternProbabilities")::put);
            });
    prediction
        .conformalSet()
        .ifPresent(labels -> labels.forEach(json.putArray("conformalSet")::add));
    prediction.novelty().ifPresent(share -> json.put("novelty", share));
    prediction
        .decision()
        .ifPresent(
            decision -> {
              json.put("decision", decision.kind().word());
              decision.reasons().forEach(json.putArray("reasons")::add);
            });
  }
}
