package fabwafer.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code fabwafer evaluate} with the committed model, as a script would run it. */
class EvaluateTest {
  /** What scripts rely on. */
  private static final List<String> KEYS =
      List.of(
          "accuracy",
          "macroF1",
          "perClass",
          "binary",
          "worstClassRecall",
          "ece",
          "selective",
          "exactMatch");

  @TempDir private Path folder;

  @Test
  void onWafersWithOneLabel_itWritesFiguresPageAndSuspects() throws IOException {
    Path data = folder.resolve("samples.npz");
    fabwafer("convert", Program.home().resolve("samples").toString(), data.toString());
    JsonNode figures = evaluated(data, "--none-weight", "4.014");
    assertThat(figures.at("/protocol/labelling").stringValue()).isEqualTo("single");
    assertThat(figures.at("/protocol/wafers").intValue()).isEqualTo(Samples.all().size());
    assertThat(figures.at("/perClass").size()).isEqualTo(9);
    // Whatever model is the default one, it knows the project's own samples.
    assertThat(figures.at("/accuracy").doubleValue()).isGreaterThan(0.8);
    assertThat(figures.at("/exactMatch").doubleValue()).isBetween(0.5, 1.0);
    assertThat(folder.resolve("suspects.csv"))
        .content()
        .startsWith("name,row,label,suggested,probability,margin");
  }

  @Test
  void onWafersWithSeveralPatterns_everyKeyIsThere() throws IOException {
    Path made = folder.resolve("made");
    Path data = folder.resolve("made.npz");
    fabwafer("generate", "--mix", "--count", "60", "--out", made.toString());
    fabwafer("convert", made.toString(), data.toString());
    JsonNode figures = evaluated(data);
    assertThat(figures.at("/protocol/labelling").stringValue()).isEqualTo("multiple");
    assertThat(figures.at("/hammingLoss").doubleValue()).isBetween(0.0, 1.0);
    assertThat(figures.at("/byPatterns").size()).isPositive();
    assertThat(figures.at("/exactMatch").doubleValue())
        .isEqualTo(figures.at("/accuracy").doubleValue());
    assertThat(figures.at("/definitions/exactMatch").stringValue()).isNotEmpty();
  }

  private JsonNode evaluated(Path data, String... more) throws IOException {
    Path json = folder.resolve("out.json");
    Path html = folder.resolve("report.html");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "evaluate",
                data.toString(),
                "--json",
                json.toString(),
                "--html",
                html.toString(),
                "--suspects",
                folder.resolve("suspects.csv").toString()));
    arguments.addAll(List.of(more));
    fabwafer(arguments.toArray(String[]::new));
    assertThat(Files.readString(html, UTF_8))
        .startsWith("<!DOCTYPE html>")
        .doesNotContain("http:", "https:", "<script");
    JsonNode figures = JsonMapper.builder().build().readTree(Files.readAllBytes(json));
    assertThat(figures.propertyNames()).containsAll(KEYS);
    assertThat(figures.at("/perClass/Scratch").propertyNames())
        .containsExactlyInAnyOrder("precision", "recall", "f1", "support");
    assertThat(figures.at("/binary").propertyNames())
        .containsExactlyInAnyOrder("accuracy", "precision", "recall");
    assertThat(figures.at("/selective/0").propertyNames()).contains("coverage", "error");
    return figures;
  }

  private void fabwafer(String... arguments) throws IOException {
    Path output = Files.createTempFile(folder, "run", ".log");
    try (Program program = Program.fabwafer(output, arguments)) {
      assertThat(program.awaitEnd()).as(program.printed()).isZero();
    }
  }
}
