package fabwafer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.classifier.Classifier;
import fabwafer.classifier.ModelCard.Provenance;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.dataset.LabelledWafer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FineTuningTest {
  private static final TrainingData ALL = TrainingData.of(TinyWafers.dataset(300), Set.of(2));
  private static final DefectPattern NEW =
      ALL.validation().stream()
          .map(LabelledWafer::label)
          .filter(label -> label != DefectPattern.NONE)
          .findFirst()
          .orElseThrow();
  private static final Provenance PROVENANCE =
      new Provenance("tiny", "0".repeat(64), "1.0", 1, Optional.empty(), Instant.EPOCH, "train");

  @TempDir private Path folder;

  @Test
  void aModelLearnsAPatternItNeverSaw_fromFewWafersBesideOldOnes_andForgetsNothing() {
    TrainingData old = ALL.without(NEW);
    Training.run(old, TinyWafers.options(6, 1), folder.resolve("a.part"), false, quiet())
        .export(folder.resolve("a"), PROVENANCE);
    assertThat(recall(folder.resolve("a"), NEW)).isZero();
    double others = accuracyOfOthers(folder.resolve("a"));

    List<LabelledWafer> few =
        ALL.training().stream().filter(wafer -> wafer.label() == NEW).limit(20).toList();
    TrainingStart start = TrainingStart.of(folder.resolve("a"));
    assertThat(start.architecture()).isEqualTo(TinyWafers.options(1, 1).architecture());
    Training.run(
            TrainingData.withReplay(new TrainingData(few, List.of(), "few"), old, 240),
            // Old wafers choose no epoch: they would choose the one that learnt least.
            TinyWafers.options(12, 1, 0),
            Optional.of(start),
            folder.resolve("b.part"),
            false,
            quiet())
        .export(folder.resolve("b"), PROVENANCE);

    assertThat(recall(folder.resolve("b"), NEW)).isGreaterThan(0.8);
    assertThat(accuracyOfOthers(folder.resolve("b"))).isGreaterThan(others - 0.05);
  }

  @Test
  void aModelOfAnotherMaker_isNotGoneOnFrom() {
    Path other = Path.of(System.getProperty("basedir", "."), "../app/src/test/resources");
    assertThatThrownBy(() -> TrainingStart.of(other.resolve("fabwafer/app/tiny-model")))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("is not a float network of this program's kind");
  }

  private static TrainingListener quiet() {
    return new TrainingListener() {};
  }

  private static double recall(Path model, DefectPattern pattern) {
    return share(
        model, ALL.validation().stream().filter(wafer -> wafer.label() == pattern).toList());
  }

  private static double accuracyOfOthers(Path model) {
    return share(model, ALL.validation().stream().filter(wafer -> wafer.label() != NEW).toList());
  }

  private static double share(Path model, List<LabelledWafer> wafers) {
    try (Classifier classifier = Classifier.open(model)) {
      long right =
          wafers.stream()
              .filter(wafer -> classifier.classify(wafer.wafer()).label().equals(wafer.labels()))
              .count();
      return (double) right / wafers.size();
    }
  }
}
