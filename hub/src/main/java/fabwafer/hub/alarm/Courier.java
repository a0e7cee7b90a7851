package fabwafer.hub.alarm;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the notices of one way out, on a thread of its own, so that a broken way holds up no
 * other. A notice that fails is tried again after a growing while, until it expires. After a kill
 * between delivery and its note in the database a notice is delivered again, under the same id.
 */
final class Courier implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Courier.class);

  private static final Duration FIRST_RETRY = Duration.ofSeconds(5);
  static final Duration LONGEST_RETRY = Duration.ofMinutes(10);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(3);
  private static final int BATCH = 50;

  private final WayOut way;
  private final Outbox outbox;
  private final HoldNotices holds;
  private final InstantSource clock;
  private final Semaphore wakes = new Semaphore(0);
  private final Thread thread;
  private volatile boolean closed;
  private volatile boolean failing;

  Courier(WayOut way, Outbox outbox, HoldNotices holds, InstantSource clock) {
    this.way = way;
    this.outbox = outbox;
    this.holds = holds;
    this.clock = clock;
    this.thread = Thread.ofVirtual().name("alarm-" + way.name()).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Looks at the outbox at once instead of within a second. */
  void wake() {
    wakes.release();
  }

  String wayName() {
    return way.name();
  }

  /** Whether the last try failed. */
  boolean isFailing() {
    return failing;
  }

  @Override
  public void close() {
    closed = true;
    if (thread.getState() == Thread.State.NEW) {
      return;
    }
    wakes.release();
    try {
      // A delivery under way is given the time to be noted, else it would be made again.
      if (!thread.join(STOP_PATIENCE)) {
        thread.interrupt();
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!closed) {
      try {
        for (Outbox.Waiting waiting : outbox.due(way.name(), clock.millis(), BATCH)) {
          if (closed) {
            return;
          }
          deliver(waiting);
        }
        if (wakes.tryAcquire(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
          wakes.drainPermits();
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        if (!closed) {
          LOG.error("alarm notices by {} are held up: {}", way.name(), e.getMessage(), e);
          pause();
        }
      }
    }
  }

  private void deliver(Outbox.Waiting waiting) {
    long now = clock.millis();
    if (now >= waiting.expiresMillis()) {
      outbox.expired(waiting.id(), now);
      LOG.error(
          "the notice {} by {} expired after {} tries: nobody was told",
          waiting.notice().topic(),
          way.name(),
          waiting.tries());
      return;
    }
    try {
      way.send(waiting.notice());
    } catch (IOException e) {
      if (closed) {
        return;
      }
      failing = true;
      Duration pause = retryAfter(waiting.tries());
      outbox.failed(waiting.id(), String.valueOf(e.getMessage()), now + pause.toMillis());
      LOG.warn(
          "the notice {} by {} was not delivered, next try in {} s: {}",
          waiting.notice().topic(),
          way.name(),
          pause.toSeconds(),
          e.getMessage());
      return;
    }
    failing = false;
    long delivered = clock.millis();
    outbox.sent(waiting.id(), delivered);
    holds.delivered(waiting.notice(), way.name(), delivered);
  }

  static Duration retryAfter(int tries) {
    Duration pause = FIRST_RETRY.multipliedBy(1L << Math.min(tries, 20));
    return pause.compareTo(LONGEST_RETRY) < 0 ? pause : LONGEST_RETRY;
  }

  private static void pause() {
    try {
      Thread.sleep(FIRST_RETRY);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
