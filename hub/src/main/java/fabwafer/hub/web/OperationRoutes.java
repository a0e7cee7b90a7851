package fabwafer.hub.web;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** Health, metrics and the REST contract. */
final class OperationRoutes implements RouteSource {
  private static final String CONTRACT = "openapi.yaml";
  private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private final Health health;
  private final Metrics metrics;

  OperationRoutes(Health health, Metrics metrics) {
    this.health = health;
    this.metrics = metrics;
  }

  @Override
  public void addTo(Routes routes) {
    routes.add(Route.get("/health", Access.OPEN, this::health));
    routes.add(Route.get("/health/live", Access.OPEN, OperationRoutes::live));
    routes.add(Route.get("/metrics", Access.MACHINE, this::metrics).scope(Scope.METRICS));
    routes.add(Route.get("/api/v1/openapi.yaml", Access.OPEN, OperationRoutes::contract));
  }

  private void health(Exchange exchange) {
    Health.Report report = health.check();
    exchange.json(report.ready() ? 200 : 503, report.json());
  }

  private static void live(Exchange exchange) {
    exchange.json(Json.object().put("status", "up"));
  }

  private void metrics(Exchange exchange) {
    exchange.bytes(
        PROMETHEUS_TEXT, metrics.scrape().getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private static void contract(Exchange exchange) throws IOException {
    try (InputStream in = OperationRoutes.class.getResourceAsStream(CONTRACT)) {
      exchange.bytes("application/yaml", Objects.requireNonNull(in, CONTRACT).readAllBytes());
    }
  }
}
