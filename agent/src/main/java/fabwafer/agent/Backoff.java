package fabwafer.agent;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Waits that double with each failure up to a bound, shortened at random by up to a half so that
 * agents that failed together do not come back together. Not safe for several threads.
 */
final class Backoff {
  private static final int MAX_DOUBLINGS = 30;

  private final Duration first;
  private final Duration most;
  private int failures;

  Backoff(Duration first, Duration most) {
    this.first = first;
    this.most = most;
  }

  /** How long to wait after one more failure, in nanoseconds. */
  long nextNanos() {
    int doublings = Math.min(failures, MAX_DOUBLINGS);
    failures++;
    double nanos = Math.min((double) most.toNanos(), (double) first.toNanos() * (1L << doublings));
    return (long) (nanos * ThreadLocalRandom.current().nextDouble(0.5, 1));
  }

  /** Failures since the last success. */
  int failures() {
    return failures;
  }

  /** A success: the next wait is a short one again. */
  void reset() {
    failures = 0;
  }
}
