package fabwafer.hub.audit;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Entries of what a stranger can make happen as often as they like, such as wrong passwords. The
 * first is written at once; the same again (actor, address, action, object) is counted, and written
 * once with the count when its time is over. Above an hourly number all the rest is one count: a
 * hostile device fills neither the disk nor the list.
 */
public final class RepeatedEvents implements AutoCloseable {
  /** The action of the entry that counts what was too much to write. */
  static final String OVERFLOW = "audit.overflow";

  /** How long the same is counted before it is written again. */
  static final Duration WINDOW = Duration.ofMinutes(1);

  /** Most entries of an hour: under 15 MB a day. */
  static final int MAX_AN_HOUR = 1_000;

  /** Most different events remembered at a time. */
  static final int MAX_REMEMBERED = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger(RepeatedEvents.class);

  private record Event(Actor actor, String action, String object) {}

  private static final class Window {
    private final long sinceMillis;
    private ObjectNode detail;
    private long uncounted;

    Window(long sinceMillis, ObjectNode detail) {
      this.sinceMillis = sinceMillis;
      this.detail = detail;
    }
  }

  private final AuditLog audit;
  private final InstantSource clock;
  private final Map<Event, Window> windows = new HashMap<>();
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("audit-repeats").daemon().factory());
  private long hourSinceMillis = Long.MIN_VALUE;
  private int writtenThisHour;
  private long overflow;

  /** Counts from now on. */
  public RepeatedEvents(AuditLog audit, InstantSource clock) {
    this.audit = audit;
    this.clock = clock;
    var _ =
        watch.scheduleWithFixedDelay(
            this::writeDue, WINDOW.toMillis(), WINDOW.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Notes an event; writes at most one entry, and never fails for the database's sake. */
  public synchronized void note(Actor actor, String action, String object, ObjectNode detail) {
    long now = clock.millis();
    Event event = new Event(actor, action, object);
    Window window = windows.get(event);
    if (window != null && isOver(window, now)) {
      write(event, window);
      windows.remove(event);
      window = null;
    }
    if (window != null) {
      window.uncounted++;
      window.detail = detail;
    } else if (windows.size() < MAX_REMEMBERED && mayWrite(now)) {
      windows.put(event, new Window(now, detail));
      append(event, detail);
    } else {
      overflow++;
    }
  }

  /** Writes the counts whose time is over. */
  synchronized void writeDue() {
    long now = clock.millis();
    List<Event> over =
        windows.entrySet().stream()
            .filter(entry -> isOver(entry.getValue(), now))
            .map(Map.Entry::getKey)
            .toList();
    over.forEach(this::end);
    writeOverflow();
  }

  /** Writes every count. */
  @Override
  public void close() {
    watch.shutdownNow();
    synchronized (this) {
      new ArrayList<>(windows.keySet()).forEach(this::end);
      writeOverflow();
    }
  }

  private void end(Event event) {
    Window window = windows.remove(event);
    if (window != null) {
      write(event, window);
    }
  }

  /** A clock that was set back ends a window too. */
  private static boolean isOver(Window window, long now) {
    return Math.abs(now - window.sinceMillis) >= WINDOW.toMillis();
  }

  private boolean mayWrite(long now) {
    if (hourSinceMillis == Long.MIN_VALUE
        || Math.abs(now - hourSinceMillis) >= Duration.ofHours(1).toMillis()) {
      hourSinceMillis = now;
      writtenThisHour = 0;
    }
    return writtenThisHour++ < MAX_AN_HOUR;
  }

  private void write(Event event, Window window) {
    if (window.uncounted > 0) {
      append(event, window.detail.deepCopy().put("further", window.uncounted));
    }
  }

  private void writeOverflow() {
    if (overflow > 0) {
      append(new Event(Actor.HUB, OVERFLOW, "audit"), AuditLog.detail().put("unwritten", overflow));
      overflow = 0;
    }
  }

  private void append(Event event, ObjectNode detail) {
    try {
      audit.append(event.actor, event.action, event.object, detail);
    } catch (RuntimeException e) {
      LOG.error("the audit misses {} of {}: {}", event.action, event.actor, e.getMessage());
    }
  }
}
