package fabwafer.hub.pattern;

import fabwafer.hub.audit.Actor;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.classification.ClassificationQuery.Cursor;
import fabwafer.hub.classification.ClassificationStore;
import fabwafer.hub.database.Database;
import fabwafer.hub.groundtruth.GroundTruth;
import fabwafer.hub.groundtruth.GroundTruthStore;
import fabwafer.hub.groundtruth.Labels;
import fabwafer.hub.image.ImageJson;
import fabwafer.hub.inference.ServedModel;
import fabwafer.hub.similarity.Embeddings;
import fabwafer.hub.web.Access;
import fabwafer.hub.web.Exchange;
import fabwafer.hub.web.Json;
import fabwafer.hub.web.JsonBody;
import fabwafer.hub.web.Problem;
import fabwafer.hub.web.ProblemException;
import fabwafer.hub.web.Route;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.Routes;
import fabwafer.wafer.DefectPattern;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Clusters of wafers that fit no pattern, and the new patterns that people named. */
public final class PatternRoutes implements RouteSource {
  private static final String PATH = "/api/v1/patterns";

  /** Letters that the review view has no other use for. */
  private static final String NEW_PATTERN_KEYS = "abcdefhijknopqrtvwyz";

  private static final String ONE = PATH + "/{id}";

  /** Most wafers that are named at a time; what a person looked at before naming. */
  static final int MOST_NAMED_AT_ONCE = 300;

  /** Wafers of a cluster that are shown; they can all be named. */
  static final int MOST_SHOWN = 60;

  private static final int MOST_CLUSTERS = 50;

  private final Database database;
  private final ClassificationStore classifications;
  private final GroundTruthStore groundTruths;
  private final Labels labels;
  private final Patterns patterns;
  private final Clusters clusters;
  private final Supplier<Optional<ServedModel>> model;

  /**
   * The routes.
   *
   * @param model the model in use; empty while there is none
   */
  public PatternRoutes(
      Database database,
      ClassificationStore classifications,
      GroundTruthStore groundTruths,
      Labels labels,
      Patterns patterns,
      Embeddings embeddings,
      Supplier<Optional<ServedModel>> model) {
    this.database = database;
    this.classifications = classifications;
    this.groundTruths = groundTruths;
    this.labels = labels;
    this.patterns = patterns;
    this.clusters = new Clusters(database, embeddings);
    this.model = model;
  }

  @Override
  public void addTo(Routes routes) {
    routes.add(Route.get(PATH, Access.VIEWER, this::list));
    routes.add(Route.get("/api/v1/review/choices", Access.VIEWER, this::choices));
    routes.add(Route.post(PATH, Access.REVIEWER, this::name));
    routes.add(Route.get(PATH + "/clusters", Access.VIEWER, this::clusters));
    routes.add(Route.patch(ONE, Access.REVIEWER, this::rename));
    routes.add(Route.get(ONE + "/wafers", Access.VIEWER, this::wafers).query("limit", "cursor"));
    routes.add(Route.post(ONE + "/merge", Access.REVIEWER, this::merge));
    routes.add(Route.post(ONE + "/dissolve", Access.REVIEWER, this::dissolve));
  }

  private void list(Exchange exchange) {
    ObjectNode answer = Json.object();
    ArrayNode items = answer.putArray("items");
    List<String> known = model.get().map(ServedModel::labels).orElse(List.of());
    database
        .read(PatternRows::active)
        .forEach(pattern -> items.add(json(pattern, known.contains(pattern.name()))));
    exchange.json(answer);
  }

  /** The labels a reviewer may give by one key, in the order of the keys. */
  private void choices(Exchange exchange) {
    ObjectNode answer = Json.object();
    ArrayNode items = answer.putArray("items");
    int key = 1;
    for (DefectPattern pattern : DefectPattern.values()) {
      if (pattern != DefectPattern.NONE) {
        putChoice(items, pattern.label(), String.valueOf(key++), false);
      }
    }
    putChoice(items, Patterns.UNKNOWN, String.valueOf(key), false);
    putChoice(items, DefectPattern.NONE.label(), "0", false);
    int letter = 0;
    for (NewPattern pattern : database.read(PatternRows::active)) {
      boolean hasKey = letter < NEW_PATTERN_KEYS.length();
      putChoice(
          items,
          pattern.name(),
          hasKey ? NEW_PATTERN_KEYS.substring(letter, ++letter) : null,
          true);
    }
    exchange.json(answer);
  }

  private static void putChoice(
      ArrayNode items, String label, @Nullable String key, boolean provisional) {
    items.addObject().put("label", label).put("key", key).put("provisional", provisional);
  }

  private void clusters(Exchange exchange) {
    Clusters.Found found = clusters.by(requireModel());
    ObjectNode answer = Json.object().put("model", found.model()).put("wafers", found.wafers());
    ArrayNode items = answer.putArray("items");
    for (Clustering.Cluster cluster : found.clusters().stream().limit(MOST_CLUSTERS).toList()) {
      ObjectNode item =
          items
              .addObject()
              .put("wafers", cluster.wafers().size())
              .put("least", cluster.prototype().least());
      putWafers(item.putArray("items"), cluster.wafers().stream().limit(MOST_SHOWN).toList());
    }
    exchange.json(answer);
  }

  private void name(Exchange exchange) throws IOException {
    JsonBody body = exchange.jsonBody("name", "wafers");
    String name = Labels.label(body, "name");
    List<Classification> wafers =
        body.objects("wafers", MOST_NAMED_AT_ONCE, "imgid", "timestamp", "fab", "camera").stream()
            .map(labels::wafer)
            .distinct()
            .toList();
    if (wafers.isEmpty()) {
      throw ProblemException.field("wafers", "wafers must name at least one wafer");
    }
    NewPattern named = patterns.name(who(exchange), requireModel(), name, wafers);
    exchange.json(201, json(named, false));
  }

  private void rename(Exchange exchange) throws IOException {
    String name = Labels.label(exchange.jsonBody("name"), "name");
    long id = exchange.parameters().idInPath("id");
    exchange.json(json(patterns.rename(who(exchange), id, name), false));
  }

  private void merge(Exchange exchange) throws IOException {
    long into = exchange.jsonBody("into").whole("into", 0, 1, Long.MAX_VALUE);
    long id = exchange.parameters().idInPath("id");
    exchange.json(json(patterns.merge(who(exchange), requireModel(), id, into), false));
  }

  private void dissolve(Exchange exchange) {
    patterns.dissolve(who(exchange), exchange.parameters().idInPath("id"));
    exchange.noContent();
  }

  private void wafers(Exchange exchange) {
    long id = exchange.parameters().idInPath("id");
    int limit = exchange.parameters().limit();
    Optional<Cursor> after = exchange.parameters().cursor().map(ImageJson::cursor);
    // One row more than asked for tells whether there is a next page.
    List<Cursor> found =
        database.read(handle -> PatternRows.wafers(handle, id, false, after, limit + 1));
    List<Cursor> page = found.subList(0, Math.min(limit, found.size()));
    ObjectNode answer = Json.object();
    putWafers(answer.putArray("items"), page);
    answer.put("next", found.size() > limit ? page.getLast().toString() : null);
    exchange.json(answer);
  }

  private void putWafers(ArrayNode items, List<Cursor> keys) {
    List<Classification> wafers =
        keys.stream()
            .flatMap(key -> classifications.find(key.imgid(), key.timestampMillis()).stream())
            .toList();
    Map<Cursor, GroundTruth> truths = groundTruths.newestOf(wafers);
    for (Classification wafer : wafers) {
      Cursor key = new Cursor(wafer.timestampMillis(), wafer.imgid());
      items.add(ImageJson.json(wafer, Optional.ofNullable(truths.get(key))));
    }
  }

  private String requireModel() {
    return model
        .get()
        .map(ServedModel::id)
        .orElseThrow(
            () ->
                new ProblemException(
                    Problem.NO_MODEL, "the hub has no model to compare wafers with"));
  }

  private static Patterns.Who who(Exchange exchange) {
    return new Patterns.Who(Actor.of(exchange), exchange.caller().user());
  }

  private static ObjectNode json(NewPattern pattern, boolean inModel) {
    return Json.object()
        .put("id", pattern.id())
        .put("name", pattern.name())
        .put("createdBy", pattern.createdBy())
        .put("createdAt", Instant.ofEpochMilli(pattern.createdMillis()).toString())
        .put("named", pattern.named())
        .put("matched", pattern.matched())
        .put("inModel", inModel);
  }
}
