package fabwafer.hub.broker;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.hub.HubException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {
  @TempDir private Path folder;

  @Test
  void portInUse_isToldWithPortAndSetting() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      BrokerConfig.Embedded config = new BrokerConfig.Embedded("127.0.0.1", taken.getLocalPort());
      assertThatThrownBy(() -> TestBroker.start(folder, config))
          .isInstanceOf(HubException.class)
          .hasMessage(
              "cannot listen on 127.0.0.1:%d for MQTT: the port is in use; hub.mqtt-port sets"
                  + " another port",
              taken.getLocalPort());
    }
  }

  @Test
  void openToOtherMachines_isRefusedUnlessSaid_andTheTextSaysWhatToDo() {
    BrokerConfig.Embedded config = new BrokerConfig.Embedded("0.0.0.0", 0);
    assertThatThrownBy(() -> TestBroker.start(folder, config))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("hub.mqtt-host = 0.0.0.0")
        .hasMessageContaining("hub.mqtt-tls-host = 0.0.0.0")
        .hasMessageContaining("hub.mqtt-allow-open = true");
  }
}
