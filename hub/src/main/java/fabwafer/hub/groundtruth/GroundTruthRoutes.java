package fabwafer.hub.groundtruth;

import fabwafer.hub.audit.Actor;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.web.Access;
import fabwafer.hub.web.Exchange;
import fabwafer.hub.web.Json;
import fabwafer.hub.web.JsonBody;
import fabwafer.hub.web.Route;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.Routes;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Overriding and confirming predictions, and reading what was given. */
public final class GroundTruthRoutes implements RouteSource {
  private static final String PATH = "/api/v1/groundtruth";

  private final GroundTruthStore groundTruths;
  private final Labels labels;
  private final GroundTruthListener listener;

  public GroundTruthRoutes(
      GroundTruthStore groundTruths, Labels labels, GroundTruthListener listener) {
    this.groundTruths = groundTruths;
    this.labels = labels;
    this.listener = listener;
  }

  @Override
  public void addTo(Routes routes) {
    routes.add(Route.post(PATH, Access.REVIEWER, this::add));
    routes.add(
        Route.get(PATH, Access.VIEWER, this::list)
            .query("fab", "camera", "imgid", "fromts", "tots", "limit", "cursor"));
  }

  /** A label as the REST contract writes it. */
  public static ObjectNode json(GroundTruth truth) {
    return Json.object()
        .put("id", truth.id())
        .put("imgid", truth.imgid())
        .put("timestamp", truth.timestampMillis())
        .put("fab", truth.device().fab())
        .put("camera", truth.device().camera())
        .put("ground_truth", truth.label())
        .put("reviewer", truth.reviewer())
        .put("comment", truth.comment().orElse(null))
        .put("at", Instant.ofEpochMilli(truth.atMillis()).toString());
  }

  private void add(Exchange exchange) throws IOException {
    JsonBody body =
        exchange.jsonBody("imgid", "timestamp", "fab", "camera", "ground_truth", "comment");
    Classification wafer = labels.wafer(body);
    String label = Labels.label(body, "ground_truth");
    Optional<String> comment = Labels.comment(body);
    GroundTruth truth =
        labels.write(
            handle -> {
              GroundTruth added =
                  labels.append(
                      handle, Actor.of(exchange), wafer, label, exchange.caller().user(), comment);
              listener.labelled(handle, wafer, added);
              return added;
            });
    labels.publish(truth);
    exchange.json(201, json(truth));
  }

  private void list(Exchange exchange) {
    int limit = exchange.parameters().limit();
    // One row more than asked for tells whether there is a next page.
    List<GroundTruth> found =
        groundTruths.page(
            new GroundTruthQuery(
                exchange.parameters().name("fab"),
                exchange.parameters().name("camera"),
                exchange.parameters().name("imgid"),
                exchange.parameters().time("fromts").orElse(0L),
                exchange.parameters().time("tots").orElse(Long.MAX_VALUE),
                exchange.parameters().idCursor(),
                limit + 1));
    List<GroundTruth> page = found.subList(0, Math.min(limit, found.size()));
    ObjectNode answer = Json.object();
    ArrayNode items = answer.putArray("items");
    page.forEach(truth -> items.add(json(truth)));
    answer.put("next", found.size() > limit ? String.valueOf(page.getLast().id()) : null);
    exchange.json(answer);
  }
}
