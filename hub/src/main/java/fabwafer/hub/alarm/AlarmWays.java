package fabwafer.hub.alarm;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Tries the ways out: a notice that says it is a test, by each of them at once. */
final class AlarmWays {
  /** How long a way may take; each has a shorter limit of its own for each step. */
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final List<WayOut> ways;
  private final String hubId;
  private final Semaphore turn = new Semaphore(1);

  AlarmWays(List<WayOut> ways, String hubId) {
    this.ways = List.copyOf(ways);
    this.hubId = hubId;
  }

  /**
   * What became of a test.
   *
   * @param failure why it was not delivered; empty: it was
   */
  record Tried(String way, Optional<String> failure, Duration took) {}

  /**
   * Sends a test by every way.
   *
   * @return what became of it, in the order of the ways; empty while another test is under way
   */
  Optional<List<Tried>> test(String person, long nowMillis) {
    if (!turn.tryAcquire()) {
      return Optional.empty();
    }
    Notice notice = Notice.test(hubId, person, nowMillis);
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      List<Future<Tried>> running = new ArrayList<>();
      for (WayOut way : ways) {
        Callable<Tried> task = () -> tried(way, notice);
        running.add(threads.submit(task));
      }
      List<Tried> results = new ArrayList<>();
      for (int i = 0; i < ways.size(); i++) {
        results.add(result(ways.get(i), running.get(i)));
      }
      return Optional.of(List.copyOf(results));
    } finally {
      threads.shutdownNow();
      turn.release();
    }
  }

  private static Tried tried(WayOut way, Notice notice) {
    long start = System.nanoTime();
    Optional<String> failure = Optional.empty();
    try {
      way.send(notice);
    } catch (IOException e) {
      failure = Optional.of(String.valueOf(e.getMessage()));
    }
    return new Tried(way.name(), failure, Duration.ofNanos(System.nanoTime() - start));
  }

  private static Tried result(WayOut way, Future<Tried> running) {
    String failure;
    try {
      return running.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      failure = "no answer in %d s".formatted(PATIENCE.toSeconds());
    } catch (ExecutionException e) {
      failure = String.valueOf(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failure = "the hub stops";
    }
    return new Tried(way.name(), Optional.of(failure), PATIENCE);
  }
}
