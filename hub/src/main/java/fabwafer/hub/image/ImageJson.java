package fabwafer.hub.image;

import fabwafer.hub.HubException;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.classification.ClassificationQuery.Cursor;
import fabwafer.hub.groundtruth.GroundTruth;
import fabwafer.hub.groundtruth.GroundTruthRoutes;
import fabwafer.hub.web.Json;
import fabwafer.hub.web.Parameters;
import fabwafer.hub.web.ProblemException;
import fabwafer.protocol.Assessment;
import fabwafer.protocol.AssessmentFields;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.WaferFactsFields;
import fabwafer.wafer.DefectPattern;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An inspection as the REST contract writes it. */
public final class ImageJson {
  /** Most labels of {@code probabilities} that are passed on: the nine and many new patterns. */
  private static final int MAX_PROBABILITIES = 64;

  private static final int MAX_MODEL_CHARS = 128;

  private ImageJson() {}

  /** A classification with the label that counts, where it is reviewed. */
  public static ObjectNode json(Classification wafer, Optional<GroundTruth> truth) {
    ObjectNode more = wafer.fields();
    ObjectNode json =
        Json.object()
            .put("imgid", wafer.imgid())
            .put("timestamp", wafer.timestampMillis())
            .put("time", Instant.ofEpochMilli(wafer.timestampMillis()).toString())
            .put("fab", wafer.device().fab())
            .put("camera", wafer.device().camera())
            .put("prediction", wafer.prediction())
            .put("probability", wafer.probability());
    json.set("probabilities", probabilities(more.get("probabilities")));
    json.put("model", model(more.get("model")));
    putAssessment(json, AssessmentFields.read(more));
    WaferFactsJson.putShort(json, WaferFactsFields.read(more));
    putUrls(json, wafer.device(), wafer.imgid(), wafer.timestampMillis(), wafer.hasImage());
    json.set("groundTruth", truth.map(GroundTruthRoutes::json).orElse(null));
    return json;
  }

  /**
   * A classification with all that is known of it.
   *
   * @param history its labels, the newest first
   */
  static ObjectNode detail(Classification wafer, List<GroundTruth> history) {
    ObjectNode json = ImageJson.json(wafer, history.stream().findFirst());
    json.put("receivedAt", Instant.ofEpochMilli(wafer.receivedMillis()).toString());
    WaferFactsJson.putLong(json, wafer);
    json.set("more", wafer.fields());
    ArrayNode labels = json.putArray("groundTruths");
    history.forEach(truth -> labels.add(GroundTruthRoutes.json(truth)));
    return json;
  }

  /** What the model said beside its label; null where it did not. */
  private static void putAssessment(ObjectNode json, Assessment assessment) {
    json.putNull("patterns");
    json.putNull("patternProbabilities");
    json.putNull("conformalSet");
    json.putNull("novelty");
    json.putNull("decision");
    json.putArray("reasons");
    AssessmentFields.write(assessment, json);
  }

  /**
   * The place in a list that a cursor stands for.
   *
   * @throws ProblemException if no page gave it out
   */
  public static Cursor cursor(String text) {
    try {
      return Cursor.parse(text);
    } catch (HubException e) {
      throw Parameters.badCursor();
    }
  }

  /** Where an inspection's image and wafer map are; null where no image has come. */
  public static void putUrls(
      ObjectNode json, DeviceName device, String imgid, long timestampMillis, boolean hasImage) {
    json.put("imageUrl", hasImage ? url(device, imgid, "/image", timestampMillis) : null);
    json.put("waferMapUrl", hasImage ? url(device, imgid, "/wafermap", timestampMillis) : null);
  }

  /** Where an inspection is. */
  public static String url(DeviceName device, String imgid, long timestampMillis) {
    return url(device, imgid, "", timestampMillis);
  }

  // Names need no escaping: they hold letters, digits and . _ - only.
  static String url(DeviceName device, String imgid, String part, long timestampMillis) {
    return "/api/v1/images/" + device + "/" + imgid + part + "?timestamp=" + timestampMillis;
  }

  /** Label → probability, if that is what the device sent; a sender may send anything. */
  private static @Nullable ObjectNode probabilities(@Nullable JsonNode sent) {
    if (!(sent instanceof ObjectNode object)
        || object.isEmpty()
        || object.size() > MAX_PROBABILITIES) {
      return null;
    }
    ObjectNode probabilities = Json.object();
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      if (!entry.getValue().isNumber()) {
        return null;
      }
      probabilities.set(DefectPattern.canonicalLabel(entry.getKey()), entry.getValue());
    }
    return probabilities;
  }

  private static @Nullable String model(@Nullable JsonNode sent) {
    if (sent == null || !sent.isString()) {
      return null;
    }
    String text = sent.stringValue();
    return text.substring(0, Math.min(text.length(), MAX_MODEL_CHARS));
  }
}
