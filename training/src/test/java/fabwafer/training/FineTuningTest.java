package fabwafer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.classifier.Classifier;
import fabwafer.classifier.Judgement;
import fabwafer.classifier.ModelCard;
import fabwafer.classifier.ModelCard.Provenance;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.dataset.LabelledWafer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  /** One epoch, or as many as the steps need. */
  private static final TrainingOptions.Schedule ENOUGH =
      new TrainingOptions.Schedule(1, 16, 1e-2, 0.01, 0.9, 0, 220);

  @TempDir private Path folder;

  @Test
  void aModelLearnsAPatternItNeverSaw_fromFewWafersBesideOldOnes_andForgetsNothing() {
    TrainingData old = ALL.without(NEW);
    Training.run(old, TinyWafers.options(6, 1), folder.resolve("a.part"), false, quiet())
        .export(folder.resolve("a"), PROVENANCE);
    assertThat(recall(folder.resolve("a"), NEW)).isZero();
    double others = accuracyOfOthers(folder.resolve("a"));
    calibrated(folder.resolve("a"));

    List<LabelledWafer> few =
        ALL.training().stream().filter(wafer -> wafer.label() == NEW).limit(20).toList();
    TrainingStart start = TrainingStart.of(folder.resolve("a"));
    assertThat(start.architecture()).isEqualTo(TinyWafers.options(1, 1).architecture());
    Training.run(
            TrainingData.withReplay(new TrainingData(few, List.of(), "few"), old, 240),
            // Old wafers choose no epoch: they would choose the one that learnt least.
            TinyWafers.options(1, 1, 0).withSchedule(ENOUGH),
            Optional.of(start),
            Optional.empty(),
            folder.resolve("b.part"),
            false,
            quiet())
        .export(folder.resolve("b"), PROVENANCE);

    assertThat(recall(folder.resolve("b"), NEW)).isGreaterThan(0.8);
    assertKept(folder.resolve("b"));
    assertThat(accuracyOfOthers(folder.resolve("b"))).isGreaterThan(others - 0.05);
  }

  /** A card as 'calibrate' writes it; the class that was never seen is not ruled out. */
  private static void calibrated(Path model) {
    Path file = model.resolve(ModelCard.FILE_NAME);
    ModelCard card = ModelCard.read(file);
    Map<String, Double> least = new LinkedHashMap<>();
    card.classes().forEach(label -> least.put(label, label.equals(NEW.label()) ? 0 : 0.02));
    Judgement judgement =
        new Judgement(
            Optional.of(new Judgement.Views(0.9)),
            card.judgement().patterns(),
            Optional.of(new Judgement.Conformal(0.99, least, "held out")),
            card.judgement().novelty(),
            Optional.of(new Judgement.Decision(0.9, 0.99, 0.8, 0.005, "held out")));
    card.with(card.calibration(), card.thresholds(), judgement, card.metrics()).write(file);
  }

  /** Few wafers fit neither sets nor a decision, so they are the parent's, and say so. */
  private static void assertKept(Path model) {
    Judgement judgement = ModelCard.read(model.resolve(ModelCard.FILE_NAME)).judgement();
    assertThat(judgement.views()).hasValue(new Judgement.Views(0.9));
    Judgement.Conformal sets = judgement.conformal().orElseThrow();
    assertThat(sets.least()).containsEntry(NEW.label(), 0.0).containsEntry("none", 0.02);
    assertThat(sets.fittedOn()).matches("kept of model [0-9a-f]{12}, not fitted anew: held out");
    assertThat(judgement.decision().orElseThrow().minConfidence()).isEqualTo(0.9);
    assertThat(judgement.decision().orElseThrow().fittedOn()).isEqualTo(sets.fittedOn());
  }

  @Test
  void leastSteps_ofFewWafers_takeMoreEpochs_ofManyNone() {
    assertThat(ENOUGH.with(12).epochs()).isEqualTo(19);
    assertThat(ENOUGH.with(500).epochs()).isEqualTo(1);
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
