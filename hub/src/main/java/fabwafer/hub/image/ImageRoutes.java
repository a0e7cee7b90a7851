package fabwafer.hub.image;

import fabwafer.hub.HubException;
import fabwafer.hub.archive.Archive;
import fabwafer.hub.archive.ArchivedImage;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.classification.ClassificationQuery;
import fabwafer.hub.classification.ClassificationQuery.Cursor;
import fabwafer.hub.classification.ClassificationQuery.Page;
import fabwafer.hub.classification.ClassificationStore;
import fabwafer.hub.classification.MapSize;
import fabwafer.hub.groundtruth.GroundTruth;
import fabwafer.hub.groundtruth.GroundTruthStore;
import fabwafer.hub.web.Access;
import fabwafer.hub.web.Exchange;
import fabwafer.hub.web.Json;
import fabwafer.hub.web.Parameters;
import fabwafer.hub.web.ProblemException;
import fabwafer.hub.web.Route;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.Routes;
import fabwafer.protocol.Assessment;
import fabwafer.protocol.WaferFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The stored classifications, each with its image, its wafer map and its labels. */
public final class ImageRoutes implements RouteSource {
  /** Classifications looked at for one page of unreviewed ones. */
  static final int MAX_LOOKED_AT = 10_000;

  private static final String PATH = "/api/v1/images";

  /** The path of one wafer. */
  public static final String ONE = PATH + "/{fab}/{camera}/{imgid}";

  static final int MAX_HISTORY = 100;
  private static final List<String> DECISIONS =
      Stream.of(Assessment.Decision.values()).map(Assessment.Decision::word).toList();

  private final ClassificationStore classifications;
  private final ArchivedWafers wafers;
  private final GroundTruthStore groundTruths;
  private final ProvisionalPattern.Source provisional;

  public ImageRoutes(
      ClassificationStore classifications,
      Archive archive,
      GroundTruthStore groundTruths,
      ProvisionalPattern.Source provisional) {
    this.classifications = classifications;
    this.wafers = new ArchivedWafers(archive);
    this.groundTruths = groundTruths;
    this.provisional = provisional;
  }

  @Override
  public void addTo(Routes routes) {
    routes.add(
        Route.get(PATH, Access.VIEWER, this::list)
            .query(
                "fab",
                "camera",
                "fromts",
                "tots",
                "prediction",
                "pattern",
                "decision",
                "lot",
                "product",
                "size",
                "minprobability",
                "maxprobability",
                "state",
                "limit",
                "cursor"));
    routes.add(Route.get(ONE, Access.VIEWER, this::one).query("timestamp"));
    routes.add(Route.get(ONE + "/image", Access.VIEWER, this::image).query("timestamp"));
    routes.add(Route.get(ONE + "/wafermap", Access.VIEWER, this::waferMap).query("timestamp"));
  }

  private void list(Exchange exchange) {
    ClassificationQuery query = query(exchange);
    Optional<String> state =
        exchange.parameters().word("state", List.of("unreviewed", "reviewed", "corrected"));
    Page page =
        switch (state.orElse("")) {
          case "unreviewed" -> unreviewed(query);
          case "reviewed" -> reviewed(query, false);
          case "corrected" -> reviewed(query, true);
          default -> classifications.page(query);
        };
    Map<Cursor, GroundTruth> truths = groundTruths.newestOf(page.rows());
    Map<Cursor, ProvisionalPattern> patterns =
        provisional.of(page.rows().stream().map(ImageRoutes::placeOf).toList());
    ObjectNode answer = Json.object();
    ArrayNode items = answer.putArray("items");
    for (Classification wafer : page.rows()) {
      ObjectNode item = ImageJson.json(wafer, Optional.ofNullable(truths.get(placeOf(wafer))));
      putProvisional(item, patterns.get(placeOf(wafer)));
      items.add(item);
    }
    answer.put("next", page.next().map(Cursor::toString).orElse(null));
    exchange.json(answer);
  }

  private static ClassificationQuery query(Exchange exchange) {
    Optional<String> fab = exchange.parameters().name("fab");
    Optional<String> camera = exchange.parameters().name("camera");
    if (camera.isPresent() && fab.isEmpty()) {
      throw ProblemException.parameter("camera", "camera needs its fab");
    }
    return new ClassificationQuery(
        fab,
        camera,
        exchange.parameters().time("fromts").orElse(0L),
        exchange.parameters().time("tots").orElse(Long.MAX_VALUE),
        exchange.parameters().label("prediction"),
        exchange.parameters().label("pattern"),
        exchange.parameters().word("decision", DECISIONS).flatMap(Assessment.Decision::ofWord),
        exchange.parameters().text("lot", WaferFacts.MAX_TEXT_CHARS),
        exchange.parameters().text("product", WaferFacts.MAX_TEXT_CHARS),
        size(exchange.parameters()),
        exchange.parameters().share("minprobability").orElse(0),
        exchange.parameters().share("maxprobability").orElse(1),
        false,
        exchange.parameters().cursor().map(ImageJson::cursor),
        exchange.parameters().limit());
  }

  private static Optional<MapSize> size(Parameters parameters) {
    return parameters
        .text("size", MapSize.MAX_CHARS)
        .map(
            text -> {
              try {
                return MapSize.parse(text);
              } catch (HubException e) {
                throw ProblemException.parameter("size", String.valueOf(e.getMessage()));
              }
            });
  }

  /** A page of those without ground truth; shorter than asked for where few of many are. */
  private Page unreviewed(ClassificationQuery query) {
    List<Classification> rows = new ArrayList<>();
    Optional<Cursor> next = query.after();
    int lookedAt = 0;
    do {
      Page page = classifications.page(query.from(next, Parameters.MAX_LIMIT));
      Map<Cursor, GroundTruth> truths = groundTruths.newestOf(page.rows());
      for (Classification wafer : page.rows()) {
        if (!truths.containsKey(placeOf(wafer))) {
          rows.add(wafer);
          if (rows.size() == query.limit()) {
            boolean wasLast = wafer.equals(page.rows().getLast()) && page.next().isEmpty();
            return new Page(rows, wasLast ? Optional.empty() : Optional.of(placeOf(wafer)));
          }
        }
      }
      // A page that is short of rows has looked at as many as one answer may.
      boolean isShort = page.rows().size() < Parameters.MAX_LIMIT;
      lookedAt += isShort ? MAX_LOOKED_AT : Parameters.MAX_LIMIT;
      next = page.next();
    } while (next.isPresent() && lookedAt < MAX_LOOKED_AT);
    return new Page(rows, next);
  }

  private Page reviewed(ClassificationQuery query, boolean correctedOnly) {
    GroundTruthStore.Reviewed found = groundTruths.reviewed(query, correctedOnly);
    List<Classification> rows =
        found.wafers().stream()
            .flatMap(place -> classifications.find(place.imgid(), place.timestampMillis()).stream())
            .toList();
    return new Page(rows, found.next());
  }

  private void one(Exchange exchange) {
    Classification wafer = ClassifiedWafers.of(exchange, classifications);
    List<GroundTruth> history =
        groundTruths.history(wafer.imgid(), wafer.timestampMillis(), MAX_HISTORY);
    ObjectNode json = ImageJson.detail(wafer, history);
    Cursor place = placeOf(wafer);
    putProvisional(json, provisional.of(List.of(place)).get(place));
    exchange.json(json);
  }

  private void image(Exchange exchange) {
    ArchivedImage image = wafers.image(exchange);
    setCaching(exchange, image);
    if (!exchange.clientHas(image.sha256())) {
      byte[] bytes = wafers.bytes(image);
      exchange.bytes(contentType(bytes), bytes);
    }
  }

  private void waferMap(Exchange exchange) {
    ArchivedImage image = wafers.image(exchange);
    setCaching(exchange, image);
    if (!exchange.clientHas(image.sha256() + "-" + WaferMapJson.FORM)) {
      exchange.json(WaferMapJson.json(wafers.read(image)));
    }
  }

  /** The image that came with a timestamp is that timestamp's for good; any other may change. */
  private static void setCaching(Exchange exchange, ArchivedImage image) {
    boolean settled =
        exchange
            .parameters()
            .exactMillis("timestamp")
            .filter(millis -> millis == image.timestampMillis())
            .isPresent();
    if (settled) {
      exchange.keepForever();
    } else {
      exchange.askAgain();
    }
  }

  private static void putProvisional(ObjectNode json, @Nullable ProvisionalPattern pattern) {
    json.set("provisional", pattern == null ? null : pattern.json());
  }

  private static Cursor placeOf(Classification wafer) {
    return new Cursor(wafer.timestampMillis(), wafer.imgid());
  }

  /** The type of an image file by its first bytes; what is none is not shown as one. */
  private static String contentType(byte[] bytes) {
    if (startsWith(bytes, 0x89, 'P', 'N', 'G')) {
      return "image/png";
    }
    return startsWith(bytes, 0xff, 0xd8, 0xff) ? "image/jpeg" : "application/octet-stream";
  }

  private static boolean startsWith(byte[] bytes, int... start) {
    if (bytes.length < start.length) {
      return false;
    }
    for (int i = 0; i < start.length; i++) {
      if ((bytes[i] & 0xff) != start[i]) {
        return false;
      }
    }
    return true;
  }
}
