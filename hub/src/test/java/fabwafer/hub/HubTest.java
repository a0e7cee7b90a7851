package fabwafer.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.ImageMessage;
import fabwafer.protocol.PredictionMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole hub on a folder. */
class HubTest {
  private static final DeviceName CAMERA = new DeviceName("faba", "camera1");
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir private Path folder;

  @Test
  void hub_keepsEverythingOverARestart() throws Exception {
    Hub first = new Hub(HubConfig.loopback(folder, 0, 0), Optional::empty);
    Hub.Running running = first.start();
    try {
      assertThat(running.firstAdminPassword()).isPresent();
      awaitReady(running);
      publish(running, 0, 50);
      await().atMost(SOON).until(() -> images() == 50);
      assertThatThrownBy(() -> new Hub(HubConfig.loopback(folder, 0, 0), Optional::empty).start())
          .isInstanceOf(HubException.class)
          .hasMessageContaining("in use by another hub");
    } finally {
      first.close();
    }

    Hub second = new Hub(HubConfig.loopback(folder, 0, 0), Optional::empty);
    try {
      Hub.Running again = second.start();
      assertThat(again.firstAdminPassword()).isEmpty();
      awaitReady(again);
      publish(again, 40, 60);
      await().atMost(SOON).until(() -> images() == 60);
    } finally {
      second.close();
    }
  }

  @Test
  void portInUse_leavesNothingRunning() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Hub hub = new Hub(HubConfig.loopback(folder, 0, taken.getLocalPort()), Optional::empty);
      assertThatThrownBy(hub::start)
          .isInstanceOf(HubException.class)
          .hasMessageContaining("in use")
          .hasMessageContaining("" + taken.getLocalPort());
      assertThatThrownBy(hub::start).hasMessageContaining("hub.mqtt-port");
    }
  }

  private static void awaitReady(Hub.Running running) {
    URI health = URI.create("http://127.0.0.1:" + running.httpPort() + "/health");
    try (HttpClient client = HttpClient.newHttpClient()) {
      await()
          .atMost(SOON)
          .until(
              () ->
                  client
                          .send(HttpRequest.newBuilder(health).build(), BodyHandlers.discarding())
                          .statusCode()
                      == 200);
    }
  }

  private static void publish(Hub.Running running, int from, int to) {
    var device =
        Mqtt3Client.builder()
            .serverHost(running.broker().host())
            .serverPort(running.broker().port())
            .buildBlocking();
    device.connect();
    for (int i = from; i < to; i++) {
      String imgid = "wafer" + i;
      long time = 1_700_000_000_000L + i;
      var image = ImageMessage.of(CAMERA, imgid, time, new byte[] {(byte) i});
      var prediction = PredictionMessage.of(CAMERA, imgid, time, "Loc", 0.9);
      device
          .publishWith()
          .topic(image.topic().toString())
          .qos(MqttQos.AT_LEAST_ONCE)
          .payload(image.toPayload())
          .send();
      device
          .publishWith()
          .topic(prediction.topic().toString())
          .qos(MqttQos.AT_LEAST_ONCE)
          .payload(prediction.toPayload())
          .send();
    }
    device.disconnect();
  }

  private long images() throws IOException {
    Path camera = folder.resolve("archive/faba/camera1");
    if (!Files.isDirectory(camera)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(camera)) {
      return files.filter(file -> file.toString().endsWith(".png")).count();
    }
  }
}
