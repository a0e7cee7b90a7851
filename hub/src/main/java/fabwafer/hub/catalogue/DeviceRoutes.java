package fabwafer.hub.catalogue;

import fabwafer.hub.web.Access;
import fabwafer.hub.web.Exchange;
import fabwafer.hub.web.Json;
import fabwafer.hub.web.Route;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.Routes;
import fabwafer.protocol.StatusMessage;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The fabs and their cameras. */
public final class DeviceRoutes implements RouteSource {
  private final Catalogue catalogue;

  public DeviceRoutes(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  @Override
  public void addTo(Routes routes) {
    routes.add(Route.get("/api/v1/devices", Access.VIEWER, this::list));
  }

  /** A camera as the REST contract writes it, with its fab. */
  public static ObjectNode json(Camera camera) {
    ObjectNode json =
        Json.object()
            .put("fab", camera.device().fab())
            .put("camera", camera.device().camera())
            .put("state", camera.state().map(StatusMessage.State::word).orElse("unknown"))
            .put("lastSeenAt", Instant.ofEpochMilli(camera.lastSeenMillis()).toString())
            .put("model", camera.model().orElse(null))
            .put("version", camera.version().orElse(null));
    put(json, "spooled", camera.spooled());
    put(json, "spoolLimit", camera.spoolLimit());
    ArrayNode problems = json.putArray("problems");
    camera.problems().forEach(problems::add);
    return json;
  }

  private void list(Exchange exchange) {
    Map<String, List<Camera>> byFab =
        catalogue.cameras().stream()
            .collect(
                Collectors.groupingBy(
                    camera -> camera.device().fab(), LinkedHashMap::new, Collectors.toList()));
    ObjectNode answer = Json.object();
    ArrayNode fabs = answer.putArray("fabs");
    byFab.forEach(
        (fab, cameras) -> {
          ArrayNode list = fabs.addObject().put("fab", fab).putArray("cameras");
          cameras.forEach(camera -> list.add(json(camera)));
        });
    exchange.json(answer);
  }

  private static void put(ObjectNode json, String field, OptionalLong value) {
    if (value.isPresent()) {
      json.put(field, value.getAsLong());
    } else {
      json.putNull(field);
    }
  }
}
