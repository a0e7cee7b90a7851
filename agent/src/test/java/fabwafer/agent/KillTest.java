package fabwafer.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fabwafer.protocol.DeviceName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real agent process, killed in the middle of its work again and again. */
class KillTest {
  private static final int WAFERS = 300;
  private static final int KILLS = 5;

  @TempDir private Path folder;

  @Test
  void everyFileIsOneInspection_howeverOftenTheAgentIsKilled() throws Exception {
    Path inbox = Files.createDirectory(folder.resolve("inbox"));
    Set<Identity> dropped = new HashSet<>();
    Random random = new Random(20261123);
    try (Mosquitto broker = Mosquitto.start(folder.resolve("broker"));
        Subscriber hub = Subscriber.at(broker)) {
      for (int kill = 0; kill < KILLS; kill++) {
        int from = kill * WAFERS / KILLS;
        int to = (kill + 1) * WAFERS / KILLS;
        for (int i = from; i < to; i++) {
          dropped.add(drop(inbox, i));
        }
        // Killed as soon as it published a few more, in the midst of the others.
        int published = hub.inspections().size() + random.nextInt(1, (to - from) / 2);
        try (AgentProcess _ = AgentProcess.start(folder, inbox, broker.port())) {
          soon().until(() -> hub.inspections().size() >= published);
        }
      }
      try (AgentProcess _ = AgentProcess.start(folder, inbox, broker.port())) {
        soon().until(() -> hub.inspections().size() >= WAFERS && files(inbox) == 0);
        soon().until(() -> files(folder.resolve("spool/faba/camera1")) == 2);
      }
      assertThat(hub.inspections()).isEqualTo(dropped);
      assertThat(files(inbox.resolve(Leaving.BETWEEN))).isZero();
      assertThat(files(inbox.resolve(Leaving.REJECTED))).isZero();
    }
  }

  private static Identity drop(Path inbox, int wafer) throws IOException {
    String name = "wafer-" + wafer + ".png";
    byte[] png = Samples.png(wafer);
    Path file = Samples.drop(inbox, name, png);
    long modified = Files.getLastModifiedTime(file).toMillis();
    return Identity.of(new DeviceName("faba", "camera1"), name, png, modified);
  }

  /** Files in a folder; the spool's own lock and log count. */
  private static long files(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(Files::isRegularFile).count();
    } catch (IOException e) {
      return 0;
    }
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(10));
  }
}
