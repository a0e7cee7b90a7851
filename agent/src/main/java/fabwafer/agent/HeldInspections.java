package fabwafer.agent;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Acknowledged inspections that stay in the spool for a while, to be sent again should the
 * connection be lost meanwhile. For the publisher's thread alone.
 */
final class HeldInspections {
  private record Held(List<Spool.Item> items, long untilNanos) {}

  private final ArrayDeque<Held> oldestFirst = new ArrayDeque<>();
  private final Duration time;

  /**
   * None yet.
   *
   * @param time how long each is held; zero: not at all
   */
  HeldInspections(Duration time) {
    this.time = time;
  }

  /** Whether inspections are held at all. */
  boolean areHeld() {
    return !time.isZero();
  }

  /** Holds inspections from now on. */
  void add(List<Spool.Item> acknowledged) {
    oldestFirst.addLast(new Held(acknowledged, System.nanoTime() + time.toNanos()));
  }

  /** Takes out those that were held long enough. */
  List<Spool.Item> takeDue() {
    List<Spool.Item> due = new ArrayList<>();
    long now = System.nanoTime();
    while (!oldestFirst.isEmpty() && oldestFirst.getFirst().untilNanos - now <= 0) {
      due.addAll(oldestFirst.removeFirst().items);
    }
    return due;
  }

  /** How long until the next were held long enough, in nanoseconds. */
  long untilDueNanos() {
    return oldestFirst.isEmpty()
        ? Long.MAX_VALUE
        : oldestFirst.getFirst().untilNanos - System.nanoTime();
  }

  /** Holds none any more: they are to be sent again. */
  void clear() {
    oldestFirst.clear();
  }
}
