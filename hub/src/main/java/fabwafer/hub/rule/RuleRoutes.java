package fabwafer.hub.rule;

import fabwafer.hub.audit.Actor;
import fabwafer.hub.audit.AuditChanges;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.database.Database;
import fabwafer.hub.hold.HoldMode;
import fabwafer.hub.web.Access;
import fabwafer.hub.web.Exchange;
import fabwafer.hub.web.Json;
import fabwafer.hub.web.JsonBody;
import fabwafer.hub.web.Problem;
import fabwafer.hub.web.ProblemException;
import fabwafer.hub.web.Route;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.Routes;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The rules, their versions, and what a rule would have done; every change is in the audit. */
public final class RuleRoutes implements RouteSource {
  private static final String PATH = "/api/v1/alarm-rules";
  private static final int MAX_NOTE_CHARS = 500;
  private static final int DEFAULT_DAYS = 30;
  private static final int MAX_DAYS = 366;

  /** Most alarms of a backtest that are answered, the newest first; all are counted. */
  private static final int MAX_ITEMS = 200;

  private final Database database;
  private final RuleStore store;
  private final Backtest backtest;
  private final AuditLog audit;
  private final InstantSource clock;
  private final Semaphore turn = new Semaphore(1);

  /**
   * Routes.
   *
   * @param quietTime after how long without a wafer a situation is over
   */
  public RuleRoutes(Database database, Duration quietTime, AuditLog audit, InstantSource clock) {
    this.database = database;
    this.store = new RuleStore(database);
    this.backtest = new Backtest(database, quietTime);
    this.audit = audit;
    this.clock = clock;
  }

  @Override
  public void addTo(Routes routes) {
    routes.add(Route.get(PATH, Access.VIEWER, this::list));
    routes.add(Route.post(PATH, Access.APPROVER, this::add));
    routes.add(Route.get(PATH + "/{id}/versions", Access.VIEWER, this::versions));
    routes.add(Route.post(PATH + "/{id}/versions", Access.APPROVER, this::change));
    routes.add(Route.post("/api/v1/alarm-backtests", Access.REVIEWER, this::backtest));
  }

  private void list(Exchange exchange) {
    exchange.json(items(store.all()));
  }

  private void versions(Exchange exchange) {
    long id = exchange.parameters().idInPath("id");
    List<RuleStore.Version> versions = store.versions(id);
    if (versions.isEmpty()) {
      throw missing(id);
    }
    exchange.json(items(versions));
  }

  private void add(Exchange exchange) throws IOException {
    JsonBody body = exchange.jsonBody(fields("note"));
    Rule rule = RuleJson.read(body);
    Optional<String> note = body.optionalText("note", MAX_NOTE_CHARS);
    requireShadowFirst(rule, List.of());
    RuleStore.Version added =
        database.write(
            handle -> {
              requireRoom(handle);
              requireOwnName(handle, rule, 0);
              RuleStore.Version made =
                  store.add(handle, rule, exchange.caller().user(), note, clock.millis());
              note(
                  handle,
                  exchange,
                  "rule.added",
                  made,
                  AuditLog.detail().put("rule", RuleJson.text(rule)));
              return made;
            });
    exchange.json(201, json(added));
  }

  private void change(Exchange exchange) throws IOException {
    long id = exchange.parameters().idInPath("id");
    JsonBody body = exchange.jsonBody(fields("note", "version"));
    Rule rule = RuleJson.read(body);
    Optional<String> note = body.optionalText("note", MAX_NOTE_CHARS);
    long from = body.whole("version", 0, 1, Long.MAX_VALUE);
    RuleStore.Version changed =
        database.write(
            handle -> {
              RuleStore.Version last =
                  RuleStore.all(handle).stream()
                      .filter(version -> version.run().id() == id)
                      .findFirst()
                      .orElseThrow(() -> missing(id));
              if (last.run().version() != from) {
                throw new ProblemException(
                    Problem.CONFLICT,
                    "rule %d has version %d; the change was made to version %d"
                        .formatted(id, last.run().version(), from));
              }
              requireOwnName(handle, rule, id);
              requireShadowFirst(rule, RuleStore.versions(handle, id));
              RuleStore.Version made =
                  store.change(
                      handle, last.run(), rule, exchange.caller().user(), note, clock.millis());
              ObjectNode detail = AuditLog.detail();
              detail.set(
                  "changes",
                  AuditChanges.between(RuleJson.json(last.run().rule()), RuleJson.json(rule)));
              note(handle, exchange, "rule.changed", made, detail);
              return made;
            });
    exchange.json(json(changed));
  }

  private void backtest(Exchange exchange) throws IOException {
    JsonBody body = exchange.jsonBody(fields("days"));
    Rule rule = RuleJson.read(body);
    int days = (int) body.whole("days", DEFAULT_DAYS, 1, MAX_DAYS);
    if (!turn.tryAcquire()) {
      throw ProblemException.tooMany("another backtest is under way", Backtest.LONGEST);
    }
    try {
      long to = clock.millis();
      long from = to - Duration.ofDays(days).toMillis();
      exchange.json(BacktestJson.of(backtest.run(rule, from, to), days, from, to, MAX_ITEMS));
    } finally {
      turn.release();
    }
  }

  private static String[] fields(String... more) {
    return Stream.concat(Stream.of(RuleJson.FIELDS), Stream.of(more)).toArray(String[]::new);
  }

  private static void requireRoom(Handle handle) {
    if (RuleStore.all(handle).size() >= RuleStore.MAX_RULES) {
      throw new ProblemException(
          Problem.CONFLICT,
          "there are %d rules, the most there may be; change one that is not enabled"
              .formatted(RuleStore.MAX_RULES));
    }
  }

  private static void requireOwnName(Handle handle, Rule rule, long id) {
    RuleStore.all(handle).stream()
        .map(RuleStore.Version::run)
        .filter(other -> other.id() != id && other.rule().name().equals(rule.name()))
        .findFirst()
        .ifPresent(
            other -> {
              throw ProblemException.field(
                  "name", "rule %d has the name '%s'".formatted(other.id(), rule.name()));
            });
  }

  /** Nobody's lots are held by a rule that was not seen at work. */
  private static void requireShadowFirst(Rule rule, List<RuleStore.Version> versions) {
    boolean holds = rule.hold() == HoldMode.CONFIRM || rule.hold() == HoldMode.AUTOMATIC;
    boolean wasSeen =
        versions.stream().anyMatch(version -> version.run().rule().hold() != HoldMode.OFF);
    if (holds && !wasSeen) {
      throw new ProblemException(
          Problem.CONFLICT,
          "a rule holds lots in shadow mode first: save it with hold shadow, and look at what it"
              + " would have held");
    }
  }

  private void note(
      Handle handle, Exchange exchange, String action, RuleStore.Version made, ObjectNode detail) {
    audit.append(
        handle,
        Actor.of(exchange),
        action,
        "rule:" + made.run().id(),
        detail.put("version", made.run().version()).put("note", made.note().orElse("")));
  }

  private static ProblemException missing(long id) {
    return ProblemException.notFound("there is no alarm rule " + id);
  }

  private static ObjectNode items(List<RuleStore.Version> versions) {
    ObjectNode answer = Json.object();
    ArrayNode items = answer.putArray("items");
    versions.forEach(version -> items.add(json(version)));
    return answer;
  }

  private static ObjectNode json(RuleStore.Version version) {
    Rule rule = version.run().rule();
    ObjectNode json =
        Json.object()
            .put("id", version.run().id())
            .put("version", version.run().version())
            .put("changedAt", Instant.ofEpochMilli(version.changedMillis()).toString())
            .put("changedBy", version.changedBy().orElse(null))
            .put("note", version.note().orElse(null))
            .put("words", rule.words());
    json.set("rule", RuleJson.json(rule));
    return json;
  }
}
