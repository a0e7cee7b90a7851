package fabwafer.hub.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fabwafer.hub.broker.BrokerAddress;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.classification.ClassificationQuery;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ingest at a broker that is not ours: Debian's mosquitto. */
class ExternalBrokerTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir private Path folder;

  @Test
  void brokerThatComesAndGoes_losesAndDoublesNothing() throws IOException, InterruptedException {
    int port = freePort();
    BrokerAddress address =
        new BrokerAddress(
            "127.0.0.1",
            port,
            Optional.empty(),
            "fabwafer-hub-test",
            BrokerAddress.SHARE,
            Optional.empty(),
            Optional.empty());
    try (IngestParts parts = new IngestParts(folder, address, IngestConfig.EXTERNAL)) {
      parts.ingest.start();
      await().atMost(SOON).until(() -> parts.ingest.disconnection().isPresent());

      Process broker = mosquitto(port);
      await().atMost(SOON).until(() -> parts.ingest.disconnection().isEmpty());
      publish(port, 0, 300);
      await().atMost(SOON).until(() -> parts.count("stored") == 300);
      stop(broker);
      await().atMost(SOON).until(() -> parts.ingest.disconnection().isPresent());

      broker = mosquitto(port);
      await().atMost(SOON).until(() -> parts.ingest.disconnection().isEmpty());
      publish(port, 200, 500);
      await()
          .atMost(SOON)
          .until(
              () ->
                  parts.classifications.totals().values().stream().mapToLong(Long::longValue).sum()
                      == 500);
      assertThat(rows(parts))
          .extracting(Classification::imgid)
          .doesNotHaveDuplicates()
          .hasSize(500);
      stop(broker);
    }
  }

  private static List<Classification> rows(IngestParts parts) {
    return parts.classifications.page(ClassificationQuery.newest(1_000)).rows();
  }

  private static void publish(int port, int from, int to) {
    try (Device device = new Device(port)) {
      List<CompletableFuture<?>> publishes = new ArrayList<>();
      for (int i = from; i < to; i++) {
        publishes.add(device.publish(Device.prediction(i)));
      }
      publishes.forEach(CompletableFuture::join);
    }
  }

  private Process mosquitto(int port) throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("mosquitto.conf"),
            """
            listener %d 127.0.0.1
            allow_anonymous true
            max_queued_messages 0
            persistence true
            persistence_location %s/
            user root
            """
                .formatted(port, folder));
    Process process =
        new ProcessBuilder("/usr/sbin/mosquitto", "-c", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("mosquitto.log").toFile())
            .start();
    await().atMost(SOON).until(() -> listens(port));
    return process;
  }

  private static void stop(Process broker) throws InterruptedException {
    broker.destroy();
    broker.waitFor();
  }

  private static boolean listens(int port) {
    try (var socket = new java.net.Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
