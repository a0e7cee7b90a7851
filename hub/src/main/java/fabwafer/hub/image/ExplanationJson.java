package fabwafer.hub.image;

import fabwafer.classifier.explanation.Explanation;
import fabwafer.hub.image.Explanations.Explained;
import fabwafer.hub.web.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An explanation as the REST contract writes it. */
final class ExplanationJson {
  /** Values are sent in hundredths: finer ones cannot be seen. */
  private static final int WHOLE = 100;

  private ExplanationJson() {}

  static ObjectNode json(String model, Explained explained) {
    Explanation explanation = explained.explanation();
    ObjectNode json =
        Json.object()
            .put("model", model)
            .put("label", explanation.label())
            .put("predicted", explained.prediction().label())
            .put("probability", explained.prediction().probability())
            .put("evidence", explanation.evidence())
            .put("shownFrom", Math.round(Explanation.SHOWN * WHOLE))
            .put("shownDies", explanation.shownDies());
    if (explanation.share().isPresent()) {
      json.put("share", explanation.share().getAsDouble());
    } else {
      json.putNull("share");
    }
    json.put("height", explanation.height()).put("width", explanation.width());
    ArrayNode values = json.putArray("values");
    for (float value : explanation.values()) {
      values.add(Math.round(value * WHOLE));
    }
    return json;
  }
}
