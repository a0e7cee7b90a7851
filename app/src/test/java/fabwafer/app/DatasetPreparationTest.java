package fabwafer.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import fabwafer.app.DatasetSplitCommand.By;
import fabwafer.parquet.ParquetDataset;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.dataset.DatasetRow;
import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.RowSink;
import fabwafer.wafer.dataset.Split;
import fabwafer.wafer.dataset.WaferDataset;
import fabwafer.wafer.dataset.WaferDataset.Labelling;
import fabwafer.wafer.dataset.WaferDatasets;
import fabwafer.wafer.image.WaferImages;
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

class DatasetPreparationTest {
  private static final WaferMap WAFER = WaferMap.of(2, 3, new byte[] {1, 1, 0, 1, 2, 1});

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int exit(Object... arguments) {
    CommandLine program = Main.commandLine();
    program.setOut(new PrintWriter(out));
    program.setErr(new PrintWriter(err));
    return program.execute(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
  }

  private void run(Object... arguments) {
    assertThat(exit(arguments)).as(err.toString()).isZero();
  }

  private static List<DatasetRow> rows(Path set) throws IOException {
    List<DatasetRow> rows = new ArrayList<>();
    ParquetDataset.read(
        set.resolve(DatasetFile.NAME),
        new RowSink() {
          @Override
          public void row(DatasetRow row) {
            rows.add(row);
          }

          @Override
          public void refused(String reason) {
            throw new AssertionError(reason);
          }

          @Override
          public void progress(long done, long total) {}
        });
    return rows;
  }

  private Path maps() throws IOException {
    Path maps = Files.createDirectories(folder.resolve("maps/in"));
    for (int wafer = 1; wafer <= 3; wafer++) {
      Files.writeString(
          maps.resolve("w" + wafer + ".txt"),
          "LOT=A\nWAFER_ID=0" + wafer + "\nDATE=2026-11-0" + wafer + "\nROW=2\nCOL=3\n11.\n131\n");
    }
    Files.writeString(maps.resolve("said.csv"), "# pattern: scratch\nx,y,bin\n0,0,1\n1,0,4\n");
    return folder.resolve("maps");
  }

  @Test
  void labelsOfATable_goToTheWafersTheyName() throws IOException {
    Path table = folder.resolve("labels.csv");
    Files.writeString(
        table,
        """
        File;Lot;Wafer;Label
        w1.txt;;;donut
        ;A;2;"Half;moon"
        ;B;9;Loc
        """);
    run("dataset", "import", maps(), "--labels", table, "--out", folder.resolve("set"));
    assertThat(rows(folder.resolve("set")))
        .extracting(DatasetRow::source, DatasetRow::label, DatasetRow::time)
        .containsExactlyInAnyOrder(
            tuple("in/w1.txt", "Donut", "2026-11-01T00:00:00Z"),
            tuple("in/w2.txt", "Half;moon", "2026-11-02T00:00:00Z"),
            tuple("in/w3.txt", "", "2026-11-03T00:00:00Z"),
            tuple("in/said.csv", "Scratch", ""));
    assertThat(out.toString()).contains("4 wafers, 3 labelled").contains("1 lines name no wafer");
  }

  @Test
  void aTableThatContradictsItself_isRefusedWithItsLine() throws IOException {
    Path table = folder.resolve("labels.csv");
    Files.writeString(table, "file,label\nw1.txt,Donut\nw1.txt,Loc\n");
    assertThat(exit("dataset", "import", maps(), "--labels", table, "--out", folder.resolve("s")))
        .isEqualTo(1);
    assertThat(err.toString()).contains("labels.csv, line 3: the same wafer is labelled Donut");
    assertThat(folder.resolve("s").resolve(DatasetFile.NAME)).doesNotExist();
  }

  @Test
  void theClassOfMostDefects_labelsAWaferWhereAsked() throws IOException {
    Path klarf = folder.resolve("a.klarf");
    Files.writeString(
        klarf,
        """
        FileVersion 1 2;
        LotID "L";
        WaferID "7";
        ClassLookup 2
         1 "Scratch"
         2 "Particle";
        SampleTestPlan 2
         0 0
         1 0;
        DefectRecordSpec 4 DEFECTID XINDEX YINDEX CLASSNUMBER ;
        DefectList
         1 0 0 1
         2 0 0 1
         3 1 0 2;
        EndOfFile;
        """);
    run("dataset", "import", klarf, "--out", folder.resolve("plain"));
    assertThat(rows(folder.resolve("plain"))).extracting(DatasetRow::label).containsExactly("");
    run("dataset", "import", klarf, "--klarf-classes", "--out", folder.resolve("set"));
    assertThat(rows(folder.resolve("set")))
        .extracting(DatasetRow::label)
        .containsExactly("Scratch");
  }

  @Test
  void foldersOfPictures_keepNewPatternsAndPartsAndTellWhatIsNoPicture() throws IOException {
    Path pictures = folder.resolve("pngs");
    for (String label : List.of("train/Donut", "train/Half-moon", "test/Donut")) {
      Path of = Files.createDirectories(pictures.resolve(label));
      WaferImages.write(WAFER, of.resolve("a.png"));
    }
    Files.writeString(pictures.resolve("train/Donut/bad.png"), "no picture");
    run("dataset", "import", pictures, "--out", folder.resolve("set"));
    assertThat(rows(folder.resolve("set")))
        .extracting(DatasetRow::label, DatasetRow::split, DatasetRow::name)
        .containsExactlyInAnyOrder(
            tuple("Donut", Split.TRAIN, "a.2"),
            tuple("Half-moon", Split.TRAIN, "a.3"),
            tuple("Donut", Split.TEST, "a"));
    assertThat(err.toString()).contains("not read: train/Donut/bad.png: ");
  }

  @Test
  void aSplitByAColumn_takesItsWordsOrTheValuesNamed() throws IOException {
    List<LabelledWafer> wafers = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      wafers.add(
          new LabelledWafer(WAFER, Set.of(DefectPattern.LOC), 0, i, Split.UNSPLIT, "row00000" + i));
    }
    Path npz = folder.resolve("a.npz");
    WaferDatasets.writeNpz(new WaferDataset("a", Labelling.SINGLE, wafers), npz);
    run("dataset", "import", npz, "--out", folder.resolve("set"));
    for (Path source : List.of(npz, folder.resolve("set"))) {
      Path made = folder.resolve("by-" + source.getFileName());
      run(
          "dataset",
          "split",
          source,
          "--out",
          made,
          "--by",
          "column",
          "--column",
          "fold",
          "--test",
          "8,9",
          "--valid",
          "7");
      assertThat(rows(made))
          .extracting(DatasetRow::split)
          .filteredOn(Split.TEST::equals)
          .hasSize(2);
      assertThat(rows(made).get(7).split()).isEqualTo(Split.VALID);
      assertThat(rows(made).get(0).split()).isEqualTo(Split.TRAIN);
      Path again = folder.resolve("again-" + source.getFileName());
      run("dataset", "split", made, "--out", again, "--by", "column", "--column", "split");
      assertThat(rows(again)).isEqualTo(rows(made));
    }
    Object[] wrong = {
      "dataset",
      "split",
      folder.resolve("set"),
      "--out",
      folder.resolve("x"),
      "--by",
      "column",
      "--column",
      "fold"
    };
    assertThat(exit(wrong)).isEqualTo(1);
    assertThat(err.toString()).contains("row 0: fold is '0', which is no part");
  }

  @Test
  void aSplitByTime_trainsOnTheEarlierLotsAndCutsNone() {
    List<DatasetSplitting.Wafer> wafers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      int lot = (i * 7) % 20;
      String day = "2026-%02d-%02dT00:%02d:00Z".formatted(1 + lot / 10, 1 + lot % 10, i % 60);
      wafers.add(new DatasetSplitting.Wafer("none", "lot" + lot, "", day));
    }
    Split[] splits = new DatasetSplitting(wafers, List.of(60.0, 20.0, 20.0), 1).split(By.TIME);
    Map<String, Split> ofLot = new HashMap<>();
    for (int i = 0; i < splits.length; i++) {
      assertThat(ofLot.merge(wafers.get(i).unit(), splits[i], (a, b) -> a == b ? a : Split.UNSPLIT))
          .isNotEqualTo(Split.UNSPLIT);
    }
    assertThat(ofLot.get("lot0")).isEqualTo(Split.TRAIN);
    assertThat(ofLot.get("lot13")).isEqualTo(Split.VALID);
    assertThat(ofLot.get("lot19")).isEqualTo(Split.TEST);
    assertThat(Arrays.stream(splits).filter(Split.TEST::equals)).hasSize(40);
  }
}
