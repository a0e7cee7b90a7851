package fabwafer.hub.image;

import fabwafer.hub.archive.Archive;
import fabwafer.hub.archive.Archive.Unclassified;
import fabwafer.hub.archive.ArchivedImage;
import fabwafer.hub.web.Access;
import fabwafer.hub.web.Exchange;
import fabwafer.hub.web.Json;
import fabwafer.hub.web.Route;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.Routes;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Images that wait for their prediction: no wafer may go unseen because half of it came. */
public final class UnclassifiedRoutes implements RouteSource {
  private final Archive archive;

  public UnclassifiedRoutes(Archive archive) {
    this.archive = archive;
  }

  @Override
  public void addTo(Routes routes) {
    routes.add(
        Route.get("/api/v1/unclassified", Access.VIEWER, this::list).query("limit", "cursor"));
  }

  private void list(Exchange exchange) {
    int limit = exchange.parameters().limit();
    // One row more than asked for tells whether there is a next page.
    List<Unclassified> found =
        archive.withoutClassification(exchange.parameters().idCursor(), limit + 1);
    List<Unclassified> page = found.subList(0, Math.min(limit, found.size()));
    ObjectNode answer = Json.object();
    ArrayNode items = answer.putArray("items");
    page.forEach(waiting -> items.add(json(waiting.image())));
    answer.put("next", found.size() > limit ? String.valueOf(page.getLast().place()) : null);
    exchange.json(answer);
  }

  private static ObjectNode json(ArchivedImage image) {
    ObjectNode json =
        Json.object()
            .put("imgid", image.imgid())
            .put("timestamp", image.timestampMillis())
            .put("time", Instant.ofEpochMilli(image.timestampMillis()).toString())
            .put("fab", image.device().fab())
            .put("camera", image.device().camera())
            .put("receivedAt", Instant.ofEpochMilli(image.receivedMillis()).toString());
    ImageJson.putUrls(json, image.device(), image.imgid(), image.timestampMillis(), true);
    return json;
  }
}
