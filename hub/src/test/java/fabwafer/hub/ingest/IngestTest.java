package fabwafer.hub.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import fabwafer.hub.alarm.Alarm;
import fabwafer.hub.alarm.AlarmQuery;
import fabwafer.hub.broker.BrokerAddress;
import fabwafer.hub.broker.BrokerConfig;
import fabwafer.hub.broker.TestBroker;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.classification.ClassificationQuery;
import fabwafer.hub.quarantine.RefusedMessage;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.ImageMessage;
import fabwafer.protocol.PredictionMessage;
import fabwafer.protocol.StatusMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Ingest at the embedded broker, with real devices. */
class IngestTest {
  private static final DeviceName CAMERA = new DeviceName("faba", "camera1");
  private static final Logger LOG = LoggerFactory.getLogger(IngestTest.class);
  private static final String STATUS = "fabwafer/faba/camera1/status";
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir private static Path brokerFolder;
  private static TestBroker broker;

  @TempDir private Path folder;
  private IngestParts parts;
  private Device device;

  @BeforeAll
  static void startBroker() {
    broker = TestBroker.start(brokerFolder, new BrokerConfig.Embedded("127.0.0.1", 0));
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void start() {
    parts = new IngestParts(folder, broker.address());
    parts.ingest.start();
    await().atMost(SOON).until(() -> parts.ingest.disconnection().isEmpty());
    device = new Device(broker.address().port());
  }

  @AfterEach
  void stop() {
    device.close();
    parts.close();
  }

  @Test
  void seedMessages_doWhatTheirReadmeSays() throws IOException {
    device.publishSeed("img/img3", "image-img3-corrupt.json");
    device.publishSeed("img/img3", "image-img3.json");
    device.publishSeed("prediction/img1", "prediction-img1.json");
    device.publishSeed("prediction/img2", "prediction-img2.json");
    device.publishSeed("prediction/img3", "prediction-img3.json");
    await().atMost(SOON).until(() -> parts.count("stored") == 4 && parts.count("refused") == 1);

    assertThat(rows())
        .extracting(Classification::imgid, Classification::prediction, Classification::probability)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("img3", "Loc", 0.9),
            org.assertj.core.groups.Tuple.tuple("img2", "Loc", 0.4),
            org.assertj.core.groups.Tuple.tuple("img1", "none", 0.9));
    assertThat(rows().getFirst().hasImage()).isTrue();
    assertThat(parts.alarms.alarms(AlarmQuery.newest(10)))
        .singleElement()
        .satisfies(
            alarm -> {
              assertThat(alarm.firstImgid()).isEqualTo("img3");
              assertThat(alarm.wafers()).isEqualTo(1);
            });
    byte[] sent =
        ImageMessage.parse(
                new fabwafer.protocol.Topic.Image(CAMERA, "img3"), Device.seed("image-img3.json"))
            .bytes();
    assertThat(parts.images.resolve("faba/camera1/img3.png")).hasBinaryContent(sent);
    RefusedMessage refused = parts.quarantine.newest(Optional.empty(), 10).getFirst();
    assertThat(refused.reason()).contains("base64");
    assertThat(parts.quarantine.payload(refused.id()).orElseThrow())
        .isEqualTo(Device.seed("image-img3-corrupt.json"));
    assertThat(parts.told.events).hasAtLeastOneElementOfType(Alarm.class);
  }

  @Test
  void sameMessages_areStoredOnce() {
    for (int i = 0; i < 3; i++) {
      device.publishSeed("img/img3", "image-img3.json");
      device.publishSeed("prediction/img3", "prediction-img3.json");
    }
    await().atMost(SOON).until(() -> parts.count("duplicate") == 4);
    assertThat(rows()).hasSize(1);
    assertThat(parts.archive.versions(CAMERA, "img3")).hasSize(1);
    assertThat(parts.alarms.alarms(AlarmQuery.newest(10)).getFirst().wafers()).isEqualTo(1);
  }

  @Test
  void fullSpool_isADeviceAlarmWithOneNotice_untilItIsOver() {
    String full = "spool full: 3 of 3 inspections";
    device.publish(STATUS, status("online", "agent1", null, "broker: away", full)).join();
    device.publish(STATUS, status("online", "agent1", null, full + " and more")).join();
    await().atMost(SOON).until(() -> parts.count("stored") == 2);
    assertThat(problems()).containsExactly(full + " and more");
    assertThat(parts.alarms.deviceAlarms()).isEqualTo(1);
    assertThat(parts.alarms.alarms(AlarmQuery.newest(10))).as("those of wafers").isEmpty();
    assertThat(notices()).singleElement().asString().contains("\"problem\":\"" + full + "\"");

    device.publish(STATUS, status("online", "agent1", null)).join();
    await().atMost(SOON).until(() -> parts.count("stored") == 3);
    assertThat(problems()).isEmpty();
    device.publish(STATUS, status("online", "agent1", null, full)).join();
    await().atMost(SOON).until(() -> parts.count("stored") == 4);
    assertThat(notices()).hasSize(2);
  }

  @Test
  void twoAgentsOfOneName_areTold_unlessTheyShareAFolder() {
    device.publish(STATUS, status("online", "agent1", "folder1")).join();
    device.publish(STATUS, status("online", "agent2", "folder1")).join();
    await().atMost(SOON).until(() -> parts.count("stored") == 2);
    assertThat(problems()).isEmpty();
    device.publish(STATUS, status("offline", "agent1", "folder1")).join();
    await().atMost(SOON).until(() -> parts.count("stored") == 3);
    assertThat(parts.catalogue.find(CAMERA).orElseThrow().state())
        .as("the other speaks for it")
        .contains(StatusMessage.State.ONLINE);
    device.publish(STATUS, status("online", "agent3", "folder2")).join();
    await().atMost(SOON).until(() -> parts.count("stored") == 4);
    assertThat(problems())
        .singleElement()
        .asString()
        .startsWith("2 agents speak for this one camera and do not share a folder: agent2, agent3");
    device.publish(STATUS, status("offline", "agent3", "folder2")).join();
    await().atMost(SOON).until(() -> parts.count("stored") == 5);
    assertThat(problems()).isEmpty();
  }

  private List<String> problems() {
    return parts.catalogue.find(CAMERA).orElseThrow().problems();
  }

  private List<String> notices() {
    return parts.database.read(
        handle ->
            handle.createQuery("select notice from outbox order by id").mapTo(String.class).list());
  }

  private static byte[] status(
      String state, String agent, @Nullable String folder, String... problems) {
    ObjectNode more = JsonNodeFactory.instance.objectNode().put("agent", agent);
    if (folder != null) {
      more.put("folder", folder);
    }
    ArrayNode list = more.putArray("problems");
    List.of(problems).forEach(list::add);
    StatusMessage.State word = StatusMessage.State.valueOf(state.toUpperCase(Locale.ROOT));
    return new StatusMessage(word, 1_700_000_000_000L, more).toPayload();
  }

  @Test
  void predictionAndImage_findEachOtherInEitherOrder() {
    device.publish(prediction("a", "none")).join();
    device.publish(ImageMessage.of(CAMERA, "b", 1_700_000_000_000L, new byte[] {1})).join();
    await().atMost(SOON).until(() -> parts.count("stored") == 2);
    assertThat(parts.classifications.withoutImage(Optional.empty(), 10).rows()).hasSize(1);
    assertThat(parts.archive.withoutClassification(Optional.empty(), 10)).hasSize(1);

    device.publish(ImageMessage.of(CAMERA, "a", 1_700_000_000_000L, new byte[] {2})).join();
    device.publish(prediction("b", "none")).join();
    await().atMost(SOON).until(() -> parts.count("stored") == 4);
    assertThat(parts.classifications.withoutImage(Optional.empty(), 10).rows()).isEmpty();
    assertThat(parts.archive.withoutClassification(Optional.empty(), 10)).isEmpty();
    assertThat(rows()).allMatch(Classification::hasImage);
  }

  @Test
  void refusedMessages_stopNothing() {
    device.publish("fabwafer/faba/camera1/nonsense/x", "{}".getBytes(UTF_8)).join();
    device.publish("fabwafer/faba/camera1/prediction/x", "{".getBytes(UTF_8)).join();
    device.publish("fabwafer/faba/camera1/prediction/y", new byte[0]).join();
    device.publish("fabwafer/faba/camera1/img/.hidden", new byte[] {0, 1, 2}).join();
    device.publish(prediction("good", "none")).join();
    await().atMost(SOON).until(() -> parts.count("stored") == 1);
    assertThat(parts.count("refused")).isEqualTo(4);
    assertThat(parts.quarantine.newest(Optional.empty(), 10))
        .extracting(RefusedMessage::reason)
        .anyMatch(reason -> reason.contains("topic must be"))
        .anyMatch(reason -> reason.contains("not JSON"));
  }

  @Test
  void inspectionOfAnotherDevice_underTheSameKeyIsKeptAside() {
    device.publish(prediction("a", "none")).join();
    PredictionMessage other =
        PredictionMessage.of(
            new DeviceName("fabb", "camera9"), "a", 1_700_000_000_000L, "none", 0.9);
    device.publish(other).join();
    await().atMost(SOON).until(() -> parts.count("refused") == 1);
    assertThat(parts.quarantine.newest(Optional.empty(), 1).getFirst().reason())
        .contains("already stored as an inspection of faba/camera1");
  }

  @Test
  void status_isInTheCatalogue() {
    StatusMessage online = StatusMessage.of(StatusMessage.State.ONLINE, 1_700_000_000_000L);
    device.publish("fabwafer/faba/camera1/status", online.toPayload()).join();
    await()
        .atMost(SOON)
        .until(
            () ->
                parts
                    .catalogue
                    .find(CAMERA)
                    .flatMap(camera -> camera.state())
                    .equals(Optional.of(StatusMessage.State.ONLINE)));
  }

  @Test
  void imageThatCannotBeWritten_comesLaterAndHoldsUpNothing() throws IOException {
    Files.createDirectories(parts.images);
    Path obstacle = Files.writeString(parts.images.resolve("faba"), "no folder");
    device.publish(ImageMessage.of(CAMERA, "a", 1_700_000_000_000L, new byte[] {1})).join();
    device.publish(prediction("a", "none")).join();
    await().atMost(SOON).until(() -> parts.count("stored") == 1);
    assertThat(parts.ingest.trouble().orElseThrow()).contains("archive cannot be written");
    assertThat(parts.archive.find(CAMERA, "a", 1_700_000_000_000L)).isEmpty();

    // The image waits also where the hub is started anew in between.
    parts.close();
    parts = new IngestParts(folder, broker.address());
    parts.ingest.start();
    Files.delete(obstacle);
    await().atMost(SOON).until(() -> rows().getFirst().hasImage());
    assertThat(parts.images.resolve("faba/camera1/a.png")).hasBinaryContent(new byte[] {1});
    await().atMost(SOON).until(() -> parts.ingest.trouble().isEmpty());
  }

  @Test
  void messages_waitAtTheBrokerWhileIngestIsAway() {
    parts.close();
    List<CompletableFuture<?>> publishes = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      publishes.add(device.publish(Device.prediction(i)));
    }
    publishes.forEach(CompletableFuture::join);
    parts = new IngestParts(folder, broker.address());
    parts.ingest.start();
    await().atMost(SOON).until(() -> parts.count("stored") == 500);
    assertThat(parts.classifications.totals())
        .containsEntry("Loc", 50L)
        .containsEntry("none", 450L);
  }

  @Test
  void messages_areStoredFasterThanTenCamerasSendThem() {
    double predictions = rate(1_000, i -> device.publish(Device.prediction(i)));
    double images =
        rate(
            300,
            i ->
                device.publish(
                    ImageMessage.of(CAMERA, "wafer" + i, 1_700_000_000_000L + i, noise(4_000, i))));
    LOG.info(
        "stored {} predictions/s and {} images of 4 kB/s, device to commit",
        Math.round(predictions),
        Math.round(images));
    // Ten cameras that each see a wafer a second, on a machine that does much else.
    assertThat(Math.min(predictions, images)).isGreaterThan(10);
  }

  private double rate(int messages, IntFunction<CompletableFuture<?>> publish) {
    long before = parts.count("stored");
    long start = System.nanoTime();
    List<CompletableFuture<?>> publishes = new ArrayList<>();
    for (int i = 0; i < messages; i++) {
      publishes.add(publish.apply(i));
    }
    publishes.forEach(CompletableFuture::join);
    await().atMost(SOON).until(() -> parts.count("stored") - before == messages);
    return messages * 1e9 / (System.nanoTime() - start);
  }

  private static byte[] noise(int bytes, int seed) {
    byte[] noise = new byte[bytes];
    new Random(seed).nextBytes(noise);
    return noise;
  }

  @Test
  void strangers_cannotTakeTheHubsMessages() {
    var stranger =
        com.hivemq.client.mqtt.mqtt5.Mqtt5Client.builder()
            .identifier("stranger")
            .serverHost("127.0.0.1")
            .serverPort(broker.address().port())
            .buildBlocking();
    stranger.connect();
    assertThatThrownBy(() -> stranger.subscribeWith().topicFilter(BrokerAddress.SHARE).send())
        .hasMessageContaining("SUBACK");
    stranger.disconnect();
    var impostor =
        com.hivemq.client.mqtt.mqtt5.Mqtt5Client.builder()
            .identifier(broker.address().clientId())
            .serverHost("127.0.0.1")
            .serverPort(broker.address().port())
            .buildBlocking();
    assertThatThrownBy(impostor::connect).hasMessageContaining("CONNACK");
    assertThat(parts.ingest.disconnection()).isEmpty();
  }

  private List<Classification> rows() {
    return parts.classifications.page(ClassificationQuery.newest(1_000)).rows();
  }

  private static PredictionMessage prediction(String imgid, String label) {
    return PredictionMessage.of(CAMERA, imgid, 1_700_000_000_000L, label, 0.9);
  }
}
