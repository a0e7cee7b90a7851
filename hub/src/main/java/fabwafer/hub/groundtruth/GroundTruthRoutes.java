package fabwafer.hub.groundtruth;

import fabwafer.hub.audit.Actor;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.classification.ClassificationStore;
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
import fabwafer.protocol.Limits;
import fabwafer.protocol.Names;
import fabwafer.wafer.DefectPattern;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Overriding and confirming predictions, and reading what was given. */
public final class GroundTruthRoutes implements RouteSource {
  /** Most characters of a comment. */
  static final int MAX_COMMENT_CHARS = 2_000;

  private static final String PATH = "/api/v1/groundtruth";

  private final GroundTruthStore groundTruths;
  private final ClassificationStore classifications;
  private final LiveEvents events;
  private final AuditLog audit;
  private final InstantSource clock;

  public GroundTruthRoutes(
      GroundTruthStore groundTruths,
      ClassificationStore classifications,
      LiveEvents events,
      AuditLog audit,
      InstantSource clock) {
    this.groundTruths = groundTruths;
    this.classifications = classifications;
    this.events = events;
    this.audit = audit;
    this.clock = clock;
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
    Classification wafer =
        require(
            name(body, "fab"),
            name(body, "camera"),
            name(body, "imgid"),
            body.timestamp("timestamp"));
    String label = label(body);
    Optional<String> comment = comment(body);
    GroundTruth truth =
        audit.write(
            handle -> {
              GroundTruth added =
                  groundTruths
                      .add(handle, wafer, label, exchange.caller().user(), comment, clock.millis())
                      .orElseThrow(GroundTruthRoutes::tooMany);
              append(handle, exchange, wafer, added);
              return added;
            });
    ObjectNode json = json(truth);
    events.publish("groundtruth", json);
    exchange.json(201, json);
  }

  private void append(Handle handle, Exchange exchange, Classification wafer, GroundTruth truth) {
    audit.append(
        handle,
        Actor.of(exchange),
        "label.given",
        "wafer:%s/%s".formatted(wafer.device(), wafer.imgid()),
        AuditLog.detail()
            .put("id", truth.id())
            .put("timestamp", wafer.timestampMillis())
            .put("prediction", wafer.prediction())
            .put("label", truth.label()));
  }

  private static ProblemException tooMany() {
    return new ProblemException(
        Problem.CONFLICT,
        "the wafer has %,d labels, which is the limit".formatted(GroundTruthStore.MAX_OF_WAFER));
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

  /** The wafer that a label is for; its time may be given in seconds, as messages may. */
  private Classification require(String fab, String camera, String imgid, String timestamp) {
    long millis;
    try {
      millis = Parameters.millis(timestamp);
    } catch (IllegalArgumentException e) {
      throw ProblemException.field("timestamp", "timestamp " + e.getMessage());
    }
    return exactly(timestamp)
        .flatMap(exact -> classifications.find(imgid, exact))
        .or(() -> classifications.find(imgid, millis))
        .filter(found -> found.device().fab().equals(fab) && found.device().camera().equals(camera))
        .orElseThrow(
            () ->
                ProblemException.notFound(
                    "there is no classification of %s at %d of %s/%s"
                        .formatted(imgid, millis, fab, camera)));
  }

  /** Milliseconds as the hub gives them out, also those a message would mean as seconds. */
  private static Optional<Long> exactly(String timestamp) {
    try {
      return Optional.of(Long.valueOf(timestamp));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static String name(JsonBody body, String field) {
    String text = body.text(field, Limits.MAX_NAME_CHARS);
    if (!Names.isName(text)) {
      throw ProblemException.field(
          field,
          "%s must be 1 to %d of A-Z a-z 0-9 . _ - without a leading dot"
              .formatted(field, Limits.MAX_NAME_CHARS));
    }
    return text;
  }

  private static String label(JsonBody body) {
    String field = "ground_truth";
    String label = DefectPattern.canonicalLabel(body.text(field, Limits.MAX_LABEL_CHARS));
    if (label.isEmpty()) {
      throw ProblemException.field(
          field, "ground_truth must be 1 to %d characters".formatted(Limits.MAX_LABEL_CHARS));
    }
    if (label.chars().anyMatch(Character::isISOControl)) {
      throw ProblemException.field(field, "ground_truth holds control characters");
    }
    return label;
  }

  private static Optional<String> comment(JsonBody body) {
    return body.optionalText("comment", MAX_COMMENT_CHARS).filter(text -> !text.isBlank());
  }
}
