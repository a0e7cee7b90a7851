package fabwafer.hub.review;

import fabwafer.hub.audit.Actor;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.classification.ClassificationQuery.Cursor;
import fabwafer.hub.classification.ClassificationStore;
import fabwafer.hub.groundtruth.GroundTruth;
import fabwafer.hub.groundtruth.GroundTruthRoutes;
import fabwafer.hub.groundtruth.Labels;
import fabwafer.hub.image.ImageJson;
import fabwafer.hub.review.Review.Given;
import fabwafer.hub.web.Access;
import fabwafer.hub.web.Exchange;
import fabwafer.hub.web.Json;
import fabwafer.hub.web.JsonBody;
import fabwafer.hub.web.ProblemException;
import fabwafer.hub.web.Route;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.Routes;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Giving wafers out to reviewers, taking their opinions, and what these tell. */
public final class ReviewRoutes implements RouteSource {
  private static final String PATH = "/api/v1/review";

  /** Wafers given out where the request does not say: a browser loads some ahead. */
  private static final int DEFAULT_MOST = 8;

  /** Most wafers given out at a time: others cannot have them meanwhile. */
  private static final int MOST = 50;

  /** What a wafer's JSON tells of the model's answer. */
  private static final List<String> TOLD_BY_THE_MODEL =
      List.of(
          "prediction",
          "probability",
          "probabilities",
          "patterns",
          "patternProbabilities",
          "conformalSet",
          "novelty",
          "decision");

  private final Review review;
  private final ClassificationStore classifications;
  private final Labels labels;

  public ReviewRoutes(Review review, ClassificationStore classifications, Labels labels) {
    this.review = review;
    this.classifications = classifications;
    this.labels = labels;
  }

  @Override
  public void addTo(Routes routes) {
    routes.add(Route.post(PATH + "/leases", Access.REVIEWER, this::give));
    routes.add(Route.post(PATH + "/opinions", Access.REVIEWER, this::opine));
    routes.add(Route.get(PATH + "/statistics", Access.VIEWER, this::statistics));
  }

  private void give(Exchange exchange) throws IOException {
    JsonBody body = exchange.jsonBody("limit", "blind");
    boolean blind = body.flag("blind", false);
    int most = (int) body.whole("limit", DEFAULT_MOST, 1, MOST);
    ObjectNode answer = Json.object();
    ArrayNode items = answer.putArray("items");
    for (Given given : review.give(exchange.caller().user(), most, blind)) {
      find(given.wafer())
          .ifPresent(
              wafer -> {
                // Labels of others are not told: opinions are to be independent of each other.
                ObjectNode json = ImageJson.json(wafer, Optional.empty());
                ArrayNode wanted = json.putArray("wanted");
                if (blind) {
                  // Why it is wanted would tell what the model says, too.
                  TOLD_BY_THE_MODEL.forEach(json::putNull);
                  json.putArray("reasons");
                } else {
                  given.reasons().forEach(wanted::add);
                }
                json.put("blind", blind);
                items.add(json);
              });
    }
    exchange.json(answer);
  }

  private Optional<Classification> find(Cursor wafer) {
    return classifications.find(wafer.imgid(), wafer.timestampMillis());
  }

  private void opine(Exchange exchange) throws IOException {
    JsonBody body =
        exchange.jsonBody("imgid", "timestamp", "fab", "camera", "ground_truth", "comment", "undo");
    boolean undo = body.has("undo");
    if (undo == body.has("ground_truth")) {
      throw ProblemException.field(
          "ground_truth", "the body must have ground_truth (a label) or undo (true)");
    }
    Classification wafer = labels.wafer(body);
    Optional<String> comment = Labels.comment(body);
    Optional<String> label =
        undo ? Optional.empty() : Optional.of(Labels.label(body, "ground_truth"));
    String reviewer = exchange.caller().user();
    Actor actor = Actor.of(exchange);
    Optional<GroundTruth> truth =
        labels.write(
            handle ->
                label.isPresent()
                    ? review.opine(handle, labels, actor, wafer, label.get(), reviewer, comment)
                    : review.takeBack(handle, labels, actor, wafer, reviewer));
    truth.ifPresent(labels::publish);
    ObjectNode json = Json.object();
    json.set("groundTruth", truth.map(GroundTruthRoutes::json).orElse(null));
    json.put("prediction", wafer.prediction()).put("probability", wafer.probability());
    exchange.json(201, json);
  }

  private void statistics(Exchange exchange) {
    ReviewStatistics statistics = review.statistics();
    ObjectNode json = Json.object();
    ObjectNode stages = json.putObject("stages");
    statistics.stages().forEach(stages::put);
    ArrayNode reviewers = json.putArray("reviewers");
    for (ReviewStatistics.Reviewer each : statistics.reviewers()) {
      ObjectNode reviewer =
          reviewers.addObject().put("reviewer", each.name()).put("opinions", each.opinions());
      put(reviewer, "wafersPerHour", each.wafersPerHour());
      reviewer.put("known", each.known()).put("knownRight", each.knownRight());
    }
    ArrayNode pairs = json.putArray("pairs");
    for (ReviewStatistics.Pair each : statistics.pairs()) {
      ObjectNode pair = pairs.addObject();
      List.of(each.one(), each.other()).forEach(pair.putArray("reviewers")::add);
      pair.put("wafers", each.wafers()).put("agreed", each.agreed()).put("blind", each.blind());
      put(pair, "kappa", each.kappa());
    }
    ArrayNode precisions = json.putArray("precisions");
    for (ReviewStatistics.Precision each : statistics.precisions()) {
      precisions
          .addObject()
          .put("model", each.model())
          .put("prediction", each.prediction())
          .put("wafers", each.wafers())
          .put("right", each.right())
          .put("precision", (double) each.right() / each.wafers())
          .put("low", each.low())
          .put("high", each.high())
          .put("blind", each.blind());
    }
    exchange.json(json);
  }

  private static void put(ObjectNode json, String name, OptionalDouble number) {
    if (number.isPresent()) {
      json.put(name, number.getAsDouble());
    } else {
      json.putNull(name);
    }
  }
}
