package fabwafer.hub.delivery;

import fabwafer.hub.audit.Actor;
import fabwafer.hub.database.Database;
import fabwafer.hub.web.Access;
import fabwafer.hub.web.Exchange;
import fabwafer.hub.web.Json;
import fabwafer.hub.web.JsonBody;
import fabwafer.hub.web.ProblemException;
import fabwafer.hub.web.Route;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.Routes;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.model.ModelReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Which camera has which model, and how rollouts go. */
final class DeliveryRoutes implements RouteSource {
  private static final int MAX_ROLLOUTS = 50;
  private static final int MAX_REASON_CHARS = 500;

  /** A stage may name hundreds of cameras. */
  private static final int MAX_STAGE_CHARS = 20_000;

  private static final String ROLLOUTS = "/api/v1/rollouts";

  private final Database database;
  private final Rollouts rollouts;
  private final Champions champions;
  private final Supplier<String> modelKey;

  DeliveryRoutes(
      Database database, Rollouts rollouts, Champions champions, Supplier<String> modelKey) {
    this.database = database;
    this.rollouts = rollouts;
    this.champions = champions;
    this.modelKey = modelKey;
  }

  @Override
  public void addTo(Routes routes) {
    routes.add(Route.get("/api/v1/deliveries", Access.VIEWER, this::deliveries));
    routes.add(Route.get(ROLLOUTS, Access.VIEWER, this::list));
    routes.add(Route.post(ROLLOUTS, Access.APPROVER, this::start));
    routes.add(Route.post(ROLLOUTS + "/{id}/rollback", Access.APPROVER, this::rollBack));
    routes.add(Route.post(ROLLOUTS + "/{id}/stop", Access.APPROVER, this::stop));
    routes.add(Route.get("/model-key.pem", Access.OPEN, this::key));
  }

  private void deliveries(Exchange exchange) {
    Map<String, ObjectNode> cameras = new TreeMap<>();
    database.read(
        handle -> {
          for (Order order : OrderRows.all(handle).values()) {
            camera(cameras, order.device())
                .put("desired", order.model())
                .put("sequence", order.sequence())
                .put("orderedAt", time(order.givenMillis()));
          }
          for (ReportRows.Reported reported : ReportRows.all(handle)) {
            ((ArrayNode) camera(cameras, reported.device()).get("agents")).add(json(reported));
          }
          return true;
        });
    ObjectNode answer = Json.object();
    Collection<ObjectNode> items = cameras.values();
    items.forEach(answer.putArray("items")::add);
    exchange.json(answer);
  }

  private static ObjectNode camera(Map<String, ObjectNode> cameras, DeviceName device) {
    return cameras.computeIfAbsent(
        device.toString(),
        _ -> {
          ObjectNode json =
              Json.object()
                  .put("fab", device.fab())
                  .put("camera", device.camera())
                  .putNull("desired")
                  .putNull("sequence")
                  .putNull("orderedAt");
          json.putArray("agents");
          return json;
        });
  }

  private static ObjectNode json(ReportRows.Reported reported) {
    ModelReport report = reported.report();
    ObjectNode json =
        Json.object()
            .put("agent", report.agent())
            .put("state", report.state().word())
            .put("serving", report.serving())
            .put("sequence", report.sequence())
            .put("received", report.received())
            .put("reason", report.reason().orElse(null))
            .put("previous", report.previous().orElse(null))
            .put("reportedAt", time(reported.atMillis()));
    json.putObject("counts")
        .put("wafers", report.counts().wafers())
        .put("errors", report.counts().errors())
        .put("compared", report.counts().compared())
        .put("disagreements", report.counts().disagreements())
        .put("meanMillis", report.counts().meanMillis())
        .put("previousMeanMillis", report.counts().previousMeanMillis());
    return json;
  }

  private void list(Exchange exchange) {
    ObjectNode answer = Json.object();
    rollouts.usualStages().forEach(answer.putArray("usualStages")::add);
    ArrayNode items = answer.putArray("items");
    List<String> waits = rollouts.waitsFor();
    database.read(
        handle -> {
          for (Rollout rollout : RolloutRows.newest(handle, MAX_ROLLOUTS)) {
            ObjectNode item = json(rollout, RolloutRows.members(handle, rollout.id()));
            ArrayNode waitsFor = item.putArray("waitsFor");
            if (rollout.state() == Rollout.State.RUNNING) {
              waits.forEach(waitsFor::add);
            }
            items.add(item);
          }
          return true;
        });
    exchange.json(answer);
  }

  private void start(Exchange exchange) throws IOException {
    JsonBody body = exchange.jsonBody("stages");
    List<String> given = body.texts("stages", DeliveryConfig.MAX_STAGES, MAX_STAGE_CHARS);
    String champion =
        champions
            .champion()
            .orElseThrow(() -> ProblemException.notFound("there is no champion to deliver"));
    Rollout started =
        rollouts.start(
            Actor.of(exchange), champion, given.isEmpty() ? rollouts.usualStages() : given);
    exchange.json(201, json(started));
  }

  private void rollBack(Exchange exchange) throws IOException {
    JsonBody body = exchange.jsonBody("reason");
    long id = exchange.parameters().idInPath("id");
    exchange.json(
        json(rollouts.rollBack(Actor.of(exchange), id, body.text("reason", MAX_REASON_CHARS))));
  }

  private void stop(Exchange exchange) throws IOException {
    JsonBody body = exchange.jsonBody("reason");
    long id = exchange.parameters().idInPath("id");
    exchange.json(
        json(rollouts.stop(Actor.of(exchange), id, body.text("reason", MAX_REASON_CHARS))));
  }

  private void key(Exchange exchange) {
    exchange.header("Content-Disposition", "attachment; filename=\"model-key.pem\"");
    exchange.bytes("application/x-pem-file", modelKey.get().getBytes(StandardCharsets.US_ASCII));
  }

  private ObjectNode json(Rollout rollout) {
    return json(rollout, database.read(handle -> RolloutRows.members(handle, rollout.id())));
  }

  private static ObjectNode json(Rollout rollout, List<Rollout.Member> members) {
    ObjectNode json =
        Json.object()
            .put("id", rollout.id())
            .put("model", rollout.model())
            .put("before", rollout.champion().orElse(null))
            .put("state", rollout.state().word())
            .put("stage", rollout.stage() + 1)
            .put("stageSince", time(rollout.stageSinceMillis()))
            .put("reason", rollout.reason().orElse(null))
            .put("createdAt", time(rollout.createdMillis()))
            .put("createdBy", rollout.createdBy())
            .put("endedAt", time(rollout.endedMillis()));
    rollout.stages().forEach(json.putArray("stages")::add);
    ArrayNode cameras = json.putArray("cameras");
    for (Rollout.Member member : members) {
      cameras
          .addObject()
          .put("fab", member.device().fab())
          .put("camera", member.device().camera())
          .put("stage", member.stage() + 1)
          .put("before", member.before().orElse(null));
    }
    return json;
  }

  private static String time(long millis) {
    return Instant.ofEpochMilli(millis).toString();
  }

  private static @Nullable String time(Optional<Long> millis) {
    return millis.map(DeliveryRoutes::time).orElse(null);
  }
}
