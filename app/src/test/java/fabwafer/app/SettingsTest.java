package fabwafer.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  @TempDir private Path folder;

  @Test
  void flag_winsOverEnvironmentOverFile() throws IOException {
    Path file = write("hub { http-port = 1, mqtt-port = 2, name = a }");
    Settings settings =
        Settings.load(
            "hub",
            Optional.of(file),
            Map.of("FABWAFER_HUB_HTTP_PORT", "10", "FABWAFER_HUB_MQTT_PORT", "20"),
            Map.of("http-port", "100"));
    assertThat(settings.integer("http-port", 0, 0, 65_535)).isEqualTo(100);
    assertThat(settings.integer("mqtt-port", 0, 0, 65_535)).isEqualTo(20);
    assertThat(settings.text("name", "b")).isEqualTo("a");
    settings.requireNoMistakes();
  }

  @Test
  void requireNoMistakes_namesEveryOneAtOnce() throws IOException {
    Path file = write("agent { spool-limit = 0\n poll-interval = soon\n colour = red }");
    Settings settings =
        Settings.load(
            "agent", Optional.of(file), Map.of("FABWAFER_AGENT_COLOR", "red"), Map.of("x", "1"));
    settings.integer("spool-limit", 10, 1, Integer.MAX_VALUE);
    settings.duration("poll-interval", Duration.ofSeconds(1));
    assertThatThrownBy(settings::requireNoMistakes)
        .hasMessageContaining("5 settings are wrong")
        .hasMessageContaining("agent.spool-limit must be at least 1, got 0")
        .hasMessageContaining("agent.poll-interval must be a duration such as 500ms or 30s")
        .hasMessageContaining("agent.colour is no setting")
        .hasMessageContaining("FABWAFER_AGENT_COLOR is no setting")
        .hasMessageContaining("agent.x is no setting (from the command line)");
  }

  @Test
  void load_saysThatTheFileIsMissing() {
    Settings settings =
        Settings.load("hub", Optional.of(folder.resolve("no.conf")), Map.of(), Map.of());
    assertThatThrownBy(settings::requireNoMistakes)
        .hasMessageContaining("no.conf does not exist or cannot be read");
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("fabwafer.conf"), text);
  }
}
