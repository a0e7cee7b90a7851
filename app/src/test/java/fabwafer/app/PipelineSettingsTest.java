package fabwafer.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.hub.gate.GateRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelineSettingsTest {
  private static final Path HOME = Path.of(System.getProperty("basedir", "."), "..").normalize();

  @Test
  void theGateOfTheProject_isWhatTheProgramAsksForWithoutAFile() {
    assertThat(PipelineSettings.rules(HOME.resolve("experiments/gate.conf")))
        .isEqualTo(GateRules.DEFAULT);
  }

  @Test
  void mistakesInAGate_areToldTogether(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("gate.conf"), "gate { macro-f1 = 2, least-wafers = 0, bytes = 1 }");

    assertThatThrownBy(() -> PipelineSettings.rules(file))
        .hasMessageContaining("macro-f1")
        .hasMessageContaining("least-wafers");
  }
}
