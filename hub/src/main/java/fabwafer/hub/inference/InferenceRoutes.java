package fabwafer.hub.inference;

import fabwafer.hub.web.Access;
import fabwafer.hub.web.Exchange;
import fabwafer.hub.web.Problem;
import fabwafer.hub.web.ProblemException;
import fabwafer.hub.web.Route;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.Routes;
import fabwafer.protocol.Limits;
import fabwafer.wafer.WaferMap;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/** Classifies what callers send; the model is asked for anew for each request. */
public final class InferenceRoutes implements RouteSource {
  /**
   * Requests at a time unless configured; each may hold a body of {@link Limits#MAX_PAYLOAD_BYTES}
   * and what is read from it.
   */
  public static final int DEFAULT_AT_ONCE = 8;

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final String JSON = "application/json";

  private final Supplier<Optional<ServedModel>> model;
  private final int atOnce;
  private final Semaphore places;

  /**
   * The routes.
   *
   * @param model the model in use; empty while there is none
   * @param atOnce most requests at a time, at least 1; further ones are told to come back
   */
  public InferenceRoutes(Supplier<Optional<ServedModel>> model, int atOnce) {
    this.model = model;
    this.atOnce = atOnce;
    this.places = new Semaphore(atOnce);
  }

  @Override
  public void addTo(Routes routes) {
    routes.add(Route.get("/ping", Access.OPEN, this::ping));
    routes.add(Route.post("/invocations", Access.MACHINE, this::invoke));
  }

  private void ping(Exchange exchange) {
    requireModel();
    exchange.status(200);
  }

  private void invoke(Exchange exchange) throws IOException {
    ServedModel served = requireModel();
    String type = exchange.requireContentType("image/png", "image/jpeg", JSON);
    if (!places.tryAcquire()) {
      throw ProblemException.tooMany(
          "%d requests are being answered, which is the limit".formatted(atOnce), RETRY_AFTER);
    }
    try {
      WaferMap wafer = type.equals(JSON) ? fromJson(exchange) : fromImage(exchange);
      exchange.json(PredictionJson.json(served, served.classify(wafer)));
    } finally {
      places.release();
    }
  }

  private ServedModel requireModel() {
    return model
        .get()
        .orElseThrow(
            () -> new ProblemException(Problem.NO_MODEL, "the hub has no model to classify with"));
  }

  private static WaferMap fromImage(Exchange exchange) throws IOException {
    return InferenceRequest.ofImage(exchange.body(Limits.MAX_IMAGE_BYTES));
  }

  private static WaferMap fromJson(Exchange exchange) throws IOException {
    return InferenceRequest.ofJson(exchange.jsonBody(Limits.MAX_PAYLOAD_BYTES, "bytes", "cells"));
  }
}
