package fabwafer.hub.alarm;

import fabwafer.hub.audit.Actor;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.classification.ClassificationQuery.Cursor;
import fabwafer.hub.classification.ClassificationStore;
import fabwafer.hub.database.Database;
import fabwafer.hub.groundtruth.GroundTruth;
import fabwafer.hub.groundtruth.GroundTruthStore;
import fabwafer.hub.image.ImageJson;
import fabwafer.hub.web.Access;
import fabwafer.hub.web.Exchange;
import fabwafer.hub.web.Json;
import fabwafer.hub.web.LiveEvents;
import fabwafer.hub.web.ProblemException;
import fabwafer.hub.web.Route;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.Routes;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The alarms, the wafers they count, and what people do about them. */
public final class AlarmRoutes implements RouteSource {
  /** Most characters of a comment. */
  static final int MAX_COMMENT_CHARS = 2_000;

  private static final String PATH = "/api/v1/alarms";

  /** Stands for the states of an alarm that lasts. */
  private static final String LASTING = "lasting";

  private final AlarmStore alarms;
  private final ClassificationStore classifications;
  private final GroundTruthStore groundTruths;
  private final LiveEvents events;
  private final AuditLog audit;
  private final InstantSource clock;

  public AlarmRoutes(
      AlarmStore alarms,
      ClassificationStore classifications,
      GroundTruthStore groundTruths,
      LiveEvents events,
      AuditLog audit,
      InstantSource clock) {
    this.alarms = alarms;
    this.classifications = classifications;
    this.groundTruths = groundTruths;
    this.events = events;
    this.audit = audit;
    this.clock = clock;
  }

  @Override
  public void addTo(Routes routes) {
    routes.add(
        Route.get(PATH, Access.VIEWER, this::list)
            .query("state", "fab", "camera", "limit", "cursor"));
    routes.add(Route.get(PATH + "/{id}", Access.VIEWER, this::one));
    routes.add(
        Route.get(PATH + "/{id}/wafers", Access.VIEWER, this::wafers).query("limit", "cursor"));
    routes.add(Route.post(PATH + "/{id}/acknowledge", Access.REVIEWER, this::acknowledge));
    routes.add(Route.post(PATH + "/{id}/resolve", Access.REVIEWER, this::resolve));
  }

  /** An alarm as the REST contract writes it. */
  public static ObjectNode json(Alarm alarm) {
    return Json.object()
        .put("id", alarm.id())
        .put("fab", alarm.device().fab())
        .put("camera", alarm.device().camera())
        .put("prediction", alarm.pattern())
        .put("state", alarm.state().word())
        .put("wafers", alarm.wafers())
        .put("firstSeenAt", Instant.ofEpochMilli(alarm.firstSeenMillis()).toString())
        .put("lastSeenAt", Instant.ofEpochMilli(alarm.lastSeenMillis()).toString())
        .put("firstImgid", alarm.firstImgid())
        .put("lastImgid", alarm.lastImgid())
        .put("lastTimestamp", alarm.lastSeenMillis())
        .put("lastUrl", ImageJson.url(alarm.device(), alarm.lastImgid(), alarm.lastSeenMillis()))
        .put("maxProbability", alarm.maxProbability())
        .put("openedAt", Instant.ofEpochMilli(alarm.openedMillis()).toString())
        .put("acknowledgedBy", alarm.acknowledgedBy().orElse(null))
        .put("acknowledgedAt", time(alarm.acknowledgedMillis()))
        .put("closedBy", alarm.closedBy().orElse(null))
        .put("closedAt", time(alarm.closedMillis()))
        .put("comment", alarm.comment().orElse(null));
  }

  private void list(Exchange exchange) {
    int limit = exchange.parameters().limit();
    // One row more than asked for tells whether there is a next page.
    List<Alarm> found =
        alarms.alarms(
            new AlarmQuery(
                exchange.parameters().name("fab"),
                exchange.parameters().name("camera"),
                states(exchange),
                exchange.parameters().idCursor(),
                limit + 1));
    List<Alarm> page = found.subList(0, Math.min(limit, found.size()));
    ObjectNode answer = Json.object();
    ArrayNode items = answer.putArray("items");
    page.forEach(alarm -> items.add(json(alarm)));
    answer.put("next", found.size() > limit ? String.valueOf(page.getLast().id()) : null);
    exchange.json(answer);
  }

  private static Set<Alarm.State> states(Exchange exchange) {
    List<String> words =
        Stream.concat(
                Arrays.stream(Alarm.State.values()).map(Alarm.State::word), Stream.of(LASTING))
            .toList();
    Optional<String> word = exchange.parameters().word("state", words);
    if (word.isEmpty()) {
      return Set.of();
    }
    return word.get().equals(LASTING)
        ? Set.of(Alarm.State.OPEN, Alarm.State.ACKNOWLEDGED)
        : Set.of(Alarm.State.ofWord(word.get()));
  }

  private void one(Exchange exchange) {
    exchange.json(json(require(exchange.parameters().idInPath("id"))));
  }

  private void wafers(Exchange exchange) {
    Alarm alarm = require(exchange.parameters().idInPath("id"));
    int limit = exchange.parameters().limit();
    Optional<Alarm.Wafer> before = exchange.parameters().cursor().map(AlarmRoutes::place);
    List<Alarm.Wafer> found = alarms.wafers(alarm.id(), before, limit + 1);
    List<Alarm.Wafer> page = found.subList(0, Math.min(limit, found.size()));
    List<Classification> rows =
        page.stream()
            .flatMap(wafer -> classifications.find(wafer.imgid(), wafer.timestampMillis()).stream())
            .toList();
    Map<Cursor, GroundTruth> truths = groundTruths.newestOf(rows);
    ObjectNode answer = Json.object();
    ArrayNode items = answer.putArray("items");
    for (Classification row : rows) {
      Cursor place = new Cursor(row.timestampMillis(), row.imgid());
      items.add(ImageJson.json(row, Optional.ofNullable(truths.get(place))));
    }
    answer.put(
        "next",
        found.size() > limit
            ? new Cursor(page.getLast().timestampMillis(), page.getLast().imgid()).toString()
            : null);
    exchange.json(answer);
  }

  private static Alarm.Wafer place(String cursor) {
    Cursor place = ImageJson.cursor(cursor);
    return new Alarm.Wafer(place.imgid(), place.timestampMillis(), 0);
  }

  private void acknowledge(Exchange exchange) {
    long id = exchange.parameters().idInPath("id");
    changed(
        exchange,
        "alarm.acknowledged",
        handle -> alarms.acknowledge(handle, id, exchange.caller().user(), clock.millis()));
  }

  private void resolve(Exchange exchange) throws IOException {
    long id = exchange.parameters().idInPath("id");
    Optional<String> comment =
        exchange.hasBody()
            ? exchange.jsonBody("comment").optionalText("comment", MAX_COMMENT_CHARS)
            : Optional.empty();
    changed(
        exchange,
        "alarm.resolved",
        handle -> alarms.resolve(handle, id, exchange.caller().user(), comment, clock.millis()));
  }

  private void changed(Exchange exchange, String action, Database.Work<Optional<Alarm>> change) {
    Alarm alarm =
        audit.write(
            handle -> {
              Alarm changed =
                  change
                      .on(handle)
                      .orElseThrow(() -> missing(exchange.parameters().idInPath("id")));
              audit.append(
                  handle,
                  Actor.of(exchange),
                  action,
                  "alarm:" + changed.id(),
                  AuditLog.detail()
                      .put("device", changed.device().toString())
                      .put("pattern", changed.pattern()));
              return changed;
            });
    ObjectNode json = json(alarm);
    events.publish("alarm", json);
    exchange.json(json);
  }

  private Alarm require(long id) {
    return alarms.find(id).orElseThrow(() -> missing(id));
  }

  private static ProblemException missing(long id) {
    return ProblemException.notFound("there is no alarm " + id);
  }

  private static @Nullable String time(OptionalLong millis) {
    return millis.isPresent() ? Instant.ofEpochMilli(millis.getAsLong()).toString() : null;
  }
}
