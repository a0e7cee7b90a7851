package fabwafer.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import fabwafer.agent.AgentConfig.Broker;
import fabwafer.agent.AgentConfig.Camera;
import fabwafer.agent.AgentConfig.Credentials;
import fabwafer.agent.AgentConfig.SpoolLimits;
import fabwafer.agent.AgentConfig.Watching;
import fabwafer.protocol.ImageMessage;
import fabwafer.protocol.PredictionMessage;
import fabwafer.protocol.StatusMessage;
import fabwafer.wafer.image.WaferImages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

class AgentTest {
  private static final Watching QUICK =
      new Watching(Duration.ofMillis(50), Duration.ofMillis(20), Duration.ofMillis(400), true);

  @TempDir private Path folder;
  private final SteadyClassifier classifier = new SteadyClassifier();
  private Path inbox;
  private Mosquitto broker;
  private Subscriber hub;

  @BeforeEach
  void start() throws Exception {
    inbox = Files.createDirectory(folder.resolve("inbox"));
    broker = Mosquitto.start(folder.resolve("broker"));
    hub = Subscriber.at(broker);
  }

  @AfterEach
  void stop() {
    hub.close();
    broker.close();
  }

  @Test
  void file_isPublishedAsImageThenPrediction_andMovedToDone() throws IOException {
    Path file = Samples.drop(inbox, "wafer 7.png", Samples.png(7));
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_700_000_000_123L));
    try (Agent _ = agent()) {
      soon().until(() -> hub.inspections().size() == 1);
      soon().until(() -> Files.exists(inbox.resolve("done/2023-11-14/wafer 7.png")));
    }
    ImageMessage image = hub.images().getFirst();
    PredictionMessage prediction = hub.predictions().getFirst();
    assertThat(image.bytes()).isEqualTo(Samples.png(7));
    assertThat(image.imgid()).matches("wafer_7-[0-9a-f]{12}").isEqualTo(prediction.imgid());
    assertThat(image.timestampMillis())
        .isEqualTo(1_700_000_000_123L)
        .isEqualTo(prediction.timestampMillis());
    assertThat(prediction.label()).isEqualTo("Donut");
    assertThat(prediction.probability()).isEqualTo(0.75);
    assertThat(prediction.more().get("model").stringValue()).isEqualTo("model-1");
    assertThat(prediction.more().get("probabilities").get("none").doubleValue()).isEqualTo(0.25);
    assertThat(prediction.assessment()).isEqualTo(Samples.ASSESSMENT);
    assertThat(hub.order())
        .filteredOn(topic -> !topic.endsWith("/status"))
        .containsExactly(image.topic().toString(), prediction.topic().toString());
    assertThat(names(inbox)).isEmpty();
    assertThat(spooled()).isEmpty();
  }

  @Test
  void brokerAway_isNoReasonToStop_andIsCaughtUpOldestFirst() throws Exception {
    // One that forgets the hub's session refuses what comes before the hub is back: another test.
    rememberSessions();
    broker.stop();
    try (Agent _ = agent()) {
      for (int i = 0; i < 20; i++) {
        Samples.drop(inbox, "wafer-%02d.png".formatted(i), Samples.png(i));
        soon().until(() -> names(inbox).isEmpty());
      }
      assertThat(spooled()).hasSize(20);
      broker.start();
      soon().until(() -> hub.inspections().size() == 20);
      soon().until(() -> spooled().isEmpty());
    }
    assertThat(hub.images())
        .extracting(image -> image.imgid().substring(0, 8))
        .isSortedAccordingTo(String::compareTo);
  }

  private void rememberSessions() throws Exception {
    hub.close();
    broker.kill();
    broker.configure("allow_anonymous true\npersistence true");
    broker.start();
    hub = Subscriber.at(broker);
  }

  @Test
  void sameFileAgain_isOneInspection_butOtherContentOfItsNameIsAnother() throws IOException {
    FileTime then = FileTime.fromMillis(1_700_000_000_000L);
    try (Agent _ = agent()) {
      for (int seed : List.of(1, 1, 2)) {
        Path file = Files.write(inbox.resolve("latest.png.part"), Samples.png(seed));
        Files.setLastModifiedTime(file, then);
        Files.move(file, inbox.resolve("latest.png"));
        soon().until(() -> names(inbox).isEmpty());
      }
      soon().until(() -> hub.inspections().size() == 2);
    }
    try (Agent _ = agent()) {
      Path file = Files.write(inbox.resolve("latest.png.part"), Samples.png(1));
      Files.setLastModifiedTime(file, then);
      Files.move(file, inbox.resolve("latest.png"));
      soon().until(() -> names(inbox).isEmpty());
    }
    assertThat(classifier.asked()).hasSize(2);
    assertThat(hub.predictions()).hasSize(2);
    assertThat(names(inbox.resolve("done/2023-11-14"))).hasSize(4).contains("latest.png");
  }

  @Test
  void badFiles_areRejectedWithTheirReason_andOthersGoOn() throws IOException {
    byte[] wafer = Samples.png(3);
    Samples.drop(inbox, "empty.png", new byte[0]);
    Samples.drop(inbox, "truncated.png", Arrays.copyOf(wafer, wafer.length - 10));
    Samples.drop(inbox, "notes.txt", "hello".getBytes(StandardCharsets.UTF_8));
    Samples.drop(inbox, "large.png", new byte[8 * 1024 * 1024 + 1]);
    Samples.drop(inbox, "blank.png", Samples.blank());
    Files.write(inbox.resolve(".hidden.png"), wafer);
    Files.write(inbox.resolve("copying.png.part"), wafer);
    try (Agent _ = agent()) {
      Samples.drop(inbox, "good.png", wafer);
      soon().until(() -> hub.inspections().size() == 1);
      soon().until(() -> names(inbox).size() == 2);
    }
    assertThat(reason("empty.png")).startsWith("empty.png: the file is empty");
    assertThat(reason("truncated.png")).contains("the image is truncated");
    assertThat(reason("notes.txt"))
        .contains("none of the known formats")
        .contains("68 65 6c 6c 6f");
    assertThat(reason("large.png")).contains("8,388,609 bytes").contains("8,388,608");
    assertThat(names(inbox)).containsExactlyInAnyOrder(".hidden.png", "copying.png.part");
    assertThat(reason("blank.png")).startsWith("blank.png: ").hasLineCount(1);
    assertThat(names(inbox.resolve("rejected"))).hasSize(10);
  }

  @Test
  void fileStillBeingWritten_isTakenOnceWhenItIsWhole() throws IOException {
    byte[] wafer = Samples.png(4);
    Path slow = Files.write(inbox.resolve("slow.png"), Arrays.copyOf(wafer, 30));
    try (Agent _ = agent(patient(), 100)) {
      Samples.drop(inbox, "meanwhile.png", wafer);
      soon().until(() -> hub.inspections().size() == 1);
      assertThat(slow).exists();
      Files.write(slow, wafer);
      soon().until(() -> hub.inspections().size() == 2);
    }
    assertThat(names(inbox.resolve("rejected"))).isEmpty();
  }

  @Test
  void fileReplacedWhileItsPredecessorIsClassified_isAnInspectionOfItsOwn() throws IOException {
    Path file = Files.write(inbox.resolve("latest.png"), Samples.png(1));
    classifier.meanwhile(
        () -> {
          classifier.meanwhile(() -> {});
          try {
            Files.write(file, Samples.png(2));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    try (Agent _ = agent()) {
      soon().until(() -> hub.inspections().size() == 2);
      soon().until(() -> names(inbox).isEmpty());
    }
  }

  @Test
  void fileThatCannotBeMovedAway_isPublishedOnce_andMovedLater() throws IOException {
    Path inTheWay = Files.createDirectories(inbox.resolve("done")).resolve("2023-11-14");
    Files.writeString(inTheWay, "no folder");
    Path file = Samples.drop(inbox, "wafer.png", Samples.png(1));
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_700_000_000_000L));
    try (Agent _ = agent()) {
      soon().until(() -> hub.inspections().size() == 1);
      soon().until(() -> spooled().isEmpty());
      assertThat(file).exists();
      Files.delete(inTheWay);
      soon().until(() -> Files.exists(inTheWay.resolve("wafer.png")));
    }
    assertThat(classifier.asked()).hasSize(1);
    assertThat(hub.predictions()).hasSize(1);
  }

  @Test
  void strandedFile_goesOnAfterAKill() throws IOException {
    Files.createDirectories(inbox.resolve(Leaving.BETWEEN));
    Files.write(inbox.resolve(Leaving.BETWEEN).resolve("wafer.png"), Samples.png(5));
    try (Agent _ = agent()) {
      soon().until(() -> hub.inspections().size() == 1);
      soon().until(() -> names(inbox.resolve(Leaving.BETWEEN)).isEmpty());
    }
  }

  @Test
  void fullSpool_leavesFilesInTheFolder_andLosesNone() throws IOException {
    broker.kill();
    for (int i = 0; i < 7; i++) {
      Samples.drop(inbox, "wafer-" + i + ".png", Samples.png(i));
    }
    try (Agent _ = agent(QUICK, 3)) {
      soon().until(() -> names(inbox).size() == 4);
      broker.start();
      soon().until(() -> hub.inspections().size() == 7);
      soon()
          .untilAsserted(
              () ->
                  assertThat(hub.statuses())
                      .anySatisfy(
                          status -> assertThat(problems(status)).contains("spool full: 3 of 3")));
      soon().until(() -> names(inbox).isEmpty());
    }
  }

  @Test
  void missingFolder_isTold_andOtherCamerasGoOn() throws IOException {
    Path later = folder.resolve("later");
    try (Agent _ =
        agent(
            config(
                List.of(new Camera("camera1", inbox), new Camera("camera2", later)),
                broker.address(),
                QUICK,
                100))) {
      Samples.drop(inbox, "wafer.png", Samples.png(1));
      soon().until(() -> hub.inspections().size() == 1);
      soon()
          .untilAsserted(
              () ->
                  assertThat(hub.statuses())
                      .anySatisfy(
                          status ->
                              assertThat(problems(status))
                                  .contains(later + " cannot be watched: no such file or folder")));
      Files.createDirectory(later);
      Samples.drop(later, "wafer.png", Samples.png(1));
      soon().until(() -> hub.inspections().size() == 2);
    }
  }

  @Test
  void classifierThatFails_keepsTheFile_andAsksAgain() throws IOException {
    classifier.meanwhile(
        () -> {
          classifier.meanwhile(() -> {});
          throw new IllegalStateException("out of order");
        });
    try (Agent _ = agent()) {
      Samples.drop(inbox, "wafer.png", Samples.png(1));
      soon().until(() -> hub.inspections().size() == 1);
    }
    assertThat(classifier.asked()).hasSize(2);
  }

  @Test
  void brokerWithoutSubscriber_dropsWhatItAcknowledges_soItIsKept() throws Exception {
    hub.close();
    broker.kill();
    broker.start();
    Samples.drop(inbox, "wafer.png", Samples.png(1));
    try (Agent _ = agent();
        Subscriber late = Subscriber.at(broker, "status-reader", "+/+/+/status")) {
      soon()
          .untilAsserted(
              () ->
                  assertThat(late.statuses())
                      .anySatisfy(
                          status ->
                              assertThat(problems(status)).contains("no hub has subscribed")));
      assertThat(spooled()).hasSize(1);
      try (Subscriber first = Subscriber.at(broker)) {
        soon().until(() -> first.inspections().size() == 1);
      }
    }
  }

  @Test
  void inspectionTooLargeForTheBroker_isParked_andOthersGoOn() throws Exception {
    broker.kill();
    broker.configure("allow_anonymous true\nmessage_size_limit 2000");
    broker.start();
    Samples.drop(inbox, "large.png", padded(Samples.png(1), 4_000));
    try (Agent _ = agent()) {
      soon().until(() -> spooled().size() == 1);
      for (int i = 0; i < 40 && spoolFolder("refused").isEmpty(); i++) {
        Samples.drop(inbox, "small-" + i + ".png", Samples.png(i));
        int published = i + 1;
        soon().until(() -> hub.inspections().size() == published);
        nextSecond();
      }
      soon().until(() -> spooled().isEmpty());
    }
    assertThat(spoolFolder("refused")).hasSize(2).anyMatch(name -> name.endsWith(".reason.txt"));
  }

  @Test
  void brokerThatForbids_isTold_andAllIsKeptUntilItPermits() throws Exception {
    Path rights = folder.resolve("rights");
    Files.writeString(rights, "topic read #\ntopic write fabwafer/+/+/status\n");
    broker.kill();
    broker.configure("allow_anonymous true\nacl_file " + rights);
    broker.start();
    try (Agent _ = agent()) {
      for (int i = 0; i < 30; i++) {
        Samples.drop(inbox, "wafer-" + i + ".png", Samples.png(i));
      }
      soon()
          .untilAsserted(
              () ->
                  assertThat(hub.statuses())
                      .anySatisfy(
                          status -> assertThat(problems(status)).contains("not authorized")));
      soon().until(() -> spooled().size() == 30);
      broker.kill();
      broker.configure("allow_anonymous true");
      broker.start();
      soon().until(() -> hub.inspections().size() == 30);
      assertThat(spoolFolder("refused")).isEmpty();
    }
  }

  @Test
  void wrongPassword_isTold_andTheRightOneConnects() throws Exception {
    Path passwords = folder.resolve("passwords");
    new ProcessBuilder("mosquitto_passwd", "-c", "-b", passwords.toString(), "camera", "right")
        .start()
        .onExit()
        .join();
    try (Mosquitto guarded =
        Mosquitto.start(
            folder.resolve("guarded"), "allow_anonymous false\npassword_file " + passwords)) {
      BrokerConnection connection =
          new BrokerConnection(credentials(guarded, "wrong"), "a", _ -> {});
      BrokerConnection.Message will = new BrokerConnection.Message("will", new byte[0], false);
      assertThatThrownBy(() -> connection.connect(will))
          .isInstanceOf(BrokerConnection.ConnectionException.class)
          .hasMessageContaining("refuses the connection: not authorized");
      BrokerConnection right = new BrokerConnection(credentials(guarded, "right"), "b", _ -> {});
      right.connect(will);
      assertThat(right.receiveMaximum()).isPositive();
      right.disconnect(Duration.ofSeconds(1));
    }
  }

  @Test
  void status_saysOnlineWithItsFigures_andOfflineAtTheEnd() {
    try (Agent _ = agent()) {
      soon().until(() -> !hub.statuses().isEmpty());
    }
    StatusMessage online = hub.statuses().getFirst();
    ObjectNode more = online.more();
    assertThat(online.state()).isEqualTo(StatusMessage.State.ONLINE);
    assertThat(more.get("model").stringValue()).isEqualTo("model-1");
    assertThat(more.get("version").stringValue()).matches("\\d+\\.\\d+.*");
    assertThat(more.get("spooled").intValue()).isZero();
    assertThat(more.get("spoolLimit").intValue()).isEqualTo(100);
    soon().until(() -> hub.statuses().getLast().state() == StatusMessage.State.OFFLINE);
  }

  @Test
  void close_takesABoundedTime_whateverHangs() {
    broker.kill();
    Agent agent = agent();
    long started = System.nanoTime();
    agent.close();
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(13));
  }

  private Agent agent() {
    return agent(QUICK, 100);
  }

  private Agent agent(Watching watching, int spoolLimit) {
    return agent(
        config(List.of(new Camera("camera1", inbox)), broker.address(), watching, spoolLimit));
  }

  private Agent agent(AgentConfig config) {
    return Agent.start(config, WaferImages::read, classifier);
  }

  private AgentConfig config(
      List<Camera> cameras, Broker address, Watching watching, int spoolLimit) {
    return new AgentConfig(
        "faba",
        cameras,
        address,
        new SpoolLimits(folder.resolve("spool"), spoolLimit, SpoolLimits.LEAST_BYTES),
        watching,
        folder.resolve("model"),
        Optional.empty());
  }

  private static Watching patient() {
    return new Watching(
        QUICK.pollInterval(), QUICK.settle(), Duration.ofMinutes(1), QUICK.events());
  }

  private static Broker credentials(Mosquitto broker, String password) {
    return new Broker(
        "127.0.0.1", broker.port(), "agent", Optional.of(new Credentials("camera", password)));
  }

  /** The same picture in a larger file: a text chunk of noise before its end. */
  private static byte[] padded(byte[] png, int bytes) {
    ByteBuffer chunk = ByteBuffer.allocate(bytes + 12);
    byte[] noise = new byte[bytes + 4];
    new Random(1).nextBytes(noise);
    System.arraycopy(new byte[] {'t', 'E', 'X', 't', 'a', 0}, 0, noise, 0, 6);
    CRC32 crc = new CRC32();
    crc.update(noise);
    chunk.putInt(bytes).put(noise).putInt((int) crc.getValue());
    byte[] larger = new byte[png.length + bytes + 12];
    int end = png.length - 12;
    System.arraycopy(png, 0, larger, 0, end);
    System.arraycopy(chunk.array(), 0, larger, end, bytes + 12);
    System.arraycopy(png, end, larger, end + bytes + 12, 12);
    return larger;
  }

  private static void nextSecond() {
    long second = System.nanoTime() / 1_000_000_000L;
    soon().until(() -> System.nanoTime() / 1_000_000_000L > second);
  }

  private static String problems(StatusMessage status) {
    return status.more().get("problems") == null ? "" : status.more().get("problems").toString();
  }

  private String reason(String name) throws IOException {
    return Files.readString(inbox.resolve("rejected").resolve(name + Leaving.REASON_SUFFIX));
  }

  private List<String> spooled() {
    return spoolFolder("").stream().filter(name -> name.endsWith(Spool.SUFFIX)).toList();
  }

  private List<String> spoolFolder(String inside) {
    return names(folder.resolve("spool/faba/camera1").resolve(inside));
  }

  /** The files in a folder, none if it is missing. */
  private static List<String> names(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> String.valueOf(file.getFileName()))
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(20));
  }
}
