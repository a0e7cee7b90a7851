package fabwafer.app;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.classifier.Classifier;
import fabwafer.classifier.Judgement;
import fabwafer.classifier.ModelCard;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.Split;
import fabwafer.wafer.dataset.WaferDataset;
import fabwafer.wafer.dataset.WaferDataset.Labelling;
import fabwafer.wafer.dataset.WaferDatasets;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CalibrateCommandTest {
  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path model = Path.of("");
  private Path run = Path.of("");
  private Path data = Path.of("");

  @BeforeEach
  void writeModelsAndData() throws IOException {
    model = TinyModel.judgingTo(folder.resolve("model"));
    run = TinyModel.judgingTo(folder.resolve("run"));
    data = folder.resolve("wafers.npz");
    WaferDatasets.writeNpz(new WaferDataset("wafers", Labelling.SINGLE, wafers()), data);
  }

  /** Folds 0 to 2 of 160 wafers each, in 8 groups a fold; about a tenth has a wrong label. */
  private static List<LabelledWafer> wafers() {
    List<LabelledWafer> wafers = new ArrayList<>();
    for (int i = 0; i < 480; i++) {
      int failing = i * 37 % 101;
      byte[] cells = new byte[100];
      Arrays.fill(cells, (byte) 1);
      Arrays.fill(cells, 0, failing, (byte) 2);
      boolean full = failing > 50 != (i % 11 == 0);
      wafers.add(
          new LabelledWafer(
              WaferMap.of(10, 10, cells),
              Set.of(full ? DefectPattern.NEAR_FULL : DefectPattern.NONE),
              i / 20,
              i / 160,
              Split.UNSPLIT,
              "w" + i));
    }
    return wafers;
  }

  private int run(Object... arguments) {
    CommandLine program = Main.commandLine();
    program.setOut(new PrintWriter(out));
    program.setErr(new PrintWriter(err));
    return program.execute(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
  }

  private int calibrate(Object... heldOut) {
    List<Object> arguments = new ArrayList<>(List.of("calibrate", model, data));
    for (Object one : heldOut) {
      arguments.addAll(List.of("--held-out", one));
    }
    return run(arguments.toArray());
  }

  private static void rewrite(Path model, String right, String wrong) throws IOException {
    Path card = model.resolve(ModelCard.FILE_NAME);
    String json = Files.readString(card);
    assertThat(json).contains(right);
    Files.writeString(card, json.replace(right, wrong));
  }

  @Test
  void theCardIsFittedOnWhatTheRunsSayOfTheirFolds_andTheModelStillRuns() {
    ModelCard before = ModelCard.read(model.resolve(ModelCard.FILE_NAME));
    int exit =
        run(
            "calibrate",
            model,
            data,
            "--held-out",
            run + ":0,1",
            "--held-out",
            model + ":2",
            "--none-weight",
            "2",
            "--coverage",
            "0.8",
            "--max-error",
            "0.4");
    assertThat(err.toString()).isEmpty();
    assertThat(exit).isZero();
    assertThat(out.toString())
        .contains("run: 320 wafers of folds 0, 1", "model: 160 wafers of fold 2")
        .contains("480 held-out wafers in 24 groups", "  cross-fitted ")
        .endsWith("card written to " + model.resolve(ModelCard.FILE_NAME) + "\n");
    try (Classifier classifier = Classifier.open(model)) {
      ModelCard card = classifier.card();
      Judgement judgement = card.judgement();
      assertThat(judgement.conformal().orElseThrow().coverage()).isEqualTo(0.8);
      assertThat(judgement.conformal().orElseThrow().fittedOn())
          .isEqualTo("wafers.npz, folds 0, 1, 2, none x 2.0");
      assertThat(judgement.decision()).isPresent();
      assertThat(judgement.novelty().orElseThrow().quantiles().getFirst()).isGreaterThan(0);
      assertThat(card.calibration()).isNotEqualTo(before.calibration());
      assertThat(card.metrics().getLast().values()).containsKeys("macroF1", "ece");
    }
  }

  @Test
  void keptPatterns_stayAsTheyWere() {
    ModelCard before = ModelCard.read(model.resolve(ModelCard.FILE_NAME));
    assertThat(before.judgement().patterns()).isPresent();
    assertThat(run("calibrate", model, data, "--held-out", run + ":0,1", "--keep-patterns"))
        .isZero();
    ModelCard after = ModelCard.read(model.resolve(ModelCard.FILE_NAME));
    assertThat(after.judgement().patterns()).isEqualTo(before.judgement().patterns());
    assertThat(after.calibration()).isNotEqualTo(before.calibration());
    assertThat(calibrate(run + ":0,1")).isZero();
    assertThat(ModelCard.read(model.resolve(ModelCard.FILE_NAME)).judgement().patterns())
        .isNotEqualTo(before.judgement().patterns());
  }

  @Test
  void aDryRun_showsAndWritesNothing() throws IOException {
    byte[] before = Files.readAllBytes(model.resolve(ModelCard.FILE_NAME));
    assertThat(run("calibrate", model, data, "--held-out", run + ":0,1,2", "--dry-run")).isZero();
    assertThat(out.toString()).contains("480 held-out wafers").doesNotContain("card written");
    assertThat(Files.readAllBytes(model.resolve(ModelCard.FILE_NAME))).isEqualTo(before);
  }

  @Test
  void foldsThatARunKnows_areRefused() throws IOException {
    rewrite(run, "made by a test", "fabwafer train wafers.npz --out M --validation-folds 0,1");
    assertThat(calibrate(run + ":0,1")).isZero();
    assertThat(calibrate(run + ":1,2")).isOne();
    assertThat(err.toString()).contains("was trained on fold 2, as its card says: fabwafer train");
    rewrite(run, "--validation-folds 0,1", "--validation-folds 0 --validation-folds 1");
    assertThat(calibrate(run + ":0,1")).isZero();
    rewrite(run, " --validation-folds 0 --validation-folds 1", "");
    assertThat(calibrate(run + ":0")).isOne();
    assertThat(err.toString()).contains("was trained on fold 0, as its card says");
    rewrite(run, "--out M", "--out M --validation-fold 0 --epochs 3");
    assertThat(calibrate(run + ":0", model + ":1,2")).isZero();
  }

  @Test
  void foldsThatAreNotThere_orGivenTwice_areRefused() {
    assertThat(calibrate(run + ":0,7")).isOne();
    assertThat(err.toString()).contains("has no wafer of fold 7");
    assertThat(calibrate(run + ":0", model + ":1,0")).isEqualTo(2);
    assertThat(err.toString()).contains("--held-out: fold 0 is given twice");
    assertThat(calibrate(run + ":1,1")).isEqualTo(2);
    assertThat(err.toString()).contains(":1,1: names a fold twice");
    for (String wrong : List.of("run", "run:", "run:a", "run:10", ":1", "run:1,")) {
      assertThat(calibrate(wrong)).isEqualTo(2);
      assertThat(err.toString())
          .contains("--held-out " + wrong + ": must be a run and its folds, 0 to 9");
    }
  }

  @Test
  void runsOfAnotherKind_areRefused() throws IOException {
    rewrite(run, "\"Near-full\", \"Random\"", "\"Random\", \"Near-full\"");
    assertThat(calibrate(run + ":0")).isOne();
    assertThat(err.toString()).contains("its list of classes is [Center, Donut");
    run = TinyModel.judgingTo(folder.resolve("other"));
    rewrite(run, "area-v1-8", "area-v1-16");
    assertThat(calibrate(run + ":0")).isOne();
    assertThat(err.toString())
        .contains("its preprocessing is area-v1-16, that of " + model + " is area-v1-8");
    assertThat(calibrate(TinyModel.writeTo(folder.resolve("plain")) + ":0")).isOne();
    assertThat(err.toString()).contains("its list of patterns is [], that of");
    assertThat(calibrate(folder.resolve("absent") + ":0")).isOne();
    assertThat(err.toString()).contains("no model card");
  }

  @Test
  void wrongNumbers_areToldInOneLine() {
    String heldOut = run + ":0,1,2";
    assertThat(run("calibrate", model, data, "--held-out", heldOut, "--coverage", "1"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("the conformal coverage must be above 0 and below 1");
    assertThat(run("calibrate", model, data, "--held-out", heldOut, "--threads", "0")).isEqualTo(2);
    assertThat(err.toString()).contains("--threads must be 1 to 64, got 0");
    assertThat(calibrate()).isEqualTo(2);
    assertThat(err.toString()).contains("--held-out");
    model = data;
    assertThat(calibrate(heldOut)).isOne();
    assertThat(err.toString()).contains("is no model's folder");
  }
}
