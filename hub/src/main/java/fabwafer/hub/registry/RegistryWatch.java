package fabwafer.hub.registry;

import fabwafer.hub.HubException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees what the command line changed in a running hub's registry, within seconds; on a thread of
 * its own.
 */
public final class RegistryWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RegistryWatch.class);
  private static final Duration EVERY = Duration.ofSeconds(2);

  private final ModelRegistry registry;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("registry-watch").daemon().factory());

  public RegistryWatch(ModelRegistry registry) {
    this.registry = registry;
  }

  /** Begins; returns at once. */
  public void start() {
    var _ =
        thread.scheduleWithFixedDelay(
            this::look, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      registry.refresh();
    } catch (HubException | JdbiException e) {
      LOG.warn("the registry of models cannot be read now: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
