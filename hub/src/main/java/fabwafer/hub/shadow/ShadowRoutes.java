package fabwafer.hub.shadow;

import fabwafer.hub.registry.ModelRegistry;
import fabwafer.hub.registry.ModelRoutes;
import fabwafer.hub.registry.RegisteredModel;
import fabwafer.hub.shadow.ShadowFigures.Differing;
import fabwafer.hub.shadow.ShadowFigures.OfLabel;
import fabwafer.hub.shadow.ShadowFigures.Reviewed;
import fabwafer.hub.web.Access;
import fabwafer.hub.web.Exchange;
import fabwafer.hub.web.Json;
import fabwafer.hub.web.ProblemException;
import fabwafer.hub.web.Route;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.Routes;
import java.time.Instant;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a model in shadow showed, over REST. */
public final class ShadowRoutes implements RouteSource {
  private final ModelRegistry registry;
  private final Shadow shadow;

  public ShadowRoutes(ModelRegistry registry, Shadow shadow) {
    this.registry = registry;
    this.shadow = shadow;
  }

  @Override
  public void addTo(Routes routes) {
    routes.add(Route.get("/api/v1/models/{model}/shadow", Access.VIEWER, this::show));
  }

  private void show(Exchange exchange) {
    RegisteredModel model =
        ModelRoutes.asked(() -> registry.require(exchange.parameters().textInPath("model")));
    exchange.json(
        shadow
            .figures(model.id())
            .map(ShadowRoutes::json)
            .orElseThrow(
                () ->
                    ProblemException.notFound(
                        "model %s has never been in test".formatted(model.shortId()))));
  }

  /** As the contract writes it. */
  static ObjectNode json(ShadowFigures figures) {
    ObjectNode json =
        Json.object()
            .put("model", figures.model())
            .put("champion", figures.champion().orElse(null))
            .put("since", Instant.ofEpochMilli(figures.sinceMillis()).toString())
            .put("wafers", figures.wafers())
            .put("same", figures.same())
            .put("agreement", figures.agreement().orElse(null))
            .put("failed", figures.failed())
            .put("unseen", figures.unseen());
    ArrayNode labels = json.putArray("labels");
    figures.labels().forEach(label -> labels.add(json(label)));
    Reviewed reviewed = figures.reviewed();
    ObjectNode reviews =
        json.putObject("reviewed")
            .put("wafers", reviewed.wafers())
            .put("championRight", reviewed.championRight())
            .put("candidateRight", reviewed.candidateRight());
    ArrayNode reviewedLabels = reviews.putArray("labels");
    reviewed
        .labels()
        .forEach(
            label ->
                reviewedLabels
                    .addObject()
                    .put("label", label.label())
                    .put("wafers", label.wafers())
                    .put("championRight", label.championRight())
                    .put("candidateRight", label.candidateRight()));
    ArrayNode differing = json.putArray("differing");
    figures.differing().forEach(wafer -> differing.add(json(wafer)));
    return json;
  }

  private static ObjectNode json(OfLabel label) {
    return Json.object()
        .put("label", label.label())
        .put("champion", label.champion())
        .put("candidate", label.candidate())
        .put("same", label.same());
  }

  private static ObjectNode json(Differing wafer) {
    return Json.object()
        .put("fab", wafer.device().fab())
        .put("camera", wafer.device().camera())
        .put("imgid", wafer.wafer().imgid())
        .put("timestamp", wafer.wafer().timestampMillis())
        .put("champion", wafer.champion())
        .put("candidate", wafer.candidate())
        .put("review", wafer.review().orElse(null));
  }
}
