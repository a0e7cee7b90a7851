package fabwafer.app;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.classifier.Classifier;
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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TrainCommandTest {
  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void train_writesAModelThatClassifies_andACardThatSaysHowToMakeItAgain() throws IOException {
    Path model = folder.resolve("model");
    int exit =
        execute(
            "train",
            data().toString(),
            "--out",
            model.toString(),
            "--validation-fold",
            "2",
            "--set",
            "epochs=1",
            "--set",
            "batch=16",
            "--set",
            "composed-per-epoch=10");

    assertThat(err.toString()).isEmpty();
    assertThat(exit).isZero();
    assertThat(out.toString())
        .contains("epoch   1", "wafers/s", "recall Center", "the graph agrees");
    assertThat(model).isDirectoryNotContaining("glob:**" + TrainCommand.CHECKPOINT);
    try (Classifier classifier = Classifier.open(model)) {
      ModelCard card = classifier.card();
      assertThat(card.provenance().data()).isEqualTo("few.npz");
      assertThat(card.provenance().codeVersion()).isEqualTo(Main.VERSION);
      assertThat(card.provenance().command())
          .startsWith("fabwafer train few.npz --out MODEL --validation-folds 2 --set seed=1 ")
          .contains("--set epochs=1 --set batch=16 ", "--set stages=48x2,96x2,176x1");
      assertThat(DefectPattern.labels()).contains(classifier.classify(wafer(1)).label());
    }
  }

  @Test
  void train_onFolders_validatesOnThePartCalledValid() throws IOException {
    List<LabelledWafer> wafers = new ArrayList<>();
    for (LabelledWafer wafer : WaferDatasets.read(data()).wafers()) {
      Split part = wafer.fold() == 1 ? Split.TRAIN : Split.VALID;
      wafers.add(new LabelledWafer(wafer.wafer(), wafer.patterns(), -1, -1, part, wafer.name()));
    }
    Path root = folder.resolve("pictures");
    WaferDatasets.writeFolders(new WaferDataset("pictures", Labelling.SINGLE, wafers), root);
    Path model = folder.resolve("model");

    int exit = execute("train", root.toString(), "--out", model.toString(), "--set", "epochs=1");

    assertThat(err.toString()).isEmpty();
    assertThat(exit).isZero();
    assertThat(out.toString()).contains("on 20 wafers, validating on 20");
    ModelCard card = ModelCard.read(model.resolve(ModelCard.FILE_NAME));
    assertThat(card.metrics().getFirst().split()).startsWith("part valid");
  }

  @Test
  void train_withAFoldThatIsNotThere_saysSoInOneLine() throws IOException {
    int exit =
        execute(
            "train",
            data().toString(),
            "--out",
            folder.resolve("model").toString(),
            "--validation-fold",
            "9");
    assertThat(exit).isEqualTo(Main.FAILED);
    assertThat(err.toString())
        .isEqualTo(
            "fabwafer: no wafer is in fold 9; there are folds [1, 2]" + System.lineSeparator());
  }

  @Test
  void aTeacher_teaches_butNotWhereItWasTrainedOnWhatIsValidatedOn() throws IOException {
    Path teacher = folder.resolve("teacher");
    Path data = data();
    assertThat(train(data, teacher, "2")).isZero();
    Path student = folder.resolve("student");

    assertThat(train(data, student, "2", "--teacher", teacher.toString())).isZero();
    assertThat(ModelCard.read(student.resolve(ModelCard.FILE_NAME)).provenance().command())
        .contains("--teacher TEACHER1", "--set teacher-share=0.7");
    assertThat(train(data, folder.resolve("leaking"), "1", "--teacher", teacher.toString()))
        .isEqualTo(Main.FAILED);
    assertThat(err.toString()).contains("teacher was trained on fold 1, as its card says");
  }

  private int train(Path data, Path model, String fold, String... more) {
    List<String> words = new ArrayList<>(List.of("train", data.toString()));
    words.addAll(List.of("--out", model.toString(), "--validation-fold", fold));
    words.addAll(List.of("--set", "epochs=1", "--set", "composed-per-epoch=10"));
    words.addAll(List.of(more));
    return execute(words.toArray(String[]::new));
  }

  @Test
  void train_onAFileThatIsNotThere_saysWhichFile() {
    Path nowhere = folder.resolve("nowhere.npz");
    int exit = execute("train", nowhere.toString(), "--out", folder.resolve("m").toString());
    assertThat(exit).isEqualTo(Main.FAILED);
    assertThat(err.toString()).contains("nowhere.npz").doesNotContain("\tat ");
  }

  private int execute(String... arguments) {
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return command.execute(arguments);
  }

  private Path data() throws IOException {
    List<LabelledWafer> wafers = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      DefectPattern pattern = i % 2 == 0 ? DefectPattern.NONE : DefectPattern.CENTER;
      int fold = 1 + i / 20;
      wafers.add(
          new LabelledWafer(
              wafer(i), Set.of(pattern), fold, fold, Split.UNSPLIT, "row%06d".formatted(i)));
    }
    Path file = folder.resolve("few.npz");
    WaferDatasets.writeNpz(new WaferDataset("few.npz", Labelling.SINGLE, wafers), file);
    return file;
  }

  private static WaferMap wafer(int number) {
    byte[] cells = new byte[64];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = (byte) ((i * 7 + number) % 5 == 0 ? 2 : 1);
    }
    return WaferMap.of(8, 8, cells);
  }
}
