package fabwafer.bench;

import fabwafer.acceptance.Chaos;
import fabwafer.acceptance.Chaos.Plan;
import fabwafer.acceptance.Chaos.Summary;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;

/**
 * The long form of the chaos test: {@code --kills} kills from {@code --seed}, half of them with the
 * hub's own broker and half with mosquitto. Prints a Markdown table; exits with 1 where a wafer or
 * an alarm was lost or doubled.
 */
public final class ChaosRun {
  private static final int DEFAULT_KILLS = 200;
  private static final int DEFAULT_MINUTES = 120;
  private static final long DEFAULT_SEED = 1;
  private static final int DEFAULT_PER_SECOND = 2;

  private ChaosRun() {}

  /** Runs both halves. */
  public static void main(String[] arguments) throws IOException {
    Flags flags =
        Flags.read(
            arguments,
            Map.of(
                "kills",
                "" + DEFAULT_KILLS,
                "seed",
                "" + DEFAULT_SEED,
                "rate",
                "" + DEFAULT_PER_SECOND,
                "minutes",
                "" + DEFAULT_MINUTES));
    int kills = flags.whole("kills");
    long seed = flags.whole("seed");
    double rate = flags.number("rate");
    Duration half = Duration.ofSeconds(30L * flags.whole("minutes"));
    Summary embedded = run(new Plan(kills / 2, seed, false, rate, half), "embedded");
    Summary external = run(new Plan(kills - kills / 2, seed + 1, true, rate, half), "mosquitto");
    print(seed, rate, embedded, external);
    if (!embedded.isClean() || !external.isClean()) {
      System.exit(1);
    }
  }

  private static Summary run(Plan plan, String broker) throws IOException {
    System.err.printf("chaos: %d kills, broker %s%n", plan.kills(), broker);
    return new Chaos(plan, Files.createTempDirectory("fabwafer-chaos"), System.err).run();
  }

  private static void print(long seed, double rate, Summary embedded, Summary external) {
    System.out.printf("Seed %d, %.0f wafers a second dropped all along.%n%n", seed, rate);
    System.out.println("| | the hub's broker | mosquitto |\n| --- | --- | --- |");
    row("kills", embedded.kills(), external.kills());
    row("minutes", embedded.took().toMinutes(), external.took().toMinutes());
    row("wafers", embedded.wafers(), external.wafers());
    row("lost", embedded.lost(), external.lost());
    row("doubled", embedded.doubled(), external.doubled());
    row("alarms", embedded.alarms(), external.alarms());
    row("alarming wafers", embedded.alarming(), external.alarming());
    row("miscounted on alarms", embedded.miscounted(), external.miscounted());
    row("notices lost", embedded.noticesLost(), external.noticesLost());
    row("notices doubled", embedded.noticesDoubled(), external.noticesDoubled());
    row(
        "longest recovery",
        "%.1f s".formatted(embedded.longestRecovery().toMillis() / 1e3),
        "%.1f s".formatted(external.longestRecovery().toMillis() / 1e3));
  }

  private static void row(String what, Object embedded, Object external) {
    System.out.println("| " + what + " | " + embedded + " | " + external + " |");
  }
}
