package fabwafer.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Nothing lost and nothing doubled: 1,000 wafers go into a watched folder while the hub (with the
 * broker in it) and the agent are killed and started again, five times each.
 */
class KillTest {
  private static final int WAFERS = 1_000;
  private static final int KILLS = 5;
  private static final Duration ALL_THERE = Duration.ofMinutes(5);

  @TempDir private Path folder;

  @Test
  void everyWaferIsStoredOnce_whateverIsKilled() throws IOException {
    Path inbox = Files.createDirectories(folder.resolve("inbox"));
    List<Path> samples = Samples.all();
    try (RunningHub hub = RunningHub.start(folder.resolve("hub"));
        RunningAgent agent = RunningAgent.start(folder.resolve("agent"), hub, "camera1", inbox)) {
      int round = WAFERS / KILLS;
      for (int first = 0; first < WAFERS; first += round) {
        for (int i = first; i < first + round; i++) {
          drop(samples.get(i % samples.size()), inbox, "wafer-%04d.png".formatted(i));
        }
        // Each kill in the middle of the work: a part of the round is stored, the rest is not.
        awaitStored(hub, first + round / 4);
        hub.kill();
        hub.restart();
        awaitStored(hub, first + round / 2);
        agent.kill();
        agent.restart();
      }
      hub.awaitReady();
      RestClient admin = hub.admin();
      await()
          .atMost(ALL_THERE)
          .pollInterval(Duration.ofMillis(500))
          .untilAsserted(() -> assertThat(images(admin)).hasSizeGreaterThanOrEqualTo(WAFERS));
      await()
          .atMost(ALL_THERE)
          .untilAsserted(() -> assertThat(archived(hub)).hasSizeGreaterThanOrEqualTo(WAFERS));

      Set<String> names = new HashSet<>();
      for (JsonNode image : images(admin)) {
        assertThat(image.get("imageUrl").isNull())
            .as("image without its file: %s", image)
            .isFalse();
        names.add(image.get("imgid").stringValue());
      }
      assertThat(images(admin)).hasSize(WAFERS);
      assertThat(names).hasSize(WAFERS);
      assertThat(archived(hub)).hasSize(WAFERS);
      assertThat(admin.items("/api/v1/quarantine")).isEmpty();
      try (Stream<Path> left = Files.list(inbox)) {
        assertThat(left.filter(file -> file.toString().endsWith(".png"))).isEmpty();
      }
    }
  }

  private static void awaitStored(RunningHub hub, int least) {
    hub.awaitReady();
    RestClient admin = hub.admin();
    await()
        .atMost(ALL_THERE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> images(admin).size() >= least);
  }

  private static List<JsonNode> images(RestClient client) {
    return client.items("/api/v1/images?fab=faba");
  }

  private static List<Path> archived(RunningHub hub) {
    return Samples.pngs(hub.data().resolve("archive"));
  }

  /** As a careful camera does it: written under another name, then renamed. */
  private static void drop(Path sample, Path inbox, String name) throws IOException {
    Path partial = inbox.resolve(name + ".part");
    Files.copy(sample, partial, StandardCopyOption.REPLACE_EXISTING);
    Files.move(partial, inbox.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }
}
