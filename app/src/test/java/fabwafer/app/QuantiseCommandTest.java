package fabwafer.app;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.classifier.Classifier;
import fabwafer.classifier.ModelCard;
import fabwafer.wafer.image.WaferImages;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class QuantiseCommandTest {
  /** The project's folder; Maven starts a module's tests in the module's. */
  private static final Path HOME = Path.of("..").toAbsolutePath().normalize();

  private static final Path MODEL = HOME.resolve("models/default");
  private static final Path SAMPLES = HOME.resolve("samples");

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int execute(String... arguments) {
    CommandLine program = Main.commandLine();
    program.setOut(new PrintWriter(out));
    program.setErr(new PrintWriter(err));
    return program.execute(arguments);
  }

  @Test
  void onTheSamples_theDefaultModelBecomesAThirdOfItsSize_andSaysTheSame() throws IOException {
    Path model8 = folder.resolve("int8");
    int exit =
        execute(
            "quantise",
            MODEL.toString(),
            SAMPLES.toString(),
            "--out",
            model8.toString(),
            "--wafers",
            "60",
            "--most-lost",
            "0.05");

    assertThat(err.toString()).isEmpty();
    assertThat(exit).isZero();
    assertThat(out.toString())
        .contains("kB (float", "on the last fifth of each label by name", "equal labels");
    assertThat(Files.size(model8.resolve(ModelCard.GRAPH_FILE_NAME)))
        .isLessThan(1_000_000)
        .isLessThan(Files.size(MODEL.resolve(ModelCard.GRAPH_FILE_NAME)) / 3);
    try (Classifier floatModel = Classifier.open(MODEL);
        Classifier classifier = Classifier.open(model8)) {
      ModelCard card = classifier.card();
      assertThat(card.provenance().parent()).hasValue(floatModel.card().id());
      assertThat(card.provenance().data()).isEqualTo("samples");
      assertThat(card.provenance().command())
          .isEqualTo(
              "fabwafer quantise MODEL samples --out MODEL8 --wafers 60 --none-weight 4.014"
                  + " --most-lost 0.05");
      assertThat(card.metrics().getFirst().values().getOrDefault("labelsAsParent", 0.0))
          .isGreaterThan(0.97);
      Path donut = SAMPLES.resolve("Donut/row008846-39x37.png");
      assertThat(classifier.classify(WaferImages.read(donut)).label())
          .isEqualTo(floatModel.classify(WaferImages.read(donut)).label());
    }
  }

  @Test
  void mistakesOfTheCaller_areToldInOneLine() {
    String target = folder.resolve("int8").toString();
    assertThat(execute("quantise", folder.resolve("no").toString(), "x.npz", "--out", target))
        .isOne();
    assertThat(err.toString()).startsWith("fabwafer: no folder of a model: ").hasLineCount(1);
    assertThat(
            execute(
                "quantise",
                MODEL.toString(),
                SAMPLES.toString(),
                "--out",
                target,
                "--validation-folds",
                "3"))
        .isOne();
    assertThat(err.toString()).contains("no wafer is in fold 3").hasLineCount(2);
    assertThat(folder.resolve("int8")).doesNotExist();
  }
}
