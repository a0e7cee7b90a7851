package fabwafer.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fabwafer.agent.AgentConfig.Camera;
import fabwafer.agent.AgentConfig.SpoolLimits;
import fabwafer.agent.AgentConfig.Watching;
import fabwafer.agent.model.ModelDelivery;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.PredictionMessage;
import fabwafer.protocol.model.ModelKeys;
import fabwafer.protocol.model.ModelManifest;
import fabwafer.protocol.model.ModelReport;
import fabwafer.protocol.model.ModelReport.State;
import fabwafer.protocol.model.SignedManifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole agent at a real broker is sent models: sound ones, and all that must be refused. */
class ModelDeliveryTest {
  private static final DeviceName CAMERA = new DeviceName("faba", "camera1");
  private static final Map<String, byte[]> INSTALLED = TinyModels.plain();
  private static final Map<String, byte[]> NEXT = TinyModels.variant("next", 0);
  private static final long MAX_BYTES = 8L << 20;

  @TempDir private Path folder;
  private Path inbox;
  private Mosquitto broker;
  private Subscriber predictions;
  private ModelSender hub;

  @BeforeEach
  void start() throws Exception {
    inbox = Files.createDirectory(folder.resolve("inbox"));
    TinyModels.writeTo(folder.resolve("installed"), INSTALLED);
    broker = Mosquitto.start(folder.resolve("broker"));
    predictions = Subscriber.at(broker);
    hub = new ModelSender(broker.port());
    Files.writeString(folder.resolve("model-key.pem"), ModelKeys.pem(hub.key.getPublic()));
  }

  @AfterEach
  void stop() {
    hub.close();
    predictions.close();
    broker.close();
  }

  @Test
  void aSoundModel_answersFromThenOn_alsoAfterARestart() throws Exception {
    try (Agent _ = agent()) {
      assertThat(modelOf("before.png")).isEqualTo(TinyModels.id(INSTALLED));
      hub.order(TinyModels.manifest(CAMERA, 7, NEXT), NEXT);
      soon().until(() -> hub.reported(report -> report.sequence() == 7));
      ModelReport report = hub.reports().getLast();
      assertThat(report.state()).isEqualTo(State.SERVING);
      assertThat(report.serving()).isEqualTo(TinyModels.id(NEXT));
      assertThat(report.previous()).contains(TinyModels.id(INSTALLED));
      assertThat(modelOf("after.png")).isEqualTo(TinyModels.id(NEXT));
    }
    // No hub, no broker's word: the choice is the disk's.
    hub.order(CAMERA, new byte[0]);
    try (Agent _ = agent()) {
      assertThat(modelOf("restarted.png")).isEqualTo(TinyModels.id(NEXT));
    }
  }

  @Test
  void wafersAreAnsweredWithoutAGap_whileModelsChangeAgainAndAgain() throws Exception {
    Map<String, byte[]> other = TinyModels.variant("other", 0);
    try (Agent _ = agent()) {
      int wafers = 60;
      for (int i = 0; i < wafers; i++) {
        Samples.drop(inbox, "wafer-" + i + ".png", Samples.png(i));
        if (i % 6 == 0) {
          Map<String, byte[]> wanted = i % 12 == 0 ? NEXT : other;
          hub.order(TinyModels.manifest(CAMERA, i + 1, wanted), wanted);
        }
      }
      soon().until(() -> predictions.predictions().size() >= wafers);
      soon().until(() -> hub.reported(report -> report.sequence() == 55));
    }
    assertThat(predictions.predictions())
        .extracting(PredictionMessage::imgid)
        .doesNotHaveDuplicates();
    assertThat(predictions.predictions())
        .extracting(ModelDeliveryTest::model)
        .isSubsetOf(TinyModels.id(INSTALLED), TinyModels.id(NEXT), TinyModels.id(other));
    assertThat(inbox.resolve("rejected"))
        .satisfiesAnyOf(
            rejected -> assertThat(rejected).doesNotExist(),
            rejected -> assertThat(rejected).isEmptyDirectory());
  }

  @Test
  void aTransferThatIsCut_goesOnWhereItWas() throws Exception {
    Map<String, byte[]> large = TinyModels.variant("large", 2 << 20);
    hub.budget.set(12);
    try (Agent _ = agent()) {
      hub.order(TinyModels.manifest(CAMERA, 1, large), large);
      soon().until(() -> received() >= 10 * 64 * 1024);
    }
    long before = received();
    assertThat(modelState()).as("nothing was chosen").doesNotExist();
    hub.requests().clear();
    hub.budget.set(Long.MAX_VALUE);
    try (Agent _ = agent()) {
      soon().until(() -> hub.reported(report -> report.serving().equals(TinyModels.id(large))));
    }
    assertThat(hub.requests().getFirst().offset()).isEqualTo(before);
  }

  @Test
  void halfTransferred_theOldModelGoesOn() throws Exception {
    Map<String, byte[]> large = TinyModels.variant("large", 2 << 20);
    hub.budget.set(12);
    try (Agent _ = agent()) {
      hub.order(TinyModels.manifest(CAMERA, 1, large), large);
      soon().until(() -> hub.reported(report -> report.received() > 500_000));
      assertThat(hub.reports().getLast().state()).isEqualTo(State.RECEIVING);
      assertThat(modelOf("meanwhile.png")).isEqualTo(TinyModels.id(INSTALLED));
    }
  }

  @Test
  void tamperedFile_isRefused() throws Exception {
    assertRefused(
        () -> {
          ModelManifest manifest = TinyModels.manifest(CAMERA, 1, NEXT);
          hub.offer(NEXT);
          hub.tamper(TinyModels.graph(NEXT));
          hub.order(CAMERA, SignedManifest.sign(manifest, hub.key).toPayload());
        },
        "model.onnx is not the file that was signed: it was tampered with");
  }

  @Test
  void tamperedManifest_isRefused() throws Exception {
    assertRefused(
        () -> {
          SignedManifest sound = SignedManifest.sign(TinyModels.manifest(CAMERA, 1, NEXT), hub.key);
          SignedManifest other = SignedManifest.sign(TinyModels.manifest(CAMERA, 2, NEXT), hub.key);
          hub.offer(NEXT);
          hub.order(CAMERA, spliced(other, sound));
        },
        "the signature is not of this manifest: it was tampered with");
  }

  @Test
  void unknownKey_isRefused() throws Exception {
    assertRefused(
        () -> {
          hub.offer(NEXT);
          hub.order(
              CAMERA,
              SignedManifest.sign(TinyModels.manifest(CAMERA, 1, NEXT), ModelKeys.make())
                  .toPayload());
        },
        "unknown key");
  }

  @Test
  void anotherCamerasOrder_replayedHere_isRefused() throws Exception {
    assertRefused(
        () -> {
          hub.offer(NEXT);
          ModelManifest theirs = TinyModels.manifest(new DeviceName("faba", "camera2"), 1, NEXT);
          hub.order(CAMERA, SignedManifest.sign(theirs, hub.key).toPayload());
        },
        "the order is for faba/camera2, not for faba/camera1");
  }

  @Test
  void wrongArchitecture_isRefused() throws Exception {
    assertRefused(
        () -> {
          ModelManifest any = TinyModels.manifest(CAMERA, 1, NEXT);
          hub.order(
              new ModelManifest(
                  CAMERA, 1, any.model(), any.files(), List.of("riscv64"), 0, any.created()),
              NEXT);
        },
        "wrong architecture: the model is for riscv64");
  }

  @Test
  void tooLarge_isRefused() throws Exception {
    Map<String, byte[]> huge = TinyModels.variant("huge", (int) MAX_BYTES);
    assertRefused(
        () -> hub.order(TinyModels.manifest(CAMERA, 1, huge), huge), "this device takes 8,388,608");
  }

  @Test
  void unknownOperator_isRefused() throws Exception {
    Map<String, byte[]> foreign = TinyModels.ofUnknownOperator();
    assertRefused(() -> hub.order(TinyModels.manifest(CAMERA, 1, foreign), foreign), "Gxmm");
  }

  @Test
  void modelThatAnswersItsTestVectorsOtherwise_isRefused() throws Exception {
    Map<String, byte[]> wrong = TinyModels.ofOtherVectors();
    assertRefused(
        () -> hub.order(TinyModels.manifest(CAMERA, 1, wrong), wrong),
        "test vector 0: logit 0 must be 9.0000");
  }

  @Test
  void olderOrder_replayedOrDowngraded_isRefused_andTheNewerModelGoesOn() throws Exception {
    Map<String, byte[]> old = TinyModels.variant("old", 0);
    try (Agent _ = agent()) {
      hub.order(TinyModels.manifest(CAMERA, 5, NEXT), NEXT);
      soon().until(() -> hub.reported(report -> report.sequence() == 5));
      hub.order(TinyModels.manifest(CAMERA, 4, old), old);
      soon().until(() -> hub.reported(report -> report.state() == State.REFUSED));
      assertThat(hub.reports().getLast().reason().orElseThrow())
          .contains("an older order: its sequence is 4, this device followed 5");
      assertThat(modelOf("after.png")).isEqualTo(TinyModels.id(NEXT));
      // To go back is a new order, and needs no transfer.
      hub.requests().clear();
      hub.order(TinyModels.manifest(CAMERA, 6, old), old);
      soon().until(() -> hub.reported(report -> report.serving().equals(TinyModels.id(old))));
      hub.requests().clear();
      hub.order(TinyModels.manifest(CAMERA, 7, NEXT), NEXT);
      soon().until(() -> hub.reported(report -> report.sequence() == 7));
      assertThat(hub.requests()).isEmpty();
    }
  }

  @Test
  void aModelThatIsDamagedOnTheDisk_givesWayToTheOneBefore_andIsFetchedAgain() throws Exception {
    Map<String, byte[]> second = TinyModels.variant("second", 0);
    try (Agent _ = agent()) {
      hub.order(TinyModels.manifest(CAMERA, 1, NEXT), NEXT);
      soon().until(() -> hub.reported(report -> report.sequence() == 1));
      hub.order(TinyModels.manifest(CAMERA, 2, second), second);
      soon().until(() -> hub.reported(report -> report.sequence() == 2));
    }
    String damaged = TinyModels.manifest(CAMERA, 2, second).packageId();
    Files.writeString(folder.resolve("models/packages/" + damaged + "/model.onnx"), "no model");
    hub.budget.set(0);
    try (Agent _ = agent()) {
      assertThat(modelOf("damaged.png")).isEqualTo(TinyModels.id(NEXT));
      hub.budget.set(Long.MAX_VALUE);
    }
    try (Agent _ = agent()) {
      soon().until(() -> hub.reported(report -> report.serving().equals(TinyModels.id(second))));
    }
  }

  @Test
  void onProbation_theModelBeforeSeesTheSameWafers_andDisagreementIsReported() throws Exception {
    Map<String, byte[]> contrary = TinyModels.contrary();
    try (Agent _ = agent()) {
      ModelManifest plain = TinyModels.manifest(CAMERA, 1, contrary);
      hub.order(
          new ModelManifest(CAMERA, 1, plain.model(), plain.files(), List.of(), 3, plain.created()),
          contrary);
      soon().until(() -> hub.reported(report -> report.sequence() == 1));
      for (int i = 0; i < 5; i++) {
        Samples.drop(inbox, "probe-" + i + ".png", Samples.png(0));
      }
      soon().until(() -> hub.reported(report -> report.counts().wafers() == 5));
      assertThat(hub.reports().getLast().counts().compared()).isEqualTo(3);
      assertThat(hub.reports().getLast().counts().disagreements()).isEqualTo(3);
      assertThat(hub.reports().getLast().counts().meanMillis()).isPositive();
    }
  }

  @Test
  void withoutAKeyInTheSettings_theFirstSigner_isTheOnlyOneTrusted() throws Exception {
    Files.delete(folder.resolve("model-key.pem"));
    try (Agent _ = agent()) {
      hub.order(TinyModels.manifest(CAMERA, 1, NEXT), NEXT);
      soon().until(() -> hub.reported(report -> report.sequence() == 1));
    }
    try (Agent _ = agent()) {
      hub.order(
          CAMERA,
          SignedManifest.sign(TinyModels.manifest(CAMERA, 2, INSTALLED), ModelKeys.make())
              .toPayload());
      soon().until(() -> hub.reported(report -> report.state() == State.REFUSED));
      assertThat(hub.reports().getLast().reason().orElseThrow()).contains("unknown key");
      assertThat(modelOf("after.png")).isEqualTo(TinyModels.id(NEXT));
    }
  }

  private interface Step {
    void run() throws Exception;
  }

  private void assertRefused(Step order, String why) throws Exception {
    try (Agent _ = agent()) {
      order.run();
      soon().until(() -> hub.reported(report -> report.state() == State.REFUSED));
      ModelReport report = hub.reports().getLast();
      assertThat(report.reason().orElseThrow()).contains(why);
      assertThat(report.serving()).isEqualTo(TinyModels.id(INSTALLED));
      assertThat(modelOf("after.png")).isEqualTo(TinyModels.id(INSTALLED));
    }
    assertThat(modelState()).as("nothing was chosen").doesNotExist();
  }

  /** One order's manifest with another's signature. */
  private static byte[] spliced(SignedManifest manifest, SignedManifest signature) {
    String theirs = new String(signature.toPayload(), UTF_8);
    String ours = new String(manifest.toPayload(), UTF_8);
    return (ours.substring(0, ours.indexOf("\"signature\""))
            + theirs.substring(theirs.indexOf("\"signature\"")))
        .getBytes(UTF_8);
  }

  private Path modelState() {
    return folder.resolve("models/cameras/faba/camera1.json");
  }

  /** Bytes of the transfer that has got furthest. */
  private long received() throws IOException {
    try (Stream<Path> parts = Files.list(folder.resolve("models/parts"))) {
      return parts
          .filter(file -> file.toString().endsWith(".part"))
          .mapToLong(ModelDeliveryTest::size)
          .max()
          .orElse(0);
    }
  }

  /** A part that is whole is moved away at any time: 0 then. */
  private static long size(Path part) {
    try {
      return Files.size(part);
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The model that answers a wafer dropped now. */
  private String modelOf(String name) throws Exception {
    int before = predictions.predictions().size();
    Samples.drop(inbox, name, Samples.png(3));
    soon().until(() -> predictions.predictions().size() > before);
    return model(predictions.predictions().getLast());
  }

  private static String model(PredictionMessage prediction) {
    return prediction.more().get("model").stringValue();
  }

  private Agent agent() {
    Path key = folder.resolve("model-key.pem");
    return Agent.start(
        new AgentConfig(
            "faba",
            List.of(new Camera("camera1", inbox)),
            broker.address(),
            new SpoolLimits(folder.resolve("spool"), 10_000, SpoolLimits.LEAST_BYTES),
            new Watching(
                Duration.ofMillis(50), Duration.ofMillis(20), Duration.ofMillis(400), true),
            folder.resolve("installed"),
            Optional.empty(),
            Optional.of(
                new ModelDelivery.Settings(
                    folder.resolve("models"), Optional.of(key).filter(Files::exists), MAX_BYTES))));
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20));
  }
}
