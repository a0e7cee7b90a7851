package fabwafer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
  private static final EpochReport REPORT =
      new EpochReport(1, 0.1, 2, 3, 0.4, 0.5, 0.6, 0.55, Map.of("Donut", 0.7), 100, 8, true);
  private static final Checkpoint CHECKPOINT =
      new Checkpoint(
          "these", 42, List.of(REPORT), Map.of("a", new float[] {1, -2.5f}, "b", new float[0]));

  @TempDir Path folder;

  @Test
  void read_givesBackWhatWasWritten() {
    CHECKPOINT.write(file());
    Checkpoint read = Checkpoint.read(file(), "these");
    assertThat(read.steps()).isEqualTo(42);
    assertThat(read.history()).containsExactly(REPORT);
    assertThat(read.numbers()).containsOnlyKeys("a", "b");
    assertThat(read.numbers().get("a")).containsExactly(1, -2.5f);
    assertThat(folder).isDirectoryContaining("glob:**state");
    assertThat(folder).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void read_anotherTrainingsCheckpoint_saysWhoseItIs() {
    CHECKPOINT.write(file());
    assertThatThrownBy(() -> Checkpoint.read(file(), "those"))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("is of another training: these; this one is those");
  }

  @Test
  void read_aDamagedFile_isRefused() throws IOException {
    CHECKPOINT.write(file());
    byte[] bytes = Files.readAllBytes(file());
    bytes[bytes.length / 2]++;
    Files.write(file(), bytes);
    assertThatThrownBy(() -> Checkpoint.read(file(), "these")).hasMessageContaining("is damaged");
    Files.write(file(), new byte[] {1, 2, 3});
    assertThatThrownBy(() -> Checkpoint.read(file(), "these"))
        .hasMessageContaining("is no checkpoint of this program");
  }

  private Path file() {
    return folder.resolve("state");
  }
}
