package fabwafer.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.hub.HubConfig;
import fabwafer.hub.broker.BrokerConfig;
import fabwafer.protocol.tls.PeerTls;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HubSettingsTest {
  @Test
  void withoutSettings_theHubIsForThisMachineOnly() {
    HubConfig config = read(Map.of());
    assertThat(config.broker()).isEqualTo(new BrokerConfig.Embedded("127.0.0.1", 1883));
    assertThat(config.web().host()).isEqualTo("127.0.0.1");
    assertThat(config.archive()).isEqualTo(Path.of("fabwafer-data", "archive"));
    assertThat(config.alarm().mail()).isEmpty();
  }

  @Test
  void broker_isExternalWhereItsHostIsSet() {
    HubConfig config =
        read(
            Map.of(
                "broker-host", "mqtt.fab.example",
                "broker-tls", "true",
                "broker-user", "hub",
                "broker-password", "secret"));
    assertThat(config.broker())
        .isEqualTo(
            new BrokerConfig.External(
                "mqtt.fab.example",
                8883,
                Optional.of(new PeerTls(Optional.empty(), Optional.empty())),
                Optional.of("hub"),
                Optional.of("secret")));
    assertThat(config.toString()).doesNotContain("secret");
  }

  @Test
  void thresholds_areReadByFabAndCamera() {
    HubConfig config = read(Map.of("alarm-thresholds", "faba=0.6, faba/camera1=0.7"));
    assertThat(config.alarm().thresholds())
        .containsEntry("faba", 0.6)
        .containsEntry("faba/camera1", 0.7);
  }

  @Test
  void mistakes_areToldAtOnce() {
    assertThatThrownBy(
            () ->
                read(
                    Map.of(
                        "alarm-thresholds", "faba=2",
                        "alarm-webhook", "ftp://x/y",
                        "mail-host", "mail.fab.example",
                        "mail-from", "nobody",
                        "machine-token", "short",
                        "broker-password", "secret")))
        .hasMessageContaining("6 settings are wrong")
        .hasMessageContaining("hub.alarm-thresholds must be fab=0.6")
        .hasMessageContaining("hub.alarm-webhook must be an http or https address")
        .hasMessageContaining("hub.mail-from must be a mail address")
        .hasMessageContaining("hub.mail-to must be mail addresses")
        .hasMessageContaining("hub.machine-token must have at least 32 characters")
        .hasMessageContaining("hub.broker-password needs broker-user");
  }

  private static HubConfig read(Map<String, String> flags) {
    Settings settings = Settings.load("hub", Optional.empty(), Map.of(), flags);
    HubConfig config = HubSettings.read(settings);
    settings.requireNoMistakes();
    return config;
  }
}
