package fabwafer.hub.similarity;

import fabwafer.classifier.Embedding;
import fabwafer.hub.archive.Archive;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.classification.ClassificationQuery.Cursor;
import fabwafer.hub.classification.ClassificationStore;
import fabwafer.hub.groundtruth.GroundTruth;
import fabwafer.hub.groundtruth.GroundTruthStore;
import fabwafer.hub.image.ArchivedWafers;
import fabwafer.hub.image.ImageJson;
import fabwafer.hub.image.ImageRoutes;
import fabwafer.hub.inference.ServedModel;
import fabwafer.hub.web.Access;
import fabwafer.hub.web.Exchange;
import fabwafer.hub.web.Json;
import fabwafer.hub.web.Problem;
import fabwafer.hub.web.ProblemException;
import fabwafer.hub.web.Route;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.Routes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The past wafers that look most like one, with their labels. */
public final class SimilarityRoutes implements RouteSource {
  /** Wafers of an answer where the request does not say. */
  private static final int DEFAULT_MOST = 12;

  /** Most wafers of an answer: as many as a person looks at. */
  private static final int MOST = 100;

  private final ClassificationStore classifications;
  private final GroundTruthStore groundTruths;
  private final ArchivedWafers archived;
  private final Embeddings embeddings;
  private final SimilarWafers similar;
  private final Supplier<Optional<ServedModel>> model;

  /**
   * The routes.
   *
   * @param model the model in use; empty while there is none
   */
  public SimilarityRoutes(
      ClassificationStore classifications,
      GroundTruthStore groundTruths,
      Archive archive,
      Embeddings embeddings,
      SimilarWafers similar,
      Supplier<Optional<ServedModel>> model) {
    this.classifications = classifications;
    this.groundTruths = groundTruths;
    this.archived = new ArchivedWafers(archive);
    this.embeddings = embeddings;
    this.similar = similar;
    this.model = model;
  }

  @Override
  public void addTo(Routes routes) {
    routes.add(
        Route.get(ImageRoutes.ONE + "/similar", Access.VIEWER, this::similar)
            .query("timestamp", "limit"));
  }

  private void similar(Exchange exchange) {
    int most = exchange.parameters().whole("limit", DEFAULT_MOST, 1, MOST);
    Cursor self = place(exchange);
    ServedModel served =
        model
            .get()
            .orElseThrow(
                () ->
                    new ProblemException(
                        Problem.NO_MODEL, "the hub has no model to compare wafers with"));
    Direction direction =
        embeddings.find(served.id(), self).orElseGet(() -> computed(exchange, served));
    SimilarWafers.Answer answer =
        similar.nearest(served.id(), direction, Optional.of(self), most, -1);
    Map<Classification, Double> found = new LinkedHashMap<>();
    for (SimilarWafers.Similar each : answer.wafers()) {
      classifications
          .find(each.wafer().imgid(), each.wafer().timestampMillis())
          .ifPresent(wafer -> found.put(wafer, each.similarity()));
    }
    Map<Cursor, GroundTruth> truths = groundTruths.newestOf(found.keySet().stream().toList());
    ObjectNode json = Json.object().put("model", served.id()).put("searched", answer.searched());
    ArrayNode items = json.putArray("items");
    found.forEach(
        (wafer, similarity) ->
            items.add(
                ImageJson.json(
                        wafer,
                        Optional.ofNullable(
                            truths.get(new Cursor(wafer.timestampMillis(), wafer.imgid()))))
                    .put("similarity", similarity)));
    exchange.json(json);
  }

  /** The wafer asked for, which may have come without a prediction. */
  private Cursor place(Exchange exchange) {
    String imgid = exchange.parameters().nameInPath("imgid");
    return exchange
        .parameters()
        .exactMillis("timestamp")
        .map(millis -> new Cursor(millis, imgid))
        .filter(
            cursor ->
                classifications
                    .find(imgid, cursor.timestampMillis())
                    .filter(wafer -> wafer.device().equals(ArchivedWafers.device(exchange)))
                    .isPresent())
        .orElseGet(() -> new Cursor(archived.image(exchange).timestampMillis(), imgid));
  }

  private Direction computed(Exchange exchange, ServedModel served) {
    Embedding embedding =
        served
            .classify(archived.read(archived.image(exchange)))
            .embedding()
            .orElseThrow(
                () ->
                    new ProblemException(
                        Problem.NO_MODEL, "the hub's model tells no embedding of a wafer"));
    return Direction.of(embedding);
  }
}
