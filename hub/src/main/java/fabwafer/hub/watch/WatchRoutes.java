package fabwafer.hub.watch;

import fabwafer.hub.alarm.SystemAlarms;
import fabwafer.hub.audit.Actor;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.database.Database;
import fabwafer.hub.registry.ModelRegistry;
import fabwafer.hub.web.Access;
import fabwafer.hub.web.Exchange;
import fabwafer.hub.web.Json;
import fabwafer.hub.web.JsonBody;
import fabwafer.hub.web.ProblemException;
import fabwafer.hub.web.Route;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.Routes;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.Limits;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Drift and coverage over REST, and a person's word that a camera is now as it should be. */
public final class WatchRoutes implements RouteSource {
  private static final String PATH = "/api/v1/watch";
  private static final int MAX_LABELS = 50;

  private final Database database;
  private final ModelRegistry registry;
  private final SystemAlarms alarms;
  private final AuditLog audit;

  public WatchRoutes(
      Database database, ModelRegistry registry, SystemAlarms alarms, AuditLog audit) {
    this.database = database;
    this.registry = registry;
    this.alarms = alarms;
    this.audit = audit;
  }

  @Override
  public void addTo(Routes routes) {
    routes.add(Route.get(PATH, Access.VIEWER, this::show));
    routes.add(Route.post(PATH + "/reference", Access.APPROVER, this::beginAnew));
  }

  private void show(Exchange exchange) {
    Optional<String> champion = registry.inUse().champion();
    exchange.json(database.read(handle -> json(handle, champion)));
  }

  private void beginAnew(Exchange exchange) throws IOException {
    JsonBody body = exchange.jsonBody("fab", "camera");
    DeviceName camera =
        new DeviceName(
            body.text("fab", Limits.MAX_NAME_CHARS), body.text("camera", Limits.MAX_NAME_CHARS));
    boolean known =
        audit.write(
            handle -> {
              if (!WatchRows.forget(handle, camera)) {
                return false;
              }
              alarms.clear(handle, DriftWatch.ALARM, camera.toString());
              audit.append(
                  handle,
                  Actor.of(exchange),
                  "watch.reference-begun",
                  "camera:" + camera,
                  AuditLog.detail());
              return true;
            });
    if (!known) {
      throw ProblemException.notFound("camera %s is not watched yet".formatted(camera));
    }
    exchange.json(Json.object().put("fab", camera.fab()).put("camera", camera.camera()));
  }

  private static ObjectNode json(Handle handle, Optional<String> champion) {
    ObjectNode json = Json.object();
    ArrayNode cameras = json.putArray("cameras");
    WatchRows.all(handle).forEach(state -> cameras.add(json(state)));
    ArrayNode coverage = json.putArray("coverage");
    champion.ifPresent(
        model -> CoverageRows.of(handle, model).forEach(each -> coverage.add(json(each))));
    return json;
  }

  private static ObjectNode json(CameraState state) {
    ObjectNode json =
        Json.object().put("fab", state.camera().fab()).put("camera", state.camera().camera());
    Comparison labels = state.comparison(Measure.LABELS);
    putTime(json, "reference", Optional.of(labels.reference()));
    putTime(json, "recent", labels.recent());
    ArrayNode inputs = json.putArray("inputs");
    for (Measure measure : Measure.values()) {
      if (!measure.isOutput()) {
        inputs.add(verdict(state.comparison(measure)).put("measure", measure.word()));
      }
    }
    if (labels.recent().isPresent()) {
      json.set("outputs", outputs(labels));
    } else {
      json.putNull("outputs");
    }
    return json;
  }

  private static ObjectNode verdict(Comparison comparison) {
    boolean judged = comparison.recent().isPresent();
    ObjectNode json = Json.object();
    if (judged) {
      json.put("value", comparison.value());
    } else {
      json.putNull("value");
    }
    return json.put("limit", comparison.limit()).put("drifting", comparison.drifting());
  }

  private static ObjectNode outputs(Comparison labels) {
    ObjectNode json = verdict(labels);
    ArrayNode shares = json.putArray("labels");
    Sample recent = labels.recent().orElseGet(Sample::new);
    TreeSet<String> all = new TreeSet<>(labels.reference().counts().keySet());
    all.addAll(recent.counts().keySet());
    List<String> told = all.stream().limit(MAX_LABELS).toList();
    for (String label : told) {
      shares
          .addObject()
          .put("label", label)
          .put("reference", share(labels.reference(), label))
          .put("recent", share(recent, label));
    }
    return json;
  }

  private static double share(Sample sample, String label) {
    return sample.wafers() == 0
        ? 0
        : (double) sample.counts().getOrDefault(label, 0L) / sample.wafers();
  }

  private static void putTime(ObjectNode json, String field, Optional<Sample> sample) {
    if (sample.isEmpty() || sample.get().wafers() == 0) {
      json.putNull(field);
      return;
    }
    json.putObject(field)
        .put("from", Instant.ofEpochMilli(sample.get().fromMillis()).toString())
        .put("to", Instant.ofEpochMilli(sample.get().toMillis()).toString())
        .put("wafers", sample.get().wafers());
  }

  private static ObjectNode json(Coverage coverage) {
    return Json.object()
        .put("label", coverage.label())
        .put("reviewed", coverage.reviewed())
        .put("covered", coverage.covered())
        .put("share", (double) coverage.covered() / Math.max(1, coverage.reviewed()))
        .put("stated", coverage.stated())
        .put("slipping", coverage.slipping())
        .put("tightened", coverage.tightened().isPresent())
        .put("least", coverage.tightened().orElse(null));
  }
}
