package fabwafer.hub.pipeline;

import fabwafer.hub.audit.Actor;
import fabwafer.hub.registry.ModelRoutes;
import fabwafer.hub.snapshot.Snapshot;
import fabwafer.hub.web.Access;
import fabwafer.hub.web.Exchange;
import fabwafer.hub.web.Json;
import fabwafer.hub.web.ProblemException;
import fabwafer.hub.web.Route;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.Routes;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The pipeline over REST; the hub's own thread does the work. */
public final class PipelineRoutes implements RouteSource {
  private static final String PATH = "/api/v1/pipeline";
  private static final String RUN = PATH + "/{id}";
  private static final int MAX_NAME_CHARS = 64;

  private final Pipeline pipeline;

  public PipelineRoutes(Pipeline pipeline) {
    this.pipeline = pipeline;
  }

  @Override
  public void addTo(Routes routes) {
    routes.add(Route.get(PATH, Access.VIEWER, this::list));
    routes.add(Route.post(PATH, Access.APPROVER, this::begin));
    routes.add(Route.get(RUN, Access.VIEWER, this::show));
    routes.add(Route.get(RUN + "/log", Access.VIEWER, this::log));
    routes.add(Route.post(RUN + "/cancellation", Access.APPROVER, this::cancel));
    routes.add(Route.post(RUN + "/resumption", Access.APPROVER, this::resume));
    routes.add(Route.get("/api/v1/snapshots/{id}", Access.VIEWER, this::snapshot));
  }

  private void list(Exchange exchange) {
    ObjectNode answer = Json.object();
    ArrayNode items = answer.putArray("items");
    pipeline.list().forEach(run -> items.add(json(run)));
    Outlook outlook = pipeline.outlook();
    answer
        .putObject("outlook")
        .put("trains", outlook.trains())
        .put("newLabels", outlook.newLabels())
        .put("afterLabels", outlook.afterLabels())
        .put("everySeconds", outlook.every().map(Duration::toSeconds).orElse(null))
        .put("nextAt", outlook.nextMillis().map(PipelineRoutes::time).orElse(null));
    exchange.json(answer);
  }

  private void begin(Exchange exchange) throws IOException {
    Optional<String> model = exchange.jsonBody("model").optionalText("model", MAX_NAME_CHARS);
    exchange.json(
        201, json(ModelRoutes.asked(() -> pipeline.begin(Actor.of(exchange), "asked for", model))));
  }

  private void show(Exchange exchange) {
    exchange.json(json(run(exchange)));
  }

  private void log(Exchange exchange) throws IOException {
    PipelineRun run = run(exchange);
    byte[] lines =
        Files.exists(pipeline.log(run.id()))
            ? Files.readAllBytes(pipeline.log(run.id()))
            : new byte[0];
    exchange.bytes("text/plain; charset=utf-8", lines);
  }

  private void cancel(Exchange exchange) {
    long id = exchange.parameters().idInPath("id");
    exchange.json(json(ModelRoutes.asked(() -> pipeline.cancel(Actor.of(exchange), id))));
  }

  private void resume(Exchange exchange) {
    long id = exchange.parameters().idInPath("id");
    exchange.json(json(ModelRoutes.asked(() -> pipeline.resume(Actor.of(exchange), id))));
  }

  private void snapshot(Exchange exchange) {
    String id = exchange.parameters().textInPath("id");
    Snapshot snapshot =
        pipeline
            .snapshot(id)
            .orElseThrow(() -> ProblemException.notFound("there is no snapshot " + id));
    ObjectNode json =
        Json.object()
            .put("id", snapshot.id())
            .put("training", snapshot.training())
            .put("heldOut", snapshot.heldOut())
            .put("lots", snapshot.lots())
            .put("settled", snapshot.settled());
    snapshot.labels().forEach(json.putObject("labels")::put);
    snapshot.leftOut().forEach(json.putObject("leftOut")::put);
    snapshot.newLabels().forEach(json.putObject("newLabels")::put);
    exchange.json(json);
  }

  private PipelineRun run(Exchange exchange) {
    long id = exchange.parameters().idInPath("id");
    return ModelRoutes.asked(() -> pipeline.require(id));
  }

  private static ObjectNode json(PipelineRun run) {
    return Json.object()
        .put("id", run.id())
        .put("stage", run.stage().word())
        .put("state", run.state().word())
        .put("startedAt", time(run.startedMillis()))
        .put("startedBy", run.startedBy())
        .put("why", run.why())
        .put("endedAt", run.endedMillis().map(PipelineRoutes::time).orElse(null))
        .put("snapshot", run.snapshot().orElse(null))
        .put("parent", run.parent().orElse(null))
        .put("candidate", run.candidate().orElse(null))
        .put("epoch", run.epoch())
        .put("epochs", run.epochs())
        .put("message", run.message().orElse(null));
  }

  private static String time(long millis) {
    return Instant.ofEpochMilli(millis).toString();
  }
}
