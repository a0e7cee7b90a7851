package fabwafer.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Cameras at work: drops wafers at a steady rate, one camera after the other, as a careful camera
 * does it (written under another name, then renamed), until it is closed. A wafer is known by its
 * number: {@code w000042.png} becomes the inspection {@code w000042-<digest>}.
 */
public final class WaferLoad implements AutoCloseable {
  /** Most wafers of one load: a day at two a second. */
  private static final int MOST_WAFERS = 200_000;

  private static final int NUMBER_DIGITS = 6;

  private final List<Path> samples = Samples.all();
  private final List<Path> inboxes;
  private final double perSecond;
  private final AtomicInteger dropped = new AtomicInteger();
  private final AtomicReferenceArray<Long> droppedAtNanos = new AtomicReferenceArray<>(MOST_WAFERS);
  private final Thread thread = Thread.ofPlatform().name("wafer-load").unstarted(this::run);
  private volatile @Nullable IOException failure;
  private volatile boolean closed;

  private WaferLoad(List<Path> inboxes, double perSecond) {
    this.inboxes = List.copyOf(inboxes);
    this.perSecond = perSecond;
  }

  /**
   * Starts to drop wafers.
   *
   * @param inboxes the cameras' folders; made if missing
   */
  public static WaferLoad start(List<Path> inboxes, double perSecond) {
    try {
      for (Path inbox : inboxes) {
        Files.createDirectories(inbox);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    WaferLoad load = new WaferLoad(inboxes, perSecond);
    load.thread.start();
    return load;
  }

  /** Wafers dropped so far; their numbers are 0 to one less. */
  public int dropped() {
    return dropped.get();
  }

  /** When a wafer was there whole, of {@link System#nanoTime()}. */
  public long droppedAtNanos(int number) {
    Long at = droppedAtNanos.get(number);
    if (at == null) {
      throw new IllegalArgumentException("wafer " + number + " is not dropped yet");
    }
    return at;
  }

  /** The number of the wafer that an inspection is of. */
  public static int number(String imgid) {
    return Integer.parseInt(imgid.substring(1, 1 + NUMBER_DIGITS));
  }

  /** As {@link #stop}. */
  @Override
  public void close() {
    stop();
  }

  /** Drops no more; returns once the last wafer is there whole. */
  public void stop() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    IOException failed = failure;
    if (failed != null) {
      throw new UncheckedIOException("the load ended early", failed);
    }
  }

  private void run() {
    long started = System.nanoTime();
    try {
      for (int number = 0; number < MOST_WAFERS && !closed; number++) {
        long due = started + (long) (number * TimeUnit.SECONDS.toNanos(1) / perSecond);
        TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
        drop(number);
      }
    } catch (IOException e) {
      failure = e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void drop(int number) throws IOException {
    Path inbox = inboxes.get(number % inboxes.size());
    String name = ("w%0" + NUMBER_DIGITS + "d.png").formatted(number);
    Path partial = inbox.resolve(name + ".part");
    Files.copy(samples.get(number * 31 % samples.size()), partial);
    droppedAtNanos.set(number, System.nanoTime());
    Files.move(partial, inbox.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    dropped.incrementAndGet();
  }
}
