package fabwafer.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A hub at work is backed up, thrown away and restored, with the real program. */
class BackupRestoreTest {
  private static final int WAFERS_BEFORE = 20;
  private static final double PER_SECOND = 2;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final String MODEL_KEY = "model-key/model-key.pem";

  @TempDir private Path folder;

  @Test
  void restoredHub_hasWhatWasStoredBeforeTheBackup_andTheSamePasswords() throws IOException {
    Path inbox = folder.resolve("inbox");
    Path out = folder.resolve("backup");
    try (RunningHub hub = RunningHub.start(folder.resolve("hub"))) {
      Map<String, String> before;
      String modelKey = Files.readString(hub.data().resolve(MODEL_KEY));
      try (WaferLoad load = WaferLoad.start(List.of(inbox), PER_SECOND);
          RunningAgent agent = RunningAgent.start(folder.resolve("agent"), hub, "camera1", inbox)) {
        RestClient admin = hub.admin();
        await().atMost(PATIENCE).until(() -> wafers(admin).size() >= WAFERS_BEFORE);
        before = wafers(admin);
        assertThat(run("backup", "--data", hub.data().toString(), "--out", out.toString()))
            .contains("images");
        load.stop();
        agent.terminate();
      }
      hub.terminate();
      Files.move(hub.data(), folder.resolve("lost"), StandardCopyOption.ATOMIC_MOVE);
      run("restore", "--from", out.toString(), "--data", hub.data().toString());
      hub.restart();
      hub.awaitReady();
      RestClient restored = hub.admin();
      assertThat(wafers(restored)).containsAllEntriesOf(before);
      for (JsonNode image : restored.items("/api/v1/images?fab=faba")) {
        if (!image.get("imageUrl").isNull()) {
          assertThat(restored.bytes(image.get("imageUrl").stringValue())).isNotEmpty();
        }
      }
      assertThat(hub.data().resolve(MODEL_KEY)).hasContent(modelKey);
      assertThat(restored.json("/api/v1/models").get("items"))
          .extracting(model -> model.get("stage").stringValue())
          .containsExactly("champion");
      assertThat(run("retention", "--data", hub.data().toString(), "--dry-run"))
          .contains("would remove");
    }
  }

  private static Map<String, String> wafers(RestClient client) {
    Map<String, String> wafers = new TreeMap<>();
    for (JsonNode image : client.items("/api/v1/images?fab=faba")) {
      if (!image.get("imageUrl").isNull()) {
        wafers.put(image.get("imgid").stringValue(), image.get("prediction").stringValue());
      }
    }
    return wafers;
  }

  private static String run(String... arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = Program.home().resolve("fabwafer").toString();
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    Program.Finished finished = Program.run(Map.of(), command);
    assertThat(finished.exit()).as(Arrays.toString(command) + finished.printed()).isZero();
    return finished.printed();
  }
}
