package fabwafer.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@code bench/run walk}. */
class WalkTest {
  @TempDir private Path folder;

  @Test
  void anEngineer_findsThePlantedExcursions_andDoesADaysWork() {
    FillPlan plan = new FillPlan(8_000, 40, Instant.now().truncatedTo(ChronoUnit.DAYS), 1, 0.03);
    FilledHub.fill(folder.resolve("hub/data"), plan, stored -> {});
    List<Walk.Step> steps;
    try (RunningHub hub = RunningHub.start(folder.resolve("hub"))) {
      steps = Walk.of(hub, plan, folder, Duration.ofMinutes(3));
    }

    System.getLogger("measured").log(System.Logger.Level.INFO, Walk.table(steps));
    assertThat(steps).hasSizeGreaterThan(25);
  }
}
