package fabwafer.hub.image;

import fabwafer.hub.archive.Archive;
import fabwafer.hub.archive.ArchivedImage;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.classification.ClassificationStore;
import fabwafer.hub.groundtruth.GroundTruth;
import fabwafer.hub.groundtruth.GroundTruthStore;
import fabwafer.hub.web.Access;
import fabwafer.hub.web.Exchange;
import fabwafer.hub.web.Json;
import fabwafer.hub.web.Problem;
import fabwafer.hub.web.ProblemException;
import fabwafer.hub.web.Route;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.Routes;
import fabwafer.protocol.BinMap;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.format.FabFormat;
import fabwafer.wafer.format.FabWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A stored wafer handed back to a fab's host, and which bin each of its dies is in. */
public final class ExportRoutes implements RouteSource {
  private static final List<String> FORMATS =
      Arrays.stream(FabFormat.values())
          .map(format -> format.name().toLowerCase(Locale.ROOT))
          .toList();

  private final ClassificationStore classifications;
  private final ArchivedWafers wafers;
  private final GroundTruthStore groundTruths;

  public ExportRoutes(
      ClassificationStore classifications, Archive archive, GroundTruthStore groundTruths) {
    this.classifications = classifications;
    this.wafers = new ArchivedWafers(archive);
    this.groundTruths = groundTruths;
  }

  @Override
  public void addTo(Routes routes) {
    routes.add(
        Route.get(ImageRoutes.ONE + "/export", Access.VIEWER, this::export)
            .query("timestamp", "as"));
    routes.add(Route.get(ImageRoutes.ONE + "/bins", Access.VIEWER, this::bins).query("timestamp"));
  }

  private void export(Exchange exchange) {
    FabFormat format =
        exchange
            .parameters()
            .word("as", FORMATS)
            .map(word -> FabFormat.valueOf(word.toUpperCase(Locale.ROOT)))
            .orElseThrow(
                () ->
                    ProblemException.parameter(
                        "as", "as must be one of " + String.join(", ", FORMATS)));
    ArchivedImage image = wafers.image(exchange);
    Classification wafer = classification(image);
    String pattern =
        groundTruths.history(wafer.imgid(), wafer.timestampMillis(), 1).stream()
            .findFirst()
            .map(GroundTruth::label)
            .orElse(wafer.prediction());
    WaferMap map = wafers.read(image);
    String text;
    try {
      text =
          FabWriter.write(StoredWafer.record(map, wafer.facts(), format, pattern), format, pattern);
    } catch (WaferException e) {
      throw new ProblemException(Problem.NOT_EXPORTABLE, String.valueOf(e.getMessage()));
    }
    exchange.askAgain();
    exchange.header(
        "Content-Disposition",
        "attachment; filename=\"%s.%s\"".formatted(wafer.imgid(), format.suffix()));
    exchange.bytes(contentType(format), text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String contentType(FabFormat format) {
    return switch (format) {
      case CSV -> "text/csv";
      case G85, E142 -> "application/xml";
      case KLARF -> "text/plain";
    };
  }

  private void bins(Exchange exchange) {
    ArchivedImage image = wafers.image(exchange);
    WaferMap map = wafers.read(image);
    int[] bins =
        BinMap.decode(classification(image).facts().binMap(), map.height() * map.width())
            .orElseThrow(
                () ->
                    ProblemException.notFound(
                        "the bins of the dies of %s are not known".formatted(image.imgid())));
    ObjectNode json = Json.object().put("height", map.height()).put("width", map.width());
    ArrayNode array = json.putArray("bins");
    for (int bin : bins) {
      array.add(bin);
    }
    exchange.askAgain();
    exchange.json(json);
  }

  private Classification classification(ArchivedImage image) {
    Optional<Classification> wafer =
        classifications
            .find(image.imgid(), image.timestampMillis())
            .filter(found -> found.device().equals(image.device()))
            .or(() -> classifications.newest(image.device(), image.imgid()));
    return wafer.orElseThrow(
        () ->
            ProblemException.notFound(
                "there is no classification of %s of %s".formatted(image.imgid(), image.device())));
  }
}
