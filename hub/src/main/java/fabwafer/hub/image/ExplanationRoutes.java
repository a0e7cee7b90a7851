package fabwafer.hub.image;

import fabwafer.classifier.ModelCard;
import fabwafer.classifier.explanation.Explanation;
import fabwafer.hub.archive.Archive;
import fabwafer.hub.archive.ArchivedImage;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.classification.ClassificationStore;
import fabwafer.hub.image.Explanations.Explained;
import fabwafer.hub.inference.ServedModel;
import fabwafer.hub.web.Access;
import fabwafer.hub.web.Exchange;
import fabwafer.hub.web.Problem;
import fabwafer.hub.web.ProblemException;
import fabwafer.hub.web.Route;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.Routes;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.drawing.WaferDrawing;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Which dies of an archived wafer map drove the answer, by the model that the hub serves. */
public final class ExplanationRoutes implements RouteSource {
  /** Part of the answer's version: to be changed when its form, or the explaining, changes. */
  private static final String FORM = "1";

  /** Length of a picture's longer side, where whole pixels a die and the bounds allow it. */
  private static final int PICTURE_SIDE = 800;

  private final ClassificationStore classifications;
  private final ArchivedWafers wafers;
  private final Supplier<Optional<ServedModel>> model;
  private final Explanations explanations = new Explanations();

  /**
   * The routes.
   *
   * @param model the model in use; empty while there is none
   */
  public ExplanationRoutes(
      ClassificationStore classifications, Archive archive, Supplier<Optional<ServedModel>> model) {
    this.classifications = classifications;
    this.wafers = new ArchivedWafers(archive);
    this.model = model;
  }

  @Override
  public void addTo(Routes routes) {
    String path = ImageRoutes.ONE + "/explanation";
    routes.add(Route.get(path, Access.VIEWER, this::values).query("timestamp", "label"));
    routes.add(
        Route.get(path + "/image", Access.VIEWER, this::picture).query("timestamp", "label"));
  }

  private void values(Exchange exchange) {
    ArchivedImage image = wafers.image(exchange);
    ServedModel served = requireModel();
    Explanations.Key key = key(exchange, image, served);
    if (clientHas(exchange, key)) {
      return;
    }
    Explained explained =
        explanations
            .kept(key)
            .orElseGet(() -> explanations.explain(key, served, wafers.read(image)));
    exchange.json(ExplanationJson.json(served.id(), explained));
  }

  private void picture(Exchange exchange) {
    ArchivedImage image = wafers.image(exchange);
    ServedModel served = requireModel();
    Explanations.Key key = key(exchange, image, served);
    if (clientHas(exchange, key)) {
      return;
    }
    WaferMap wafer = wafers.read(image);
    Explanation explanation = explanations.explain(key, served, wafer).explanation();
    int wished = PICTURE_SIDE / Math.max(wafer.height(), wafer.width());
    exchange.bytes(
        "image/png",
        WaferDrawing.toPng(wafer, explanation.values(), WaferDrawing.dieSide(wafer, wished)));
  }

  private ServedModel requireModel() {
    return model
        .get()
        .orElseThrow(
            () -> new ProblemException(Problem.NO_MODEL, "the hub has no model to explain with"));
  }

  /**
   * What is to be explained: the label asked for; else the wafer's prediction; where the model does
   * not know it, or there is none, the model's own answer.
   */
  private Explanations.Key key(Exchange exchange, ArchivedImage image, ServedModel served) {
    Optional<String> asked =
        exchange.parameters().label("label").map(DefectPattern::canonicalLabel);
    if (asked.isPresent() && !served.labels().contains(asked.get())) {
      throw ProblemException.parameter(
          "label", "label must be one that the hub's model knows: " + shown(served.labels()));
    }
    String label =
        asked
            .or(() -> prediction(image).filter(served.labels()::contains))
            .orElseGet(() -> served.classify(wafers.read(image)).label());
    return new Explanations.Key(image.sha256(), served.id(), label);
  }

  private Optional<String> prediction(ArchivedImage image) {
    return classifications
        .find(image.imgid(), image.timestampMillis())
        .filter(wafer -> wafer.device().equals(image.device()))
        .or(() -> classifications.newest(image.device(), image.imgid()))
        .map(Classification::prediction);
  }

  private static String shown(List<String> labels) {
    int most = 20;
    return String.join(", ", labels.subList(0, Math.min(most, labels.size())))
        + (labels.size() > most ? ", …" : "");
  }

  /** The model may change: the browser asks again, and is told where nothing did. */
  private static boolean clientHas(Exchange exchange, Explanations.Key key) {
    exchange.askAgain();
    String all = String.join("\n", FORM, key.sha256(), key.model(), key.label());
    return exchange.clientHas(ModelCard.idOf(all.getBytes(StandardCharsets.UTF_8)));
  }
}
