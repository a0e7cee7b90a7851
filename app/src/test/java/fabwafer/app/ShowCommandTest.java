package fabwafer.app;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.WaferDataset;
import fabwafer.wafer.dataset.WaferDataset.Labelling;
import fabwafer.wafer.dataset.WaferDatasets;
import fabwafer.wafer.image.WaferImages;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ShowCommandTest {
  private static final WaferMap WAFER =
      WaferMap.of(3, 4, new byte[] {0, 1, 1, 0, 1, 2, 2, 1, 0, 1, 1, 0});

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(Object... arguments) {
    CommandLine program = Main.commandLine();
    program.setOut(new PrintWriter(out));
    program.setErr(new PrintWriter(err));
    return program.execute(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
  }

  private Path picture(String name) throws IOException {
    Path file = folder.resolve(name);
    WaferImages.write(WAFER, file);
    return file;
  }

  private Path dataSet() throws IOException {
    Path file = folder.resolve("set.npz");
    WaferMap other = WaferMap.of(1, 2, new byte[] {1, 1});
    WaferDatasets.writeNpz(
        new WaferDataset(
            "set",
            Labelling.SINGLE,
            List.of(
                LabelledWafer.of(other, DefectPattern.NONE, "row000004"),
                LabelledWafer.of(WAFER, DefectPattern.CENTER, "row000009"))),
        file);
    return file;
  }

  @Test
  void aPicture_isDrawnWithItsFacts() throws IOException {
    assertThat(run("show", picture("w.png"), "--plain")).isZero();
    assertThat(out.toString().lines())
        .containsExactly(
            "  ....",
            "..####..",
            "  ....",
            folder.resolve("w.png") + ": 3 rows x 4 columns, 8 dies, 2 failing, yield 75.0 %");
  }

  @Test
  void coloursAreUsedWhereAskedFor() throws IOException {
    assertThat(run("show", picture("w.png"), "--colour")).isZero();
    assertThat(out.toString()).contains("\u001b[38;2;").contains("\u2580");
  }

  @Test
  void badFilesAreToldEach_andTheOthersGoOn() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty.png"));
    int exit = run("show", empty, folder.resolve("no.png"), picture("w.png"), "--plain");
    assertThat(exit).isOne();
    assertThat(out.toString()).contains("w.png: 3 rows x 4 columns");
    assertThat(err.toString().lines())
        .satisfiesExactly(
            line -> assertThat(line).contains("empty.png: ", "empty"),
            line -> assertThat(line).contains("no such file: ", "no.png"));
  }

  @Test
  void ofADataSet_theLabelsAreToldOrOneWaferIsDrawn() throws IOException {
    Path data = dataSet();
    assertThat(run("show", data)).isZero();
    assertThat(out.toString()).contains("set.npz: 2 wafers: 1 Center, 1 none");
    assertThat(run("show", data, "--index", 1, "--plain")).isZero();
    assertThat(out.toString()).contains("..####..", "set.npz#row000009, Center: 3 rows");
    assertThat(run("show", data, "--index", 2)).isOne();
    assertThat(err.toString()).contains("set.npz: --index must be 0 to 1, got 2");
  }

  @Test
  void pictures_areWrittenForPeople() throws IOException {
    Path svg = folder.resolve("w.svg");
    Path png = folder.resolve("big.png");
    assertThat(run("show", picture("w.png"), "--svg", svg, "--png", png)).isZero();
    assertThat(Files.readString(svg)).startsWith("<svg ").contains("2 failing of 8");
    assertThat(Files.size(png)).isPositive();
    assertThat(out.toString()).doesNotContain("####").contains("drawn as " + svg);
  }

  @Test
  void onePictureIsNotDrawnFromTwoFiles() throws IOException {
    Path svg = folder.resolve("w.svg");
    assertThat(run("show", picture("a.png"), picture("b.png"), "--svg", svg)).isOne();
    assertThat(run("show", dataSet(), "--svg", svg)).isOne();
    assertThat(run("show", picture("a.png"), "--index", 0)).isOne();
    assertThat(svg).doesNotExist();
    assertThat(err.toString().lines())
        .satisfiesExactly(
            line -> assertThat(line).contains("got 2 files"),
            line -> assertThat(line).contains("one of the 2 wafers"),
            line -> assertThat(line).contains("this is one picture"));
  }

  @Test
  void aTerminalTooNarrow_isToldWithTheLimit() throws IOException {
    assertThat(run("show", picture("w.png"), "--width", 3)).isOne();
    assertThat(err.toString()).contains("at least 8 columns, got 3");
  }
}
