package fabwafer.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The short form of {@code bench/run chaos}: 20 kills in all, ten with the hub's own broker and ten
 * with mosquitto.
 */
class ChaosTest {
  private static final int KILLS = 10;
  private static final long SEED = 7;
  private static final double PER_SECOND = 2;
  private static final Duration MOST = Duration.ofMinutes(5);

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyWaferAndEveryAlarmIsThereOnce_whateverIsKilled(boolean externalBroker) {
    Chaos.Summary summary =
        new Chaos(new Chaos.Plan(KILLS, SEED, externalBroker, PER_SECOND, MOST), folder, System.out)
            .run();
    assertThat(summary).matches(Chaos.Summary::isClean);
    assertThat(summary.wafers()).isGreaterThan(KILLS);
    assertThat(summary.alarms()).isPositive();
  }
}
