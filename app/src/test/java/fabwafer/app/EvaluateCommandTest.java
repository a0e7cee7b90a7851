package fabwafer.app;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.Split;
import fabwafer.wafer.dataset.WaferDataset;
import fabwafer.wafer.dataset.WaferDataset.Labelling;
import fabwafer.wafer.dataset.WaferDatasets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class EvaluateCommandTest {
  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private String model = "";

  @BeforeEach
  void writeModel() throws IOException {
    model = TinyModel.writeTo(folder.resolve("model")).toString();
  }

  private int run(String... arguments) {
    CommandLine program = Main.commandLine();
    program.setOut(new PrintWriter(out));
    program.setErr(new PrintWriter(err));
    return program.execute(arguments);
  }

  private static WaferMap wafer(int failingDies) {
    byte[] cells = new byte[100];
    Arrays.fill(cells, (byte) 1);
    Arrays.fill(cells, 0, failingDies, (byte) 2);
    return WaferMap.of(10, 10, cells);
  }

  /** Two folds of 20 wafers, half Near-full and half none; fold 1 has every truth wrong. */
  private Path singleLabelled() throws IOException {
    List<LabelledWafer> wafers = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      boolean full = i % 2 == 0;
      boolean right = i >= 20;
      wafers.add(
          new LabelledWafer(
              wafer(full ? 100 : i),
              Set.of(full == right ? DefectPattern.NEAR_FULL : DefectPattern.NONE),
              i / 5,
              right ? 2 : 1,
              Split.UNSPLIT,
              "w" + i));
    }
    Path file = folder.resolve("single.npz");
    WaferDatasets.writeNpz(new WaferDataset("single", Labelling.SINGLE, wafers), file);
    return file;
  }

  /** The same wafer map without the dies below row 6. */
  private static WaferMap upper(WaferMap wafer) {
    byte[] cells = wafer.cells();
    Arrays.fill(cells, 60, 100, (byte) 0);
    return WaferMap.of(10, 10, cells);
  }

  private JsonNode figures(Path file) throws IOException {
    return JsonMapper.builder().build().readTree(Files.readAllBytes(file));
  }

  @Test
  void figuresAreOfTheFoldsAskedFor_andTheProtocolSaysSo() throws IOException {
    Path data = singleLabelled();
    Path json = folder.resolve("out.json");
    Path html = folder.resolve("report.html");
    int exit =
        run(
            "evaluate",
            data.toString(),
            "--model",
            model,
            "--fold",
            "2",
            "--none-weight",
            "3",
            "--json",
            json.toString(),
            "--html",
            html.toString());
    assertThat(err.toString()).isEmpty();
    assertThat(exit).isZero();
    assertThat(out.toString()).contains("single.npz, fold 2: 20 wafers in 4 groups");
    JsonNode figures = figures(json);
    assertThat(figures.at("/accuracy").doubleValue()).isEqualTo(1);
    assertThat(figures.at("/protocol/split").stringValue()).isEqualTo("fold 2");
    assertThat(figures.at("/protocol/noneWeight").doubleValue()).isEqualTo(3);
    assertThat(figures.at("/protocol/dieMaskForced").booleanValue()).isFalse();
    assertThat(figures.at("/protocol/dataSha256").stringValue()).isEqualTo(Sha256.of(data));
    assertThat(html).content().startsWith("<!DOCTYPE html>").endsWith("</html>\n");

    assertThat(
            run(
                "evaluate",
                data.toString(),
                "--model",
                model,
                "--folds",
                "1,2",
                "--json",
                json.toString()))
        .isZero();
    assertThat(figures(json).at("/accuracy").doubleValue()).isEqualTo(0.5);
    assertThat(figures(json).at("/protocol/split").stringValue()).isEqualTo("folds 1, 2");
  }

  @Test
  void aLimit_takesWafersEvenlySpread() throws IOException {
    Path json = folder.resolve("out.json");
    assertThat(
            run(
                "evaluate",
                singleLabelled().toString(),
                "--model",
                model,
                "--limit",
                "8",
                "--json",
                json.toString()))
        .isZero();
    assertThat(figures(json).at("/protocol/wafers").intValue()).isEqualTo(8);
    assertThat(figures(json).at("/protocol/split").stringValue())
        .isEqualTo("all wafers, 8 of 40 evenly spread");
  }

  @Test
  void whereWafersHaveSeveralPatterns_theCommonDieMaskIsForced() throws IOException {
    // As it is, 60 of 100 cells of the third fail: Near-full. Within the common mask of the upper
    // six rows 20 of 100 do: none.
    byte[] large = wafer(20).cells();
    Arrays.fill(large, 60, 100, (byte) 2);
    List<LabelledWafer> wafers =
        List.of(
            LabelledWafer.of(upper(wafer(0)), DefectPattern.NONE, "a"),
            LabelledWafer.of(upper(wafer(0)), DefectPattern.NONE, "b"),
            LabelledWafer.of(WaferMap.of(10, 10, large), DefectPattern.NONE, "c"),
            new LabelledWafer(
                upper(wafer(60)),
                Set.of(DefectPattern.NEAR_FULL, DefectPattern.SCRATCH),
                LabelledWafer.UNKNOWN,
                LabelledWafer.UNKNOWN,
                Split.UNSPLIT,
                "d"));
    Path data = folder.resolve("multiple.npz");
    WaferDatasets.writeNpz(new WaferDataset("multiple", Labelling.MULTIPLE, wafers), data);
    Path json = folder.resolve("out.json");
    String[] command = {
      "evaluate", data.toString(), "--model", model, "--json", json.toString(), "--own-die-masks"
    };

    assertThat(run(Arrays.copyOf(command, command.length - 1))).isZero();
    assertThat(out.toString()).contains("common die mask", "exact match");
    assertThat(figures(json).at("/exactMatch").doubleValue()).isEqualTo(0.75);
    assertThat(figures(json).at("/saidOneOfThem").doubleValue()).isEqualTo(1);
    assertThat(figures(json).at("/protocol/dieMaskForced").booleanValue()).isTrue();

    assertThat(run(command)).isZero();
    assertThat(figures(json).at("/exactMatch").doubleValue()).isCloseTo(0.5, within(1e-12));
  }

  @Test
  void anotherModel_isHeldAgainstTheSameWafers() throws IOException {
    String data = singleLabelled().toString();
    String other = TinyModel.writeTo(folder.resolve("other")).toString();
    Path json = folder.resolve("out.json");
    Path html = folder.resolve("report.html");
    assertThat(
            run(
                "evaluate",
                data,
                "--model",
                model,
                "--against",
                other,
                "--json",
                json.toString(),
                "--html",
                html.toString()))
        .isZero();
    assertThat(out.toString()).contains("These wafers do not show which model is better");
    assertThat(figures(json).at("/comparison/verdict").stringValue()).isEqualTo("undecided");
    assertThat(figures(json).at("/comparison/wafers").intValue()).isEqualTo(40);
    assertThat(html).content().contains("Against another model", "coloured: what speaks for");
    assertThat(run("evaluate", data, "--model", model, "--against", "/no/such")).isOne();
    assertThat(err.toString()).contains("no model /no/such");
  }

  @Test
  void suspectedLabels_areWrittenAsATable() throws IOException {
    Path csv = folder.resolve("suspects.csv");
    String data = singleLabelled().toString();
    assertThat(
            run("evaluate", data, "--model", model, "--folds", "1,2", "--suspects", csv.toString()))
        .isZero();
    assertThat(out.toString()).contains("suspected labels written to " + csv);
    assertThat(csv)
        .content()
        .startsWith("name,row,label,suggested,probability,margin\r\n")
        .contains(",0,none,Near-full,");
    // Every truth of the first fold is wrong, none of the second.
    assertThat(Files.readAllLines(csv)).hasSize(1 + 20);
  }

  @Test
  void theMakersParts_areToldApart() throws IOException {
    Path data = singleLabelled();
    addColumn(data, "official_training", 40, index -> index >= 20 ? 1 : 0);
    Path json = folder.resolve("out.json");
    assertThat(run("evaluate", data.toString(), "--model", model, "--json", json.toString()))
        .isZero();
    JsonNode parts = figures(json).at("/breakdowns/0");
    assertThat(parts.at("/by").stringValue()).isEqualTo("part");
    assertThat(parts.at("/cells/0/name").stringValue()).isEqualTo("official test");
    assertThat(parts.at("/cells/0/accuracy").doubleValue()).isZero();
    assertThat(parts.at("/cells/1/accuracy").doubleValue()).isEqualTo(1);
  }

  /** Adds a column of bytes to an NPZ file. */
  private static void addColumn(Path npz, String name, int count, IntUnaryOperator values)
      throws IOException {
    try (FileSystem zip = FileSystems.newFileSystem(npz)) {
      ByteArrayOutputStream npy = new ByteArrayOutputStream();
      String header = "{'descr': '|u1', 'fortran_order': False, 'shape': (%d,), }".formatted(count);
      npy.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0});
      npy.writeBytes("%-117s\n".formatted(header).getBytes(US_ASCII));
      for (int i = 0; i < count; i++) {
        npy.write(values.applyAsInt(i));
      }
      Files.write(zip.getPath(name + ".npy"), npy.toByteArray());
    }
  }

  @Test
  void mistakesOfTheCaller_areToldInOneLine() throws IOException {
    String data = singleLabelled().toString();
    assertThat(run("evaluate", data, "--model", folder.resolve("no").toString())).isOne();
    assertThat(err.toString()).startsWith("fabwafer: no model ").hasLineCount(1);
    assertThat(run("evaluate", data, "--model", model, "--fold", "7")).isOne();
    assertThat(err.toString()).contains("no wafers to evaluate in fold 7");
    assertThat(run("evaluate", data, "--model", model, "--threads", "0")).isEqualTo(2);
    assertThat(err.toString()).contains("--threads must be 1 to 64, got 0");
    assertThat(run("evaluate", data, "--model", model, "--none-weight", "0")).isEqualTo(2);
    assertThat(err.toString()).contains("--none-weight: the weight of none must be above 0");
    assertThat(run("evaluate", data, "--model", model, "--json", "/no/such/folder/x")).isEqualTo(2);
    assertThat(err.toString()).contains("--json: cannot write a file");
    assertThat(run("evaluate", folder.resolve("absent.npz").toString(), "--model", model)).isOne();
    assertThat(err.toString()).contains("no such file").doesNotContain("should not have happened");
  }
}
