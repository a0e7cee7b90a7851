package fabwafer.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

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
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ConvertCommandTest {
  private static final WaferMap SMALL = WaferMap.of(2, 3, new byte[] {1, 2, 0, 1, 1, 1});
  private static final WaferMap LARGE = WaferMap.of(3, 3, new byte[] {0, 1, 0, 2, 2, 1, 0, 1, 0});

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(Object... arguments) {
    CommandLine program = Main.commandLine();
    program.setOut(new PrintWriter(out));
    program.setErr(new PrintWriter(err));
    return program.execute(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
  }

  private static LabelledWafer wafer(
      WaferMap wafer, Set<DefectPattern> patterns, int fold, Split split, String name) {
    return new LabelledWafer(wafer, patterns, LabelledWafer.UNKNOWN, fold, split, name);
  }

  @Test
  void singleLabels_surviveTheWayToFoldersAndBack() throws IOException {
    Path npz = folder.resolve("a.npz");
    List<LabelledWafer> wafers =
        List.of(
            wafer(SMALL, Set.of(DefectPattern.LOC), 4, Split.UNSPLIT, "row000001"),
            wafer(LARGE, Set.of(DefectPattern.NONE), 5, Split.UNSPLIT, "row000002"));
    WaferDatasets.writeNpz(new WaferDataset("a", Labelling.SINGLE, wafers), npz);
    assertThat(run("convert", npz, folder.resolve("pngs"))).as(err.toString()).isZero();
    assertThat(out.toString()).contains("2 wafers").contains("not kept: folders do not say");
    assertThat(folder.resolve("pngs/Loc/row000001.png")).exists();
    Path back = folder.resolve("new/back.npz");
    assertThat(run("convert", folder.resolve("pngs"), back)).as(err.toString()).isZero();
    assertThat(WaferDatasets.read(back).wafers())
        .extracting(LabelledWafer::wafer, LabelledWafer::patterns, LabelledWafer::name)
        .containsExactlyElementsOf(
            wafers.stream()
                .map(wafer -> tuple(wafer.wafer(), wafer.patterns(), wafer.name()))
                .toList());
  }

  @Test
  void severalPatternsOnOneSize_surviveAsStackAndFolders() throws IOException {
    Path npz = folder.resolve("mixed.npz");
    Set<DefectPattern> both = Set.of(DefectPattern.CENTER, DefectPattern.SCRATCH);
    List<LabelledWafer> wafers =
        List.of(
            wafer(SMALL, both, LabelledWafer.UNKNOWN, Split.UNSPLIT, "row000001"),
            wafer(
                SMALL,
                Set.of(DefectPattern.NONE),
                LabelledWafer.UNKNOWN,
                Split.UNSPLIT,
                "row000002"));
    WaferDatasets.writeNpz(new WaferDataset("mixed", Labelling.MULTIPLE, wafers), npz);
    assertThat(run("convert", npz, folder.resolve("pngs"))).isZero();
    assertThat(folder.resolve("pngs/Center+Scratch/row000001.png")).exists();
    assertThat(run("convert", folder.resolve("pngs"), folder.resolve("back.npz"))).isZero();
    assertThat(Files.readAllBytes(folder.resolve("back.npz"))).isEqualTo(Files.readAllBytes(npz));
    assertThat(out.toString()).doesNotContain("not kept");
  }

  @Test
  void theLossOfPartsAndFileNames_isTold() throws IOException {
    WaferDatasets.writeFolders(
        new WaferDataset(
            "parts",
            Labelling.SINGLE,
            List.of(wafer(SMALL, Set.of(DefectPattern.LOC), -1, Split.TRAIN, "a"))),
        folder.resolve("parts"));
    assertThat(run("convert", folder.resolve("parts"), folder.resolve("x.npz"))).isZero();
    assertThat(out.toString())
        .contains("not kept: an NPZ file does not say")
        .contains("not kept: an NPZ file numbers its wafers");
  }

  @Test
  void unreadablePictures_areToldTogether_andNothingIsWritten() throws IOException {
    Path label = Files.createDirectories(folder.resolve("bad/Loc"));
    Files.createFile(label.resolve("empty.png"));
    Files.writeString(label.resolve("text.png"), "no picture");
    Path npz = folder.resolve("x.npz");
    assertThat(run("convert", folder.resolve("bad"), npz)).isOne();
    assertThat(err.toString()).contains("2 problems", "Loc/empty.png", "Loc/text.png");
    assertThat(npz).doesNotExist();
  }

  @Test
  void nothingThatExistsIsMixedOrOverwrittenByItself() throws IOException {
    Path npz = folder.resolve("a.npz");
    WaferDatasets.writeNpz(
        new WaferDataset(
            "a", Labelling.SINGLE, List.of(LabelledWafer.of(SMALL, DefectPattern.LOC, "a"))),
        npz);
    Path full = Files.createDirectory(folder.resolve("full"));
    Path file = Files.createFile(full.resolve("kept"));
    assertThat(run("convert", npz, full)).isOne();
    assertThat(run("convert", npz, file)).isOne();
    assertThat(run("convert", npz, npz)).isOne();
    assertThat(run("convert", folder.resolve("no.npz"), folder.resolve("new"))).isOne();
    assertThat(err.toString().lines())
        .satisfiesExactly(
            line -> assertThat(line).contains("is not empty"),
            line -> assertThat(line).contains("is a file"),
            line -> assertThat(line).contains("is the source itself"),
            line -> assertThat(line).contains("no such file: "));
  }
}
