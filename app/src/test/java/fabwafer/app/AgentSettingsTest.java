package fabwafer.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.agent.AgentConfig;
import fabwafer.wafer.format.WaferFormat;
import fabwafer.wafer.record.NotchSide;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
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
  void camera_saysHowItsFilesAreRead() throws IOException {
    AgentConfig config =
        read(
            """
            agent {
              fab = faba
              cameras {
                camera1 = "/data/camera1"
                tester1 {
                  folder = "/data/tester1"
                  formats = [stdf, text-map]
                  pass-bins = [1, 2]
                  notch = left
                  time-zone = "Europe/Berlin"
                }
              }
              file-settle = 5s
              file-bytes = 1000000
              file-wafers = 50
              file-unpacked-bytes = 2000000
            }
            """,
            Map.of("cameras.tester2.folder", "/data/2", "cameras.tester2.pass-bins", "3,4"));
    AgentConfig.Files plain = config.cameras().getFirst().files();
    AgentConfig.Files tester1 = config.cameras().get(1).files();
    AgentConfig.Files tester2 = config.cameras().get(2).files();
    assertThat(plain.reading().formats()).hasSize(WaferFormat.values().length);
    assertThat(plain.settle()).isEqualTo(Duration.ofSeconds(5));
    assertThat(plain.maxBytes()).isEqualTo(1_000_000);
    assertThat(plain.maxWafers()).isEqualTo(50);
    assertThat(plain.reading().maxUnpackedBytes()).isEqualTo(2_000_000);
    assertThat(config.cameras().get(1).folder()).isEqualTo(Path.of("/data/tester1"));
    assertThat(tester1.reading().formats())
        .containsExactlyInAnyOrder(WaferFormat.STDF, WaferFormat.TEXT_MAP);
    assertThat(tester1.reading().passBins()).containsExactlyInAnyOrder(1, 2);
    assertThat(tester1.reading().notch()).contains(NotchSide.LEFT);
    assertThat(tester1.zone()).isEqualTo(ZoneId.of("Europe/Berlin"));
    assertThat(tester2.reading().passBins()).containsExactlyInAnyOrder(3, 4);
  }

  @Test
  void camera_namesEachMistakeInHowItsFilesAreRead() {
    assertThatThrownBy(
            () ->
                read(
                    """
                    agent {
                      fab = faba
                      cameras { a { folder = "/a", formats = [stdff], pass-bins = [x], notch = top,
                        time-zone = Berlin, colour = red } }
                      file-wafers = 0
                    }
                    """,
                    Map.of()))
        .hasMessageContaining("agent.cameras.a.formats must be some of stdf, picture, klarf")
        .hasMessageContaining("agent.cameras.a.pass-bins must be bins of 0 to 65535, got 'x'")
        .hasMessageContaining("agent.cameras.a.notch must be one of up, right, down, left")
        .hasMessageContaining("agent.cameras.a.time-zone must be a time zone such as")
        .hasMessageContaining("agent.cameras.a.colour is no setting")
        .hasMessageContaining("agent.file-wafers must be 1 to 10000, got 0");
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
