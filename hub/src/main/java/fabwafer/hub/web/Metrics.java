package fabwafer.hub.web;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * The hub's counters and timers, with those of the JVM. Made once by the hub; its parts add theirs
 * to {@link #registry()}, safe on any thread.
 */
public final class Metrics implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();

  public Metrics() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    collections.bindTo(registry);
  }

  /** Where parts add their counters; names begin with {@code fabwafer.}. */
  public MeterRegistry registry() {
    return registry;
  }

  /** What Prometheus reads. */
  String scrape() {
    return registry.scrape();
  }

  /** Adds a number that is asked for whenever Prometheus reads. */
  void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).register(registry);
  }

  /** Counts a request that was answered. */
  void answered(String method, String route, int status, Duration took) {
    Timer.builder("fabwafer.http.requests")
        .description("Requests answered, by route and status")
        .tags("method", method, "route", route, "status", String.valueOf(status))
        .register(registry)
        .record(took);
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
