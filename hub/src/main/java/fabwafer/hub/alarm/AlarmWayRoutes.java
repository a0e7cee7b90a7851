package fabwafer.hub.alarm;

import fabwafer.hub.audit.Actor;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.web.Access;
import fabwafer.hub.web.Exchange;
import fabwafer.hub.web.Json;
import fabwafer.hub.web.ProblemException;
import fabwafer.hub.web.Route;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.Routes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How the ways out do, and a test of them. */
public final class AlarmWayRoutes implements RouteSource {
  private static final String PATH = "/api/v1/alarm-ways";
  private static final Duration TEST_AGAIN = Duration.ofSeconds(15);

  private final Alarms alarms;
  private final AuditLog audit;
  private final InstantSource clock;

  public AlarmWayRoutes(Alarms alarms, AuditLog audit, InstantSource clock) {
    this.alarms = alarms;
    this.audit = audit;
    this.clock = clock;
  }

  @Override
  public void addTo(Routes routes) {
    routes.add(Route.get(PATH, Access.VIEWER, this::list));
    routes.add(Route.post(PATH + "/test", Access.REVIEWER, this::test));
  }

  private void list(Exchange exchange) {
    ObjectNode answer = Json.object();
    ArrayNode items = answer.putArray("items");
    for (Alarms.WayState state : alarms.wayStates()) {
      items
          .addObject()
          .put("way", state.way())
          .put("waiting", state.waiting())
          .put("failing", state.failing());
    }
    exchange.json(answer);
  }

  private void test(Exchange exchange) {
    List<AlarmWays.Tried> results =
        alarms
            .ways()
            .test(exchange.caller().user(), clock.millis())
            .orElseThrow(() -> ProblemException.tooMany("another test is under way", TEST_AGAIN));
    ObjectNode answer = Json.object();
    ArrayNode items = answer.putArray("items");
    ObjectNode detail = AuditLog.detail();
    for (AlarmWays.Tried tried : results) {
      items
          .addObject()
          .put("way", tried.way())
          .put("delivered", tried.failure().isEmpty())
          .put("failure", tried.failure().orElse(null))
          .put("millis", tried.took().toMillis());
      detail.put(tried.way(), tried.failure().orElse("delivered"));
    }
    audit.append(Actor.of(exchange), "alarm.ways-tested", "", detail);
    exchange.json(answer);
  }
}
