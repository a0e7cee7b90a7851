package fabwafer.hub.pipeline;

import fabwafer.hub.HubException;
import fabwafer.hub.audit.Actor;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives the pipeline in a running hub: goes on with the open run, and begins one where enough
 * labels came. On a thread of its own; a closing leaves the run open for the next start.
 */
public final class PipelineSchedule implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PipelineSchedule.class);
  private static final Duration EVERY = Duration.ofSeconds(2);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);

  private final Pipeline pipeline;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("pipeline").daemon().factory());

  public PipelineSchedule(Pipeline pipeline) {
    this.pipeline = pipeline;
  }

  /** Begins; returns at once. */
  public void start() {
    var _ =
        thread.scheduleWithFixedDelay(
            this::look, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      Optional<PipelineRun> open = pipeline.open();
      if (open.isEmpty()) {
        open = pipeline.overridden();
      }
      if (open.isEmpty()) {
        open = pipeline.due().map(why -> pipeline.begin(Actor.HUB, why, Optional.empty()));
      }
      if (open.isPresent()) {
        pipeline.advance(open.get().id());
      }
    } catch (HubException e) {
      LOG.warn("the pipeline is put off: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.error("the pipeline failed; it is looked at again", e);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
    try {
      // A training child is stopped on the way out; it leaves its checkpoint.
      if (!thread.awaitTermination(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        LOG.warn("the pipeline did not stop within {} s", STOP_TIMEOUT.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
