package fabwafer.agent;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * What follows when a broker refuses. A refusal may be about all (no rights, no hub, a quota) or
 * about one inspection (too large for it), and the broker seldom says which. So:
 *
 * <ul>
 *   <li>an inspection that was refused waits, twice as long each time, and others go on;
 *   <li>while nothing is accepted, everything waits so, and one at a time is tried;
 *   <li>an inspection refused {@value #REFUSALS_UNTIL_PARKED} times, while others were accepted
 *       after its first refusal, is refused for good.
 * </ul>
 *
 * <p>For one thread.
 */
final class Refusals {
  static final int REFUSALS_UNTIL_PARKED = 4;

  /** After so many connections that ended before any answer, one inspection at a time is tried. */
  static final int FRUITLESS_UNTIL_ALONE = 3;

  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(15);

  private static final class Trouble {
    private final Backoff waits = new Backoff(FIRST_WAIT, LONGEST_WAIT);
    private final long acceptedBefore;
    private long dueNanos;

    private Trouble(long acceptedBefore) {
      this.acceptedBefore = acceptedBefore;
    }
  }

  private final Map<Long, Trouble> troubles = new HashMap<>();
  private final Backoff waits = new Backoff(FIRST_WAIT, LONGEST_WAIT);
  private long accepted;
  private long dueNanos = System.nanoTime();
  private int fruitless;

  /**
   * An inspection was refused.
   *
   * @param number its place in the spool
   * @return whether it is refused for good
   */
  boolean refused(long number) {
    long now = System.nanoTime();
    if (waits.failures() == 0 || dueNanos - now <= 0) {
      // The others of the same window were sent before the broker said no: they count once.
      dueNanos = now + waits.nextNanos();
    }
    Trouble trouble = troubles.computeIfAbsent(number, _ -> new Trouble(accepted));
    trouble.dueNanos = now + trouble.waits.nextNanos();
    return trouble.waits.failures() >= REFUSALS_UNTIL_PARKED && accepted > trouble.acceptedBefore;
  }

  /** An inspection was accepted: the broker takes ours. */
  void accepted(long number) {
    forget(number);
    accepted++;
    fruitless = 0;
    waits.reset();
    dueNanos = System.nanoTime();
  }

  /** A connection ended without any answer while several inspections were on their way. */
  void fruitlessConnection() {
    fruitless++;
  }

  /** A new connection: what was refused may be taken now. */
  void newConnection() {
    dueNanos = System.nanoTime();
  }

  /** An inspection is no longer waiting. */
  void forget(long number) {
    troubles.remove(number);
  }

  /** How many inspections may be on their way, given how many could. */
  int window(int most) {
    if (dueNanos - System.nanoTime() > 0) {
      return 0;
    }
    return fruitless >= FRUITLESS_UNTIL_ALONE || waits.failures() > 0 ? 1 : most;
  }

  /** Whether an inspection may be tried now. */
  boolean mayTry(long number) {
    Trouble trouble = troubles.get(number);
    return trouble == null || trouble.dueNanos - System.nanoTime() <= 0;
  }

  /** Whether no inspection is in trouble. */
  boolean isQuiet() {
    return troubles.isEmpty();
  }

  /** How long until something may be tried again, in nanoseconds; long if nothing waits. */
  long untilDueNanos() {
    long now = System.nanoTime();
    long wait = dueNanos - now > 0 ? dueNanos - now : Long.MAX_VALUE;
    for (Trouble trouble : troubles.values()) {
      if (trouble.dueNanos - now > 0) {
        wait = Math.min(wait, trouble.dueNanos - now);
      }
    }
    return wait;
  }
}
