package fabwafer.agent;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.protocol.DeviceName;
import fabwafer.protocol.PredictionMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real agent process that is sent models, killed at every step of it. */
class ModelKillTest {
  private static final DeviceName CAMERA = new DeviceName("faba", "camera1");

  /** Chunks that the hub sends before each kill: in the midst of the files, and at their end. */
  private static final int[] CHUNKS_BEFORE_KILL = {1, 3, 9, 17, 18, 0, 200};

  @TempDir private Path folder;

  @Test
  void whereverItIsKilled_oneWholeModelAnswers_andTheRightOneInTheEnd() throws Exception {
    Map<String, byte[]> installed = TinyModels.plain();
    Map<String, byte[]> next = TinyModels.variant("next", 1 << 20);
    TinyModels.writeTo(folder.resolve("installed"), installed);
    Path inbox = Files.createDirectory(folder.resolve("inbox"));
    try (Mosquitto broker = Mosquitto.start(folder.resolve("broker"));
        Subscriber wafers = Subscriber.at(broker);
        ModelSender hub = new ModelSender(broker.port())) {
      hub.budget.set(0);
      hub.order(TinyModels.manifest(CAMERA, 1, next), next);
      for (int kill = 0; kill < CHUNKS_BEFORE_KILL.length; kill++) {
        hub.budget.set(CHUNKS_BEFORE_KILL[kill]);
        Samples.drop(inbox, "wafer-" + kill + ".png", Samples.png(kill));
        int wanted = kill + 1;
        try (AgentProcess agent = AgentProcess.start(folder, inbox, broker.port())) {
          agent.awaitThat(() -> wafers.inspections().size() >= wanted);
          // Killed as soon as the hub sent all it was to, whatever the agent does with it then.
          agent.awaitThat(
              () -> hub.budget.get() <= 0 || hub.reported(report -> report.sequence() == 1));
        }
      }
      hub.budget.set(Long.MAX_VALUE);
      try (AgentProcess agent = AgentProcess.start(folder, inbox, broker.port())) {
        agent.awaitThat(() -> hub.reported(report -> report.sequence() == 1));
        Samples.drop(inbox, "last.png", Samples.png(99));
        agent.awaitThat(() -> wafers.inspections().size() > CHUNKS_BEFORE_KILL.length);
      }
      Set<String> sound = Set.of(TinyModels.id(installed), TinyModels.id(next));
      assertThat(wafers.predictions()).extracting(ModelKillTest::model).isSubsetOf(sound);
      assertThat(model(wafers.predictions().getLast())).isEqualTo(TinyModels.id(next));
    }
  }

  private static String model(PredictionMessage prediction) {
    return prediction.more().get("model").stringValue();
  }
}
