package fabwafer.hub.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import fabwafer.hub.audit.Actor;
import fabwafer.hub.audit.AuditEntry;
import fabwafer.hub.audit.AuditQuery;
import fabwafer.hub.certificate.CertificateRequest;
import fabwafer.hub.device.Device;
import fabwafer.hub.device.Devices;
import fabwafer.protocol.tls.PeerTls;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may do what at the real embedded broker, over real TLS. */
class BrokerRightsTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Actor ADMIN = Actor.user("eva", "192.0.2.1");

  @TempDir private static Path folder;
  private static TestBroker broker;
  private static String password;
  private static PeerTls certified;

  @BeforeAll
  static void start() throws Exception {
    broker =
        TestBroker.start(
            folder,
            new BrokerConfig.Embedded(
                "127.0.0.1", 0, Optional.of(new BrokerConfig.Tls("127.0.0.1", 0)), false));
    password =
        broker
            .devices
            .add(
                ADMIN,
                "scanner7",
                "faba",
                List.of("camera1", "camera2"),
                Device.Kind.PASSWORD,
                Devices.TOKEN_LIFETIME)
            .secret();
    certified = enrolled("agent-a", "faba");
    enrolled("victim", "fabb");
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void deviceWithPassword_writesItsOwnTopics() {
    Mqtt5BlockingClient device = byPassword("scanner7", "scanner7", password);
    device.connect();
    publish(device, "fabwafer/faba/camera1/img/x", false);
    publish(device, "fabwafer/faba/camera2/prediction/x", false);
    publish(device, "fabwafer/faba/camera1/status", true);
    publish(device, "fabwafer/faba/camera1/model/reported", true);
    device.subscribeWith().topicFilter("fabwafer/faba/camera1/model/#").send();
    device.disconnect();

    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                broker.devices.list().stream()
                    .anyMatch(
                        known ->
                            known.name().equals("scanner7") && known.lastSeenMillis().isPresent()));
  }

  @Test
  void deviceWithCertificate_ofTheWholeFab_writesAnyCameraOfItsFab_underItsClientIds() {
    Mqtt5BlockingClient device = byCertificate("agent-a/camera9", certified);
    device.connect();
    publish(device, "fabwafer/faba/camera9/img/x", false);
    device.subscribeWith().topicFilter("fabwafer/faba/+/model/#").send();
    device.disconnect();
  }

  @Test
  void foreignTopics_areRefused_andToldInTheAudit() {
    for (String topic :
        List.of(
            "fabwafer/fabb/camera1/img/x",
            "fabwafer/faba/camera3/img/x",
            "fabwafer/faba/camera1/model/desired",
            "fabwafer/faba/camera1/else",
            "elsewhere")) {
      // The broker answers, and ends the connection.
      Mqtt5BlockingClient device = byPassword("scanner7/1", "scanner7", password);
      device.connect();
      assertThatThrownBy(() -> publish(device, topic, false))
          .as(topic)
          .isInstanceOfSatisfying(
              Mqtt5PubAckException.class,
              refusal ->
                  assertThat(refusal.getMqttMessage().getReasonCode())
                      .isEqualTo(Mqtt5PubAckReasonCode.NOT_AUTHORIZED));
    }
    // Retained, an image would stay at the broker for ever.
    Mqtt5BlockingClient retaining = byPassword("scanner7/2", "scanner7", password);
    retaining.connect();
    assertThatThrownBy(() -> publish(retaining, "fabwafer/faba/camera1/img/x", true))
        .isInstanceOf(Mqtt5PubAckException.class);
    Mqtt5BlockingClient reading = byPassword("scanner7/3", "scanner7", password);
    reading.connect();
    for (String filter :
        List.of(
            "fabwafer/fabb/camera1/model/#",
            "fabwafer/faba/camera3/model/#",
            "fabwafer/faba/+/model/#",
            "fabwafer/faba/camera1/img/#",
            "fabwafer/#",
            "#",
            "$share/x/fabwafer/faba/camera1/model/#")) {
      assertThatThrownBy(() -> reading.subscribeWith().topicFilter(filter).send())
          .as(filter)
          .isInstanceOf(Mqtt5SubAckException.class);
    }
    reading.disconnect();

    assertThat(audit("broker.publish-refused"))
        .anySatisfy(
            entry -> {
              assertThat(entry.actor()).isEqualTo("device:scanner7");
              assertThat(entry.detail()).contains("fabwafer/fabb/camera1/img/x");
            });
    assertThat(audit("broker.subscribe-refused"))
        .anySatisfy(entry -> assertThat(entry.actor()).isEqualTo("device:scanner7"));
  }

  @Test
  void foreignClientIds_areRefused() {
    for (String clientId : List.of("agent-a", "agent-a/camera1", "scanner7-x", "fabwafer-hub")) {
      assertThatThrownBy(() -> byPassword(clientId, "scanner7", password).connect())
          .as(clientId)
          .isInstanceOf(Mqtt5ConnAckException.class)
          .hasMessageContaining("CLIENT_IDENTIFIER_NOT_VALID");
    }
    assertThat(audit("broker.connect-refused"))
        .anySatisfy(entry -> assertThat(entry.actor()).isEqualTo("device:scanner7"));
  }

  @Test
  void clientOnTheOpenListener_cannotTakeADevicesClientId() {
    Mqtt5BlockingClient stranger =
        Mqtt5Client.builder()
            .identifier("agent-a/camera1")
            .serverHost("127.0.0.1")
            .serverPort(broker.address().port())
            .buildBlocking();
    assertThatThrownBy(stranger::connect)
        .isInstanceOf(Mqtt5ConnAckException.class)
        .hasMessageContaining("CLIENT_IDENTIFIER_NOT_VALID");
  }

  @Test
  void foreignLastWill_isRefusedWithTheConnection() {
    for (String topic :
        List.of(
            "fabwafer/fabb/camera1/status",
            "fabwafer/faba/camera1/img/x",
            "fabwafer/faba/camera3/status")) {
      Mqtt5BlockingClient device = byPassword("scanner7/will", "scanner7", password);
      assertThatThrownBy(
              () ->
                  device
                      .connectWith()
                      .willPublish()
                      .topic(topic)
                      .payload(new byte[] {1})
                      .applyWillPublish()
                      .send())
          .as(topic)
          .isInstanceOf(Mqtt5ConnAckException.class)
          .hasMessageContaining("NOT_AUTHORIZED");
    }
    Mqtt5BlockingClient own = byPassword("scanner7/will", "scanner7", password);
    own.connectWith()
        .willPublish()
        .topic("fabwafer/faba/camera1/status")
        .payload(new byte[] {1})
        .applyWillPublish()
        .send();
    own.disconnect();
  }

  @Test
  void withoutCredential_orWithAWrongOne_nobodyIsLetInByTls() {
    Mqtt5BlockingClient nobody = tls("somebody", trusting()).buildBlocking();
    assertThatThrownBy(nobody::connect)
        .isInstanceOf(Mqtt5ConnAckException.class)
        .hasMessageContaining("NOT_AUTHORIZED");
    assertThatThrownBy(() -> byPassword("scanner7", "scanner7", "wrong").connect())
        .isInstanceOf(Mqtt5ConnAckException.class)
        .hasMessageContaining("NOT_AUTHORIZED");
    assertThatThrownBy(() -> byPassword("unknown", "unknown", password).connect())
        .isInstanceOf(Mqtt5ConnAckException.class);
    assertThatThrownBy(() -> byPassword("agent-a", "agent-a", "").connect())
        .isInstanceOf(Mqtt5ConnAckException.class);
  }

  @Test
  void revokedDevice_isCutWithinSeconds_andStaysOut() throws Exception {
    PeerTls tls = enrolled("leaver", "faba");
    Mqtt5BlockingClient device = byCertificate("leaver", tls);
    device.connect();
    publish(device, "fabwafer/faba/camera1/status", false);

    broker.devices.revoke(ADMIN, "leaver");

    await().atMost(SOON).until(() -> !device.getState().isConnected());
    assertThatThrownBy(device::connect).isInstanceOf(Mqtt5ConnAckException.class);
  }

  @Test
  void rotatedPassword_cutsTheConnectionMadeWithTheOldOne() {
    String old =
        broker
            .devices
            .add(ADMIN, "rotated", "faba", List.of(), Device.Kind.PASSWORD, Devices.TOKEN_LIFETIME)
            .secret();
    Mqtt5BlockingClient device = awaitLetIn("rotated", old);

    String fresh =
        broker.devices.rotate(ADMIN, "rotated", Optional.empty(), Devices.TOKEN_LIFETIME).secret();

    await().atMost(SOON).until(() -> !device.getState().isConnected());
    awaitLetIn("rotated", fresh).disconnect();
    assertThatThrownBy(() -> byPassword("rotated", "rotated", old).connect())
        .isInstanceOf(Mqtt5ConnAckException.class);
  }

  @Test
  void certificateOfAnotherAuthority_letsNobodyIn() throws Exception {
    Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
    KeyPair pair = keyPair();
    var other =
        fabwafer.hub.certificate.CertificateAuthority.open(elsewhere, java.time.Clock.systemUTC());
    var foreign = other.issue(CertificateRequest.parse(request(pair)), "agent-a");
    PeerTls tls =
        files("foreign", pair, fabwafer.hub.certificate.CertificateAuthority.pem(foreign));

    Mqtt5BlockingClient device = byCertificate("agent-a", tls);

    assertThatThrownBy(device::connect).isInstanceOf(RuntimeException.class);
    assertThat(device.getState().isConnected()).isFalse();
  }

  private static Mqtt5BlockingClient awaitLetIn(String name, String secret) {
    Mqtt5BlockingClient device = byPassword(name, name, secret);
    // The gate sees a new credential within a second.
    await()
        .atMost(SOON)
        .ignoreExceptions()
        .until(
            () -> {
              device.connect();
              return true;
            });
    return device;
  }

  private static void publish(Mqtt5BlockingClient device, String topic, boolean retained) {
    device.publish(
        Mqtt5Publish.builder()
            .topic(topic)
            .qos(MqttQos.AT_LEAST_ONCE)
            .retain(retained)
            .payload("{}".getBytes(StandardCharsets.UTF_8))
            .build());
  }

  private static Mqtt5BlockingClient byPassword(String clientId, String user, String secret) {
    return tls(clientId, trusting())
        .simpleAuth()
        .username(user)
        .password(secret.getBytes(StandardCharsets.UTF_8))
        .applySimpleAuth()
        .buildBlocking();
  }

  private static Mqtt5BlockingClient byCertificate(String clientId, PeerTls tls) {
    return tls(clientId, tls).buildBlocking();
  }

  private static com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder tls(String clientId, PeerTls tls) {
    return Mqtt5Client.builder()
        .identifier(clientId)
        .serverHost("127.0.0.1")
        .serverPort(broker.broker.tls().orElseThrow().getPort())
        .sslConfig()
        .trustManagerFactory(tls.trust().orElseThrow())
        .keyManagerFactory(tls.identity().orElse(null))
        .applySslConfig();
  }

  private static PeerTls trusting() {
    return new PeerTls(Optional.of(broker.authority.file()), Optional.empty());
  }

  private static PeerTls enrolled(String name, String fab) throws Exception {
    String token =
        broker
            .devices
            .add(ADMIN, name, fab, List.of(), Device.Kind.CERTIFICATE, Devices.TOKEN_LIFETIME)
            .secret();
    KeyPair pair = keyPair();
    var got = broker.devices.enrol(token, CertificateRequest.parse(request(pair)), "192.0.2.7");
    PeerTls tls =
        files(name, pair, fabwafer.hub.certificate.CertificateAuthority.pem(got.certificate()));
    Mqtt5BlockingClient device = byCertificate(name, tls);
    await()
        .atMost(SOON)
        .ignoreExceptions()
        .until(
            () -> {
              device.connect();
              return true;
            });
    device.disconnect();
    return tls;
  }

  private static PeerTls files(String name, KeyPair pair, String certificate) throws Exception {
    Path key = folder.resolve(name + "-key.pem");
    Path file = folder.resolve(name + ".pem");
    Files.writeString(
        key,
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded())
            + "\n-----END PRIVATE KEY-----\n");
    Files.writeString(file, certificate);
    return new PeerTls(
        Optional.of(broker.authority.file()), Optional.of(new PeerTls.Identity(file, key)));
  }

  private static KeyPair keyPair() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static String request(KeyPair pair) throws Exception {
    byte[] encoded =
        new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=x"), pair.getPublic())
            .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))
            .getEncoded();
    return "-----BEGIN CERTIFICATE REQUEST-----\n"
        + Base64.getMimeEncoder().encodeToString(encoded)
        + "\n-----END CERTIFICATE REQUEST-----\n";
  }

  private static List<AuditEntry> audit(String action) {
    return broker.audit.newest(AuditQuery.ALL, Optional.empty(), 500).stream()
        .filter(entry -> entry.action().equals(action))
        .toList();
  }
}
