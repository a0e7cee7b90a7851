package fabwafer.agent;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Wakes the one thread that waits on it. Rung while nobody waits, it ends the next wait at once;
 * rung often, it counts as once. Rung from any thread.
 */
final class Bell {
  private final Semaphore rung = new Semaphore(0);

  void ring() {
    if (rung.availablePermits() == 0) {
      rung.release();
    }
  }

  /** Waits for the bell, at most so long; returns at once if the time is up already. */
  void await(long nanos) throws InterruptedException {
    if (rung.tryAcquire(Math.max(0, nanos), TimeUnit.NANOSECONDS)) {
      rung.drainPermits();
    }
  }
}
