package fabwafer.bench;

import fabwafer.acceptance.FillPlan;
import fabwafer.acceptance.FilledHub;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;

/**
 * Fills the data folder of a hub that does not run, {@code --data}, with {@code --wafers} over
 * {@code --days}, and prints which excursions it planted. {@code --images}: the share of the lots
 * that come with images.
 */
public final class Fill {
  private Fill() {}

  /** Fills, and prints. */
  public static void main(String[] arguments) {
    Flags flags =
        Flags.read(
            arguments,
            Map.of("data", "", "wafers", "100000", "days", "90", "seed", "1", "images", "0.3"));
    if (flags.text("data").isEmpty()) {
      throw new IllegalArgumentException("fill needs --data FOLDER");
    }
    FillPlan plan =
        new FillPlan(
            flags.whole("wafers"),
            flags.whole("days"),
            Instant.now().truncatedTo(ChronoUnit.HOURS),
            flags.whole("seed"),
            flags.number("images"));
    long began = System.nanoTime();
    FilledHub.fill(
        Path.of(flags.text("data")),
        plan,
        stored -> System.err.printf(Locale.ROOT, "fill: %,d of %,d%n", stored, plan.wafers()));
    System.out.printf(
        Locale.ROOT,
        "%,d wafers over %d days until %s in %.0f s. Planted:%n",
        plan.wafers(),
        plan.days(),
        plan.until(),
        (System.nanoTime() - began) / 1e9);
    plan.excursions().forEach(excursion -> System.out.println("- " + excursion));
  }
}
