package fabwafer.hub.image;

import fabwafer.hub.classification.Classification;
import fabwafer.hub.web.Json;
import fabwafer.protocol.WaferFacts;
import fabwafer.protocol.WaferFactsFields;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a wafer's file says of it, as the REST contract writes it: null where it does not. */
final class WaferFactsJson {
  private WaferFactsJson() {}

  /** What every list shows. */
  static void putShort(ObjectNode json, WaferFacts facts) {
    json.put("lot", orNull(facts.lot()));
    json.put("wafer", orNull(facts.wafer()));
    json.put("slot", facts.slot() > 0 ? facts.slot() : null);
    json.put("product", orNull(facts.product()));
    json.put("notch", orNull(WaferFactsFields.word(facts.notch())));
  }

  /** The rest: of one wafer. */
  static void putLong(ObjectNode json, Classification wafer) {
    ObjectNode told = Json.object();
    WaferFacts facts = wafer.facts();
    WaferFactsFields.write(facts, told);
    json.put("step", orNull(facts.step()));
    json.put("measured", orNull(facts.measured()));
    json.set("source", orNull(told.get("source")));
    json.set("dies", orNull(told.get("dies")));
    json.set("bins", told.has("bins") ? told.get("bins") : Json.object().putArray("bins"));
    boolean hasBinMap = wafer.hasImage() && !facts.binMap().isEmpty();
    json.put(
        "binMapUrl",
        hasBinMap
            ? ImageJson.url(wafer.device(), wafer.imgid(), "/bins", wafer.timestampMillis())
            : null);
    json.put(
        "exportUrl",
        wafer.hasImage()
            ? ImageJson.url(wafer.device(), wafer.imgid(), "/export", wafer.timestampMillis())
            : null);
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }

  private static @Nullable JsonNode orNull(@Nullable JsonNode node) {
    return node;
  }
}
