package fabwafer.hub.image;

import fabwafer.hub.archive.Archive;
import fabwafer.hub.archive.ArchivedImage;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.classification.ClassificationQuery;
import fabwafer.hub.classification.ClassificationQuery.Cursor;
import fabwafer.hub.classification.ClassificationStore;
import fabwafer.hub.groundtruth.GroundTruth;
import fabwafer.hub.groundtruth.GroundTruthStore;
import fabwafer.hub.image.Evidence.LotWafer;
import fabwafer.hub.image.Evidence.Shown;
import fabwafer.hub.inference.ServedModel;
import fabwafer.hub.web.Access;
import fabwafer.hub.web.Exchange;
import fabwafer.hub.web.Problem;
import fabwafer.hub.web.ProblemException;
import fabwafer.hub.web.Route;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.Routes;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.zone.ZoneYields;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The evidence card: all that is known of a wafer, on one page or as JSON, the same each time. */
public final class EvidenceRoutes implements RouteSource {
  /** Wafers of the lot that are told: a lot has 25, and some are inspected more than once. */
  static final int MAX_LOT = 50;

  private static final String PDF = "pdf";

  private final ClassificationStore classifications;
  private final GroundTruthStore groundTruths;
  private final Archive archive;
  private final ArchivedWafers wafers;
  private final Supplier<Optional<ServedModel>> model;
  private final Explanations explanations = new Explanations();

  /**
   * The route.
   *
   * @param model the model that explains; empty while there is none
   */
  public EvidenceRoutes(
      ClassificationStore classifications,
      Archive archive,
      GroundTruthStore groundTruths,
      Supplier<Optional<ServedModel>> model) {
    this.classifications = classifications;
    this.groundTruths = groundTruths;
    this.archive = archive;
    this.wafers = new ArchivedWafers(archive);
    this.model = model;
  }

  @Override
  public void addTo(Routes routes) {
    routes.add(
        Route.get(ImageRoutes.ONE + "/evidence", Access.VIEWER, this::card)
            .query("timestamp", "as"));
  }

  private void card(Exchange exchange) throws IOException {
    String as = exchange.parameters().word("as", List.of("json", PDF)).orElse("json");
    Evidence evidence = evidence(exchange);
    exchange.askAgain();
    if (as.equals(PDF)) {
      exchange.header(
          "Content-Disposition",
          "inline; filename=\"%s-evidence.pdf\"".formatted(evidence.wafer().imgid()));
      exchange.bytes("application/pdf", EvidenceCard.pdf(evidence));
    } else {
      exchange.json(evidence.json());
    }
  }

  private Evidence evidence(Exchange exchange) {
    Classification wafer = ClassifiedWafers.of(exchange, classifications);
    List<String> missing = new ArrayList<>();
    return new Evidence(
        wafer,
        groundTruths.history(wafer.imgid(), wafer.timestampMillis(), ImageRoutes.MAX_HISTORY),
        shown(wafer, missing),
        missing,
        lot(wafer));
  }

  private Optional<Shown> shown(Classification wafer, List<String> missing) {
    Optional<ArchivedImage> image =
        archive.find(wafer.device(), wafer.imgid(), wafer.timestampMillis());
    if (image.isEmpty()) {
      missing.add("the image has not come");
      return Optional.empty();
    }
    WaferMap map;
    try {
      map = wafers.read(image.get());
    } catch (ProblemException e) {
      requireProblem(e, Problem.NO_WAFER_MAP);
      missing.add(String.valueOf(e.getMessage()));
      return Optional.of(
          new Shown(image.get(), Optional.empty(), Optional.empty(), Optional.empty()));
    }
    return Optional.of(
        new Shown(
            image.get(),
            Optional.of(map),
            Optional.of(ZoneYields.of(map, 0)),
            explanation(wafer, image.get(), map, missing)));
  }

  private Optional<Evidence.Explanation> explanation(
      Classification wafer, ArchivedImage image, WaferMap map, List<String> missing) {
    Optional<ServedModel> served = model.get();
    if (served.isEmpty()) {
      missing.add("the hub has no model to explain with");
      return Optional.empty();
    }
    String label =
        served.get().labels().contains(wafer.prediction())
            ? wafer.prediction()
            : served.get().classify(map).label();
    Explanations.Key key = new Explanations.Key(image.sha256(), served.get().id(), label);
    try {
      return Optional.of(
          new Evidence.Explanation(
              served.get().id(), explanations.explain(key, served.get(), map)));
    } catch (ProblemException e) {
      requireProblem(e, Problem.NO_EXPLANATION);
      missing.add(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /** A hub that is busy makes no card with a hole: it is asked again. */
  private static void requireProblem(ProblemException e, Problem expected) {
    if (e.problem() != expected) {
      throw e;
    }
  }

  private List<LotWafer> lot(Classification wafer) {
    String lot = wafer.facts().lot();
    if (lot.isEmpty()) {
      return List.of();
    }
    List<Classification> rows =
        classifications
            .page(
                ClassificationQuery.newest(MAX_LOT)
                    .ofFab(Optional.of(wafer.device().fab()))
                    .ofLot(lot))
            .rows();
    Map<Cursor, GroundTruth> truths = groundTruths.newestOf(rows);
    return rows.stream()
        .map(
            one ->
                new LotWafer(
                    one,
                    Optional.ofNullable(
                        truths.get(new Cursor(one.timestampMillis(), one.imgid())))))
        .sorted(
            Comparator.comparingInt((LotWafer one) -> one.wafer().facts().slot())
                .thenComparing(LotWafer::name)
                .thenComparingLong(one -> one.wafer().timestampMillis()))
        .toList();
  }
}
