package fabwafer.hub.pipeline;

import fabwafer.hub.audit.Actor;
import fabwafer.hub.registry.ModelRoutes;
import fabwafer.hub.web.Access;
import fabwafer.hub.web.Exchange;
import fabwafer.hub.web.Json;
import fabwafer.hub.web.Route;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.Routes;
import java.io.IOException;
import java.nio.file.Files;
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
  }

  private void list(Exchange exchange) {
    ObjectNode answer = Json.object();
    ArrayNode items = answer.putArray("items");
    pipeline.list().forEach(run -> items.add(json(run)));
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
