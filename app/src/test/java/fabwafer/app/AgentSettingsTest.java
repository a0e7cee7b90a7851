package fabwafer.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.agent.AgentConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentSettingsTest {
  @TempDir private Path folder;

  @Test
  void read_takesEverySettingOfTheGuide() throws IOException {
    AgentConfig config =
        read(
            """
            agent {
              fab = faba
              cameras { camera1 = "/data/camera1", camera2 = "/data/camera2" }
              broker-host = hub.fab
              broker-port = 8883
              broker-user = agent1
              broker-password = secret
              client-id = agent1
              spool = "/var/lib/fabwafer/spool"
              spool-limit = 512
              spool-bytes = 100000000
              poll-interval = 1s
              settle = 100ms
              patience = 30s
              watch-events = false
              model = "/models/default"
              hub-url = "http://hub.fab:8080"
              hub-token = token
              remote-timeout = 500ms
            }
            """,
            Map.of());
    assertThat(config.cameras())
        .extracting(AgentConfig.Camera::name)
        .containsExactly("camera1", "camera2");
    assertThat(config.broker().port()).isEqualTo(8883);
    assertThat(config.broker().credentials()).isPresent();
    assertThat(config.spool().maxInspections()).isEqualTo(512);
    assertThat(config.watching().patience()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.watching().events()).isFalse();
    assertThat(config.remote().orElseThrow().timeout()).isEqualTo(Duration.ofMillis(500));
    assertThat(config.toString()).doesNotContain("secret").doesNotContain("token");
  }

  @Test
  void read_needsAFabAndACameraOnly() throws IOException {
    AgentConfig config = read("agent { fab = faba }", Map.of("cameras.camera1", folder.toString()));
    assertThat(config.broker().port()).isEqualTo(1883);
    assertThat(config.broker().clientId()).isEqualTo("agent-faba");
    assertThat(config.remote()).isEmpty();
  }

  @Test
  void read_namesEveryMistakeAtOnce() {
    assertThatThrownBy(
            () ->
                read(
                    """
                    agent {
                      fab = "fab a"
                      cameras { "camera 1" = "/data/1", camera2 = "/data/2", camera3 = "/data/2" }
                      broker-port = 0
                      broker-user = agent1
                      spool-limit = 0
                      settle = 1m
                      hub-url = "hub:8080"
                      nonsense = 1
                    }
                    """,
                    Map.of()))
        .isInstanceOf(Settings.MistakesException.class)
        .hasMessageContaining("agent.fab must be 1 to 128 of")
        .hasMessageContaining("agent.cameras.camera 1 is no name")
        .hasMessageContaining("agent.cameras.camera3 watches the same folder as cameras.camera2")
        .hasMessageContaining("agent.broker-port must be 1 to 65535, got 0")
        .hasMessageContaining("agent.broker-user and broker-password go together")
        .hasMessageContaining("agent.spool-limit must be 1 to 1000000, got 0")
        .hasMessageContaining("agent.patience must be at least settle")
        .hasMessageContaining("agent.hub-url must be an address such as http://hub:8080")
        .hasMessageContaining("agent.nonsense is no setting");
  }

  @Test
  void read_ofNothing_saysWhatIsMissing() {
    assertThatThrownBy(() -> read("", Map.of()))
        .hasMessageContaining("agent.fab is missing")
        .hasMessageContaining("agent.cameras must name 1 to 64 cameras");
  }

  private AgentConfig read(String file, Map<String, String> flags) throws IOException {
    Path path = Files.writeString(folder.resolve("agent.conf"), file);
    return AgentSettings.read(Settings.load("agent", Optional.of(path), Map.of(), flags));
  }
}
