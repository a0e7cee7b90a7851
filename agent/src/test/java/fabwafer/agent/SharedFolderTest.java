package fabwafer.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fabwafer.agent.AgentConfig.Broker;
import fabwafer.agent.AgentConfig.Camera;
import fabwafer.agent.AgentConfig.SpoolLimits;
import fabwafer.agent.AgentConfig.Watching;
import fabwafer.wafer.image.WaferImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two agents of one camera's folder, each with a spool of its own. */
class SharedFolderTest {
  private static final int WAFERS = 150;

  @TempDir private Path folder;
  private final SteadyClassifier firstClassifier = new SteadyClassifier();
  private final SteadyClassifier secondClassifier = new SteadyClassifier();
  private Path inbox;
  private Mosquitto broker;
  private Subscriber hub;

  @BeforeEach
  void start() throws Exception {
    inbox = Files.createDirectory(folder.resolve("inbox"));
    broker = Mosquitto.start(folder.resolve("broker"));
    hub = Subscriber.at(broker);
  }

  @AfterEach
  void stop() {
    hub.close();
    broker.close();
  }

  @Test
  @SuppressWarnings("try") // closed while its block goes on, which is what is tested
  void oneTakesTheFiles_theOtherStandsBy_andTakesOverAtACleanStop() throws IOException {
    try (Agent second = agent("second", true, broker.port(), secondClassifier)) {
      awaitHolder("second");
      try (Agent _ = agent("first", true, broker.port(), firstClassifier)) {
        drop(0, WAFERS);
        soon().until(() -> hub.inspections().size() == WAFERS);
        assertThat(firstClassifier.asked()).isEmpty();
        second.close();
        awaitHolder("first");
        drop(WAFERS, 2 * WAFERS);
        soon().until(() -> hub.inspections().size() == 2 * WAFERS);
        soon().until(() -> filesIn(inbox) == 0);
      }
    }
    assertThat(hub.inspections()).hasSize(2 * WAFERS);
  }

  @Test
  void agentThatCannotPublish_handsOver_withWhatItHadTaken() throws Exception {
    try (Agent _ = agent("first", true, unusedPort(), firstClassifier)) {
      drop(0, WAFERS);
      soon().until(() -> firstClassifier.asked().size() == WAFERS);
      try (Agent _ = agent("second", true, broker.port(), secondClassifier)) {
        soon().until(() -> hub.inspections().size() == WAFERS);
        soon().until(() -> filesIn(inbox) == 0);
        drop(WAFERS, 2 * WAFERS);
        soon().until(() -> hub.inspections().size() == 2 * WAFERS);
        soon().until(() -> filesBelow(inbox.resolve(Leaving.DONE)) == 2 * WAFERS);
      }
    }
    assertThat(hub.inspections()).hasSize(2 * WAFERS);
  }

  @Test
  void agentsThatRaceForEveryFile_loseNone_andNameItAlike() throws IOException {
    try (Agent _ = agent("first", false, broker.port(), firstClassifier);
        Agent _ = agent("second", false, broker.port(), secondClassifier)) {
      drop(0, 2 * WAFERS);
      soon().until(() -> filesIn(inbox) == 0);
      soon().until(() -> hub.inspections().size() == 2 * WAFERS);
    }
    assertThat(hub.inspections()).hasSize(2 * WAFERS);
    assertThat(filesBelow(inbox.resolve(Leaving.DONE))).isEqualTo(2 * WAFERS);
    assertThat(inbox.resolve(Leaving.REJECTED)).doesNotExist();
  }

  private Agent agent(String name, boolean shared, int port, SteadyClassifier classifier) {
    AgentConfig config =
        new AgentConfig(
            "faba",
            List.of(new Camera("camera1", inbox)),
            new Broker("127.0.0.1", port, name, Optional.empty()),
            new SpoolLimits(folder.resolve(name), 1_000, SpoolLimits.LEAST_BYTES),
            new Watching(
                Duration.ofMillis(50), Duration.ofMillis(20), Duration.ofSeconds(10), true, shared),
            folder.resolve("model"),
            Optional.empty());
    return Agent.start(config, WaferImages::read, classifier);
  }

  private void drop(int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      Samples.drop(inbox, "wafer-" + i + ".png", Samples.png(i));
    }
  }

  private void awaitHolder(String name) {
    soon()
        .ignoreExceptions()
        .until(() -> Files.readString(inbox.resolve(Lease.FILE)).startsWith(name));
  }

  private static int unusedPort() throws IOException {
    try (var socket = new java.net.ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static long filesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".png")).count();
    }
  }

  private static long filesBelow(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".png")).count();
    }
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20));
  }
}
