package fabwafer.hub.registry;

import fabwafer.classifier.TestVectors;
import fabwafer.hub.audit.Actor;
import fabwafer.hub.registry.ModelRegistry.Arrival;
import fabwafer.hub.registry.Promotion.Signer;
import fabwafer.hub.web.Access;
import fabwafer.hub.web.Exchange;
import fabwafer.hub.web.Json;
import fabwafer.hub.web.JsonBody;
import fabwafer.hub.web.Problem;
import fabwafer.hub.web.ProblemException;
import fabwafer.hub.web.Route;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.Routes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The models over REST: seen by viewers, brought and judged by approvers. */
public final class ModelRoutes implements RouteSource {
  /**
   * Most bytes of a model's zip that is sent. Larger ones are imported on the hub's own machine.
   */
  public static final int MAX_MODEL_BYTES = 64 * 1024 * 1024;

  /** Most characters of a comment or reason. */
  static final int MAX_TEXT_CHARS = 2_000;

  private static final String PATH = "/api/v1/models";
  private static final String MODEL = PATH + "/{model}";
  private static final int MAX_NAME_CHARS = 64;

  private final ModelRegistry registry;
  private final Promotion promotion;
  // A model is held in memory and run while it is checked.
  private final Semaphore imports = new Semaphore(1);

  public ModelRoutes(ModelRegistry registry, Promotion promotion) {
    this.registry = registry;
    this.promotion = promotion;
  }

  @Override
  public void addTo(Routes routes) {
    routes.add(Route.get(PATH, Access.VIEWER, this::list));
    routes.add(Route.post(PATH, Access.APPROVER, this::add));
    routes.add(Route.get(MODEL, Access.VIEWER, this::show));
    routes.add(Route.get(MODEL + "/file", Access.APPROVER, this::file));
    routes.add(Route.get(MODEL + "/vectors", Access.VIEWER, this::vectors));
    routes.add(Route.get(MODEL + "/comparison", Access.VIEWER, this::compare).query("against"));
    routes.add(Route.post(MODEL + "/test", Access.APPROVER, this::test));
    routes.add(Route.post(MODEL + "/approval", Access.APPROVER, this::approve));
    routes.add(Route.post(MODEL + "/rejection", Access.APPROVER, this::reject));
    routes.add(Route.post(MODEL + "/deployment", Access.APPROVER, this::deploy));
    routes.add(Route.post(PATH + "/rollback", Access.APPROVER, this::rollback));
  }

  private void list(Exchange exchange) {
    List<RegisteredModel> models = registry.list();
    ObjectNode answer = Json.object();
    ArrayNode items = answer.putArray("items");
    models.forEach(model -> items.add(ModelJson.row(model, promotion.approvers())));
    exchange.json(answer);
  }

  private void show(Exchange exchange) {
    exchange.json(json(asked(() -> named(exchange))));
  }

  private void file(Exchange exchange) throws IOException {
    RegisteredModel model = asked(() -> named(exchange));
    Path file = registry.file(model.id());
    exchange.download(
        "application/zip", "model-" + model.shortId() + ".zip", out -> Files.copy(file, out));
  }

  private void vectors(Exchange exchange) {
    RegisteredModel model = asked(() -> named(exchange));
    TestVectors vectors =
        TestVectors.read(registry.file(model.id()))
            .orElseThrow(
                () ->
                    ProblemException.notFound(
                        "model %s has no test vectors".formatted(model.shortId())));
    exchange.bytes("application/json", vectors.json());
  }

  private void compare(Exchange exchange) {
    String against =
        exchange.parameters().text("against", MAX_NAME_CHARS).orElse(ModelStage.CHAMPION.word());
    exchange.json(asked(() -> ModelJson.comparison(named(exchange), registry.require(against))));
  }

  private void add(Exchange exchange) throws IOException {
    exchange.requireContentType("application/zip");
    if (!imports.tryAcquire()) {
      throw new ProblemException(Problem.CONFLICT, "another model is being imported");
    }
    Path unchecked = registry.unchecked();
    try {
      Files.write(unchecked, exchange.fileBody(MAX_MODEL_BYTES));
      RegisteredModel added =
          asked(
              () ->
                  registry.add(Actor.of(exchange), unchecked, Arrival.imported(Optional.empty())));
      exchange.json(201, json(added));
    } finally {
      imports.release();
      Files.deleteIfExists(unchecked);
    }
  }

  private void test(Exchange exchange) throws IOException {
    Optional<String> override =
        exchange.jsonBody("override").optionalText("override", MAX_TEXT_CHARS);
    exchange.json(json(asked(() -> promotion.test(Actor.of(exchange), name(exchange), override))));
  }

  private void approve(Exchange exchange) throws IOException {
    JsonBody body = exchange.jsonBody("comment", "override");
    Optional<String> comment = body.optionalText("comment", MAX_TEXT_CHARS);
    Optional<String> override = body.optionalText("override", MAX_TEXT_CHARS);
    Signer signer = new Signer(exchange.caller().user(), Actor.of(exchange));
    exchange.json(json(asked(() -> promotion.approve(signer, name(exchange), comment, override))));
  }

  private void reject(Exchange exchange) throws IOException {
    String reason = exchange.jsonBody("reason").text("reason", MAX_TEXT_CHARS);
    exchange.json(json(asked(() -> promotion.reject(Actor.of(exchange), name(exchange), reason))));
  }

  private void deploy(Exchange exchange) {
    exchange.json(json(asked(() -> promotion.deploy(Actor.of(exchange), name(exchange)))));
  }

  private void rollback(Exchange exchange) throws IOException {
    String reason = exchange.jsonBody("reason").text("reason", MAX_TEXT_CHARS);
    exchange.json(json(asked(() -> promotion.rollback(Actor.of(exchange), reason))));
  }

  private ObjectNode json(RegisteredModel model) {
    return ModelJson.detail(model, registry.events(model.id()), promotion.approvers());
  }

  private RegisteredModel named(Exchange exchange) {
    return registry.require(name(exchange));
  }

  private static String name(Exchange exchange) {
    return exchange.parameters().textInPath("model");
  }

  /** Work whose refusals are the caller's to mend. */
  public static <T> T asked(Supplier<T> work) {
    try {
      return work.get();
    } catch (ModelException e) {
      String message = String.valueOf(e.getMessage());
      throw switch (e.reason()) {
        case BAD_VALUE -> new ProblemException(Problem.BAD_BODY, message);
        case NOT_FOUND -> ProblemException.notFound(message);
        case CONFLICT -> new ProblemException(Problem.CONFLICT, message);
      };
    }
  }
}
