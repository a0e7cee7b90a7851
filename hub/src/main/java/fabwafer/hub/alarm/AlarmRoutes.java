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
import fabwafer.hub.web.JsonBody;
import fabwafer.hub.web.LiveEvents;
import fabwafer.hub.web.Parameters;
import fabwafer.hub.web.Problem;
import fabwafer.hub.web.ProblemException;
import fabwafer.hub.web.Route;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.Routes;
import fabwafer.protocol.DeviceName;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The alarms, the wafers they count, and what people do about them. */
public final class AlarmRoutes implements RouteSource {
  /** Most characters of a comment. */
  static final int MAX_COMMENT_CHARS = 2_000;

  private static final String PATH = "/api/v1/alarms";

  /** Stands for the states of an alarm that lasts. */
  private static final String LASTING = "lasting";

  /** Stands for every kind of alarm. */
  private static final String ALL = "all";

  /** Most digits of a rule's id. */
  private static final int MAX_ID_DIGITS = 18;

  /** Longest suppression: what nobody wants to hear of for longer is a matter of the rules. */
  private static final Duration LONGEST_SUPPRESSION = Duration.ofDays(31);

  private final AlarmStore alarms;
  private final ClassificationStore classifications;
  private final GroundTruthStore groundTruths;
  private final AlarmHistory history;
  private final LiveEvents events;
  private final AuditLog audit;
  private final InstantSource clock;

  public AlarmRoutes(
      Database database,
      AlarmStore alarms,
      ClassificationStore classifications,
      GroundTruthStore groundTruths,
      LiveEvents events,
      AuditLog audit,
      InstantSource clock) {
    this.alarms = alarms;
    this.history = new AlarmHistory(database);
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
            .query("kind", "state", "fab", "camera", "rule", "limit", "cursor"));
    routes.add(Route.get(PATH + "/{id}", Access.VIEWER, this::one));
    routes.add(
        Route.get(PATH + "/{id}/wafers", Access.VIEWER, this::wafers).query("limit", "cursor"));
    routes.add(Route.get(PATH + "/{id}/history", Access.VIEWER, this::history));
    routes.add(Route.post(PATH + "/{id}/acknowledge", Access.REVIEWER, this::acknowledge));
    routes.add(Route.post(PATH + "/{id}/suppress", Access.REVIEWER, this::suppress));
    routes.add(Route.post(PATH + "/{id}/resume", Access.REVIEWER, this::resume));
    routes.add(Route.post(PATH + "/{id}/comments", Access.REVIEWER, this::comment));
    routes.add(Route.post(PATH + "/{id}/resolve", Access.REVIEWER, this::resolve));
  }

  private void list(Exchange exchange) {
    int limit = exchange.parameters().limit();
    // One row more than asked for tells whether there is a next page.
    List<Alarm> found =
        alarms.alarms(
            new AlarmQuery(
                kinds(exchange),
                exchange.parameters().name("fab"),
                exchange.parameters().name("camera"),
                rule(exchange),
                states(exchange),
                exchange.parameters().idCursor(),
                limit + 1));
    List<Alarm> page = found.subList(0, Math.min(limit, found.size()));
    ObjectNode answer = Json.object();
    ArrayNode items = answer.putArray("items");
    page.forEach(alarm -> items.add(AlarmJson.of(alarm)));
    answer.put("next", found.size() > limit ? String.valueOf(page.getLast().id()) : null);
    exchange.json(answer);
  }

  /** Without the parameter alarms of wafers, as ever. */
  private static Set<Alarm.Kind> kinds(Exchange exchange) {
    List<String> words =
        Stream.concat(Arrays.stream(Alarm.Kind.values()).map(Alarm.Kind::word), Stream.of(ALL))
            .toList();
    String word = exchange.parameters().word("kind", words).orElse(Alarm.Kind.WAFERS.word());
    return word.equals(ALL) ? Set.of() : Set.of(Alarm.Kind.ofWord(word));
  }

  private static OptionalLong rule(Exchange exchange) {
    Optional<String> text = exchange.parameters().text("rule", MAX_ID_DIGITS);
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    if (!text.get().matches("[1-9][0-9]*")) {
      throw ProblemException.parameter("rule", "rule must be a number from 1");
    }
    return OptionalLong.of(Long.parseLong(text.get()));
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
    exchange.json(AlarmJson.of(require(exchange.parameters().idInPath("id"))));
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

  private void history(Exchange exchange) {
    Alarm alarm = require(exchange.parameters().idInPath("id"));
    ObjectNode answer = Json.object();
    ArrayNode items = answer.putArray("items");
    history.of(alarm.id()).forEach(entry -> items.add(AlarmJson.of(entry)));
    exchange.json(answer);
  }

  private void acknowledge(Exchange exchange) {
    long id = exchange.parameters().idInPath("id");
    changed(
        exchange,
        "alarm.acknowledged",
        AuditLog.detail(),
        handle -> AlarmCare.acknowledge(handle, id, exchange.caller().user(), clock.millis()));
  }

  private void suppress(Exchange exchange) throws IOException {
    long id = exchange.parameters().idInPath("id");
    JsonBody body = exchange.jsonBody("until", "reason");
    long now = clock.millis();
    long until = millis(body);
    if (until <= now || until > now + LONGEST_SUPPRESSION.toMillis()) {
      throw ProblemException.field(
          "until",
          "until must be a time to come, within %d days".formatted(LONGEST_SUPPRESSION.toDays()));
    }
    String reason = words(body, "reason");
    changed(
        exchange,
        "alarm.suppressed",
        AuditLog.detail()
            .put("until", Instant.ofEpochMilli(until).toString())
            .put("reason", reason),
        handle -> AlarmCare.suppress(handle, id, exchange.caller().user(), until, reason, now));
  }

  private static long millis(JsonBody body) {
    try {
      return Parameters.millis(body.timestamp("until"));
    } catch (IllegalArgumentException e) {
      throw ProblemException.field("until", "until " + String.valueOf(e.getMessage()));
    }
  }

  private void resume(Exchange exchange) {
    long id = exchange.parameters().idInPath("id");
    changed(
        exchange,
        "alarm.resumed",
        AuditLog.detail(),
        handle -> AlarmCare.resume(handle, id, exchange.caller().user(), clock.millis()));
  }

  private void comment(Exchange exchange) throws IOException {
    long id = exchange.parameters().idInPath("id");
    String comment = words(exchange.jsonBody("comment"), "comment");
    if (history.of(id).size() >= AlarmHistory.MAX_ENTRIES) {
      throw new ProblemException(
          Problem.CONFLICT,
          "alarm %d has %,d entries, the most there may be"
              .formatted(id, AlarmHistory.MAX_ENTRIES));
    }
    changed(
        exchange,
        "alarm.commented",
        AuditLog.detail().put("comment", comment),
        handle -> AlarmCare.comment(handle, id, exchange.caller().user(), comment, clock.millis()));
  }

  private static String words(JsonBody body, String field) {
    String words = body.text(field, MAX_COMMENT_CHARS).strip();
    if (words.isEmpty()) {
      throw ProblemException.field(field, field + " must say something");
    }
    return words;
  }

  private void resolve(Exchange exchange) throws IOException {
    long id = exchange.parameters().idInPath("id");
    Optional<String> comment = Optional.empty();
    Optional<Alarm.Cause> cause = Optional.empty();
    if (exchange.hasBody()) {
      JsonBody body = exchange.jsonBody("comment", "cause");
      comment = body.optionalText("comment", MAX_COMMENT_CHARS);
      cause = body.optionalText("cause", MAX_COMMENT_CHARS).map(AlarmRoutes::cause);
    }
    Optional<String> words = comment;
    Optional<Alarm.Cause> was = cause;
    changed(
        exchange,
        "alarm.resolved",
        AuditLog.detail()
            .put("cause", was.map(Alarm.Cause::word).orElse(null))
            .put("comment", words.orElse(null)),
        handle ->
            AlarmCare.resolve(handle, id, exchange.caller().user(), was, words, clock.millis()));
  }

  private static Alarm.Cause cause(String word) {
    if (!Alarm.Cause.words().contains(word)) {
      throw ProblemException.field(
          "cause", "cause must be one of " + String.join(", ", Alarm.Cause.words()));
    }
    return Alarm.Cause.ofWord(word);
  }

  private void changed(
      Exchange exchange, String action, ObjectNode said, Database.Work<Optional<Alarm>> change) {
    long id = exchange.parameters().idInPath("id");
    Alarm alarm =
        audit.write(
            handle -> {
              Alarm before = AlarmRows.find(handle, id).orElseThrow(() -> missing(id));
              Alarm changed = change.on(handle).orElseThrow(() -> missing(id));
              audit.append(
                  handle,
                  Actor.of(exchange),
                  action,
                  "alarm:" + changed.id(),
                  said.put("stateBefore", before.state().word())
                      .put("state", changed.state().word())
                      .put(
                          changed.device().isPresent() ? "device" : "subject",
                          changed.device().map(DeviceName::toString).orElse(changed.subject()))
                      .put("pattern", changed.pattern()));
              return changed;
            });
    ObjectNode json = AlarmJson.of(alarm);
    events.publish("alarm", json);
    exchange.json(json);
  }

  private Alarm require(long id) {
    return alarms.find(id).orElseThrow(() -> missing(id));
  }

  private static ProblemException missing(long id) {
    return ProblemException.notFound("there is no alarm " + id);
  }
}
