package fabwafer.bench;

import fabwafer.acceptance.FillPlan;
import fabwafer.acceptance.FilledHub;
import fabwafer.acceptance.RunningHub;
import fabwafer.acceptance.Walk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;

/**
 * An engineer's way through every view of a hub with {@code --wafers} over {@code --days}, in a
 * browser; prints how long each step took. {@code --images}: the share of the lots that come with
 * images. {@code --folder} keeps what was filled.
 */
public final class WalkRun {
  private WalkRun() {}

  /** Fills, walks, prints. */
  public static void main(String[] arguments) throws IOException {
    Flags flags =
        Flags.read(
            arguments,
            Map.of("folder", "", "wafers", "100000", "days", "90", "seed", "1", "images", "0.1"));
    Path folder =
        flags.text("folder").isEmpty()
            ? Files.createTempDirectory("walk")
            : Files.createDirectories(Path.of(flags.text("folder")));
    FillPlan plan =
        new FillPlan(
            flags.whole("wafers"),
            flags.whole("days"),
            Instant.now().truncatedTo(ChronoUnit.DAYS),
            flags.whole("seed"),
            flags.number("images"));
    FilledHub.fill(
        folder.resolve("data"),
        plan,
        stored -> System.err.printf(Locale.ROOT, "walk: %,d of %,d%n", stored, plan.wafers()));
    try (RunningHub hub = RunningHub.start(folder)) {
      System.out.println(Walk.table(Walk.of(hub, plan, folder, Duration.ofHours(1))));
    } finally {
      if (flags.text("folder").isEmpty()) {
        Pictures.remove(folder);
      }
    }
  }
}
