package fabwafer.hub.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fabwafer.hub.broker.BrokerAddress;
import fabwafer.hub.certificate.CertificateAuthority;
import fabwafer.hub.certificate.CertificateRequest;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.classification.ClassificationQuery;
import fabwafer.protocol.tls.PeerTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
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

  @Test
  void brokerByTls_isTrustedByItsAuthorityAlone_andShownTheHubsCertificate() throws Exception {
    int port = freePort();
    CertificateAuthority authority = CertificateAuthority.open(folder, Clock.systemUTC());
    authority.server(List.of());
    KeyPair pair = KeyPairGenerator.getInstance("EC").generateKeyPair();
    Path certificate =
        Files.writeString(
            folder.resolve("hub.pem"),
            CertificateAuthority.pem(
                authority.issue(new CertificateRequest(pair.getPublic()), "hub")));
    Path key =
        Files.writeString(
            folder.resolve("hub-key.pem"),
            "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n");
    Path certificates = folder.resolve("certificates");
    Process broker =
        mosquitto(
            port,
            """
            cafile %s/ca.pem
            certfile %s/server.pem
            keyfile %s/server-key.pem
            require_certificate true
            """
                .formatted(certificates, certificates, certificates));
    CertificateAuthority other =
        CertificateAuthority.open(folder.resolve("other"), Clock.systemUTC());
    PeerTls.Identity identity = new PeerTls.Identity(certificate, key);
    try (IngestParts parts = parts(port, authority.file(), identity)) {
      parts.ingest.start();
      await().atMost(SOON).until(() -> parts.ingest.disconnection().isEmpty());
    }
    try (IngestParts parts = parts(port, other.file(), identity)) {
      parts.ingest.start();
      await()
          .atMost(SOON)
          .until(
              () ->
                  parts
                      .ingest
                      .disconnection()
                      .filter(reason -> reason.contains("certification path"))
                      .isPresent());
    }
    stop(broker);
  }

  private IngestParts parts(int port, Path trusted, PeerTls.Identity identity) {
    return new IngestParts(
        folder.resolve("hub-" + trusted.hashCode()),
        new BrokerAddress(
            "127.0.0.1",
            port,
            Optional.of(new PeerTls(Optional.of(trusted), Optional.of(identity))),
            "fabwafer-hub-tls",
            BrokerAddress.SHARE,
            Optional.empty(),
            Optional.empty()),
        IngestConfig.EXTERNAL);
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
    return mosquitto(port, "");
  }

  private Process mosquitto(int port, String more) throws IOException {
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
            %s\
            """
                .formatted(port, folder, more));
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
