package fabwafer.hub.registry;

import fabwafer.classifier.ModelCard;
import fabwafer.classifier.ModelCard.Measurement;
import fabwafer.hub.registry.RegisteredModel.Approval;
import fabwafer.hub.registry.RegisteredModel.Event;
import fabwafer.hub.registry.RegisteredModel.Verdict;
import fabwafer.hub.web.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/** Models as the REST contract writes them. */
final class ModelJson {
  private static final String MACRO_F1 = "macroF1";
  private static final String ECE = "ece";

  private ModelJson() {}

  /** What a list says of a model. */
  static ObjectNode row(RegisteredModel model, int approvers) {
    ObjectNode json =
        Json.object()
            .put("id", model.id())
            .put("stage", model.stage().word())
            .put("origin", model.origin().word())
            .put("parent", model.parent().orElse(null))
            .put("bytes", model.bytes())
            .put("sha256", model.sha256())
            .put("snapshot", model.snapshot().orElse(null))
            .put("note", model.note().orElse(null))
            .put("createdAt", time(model.createdMillis()))
            .put("createdBy", model.createdBy())
            .put("approversNeeded", approvers);
    model.card().classes().forEach(json.putArray("classes")::add);
    ArrayNode approvals = json.putArray("approvals");
    for (Approval approval : model.approvals()) {
      approvals
          .addObject()
          .put("person", approval.person())
          .put("at", time(approval.atMillis()))
          .put("comment", approval.comment().orElse(null));
    }
    model
        .verdict()
        .ifPresentOrElse(
            verdict ->
                json.putObject("gate")
                    .put("passed", verdict.passed())
                    .put("champion", verdict.champion().orElse(null))
                    .put("at", time(verdict.atMillis())),
            () -> json.putNull("gate"));
    json.set("measured", measured(model));
    return json;
  }

  /** What people ask for first: by the gate where it judged, else by the card. */
  private static JsonNode measured(RegisteredModel model) {
    JsonNode figures =
        model
            .verdict()
            .map(verdict -> Json.parse(verdict.json()).path("figures"))
            .orElse(MissingNode.getInstance());
    ObjectNode json = Json.object();
    if (figures.has(MACRO_F1)) {
      json.put("by", "gate");
      json.set(MACRO_F1, figures.get(MACRO_F1));
      json.set(ECE, figures.get(ECE));
      return json;
    }
    for (Measurement measured : model.card().metrics()) {
      if (measured.values().containsKey(MACRO_F1)) {
        return json.put("by", "card")
            .put(MACRO_F1, measured.values().get(MACRO_F1))
            .put(ECE, measured.values().get(ECE));
      }
    }
    return NullNode.getInstance();
  }

  /** All that is known of a model. */
  static ObjectNode detail(RegisteredModel model, List<Event> events, int approvers) {
    ObjectNode json = row(model, approvers);
    json.set("metrics", metrics(model.card()));
    json.set("provenance", provenance(model.card()));
    model
        .verdict()
        .map(Verdict::json)
        .ifPresentOrElse(
            verdict -> json.set("verdict", Json.parse(verdict)), () -> json.putNull("verdict"));
    ArrayNode history = json.putArray("events");
    for (Event event : events) {
      ObjectNode item =
          history
              .addObject()
              .put("at", time(event.atMillis()))
              .put("actor", event.actor())
              .put("action", event.action());
      item.set("detail", Json.parse(event.detail()));
    }
    return json;
  }

  /**
   * What two cards say of the same data by the same protocol, and of what else each was measured.
   */
  static ObjectNode comparison(RegisteredModel model, RegisteredModel other) {
    ObjectNode json = Json.object().put("model", model.id()).put("against", other.id());
    ArrayNode rows = json.putArray("measured");
    for (Measurement mine : model.card().metrics()) {
      Map<String, Double> theirs =
          other.card().metrics().stream()
              .filter(
                  measured ->
                      measured.data().equals(mine.data()) && measured.split().equals(mine.split()))
              .findFirst()
              .map(Measurement::values)
              .orElse(Map.of());
      ObjectNode row = rows.addObject().put("data", mine.data()).put("split", mine.split());
      row.put("both", !theirs.isEmpty());
      ArrayNode values = row.putArray("values");
      mine.values()
          .forEach(
              (name, value) ->
                  values
                      .addObject()
                      .put("name", name)
                      .put("value", value)
                      .put("against", theirs.get(name)));
    }
    json.put("bytes", model.bytes()).put("bytesAgainst", other.bytes());
    ArrayNode added = json.putArray("classesAdded");
    model.card().classes().stream()
        .filter(label -> !other.card().classes().contains(label))
        .forEach(added::add);
    ArrayNode gone = json.putArray("classesGone");
    other.card().classes().stream()
        .filter(label -> !model.card().classes().contains(label))
        .forEach(gone::add);
    return json;
  }

  private static ArrayNode metrics(ModelCard card) {
    ArrayNode metrics = Json.object().putArray("metrics");
    for (Measurement measured : card.metrics()) {
      ObjectNode item =
          metrics.addObject().put("data", measured.data()).put("split", measured.split());
      ObjectNode values = item.putObject("values");
      measured.values().forEach(values::put);
    }
    return metrics;
  }

  private static ObjectNode provenance(ModelCard card) {
    return Json.object()
        .put("data", card.provenance().data())
        .put("dataSha256", card.provenance().dataSha256())
        .put("codeVersion", card.provenance().codeVersion())
        .put("seed", card.provenance().seed())
        .put("created", card.provenance().created().toString())
        .put("command", card.provenance().command());
  }

  private static String time(long millis) {
    return Instant.ofEpochMilli(millis).toString();
  }
}
