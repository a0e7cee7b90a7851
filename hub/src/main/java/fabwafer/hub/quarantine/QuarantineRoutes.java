package fabwafer.hub.quarantine;

import fabwafer.hub.web.Access;
import fabwafer.hub.web.Exchange;
import fabwafer.hub.web.Json;
import fabwafer.hub.web.ProblemException;
import fabwafer.hub.web.Route;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.Routes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The refused messages, for a person to see. */
public final class QuarantineRoutes implements RouteSource {
  /** Bytes of a payload that are shown; the whole is a download. */
  static final int SHOWN_BYTES = 4_096;

  private static final String PATH = "/api/v1/quarantine";

  private final QuarantineStore quarantine;

  public QuarantineRoutes(QuarantineStore quarantine) {
    this.quarantine = quarantine;
  }

  @Override
  public void addTo(Routes routes) {
    routes.add(Route.get(PATH, Access.VIEWER, this::list).query("limit", "cursor"));
    routes.add(Route.get(PATH + "/{id}", Access.VIEWER, this::one));
    routes.add(Route.get(PATH + "/{id}/payload", Access.VIEWER, this::payload));
  }

  /** A refused message as the REST contract writes it. */
  public static ObjectNode json(RefusedMessage message) {
    return Json.object()
        .put("id", message.id())
        .put("topic", message.topic())
        .put("fab", message.fab().orElse(null))
        .put("camera", message.camera().orElse(null))
        .put("reason", message.reason())
        .put("times", message.times())
        .put("firstReceivedAt", Instant.ofEpochMilli(message.firstReceivedMillis()).toString())
        .put("lastReceivedAt", Instant.ofEpochMilli(message.lastReceivedMillis()).toString())
        .put("payloadBytes", message.payloadBytes())
        .put("keptBytes", message.keptBytes())
        .put("payloadUrl", PATH + "/" + message.id() + "/payload");
  }

  private void list(Exchange exchange) {
    int limit = exchange.parameters().limit();
    // One row more than asked for tells whether there is a next page.
    List<RefusedMessage> found = quarantine.newest(exchange.parameters().idCursor(), limit + 1);
    List<RefusedMessage> page = found.subList(0, Math.min(limit, found.size()));
    ObjectNode answer = Json.object();
    ArrayNode items = answer.putArray("items");
    page.forEach(message -> items.add(json(message)));
    answer.put("next", found.size() > limit ? String.valueOf(page.getLast().id()) : null);
    exchange.json(answer);
  }

  private void one(Exchange exchange) {
    long id = exchange.parameters().idInPath("id");
    RefusedMessage message = quarantine.find(id).orElseThrow(() -> missing(id));
    byte[] payload = quarantine.payload(id).orElseThrow(() -> missing(id));
    exchange.json(
        json(message)
            .put(
                "payloadStart",
                new String(
                    payload, 0, Math.min(payload.length, SHOWN_BYTES), StandardCharsets.UTF_8)));
  }

  private void payload(Exchange exchange) {
    long id = exchange.parameters().idInPath("id");
    byte[] payload = quarantine.payload(id).orElseThrow(() -> missing(id));
    // A stranger's bytes: never shown by the browser, always saved.
    exchange.header(
        "Content-Disposition", "attachment; filename=\"quarantine-%d.bin\"".formatted(id));
    exchange.bytes("application/octet-stream", payload);
  }

  private static ProblemException missing(long id) {
    return ProblemException.notFound("there is no message %d in the quarantine".formatted(id));
  }
}
