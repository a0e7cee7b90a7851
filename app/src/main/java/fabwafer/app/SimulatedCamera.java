package fabwafer.app;

import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.Turn;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.image.WaferImages;
import fabwafer.wafer.synthetic.SyntheticWafers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A camera that is none: writes wafer maps into a folder as a real one would, each under another
 * name first. Half are the project's real samples, turned in one of eight ways, half are synthetic.
 */
final class SimulatedCamera implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SimulatedCamera.class);
  private static final int WAFERS_A_LOT = 25;

  private final Path inbox;
  private final SimulatedFab fab;
  private final Map<DefectPattern, List<Path>> samples;
  private final SyntheticWafers synthetic;
  private final SplittableRandom random;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("simulated-camera").daemon().factory());
  private int wafers;

  /**
   * A camera that does nothing yet.
   *
   * @param inbox the folder it writes to; exists
   * @param samples folder of real wafers, {@code <label>/*.png}
   * @param random the same random numbers give the same wafers
   * @throws WaferException if a label has no sample
   */
  SimulatedCamera(Path inbox, Path samples, SimulatedFab fab, SplittableRandom random) {
    this.inbox = inbox;
    this.fab = fab;
    this.samples = byPattern(samples);
    this.synthetic = SyntheticWafers.of(random.nextLong());
    this.random = random;
  }

  /** Writes wafers of the past, evenly spread over a time up to now. */
  void writePast(int count, Duration span) throws IOException {
    Instant start = Instant.now().minus(span);
    for (int i = 0; i < count; i++) {
      write(start.plus(span.multipliedBy(i).dividedBy(count)));
    }
  }

  /** Writes a wafer now and one after each interval, until it is closed. */
  void start(Duration interval) {
    var _ =
        clock.scheduleAtFixedRate(this::writeNow, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }

  private void writeNow() {
    try {
      write(Instant.now());
    } catch (IOException | WaferException e) {
      LOG.warn("the simulated camera could not write to {}: {}", inbox, e.getMessage());
    }
  }

  private void write(Instant seen) throws IOException {
    DefectPattern pattern = fab.next();
    String name = "L%04d-%02d".formatted(1 + wafers / WAFERS_A_LOT, 1 + wafers % WAFERS_A_LOT);
    wafers++;
    Path partial = inbox.resolve(name + ".part");
    Files.write(partial, WaferImages.toPng(waferWith(pattern)));
    Files.setLastModifiedTime(partial, FileTime.from(seen));
    Files.move(partial, inbox.resolve(name + ".png"), StandardCopyOption.ATOMIC_MOVE);
  }

  private WaferMap waferWith(DefectPattern pattern) throws IOException {
    if (random.nextBoolean()) {
      return synthetic.next(pattern);
    }
    List<Path> files = samples.getOrDefault(pattern, List.of());
    WaferMap real = WaferImages.read(files.get(random.nextInt(files.size())));
    Turn[] turns = Turn.values();
    return real.turned(turns[random.nextInt(turns.length)]);
  }

  private static Map<DefectPattern, List<Path>> byPattern(Path samples) {
    Map<DefectPattern, List<Path>> byPattern = new EnumMap<>(DefectPattern.class);
    for (DefectPattern pattern : DefectPattern.values()) {
      Path folder = samples.resolve(pattern.label());
      try (Stream<Path> files = Files.list(folder)) {
        byPattern.put(
            pattern, files.filter(file -> file.toString().endsWith(".png")).sorted().toList());
      } catch (IOException e) {
        throw new WaferException("no samples in " + folder, e);
      }
      if (byPattern.getOrDefault(pattern, List.of()).isEmpty()) {
        throw new WaferException("no samples in " + folder);
      }
    }
    return byPattern;
  }
}
