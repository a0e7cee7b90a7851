package fabwafer.hub.inference;

import fabwafer.classifier.Prediction;
import fabwafer.hub.web.Access;
import fabwafer.hub.web.Exchange;
import fabwafer.hub.web.Json;
import fabwafer.hub.web.JsonBody;
import fabwafer.hub.web.Problem;
import fabwafer.hub.web.ProblemException;
import fabwafer.hub.web.Route;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.Routes;
import fabwafer.protocol.Limits;
import fabwafer.wafer.WaferMap;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Classifies what callers send: by the champion at {@code /invocations}, by the model in test at
 * {@code /test/invocations}, and by the KServe v2 protocol. Each request asks for the model anew
 * and is answered by that one alone.
 */
public final class InferenceRoutes implements RouteSource, AutoCloseable {
  /** Requests at a time unless configured. */
  public static final int DEFAULT_AT_ONCE = 256;

  /**
   * Bytes of bodies that are held at a time: the largest bodies come a few at once, small ones by
   * the hundred.
   */
  private static final int MAX_HELD_KIB = 128 * 1024;

  private static final int MAX_BODY_KIB = Limits.MAX_PAYLOAD_BYTES / 1024;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final String JSON = "application/json";

  private final Supplier<Optional<ServedModel>> champion;
  private final Supplier<Optional<ServedModel>> challenger;
  private final int atOnce;
  private final Semaphore places;
  private final Semaphore heldKib = new Semaphore(MAX_HELD_KIB);
  private final Batcher batcher = new Batcher();

  /**
   * The routes.
   *
   * @param champion the model in use; empty while there is none
   * @param challenger the model in test
   * @param atOnce most requests at a time, at least 1; further ones are told to come back
   */
  public InferenceRoutes(
      Supplier<Optional<ServedModel>> champion,
      Supplier<Optional<ServedModel>> challenger,
      int atOnce) {
    this.champion = champion;
    this.challenger = challenger;
    this.atOnce = atOnce;
    this.places = new Semaphore(atOnce);
  }

  /** The routes of a hub that tests no model. */
  public InferenceRoutes(Supplier<Optional<ServedModel>> champion, int atOnce) {
    this(champion, Optional::empty, atOnce);
  }

  @Override
  public void addTo(Routes routes) {
    routes.add(Route.get("/ping", Access.OPEN, this::ping));
    routes.add(Route.post("/invocations", Access.MACHINE, exchange -> invoke(exchange, served())));
    routes.add(Route.get("/test/ping", Access.OPEN, this::pingTest));
    routes.add(
        Route.post("/test/invocations", Access.MACHINE, exchange -> invoke(exchange, tested())));
    routes.add(Route.get("/v2", Access.MACHINE, KServe::server));
    routes.add(Route.get("/v2/health/live", Access.OPEN, KServe::live));
    routes.add(
        Route.get(
            "/v2/health/ready", Access.OPEN, e -> KServe.ready(e, champion.get().isPresent())));
    routes.add(
        Route.get("/v2/models/{name}", Access.MACHINE, e -> KServe.model(e, nameIn(e), named(e))));
    routes.add(
        Route.get(
            "/v2/models/{name}/ready",
            Access.MACHINE,
            e -> KServe.modelReady(e, nameIn(e), optional(nameIn(e)).isPresent())));
    routes.add(Route.post("/v2/models/{name}/infer", Access.MACHINE, this::infer));
  }

  @Override
  public void close() {
    batcher.close();
  }

  private void ping(Exchange exchange) {
    ServedModel _ = served();
    exchange.status(200);
  }

  private void pingTest(Exchange exchange) {
    ServedModel _ = tested();
    exchange.status(200);
  }

  private void invoke(Exchange exchange, ServedModel model) throws IOException {
    String type = exchange.requireContentType("image/png", "image/jpeg", JSON);
    bounded(
        exchange,
        () -> {
          if (!type.equals(JSON)) {
            WaferMap wafer = InferenceRequest.ofImage(exchange.body(Limits.MAX_IMAGE_BYTES));
            return one(model, wafer);
          }
          JsonBody body = exchange.jsonBody(Limits.MAX_PAYLOAD_BYTES, "bytes", "cells", "wafers");
          return body.has("wafers")
              ? several(model, InferenceRequest.severalOf(body))
              : one(model, InferenceRequest.ofJson(body));
        });
  }

  private ObjectNode one(ServedModel model, WaferMap wafer) {
    return PredictionJson.json(model, batcher.classify(model, List.of(wafer)).getFirst());
  }

  private ObjectNode several(ServedModel model, List<WaferMap> wafers) {
    ObjectNode answer = Json.object();
    ArrayNode list = answer.putArray("predictions");
    for (Prediction prediction : batcher.classify(model, wafers)) {
      list.add(PredictionJson.json(model, prediction));
    }
    return answer;
  }

  private void infer(Exchange exchange) throws IOException {
    String name = nameIn(exchange);
    ServedModel model = named(exchange);
    exchange.requireContentType(JSON);
    bounded(
        exchange,
        () -> {
          JsonBody body =
              exchange.jsonBody(Limits.MAX_PAYLOAD_BYTES, "id", "parameters", "inputs", "outputs");
          List<WaferMap> wafers = KServe.wafers(body);
          return KServe.answer(name, model, body, batcher.classify(model, wafers));
        });
  }

  private interface Work {
    JsonNode answer() throws IOException;
  }

  /** Does some work within the bounds of requests and of bytes, and answers it. */
  private void bounded(Exchange exchange, Work work) throws IOException {
    if (!places.tryAcquire()) {
      throw ProblemException.tooMany(
          "%d requests are being answered, which is the limit".formatted(atOnce), RETRY_AFTER);
    }
    try {
      int kib = Math.clamp(exchange.announcedBytes() / 1024 + 1, 1, MAX_BODY_KIB);
      if (!heldKib.tryAcquire(kib)) {
        throw ProblemException.tooMany(
            "requests of %,d KiB are being answered, which is the limit".formatted(MAX_HELD_KIB),
            RETRY_AFTER);
      }
      try {
        exchange.json(work.answer());
      } finally {
        heldKib.release(kib);
      }
    } finally {
      places.release();
    }
  }

  private ServedModel served() {
    return champion
        .get()
        .orElseThrow(
            () -> new ProblemException(Problem.NO_MODEL, "the hub has no model to classify with"));
  }

  private ServedModel tested() {
    return challenger
        .get()
        .orElseThrow(() -> new ProblemException(Problem.NO_MODEL, "no model is in test"));
  }

  private static String nameIn(Exchange exchange) {
    return exchange.parameters().textInPath("name");
  }

  private Optional<ServedModel> optional(String name) {
    return switch (name) {
      case KServe.CHAMPION -> champion.get();
      case KServe.CHALLENGER -> challenger.get();
      default ->
          throw ProblemException.notFound(
              "the models are %s and %s".formatted(KServe.CHAMPION, KServe.CHALLENGER));
    };
  }

  private ServedModel named(Exchange exchange) {
    String name = nameIn(exchange);
    return optional(name)
        .orElseThrow(() -> new ProblemException(Problem.NO_MODEL, "there is no " + name));
  }
}
