package fabwafer.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import fabwafer.app.DatasetSplitCommand.By;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.Split;
import fabwafer.wafer.dataset.WaferDataset;
import fabwafer.wafer.dataset.WaferDataset.Labelling;
import fabwafer.wafer.dataset.WaferDatasets;
import fabwafer.wafer.synthetic.SyntheticWafers;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DatasetCommandTest {
  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private void run(Object... arguments) {
    assertThat(exit(arguments)).as(err.toString()).isZero();
  }

  private int exit(Object... arguments) {
    CommandLine program = Main.commandLine();
    program.setOut(new PrintWriter(out));
    program.setErr(new PrintWriter(err));
    return program.execute(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
  }

  private Path npz() throws IOException {
    SyntheticWafers wafers = SyntheticWafers.of(3);
    List<LabelledWafer> labelled = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      DefectPattern pattern = i % 3 == 0 ? DefectPattern.DONUT : DefectPattern.NONE;
      WaferMap wafer = i == 59 ? labelled.getFirst().wafer() : wafers.next(pattern);
      labelled.add(
          new LabelledWafer(
              wafer,
              Set.of(pattern),
              i / 4,
              LabelledWafer.UNKNOWN,
              Split.UNSPLIT,
              "row%06d".formatted(i)));
    }
    Path file = folder.resolve("set.npz");
    WaferDatasets.writeNpz(new WaferDataset("set", Labelling.SINGLE, labelled), file);
    return file;
  }

  @Test
  void aDataSet_goesFromNpzThroughSplitToFoldersAndBack() throws IOException {
    run("dataset", "import", npz(), "--out", folder.resolve("a"));
    assertThat(out.toString()).contains("60 wafers");
    run("dataset", "split", folder.resolve("a"), "--out", folder.resolve("b"), "--by", "lot");
    run("dataset", "export", folder.resolve("b"), "--to", folder.resolve("pngs"));
    WaferDataset read = WaferDatasets.read(folder.resolve("pngs"));
    assertThat(read.size()).isEqualTo(60);
    assertThat(read.wafers()).extracting(LabelledWafer::split).doesNotContain(Split.UNSPLIT);
    run("dataset", "export", folder.resolve("b"), "--to", folder.resolve("back.npz"));
    WaferDataset back = WaferDatasets.read(folder.resolve("back.npz"));
    assertThat(back.wafers())
        .extracting(LabelledWafer::wafer, LabelledWafer::patterns, LabelledWafer::group)
        .isEqualTo(
            WaferDatasets.read(npz()).wafers().stream()
                .map(w -> tuple(w.wafer(), w.patterns(), w.group()))
                .toList());
  }

  @Test
  void statistics_findDuplicatesAndContradictions() throws IOException {
    Path page = folder.resolve("page.html");
    run("dataset", "stats", npz(), "--page", page);
    assertThat(out.toString())
        .contains("60 wafers")
        .contains("1 wafer maps are exact duplicates")
        .contains("1 of them have another label");
    assertThat(Files.readString(page)).contains("<h2>Donut</h2>").contains("<svg ");
  }

  @Test
  void outlinesThatGiveAPatternAway_areSuspected() throws IOException {
    List<LabelledWafer> labelled = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      boolean donut = i % 10 == 0;
      byte[] cells = new byte[25 * 25];
      Arrays.fill(cells, (byte) 1);
      cells[donut ? i + 1 : 0] = 0;
      cells[300 + i % 200] = 2;
      labelled.add(
          LabelledWafer.of(
              WaferMap.of(25, 25, cells),
              donut ? DefectPattern.DONUT : DefectPattern.NONE,
              "row%06d".formatted(i)));
    }
    Path file = folder.resolve("leak.npz");
    WaferDatasets.writeNpz(new WaferDataset("leak", Labelling.SINGLE, labelled), file);
    run("dataset", "stats", file);
    assertThat(out.toString())
        .contains("suspected leak: an outline that few wafers share occurs with 100 % of Donut");
  }

  @Test
  void filesOfAFab_becomeADataSetAndBadOnesAreTold() throws IOException {
    Path maps = Files.createDirectory(folder.resolve("maps"));
    Files.writeString(
        maps.resolve("w1.txt"), "LOT=A\nWAFER_ID=1\nFLAT=DOWN\nROW=2\nCOL=3\n11.\n131\n");
    Files.writeString(maps.resolve("w2.csv"), "lot,wafer,x,y,bin\nA,2,0,0,1\nA,2,1,0,5\n");
    Files.writeString(maps.resolve("bad.txt"), "ROW=2\nCOL=3\n11.\n13\n");
    run("dataset", "import", maps, "--out", folder.resolve("a"));
    assertThat(err.toString()).contains("not read: bad.txt: ");
    run("dataset", "show", folder.resolve("a"), "--count", 2, "--plain");
    assertThat(out.toString())
        .contains("2 wafers")
        .contains("A-1: label -, lot A, wafer 1")
        .contains("A-2: label -, lot A, wafer 2");
    run("show", maps.resolve("w1.txt"), "--plain");
    assertThat(out.toString()).contains("notch stated down").contains("3: 1");
    run(
        "convert",
        maps.resolve("w1.txt"),
        folder.resolve("host"),
        "--as",
        "e142",
        "--pattern",
        "Loc");
    assertThat(folder.resolve("host/001-1.e142.xml"))
        .content()
        .contains("Type=\"DefectPattern\" Value=\"Loc\"");
  }

  @Test
  void aSplitByLot_neverCutsALotAndKeepsShares() {
    List<DatasetSplitting.Wafer> wafers = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      String label = i % 10 == 0 ? "Donut" : i % 7 == 0 ? "" : "none";
      wafers.add(new DatasetSplitting.Wafer(label, "lot" + i / 25, "", ""));
    }
    List<Double> shares = List.of(64.0, 16.0, 20.0);
    Split[] splits = new DatasetSplitting(wafers, shares, 5).split(By.LOT);
    Map<String, Split> ofLot = new HashMap<>();
    int test = 0;
    int labelled = 0;
    for (int i = 0; i < splits.length; i++) {
      if (wafers.get(i).label().isEmpty()) {
        assertThat(splits[i]).isEqualTo(Split.UNSPLIT);
        continue;
      }
      Split before = ofLot.putIfAbsent(wafers.get(i).unit(), splits[i]);
      assertThat(before == null || before == splits[i]).isTrue();
      labelled++;
      test += splits[i] == Split.TEST ? 1 : 0;
    }
    assertThat((double) test / labelled).isBetween(0.17, 0.23);
    assertThat(new DatasetSplitting(wafers, shares, 5).split(By.LOT)).isEqualTo(splits);
  }
}
