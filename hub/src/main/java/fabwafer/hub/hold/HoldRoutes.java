package fabwafer.hub.hold;

import fabwafer.hub.audit.Actor;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.database.Database;
import fabwafer.hub.web.Access;
import fabwafer.hub.web.Exchange;
import fabwafer.hub.web.Json;
import fabwafer.hub.web.Problem;
import fabwafer.hub.web.ProblemException;
import fabwafer.hub.web.Route;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.Routes;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The holds, and what people decide about them; every decision stands in the audit. */
public final class HoldRoutes implements RouteSource {
  private static final String PATH = "/api/v1/holds";
  private static final double MILLIS_PER_SECOND = 1_000;

  private final Database database;
  private final Holds holds;
  private final Runnable wake;
  private final AuditLog audit;

  /**
   * Routes.
   *
   * @param wake is run when a message is on its way
   */
  public HoldRoutes(Database database, Holds holds, Runnable wake, AuditLog audit) {
    this.database = database;
    this.holds = holds;
    this.wake = wake;
    this.audit = audit;
  }

  @Override
  public void addTo(Routes routes) {
    routes.add(Route.get(PATH, Access.VIEWER, this::list).query("state", "limit", "cursor"));
    routes.add(Route.post(PATH + "/{id}/confirm", Access.REVIEWER, this::confirm));
    routes.add(Route.post(PATH + "/{id}/dismiss", Access.REVIEWER, this::dismiss));
    routes.add(Route.post(PATH + "/{id}/release", Access.REVIEWER, this::release));
  }

  private void list(Exchange exchange) {
    int limit = exchange.parameters().limit();
    List<String> words = Arrays.stream(Hold.State.values()).map(Hold.State::word).toList();
    Set<Hold.State> states =
        exchange.parameters().word("state", words).map(Hold.State::ofWord).stream()
            .collect(Collectors.toSet());
    // One row more than asked for tells whether there is a next page.
    List<Hold> found = holds.page(states, exchange.parameters().idCursor(), limit + 1);
    List<Hold> page = found.subList(0, Math.min(limit, found.size()));
    ObjectNode answer = Json.object();
    ArrayNode items = answer.putArray("items");
    page.forEach(hold -> items.add(json(hold)));
    answer.put("next", found.size() > limit ? String.valueOf(page.getLast().id()) : null);
    exchange.json(answer);
  }

  private void confirm(Exchange exchange) {
    decide(exchange, "hold.confirmed", "proposed", holds::confirm);
  }

  private void dismiss(Exchange exchange) {
    decide(exchange, "hold.dismissed", "proposed", holds::dismiss);
  }

  private void release(Exchange exchange) {
    decide(exchange, "hold.released", "held", holds::release);
  }

  /** What a person does to a hold; whether it could be done. */
  @FunctionalInterface
  private interface Decision {
    boolean on(Handle handle, Hold hold, String by);
  }

  private void decide(Exchange exchange, String action, String needed, Decision decision) {
    long id = exchange.parameters().idInPath("id");
    ObjectNode now =
        database.write(
            handle -> {
              Hold hold =
                  holds
                      .find(handle, id)
                      .orElseThrow(() -> ProblemException.notFound("there is no hold " + id));
              if (!decision.on(handle, hold, exchange.caller().user())) {
                throw new ProblemException(
                    Problem.CONFLICT,
                    "hold %d is %s, not %s".formatted(id, hold.state().word(), needed));
              }
              audit.append(
                  handle,
                  Actor.of(exchange),
                  action,
                  "hold:" + id,
                  AuditLog.detail()
                      .put("fab", hold.device().fab())
                      .put("what", hold.what())
                      .put("rule", hold.rule())
                      .put("alarm", hold.alarm()));
              return json(holds.find(handle, id).orElseThrow());
            });
    wake.run();
    exchange.json(now);
  }

  private static ObjectNode json(Hold hold) {
    ObjectNode json =
        Json.object()
            .put("id", hold.id())
            .put("rule", hold.rule())
            .put("alarm", hold.alarm())
            .put("fab", hold.device().fab())
            .put("camera", hold.device().camera())
            .put("lot", hold.lot().orElse(null))
            .put("imgid", hold.imgid())
            .put("timestamp", hold.timestampMillis())
            .put("reason", hold.reason())
            .put("state", hold.state().word())
            .put("receivedAt", Instant.ofEpochMilli(hold.receivedMillis()).toString())
            .put("notedAt", Instant.ofEpochMilli(hold.openedMillis()).toString())
            .put("heldAt", time(hold.heldMillis()))
            .put("heldBy", hold.heldBy().orElse(null))
            .put("sentAt", time(hold.sentMillis()))
            .put("closedAt", time(hold.closedMillis()))
            .put("closedBy", hold.closedBy().orElse(null));
    ObjectNode seconds = json.putObject("seconds");
    put(seconds, "seenToReceived", hold.timestampMillis(), OptionalLong.of(hold.receivedMillis()));
    put(seconds, "receivedToNoted", hold.receivedMillis(), OptionalLong.of(hold.openedMillis()));
    put(seconds, "receivedToHeld", hold.receivedMillis(), hold.heldMillis());
    put(seconds, "receivedToSent", hold.receivedMillis(), hold.sentMillis());
    return json;
  }

  private static void put(ObjectNode json, String name, long from, OptionalLong to) {
    Optional<Double> seconds =
        to.isPresent()
            ? Optional.of((to.getAsLong() - from) / MILLIS_PER_SECOND)
            : Optional.empty();
    json.put(name, seconds.orElse(null));
  }

  private static @Nullable String time(OptionalLong millis) {
    return millis.isPresent() ? Instant.ofEpochMilli(millis.getAsLong()).toString() : null;
  }
}
