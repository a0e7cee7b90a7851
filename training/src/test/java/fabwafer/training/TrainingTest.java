package fabwafer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fabwafer.classifier.Classifier;
import fabwafer.classifier.ModelCard;
import fabwafer.classifier.ModelCard.Provenance;
import fabwafer.wafer.dataset.LabelledWafer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingTest {
  private static final TrainingData DATA = TrainingData.of(TinyWafers.dataset(300), Set.of(2));
  private static final Provenance PROVENANCE =
      new Provenance(
          "tiny.npz", "0".repeat(64), "1.0", 1, Optional.empty(), Instant.EPOCH, "fabwafer train");

  @TempDir Path folder;

  @Test
  void run_learns_andItsExportClassifiesAsItDoes() {
    TrainedNetwork trained = run(TinyWafers.options(6, 1), "learns", new TrainingListener() {});
    assertThat(trained.best().macroF1()).isGreaterThan(0.95);

    TrainedNetwork.Export export = trained.export(folder.resolve("model"), PROVENANCE);

    assertThat(export.difference()).isLessThan(1e-4);
    assertNoveltyIsWhatTrainingMeasured(export.card());
    assertThat(folder.resolve("model")).isDirectoryNotContaining("glob:**unproven*");
    ModelCard card = ModelCard.read(folder.resolve("model").resolve(ModelCard.FILE_NAME));
    assertThat(card).isEqualTo(export.card());
    assertThat(card.preprocessing()).isEqualTo("area-v1-16");
    assertThat(card.metrics().getFirst().values().get("macroF1"))
        .isCloseTo(trained.best().macroF1(), within(1e-12));
    try (Classifier classifier = Classifier.open(folder.resolve("model"))) {
      long right = 0;
      for (LabelledWafer wafer : DATA.validation()) {
        String label = classifier.classify(wafer.wafer()).label();
        right += label.equals(wafer.labels()) ? 1 : 0;
      }
      assertThat((double) right / DATA.validation().size())
          .isCloseTo(trained.best().accuracy(), within(1e-12));
    }
  }

  @Test
  void run_withTheSameSeed_givesTheSameModel() throws IOException {
    TrainingListener nobody = new TrainingListener() {};
    byte[] first = graph(run(TinyWafers.options(2, 7), "first", nobody), "first");
    byte[] second = graph(run(TinyWafers.options(2, 7), "second", nobody), "second");
    byte[] other = graph(run(TinyWafers.options(2, 8), "other", nobody), "other");
    assertThat(Arrays.equals(second, first)).isTrue();
    assertThat(Arrays.equals(other, first)).isFalse();
  }

  /**
   * The engine's arrays may look into Java's buffers. If one does after its buffer is free, the
   * numbers here become others.
   */
  @Test
  void run_whileFreedBuffersAreOverwritten_givesTheSameModel() throws Exception {
    TrainingData few = TrainingData.of(TinyWafers.dataset(100), Set.of(2));
    byte[] calm = graph(run(few, "calm"), "calm");
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger rounds = new AtomicInteger();
    Thread storm =
        Thread.ofPlatform()
            .start(
                () -> {
                  Random random = new Random(1);
                  while (!stop.get()) {
                    System.gc();
                    ByteBuffer.allocateDirect(Integer.BYTES).putInt(0, -1);
                    ByteBuffer.allocateDirect(4_000 + random.nextInt(200_000)).putInt(0, -1);
                    rounds.incrementAndGet();
                  }
                });
    byte[] stormy;
    try {
      stormy = graph(run(few, "stormy"), "stormy");
    } finally {
      stop.set(true);
      storm.join();
    }
    assertThat(rounds.get()).isGreaterThan(10);
    assertThat(Arrays.equals(stormy, calm)).isTrue();
  }

  @Test
  void run_killedAndResumed_givesTheModelOfAnUnbrokenRun() throws Exception {
    byte[] unbroken =
        graph(run(TinyWafers.options(4, 3), "unbroken", new TrainingListener() {}), "unbroken");

    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                KilledTraining.class.getName(),
                checkpoint("killed").toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    // It halts as SIGKILL does, without a word, some steps into its third epoch.
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(KilledTraining.HALTED);

    List<Integer> epochs = new ArrayList<>();
    TrainedNetwork resumed =
        Training.run(
            DATA,
            TinyWafers.options(4, 3),
            checkpoint("killed"),
            true,
            new TrainingListener() {
              @Override
              public void epochEnded(EpochReport report) {
                epochs.add(report.epoch());
              }
            });
    assertThat(epochs).containsExactly(3, 4);
    assertThat(Arrays.equals(graph(resumed, "resumed"), unbroken)).isTrue();
    assertThat(resumed.history()).hasSize(4);
  }

  @Test
  void run_stopsWhenTheScoreNoLongerGrows() {
    TrainingOptions options = TinyWafers.options(50, 1, 2);
    List<EpochReport> told = new ArrayList<>();
    TrainedNetwork trained =
        run(
            options,
            "early",
            new TrainingListener() {
              @Override
              public void stoppedEarly(EpochReport best) {
                told.add(best);
              }
            });
    assertThat(told).containsExactly(trained.best());
    assertThat(trained.history()).hasSize(trained.best().epoch() + 2).hasSizeLessThan(50);
  }

  @Test
  void run_withoutPatience_takesTheLastEpoch() {
    TrainedNetwork trained = run(TinyWafers.options(5, 1, 0), "last", new TrainingListener() {});
    assertThat(trained.best().epoch()).isEqualTo(5);
  }

  @Test
  void run_onAllWafers_measuresNothing_andItsCardClaimsNothing() {
    TrainedNetwork trained =
        Training.run(
            TrainingData.all(TinyWafers.dataset(100)),
            TinyWafers.options(2, 1, 0),
            checkpoint("all"),
            false,
            new TrainingListener() {});
    assertThat(trained.best().macroF1()).isNaN();
    ModelCard card = trained.export(folder.resolve("all"), PROVENANCE).card();
    assertThat(card.metrics()).isEmpty();
    assertThat(card.calibration().temperature()).isEqualTo(1);
    try (Classifier classifier = Classifier.open(folder.resolve("all"))) {
      assertThat(classifier.classify(DATA.validation().getFirst().wafer()).patterns()).isPresent();
    }
  }

  @Test
  void run_learnsPatternSetsFromComposedWafers() {
    TrainedNetwork trained = run(TinyWafers.options(8, 1, 0), "sets", new TrainingListener() {});
    assertThat(trained.best().exactMatch()).isGreaterThan(0.9);
  }

  @Test
  void run_overAnUnfinishedTraining_isRefused() throws IOException {
    Files.createFile(checkpoint("there"));
    assertThatThrownBy(() -> run(TinyWafers.options(1, 1), "there", new TrainingListener() {}))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("is there from a training that did not end");
  }

  @Test
  void run_resumedWithoutACheckpoint_isRefused() {
    assertThatThrownBy(
            () ->
                Training.run(
                    DATA,
                    TinyWafers.options(1, 1),
                    checkpoint("nowhere"),
                    true,
                    new TrainingListener() {}))
        .hasMessageContaining("nothing to resume");
  }

  @Test
  void options_outOfRange_sayWhichLimit() {
    assertThatThrownBy(() -> TinyWafers.options(0, 1))
        .hasMessage("epochs must be 1 to 10,000, got 0");
  }

  /**
   * The graph computes novelty in floats and by parts: half the wafers must be below its median.
   */
  private void assertNoveltyIsWhatTrainingMeasured(ModelCard card) {
    assertThat(card.judgement().novelty()).isPresent();
    try (Classifier classifier = Classifier.open(folder.resolve("model"))) {
      double[] ranks =
          DATA.validation().stream()
              .mapToDouble(wafer -> classifier.classify(wafer.wafer()).novelty().orElse(Double.NaN))
              .sorted()
              .toArray();
      for (int i = 0; i < ranks.length; i++) {
        assertThat(ranks[i]).isCloseTo((double) i / (ranks.length - 1), within(0.05));
      }
    }
  }

  private TrainedNetwork run(TrainingOptions options, String name, TrainingListener listener) {
    return Training.run(DATA, options, checkpoint(name), false, listener);
  }

  private TrainedNetwork run(TrainingData data, String name) {
    return Training.run(
        data, TinyWafers.options(1, 7), checkpoint(name), false, new TrainingListener() {});
  }

  private Path checkpoint(String name) {
    return folder.resolve(name + ".checkpoint");
  }

  private byte[] graph(TrainedNetwork trained, String name) throws IOException {
    Path model = folder.resolve(name);
    trained.export(model, PROVENANCE);
    return Files.readAllBytes(model.resolve(ModelCard.GRAPH_FILE_NAME));
  }
}
