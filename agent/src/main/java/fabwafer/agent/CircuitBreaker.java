package fabwafer.agent;

import java.time.Duration;

/**
 * Keeps a service that fails from being asked for every wafer: after {@value #FAILURES_UNTIL_OPEN}
 * failures in a row it is left alone for a while, then one caller may try, and each further failure
 * doubles the while. Safe on any thread.
 */
final class CircuitBreaker {
  static final int FAILURES_UNTIL_OPEN = 3;
  private static final Duration FIRST_WAIT = Duration.ofSeconds(5);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

  private final Backoff waits = new Backoff(FIRST_WAIT, LONGEST_WAIT);
  private int failures;
  private long closedAgainNanos = System.nanoTime();

  /** Whether the service may be asked now; the caller tells how it went. */
  synchronized boolean mayAsk() {
    if (failures < FAILURES_UNTIL_OPEN) {
      return true;
    }
    long now = System.nanoTime();
    if (closedAgainNanos - now > 0) {
      return false;
    }
    // This caller tries; nobody else until it told how it went, or its try took too long.
    closedAgainNanos = now + LONGEST_WAIT.toNanos();
    return true;
  }

  /** The service answered. Answers whether it had been left alone before. */
  synchronized boolean succeeded() {
    boolean wasOpen = failures >= FAILURES_UNTIL_OPEN;
    failures = 0;
    waits.reset();
    return wasOpen;
  }

  /** The service did not answer. Answers whether it is left alone from now on. */
  synchronized boolean failed() {
    failures++;
    if (failures >= FAILURES_UNTIL_OPEN) {
      closedAgainNanos = System.nanoTime() + waits.nextNanos();
    }
    return failures == FAILURES_UNTIL_OPEN;
  }
}
