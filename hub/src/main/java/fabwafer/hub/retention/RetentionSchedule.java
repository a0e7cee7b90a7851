package fabwafer.hub.retention;

import fabwafer.hub.HubException;
import fabwafer.hub.audit.Actor;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs {@link Retention} some minutes after the hub's start and daily, on a thread of its own. */
public final class RetentionSchedule implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RetentionSchedule.class);

  /** A hub that starts has better to do at first. */
  private static final Duration FIRST = Duration.ofMinutes(5);

  private static final Duration EVERY = Duration.ofDays(1);

  private final Retention retention;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("retention").daemon().factory());

  public RetentionSchedule(Retention retention) {
    this.retention = retention;
  }

  /** Begins; returns at once. */
  public void start() {
    var _ =
        thread.scheduleWithFixedDelay(
            this::run, FIRST.toSeconds(), EVERY.toSeconds(), TimeUnit.SECONDS);
  }

  private void run() {
    try {
      Retention.Report report = retention.run(Actor.HUB);
      if (!report.isEmpty()) {
        LOG.info("retention removed {}", report);
      }
    } catch (HubException e) {
      LOG.warn("retention is put off to tomorrow: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("retention failed, it is tried again tomorrow", e);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
