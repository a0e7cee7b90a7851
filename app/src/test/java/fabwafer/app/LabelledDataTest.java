package fabwafer.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.parquet.ParquetDataset;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.dataset.DatasetRow;
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
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LabelledDataTest {
  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private void run(Object... arguments) {
    CommandLine program = Main.commandLine();
    program.setOut(new PrintWriter(out));
    program.setErr(new PrintWriter(err));
    String[] words = Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
    assertThat(program.execute(words)).as(err.toString()).isZero();
  }

  /** 40 wafers in ten groups and five folds. */
  private Path npz() throws IOException {
    SyntheticWafers wafers = SyntheticWafers.of(5);
    List<LabelledWafer> labelled = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      DefectPattern pattern = i % 2 == 0 ? DefectPattern.NEAR_FULL : DefectPattern.NONE;
      labelled.add(
          new LabelledWafer(
              wafers.next(pattern),
              Set.of(pattern),
              i / 4,
              i / 8,
              Split.UNSPLIT,
              "row%06d".formatted(1000 + i)));
    }
    Path file = folder.resolve("set.npz");
    WaferDatasets.writeNpz(new WaferDataset("set", Labelling.SINGLE, labelled), file);
    return file;
  }

  @Test
  void parquetAndNpz_ofTheSameWafersAreTheSameDataSet() throws IOException {
    Path npz = npz();
    run("dataset", "import", npz, "--out", folder.resolve("set"));
    WaferDataset ofNpz = new LabelledData(npz).read();
    assertThat(ofNpz.wafers()).hasSize(40);
    WaferDataset ofFolder = new LabelledData(folder.resolve("set")).read();
    assertThat(ofFolder.wafers()).isEqualTo(ofNpz.wafers());
    assertThat(ofFolder.labelling()).isEqualTo(ofNpz.labelling());
    Path file = folder.resolve("set").resolve(DatasetFile.NAME);
    assertThat(new LabelledData(file).read().wafers()).isEqualTo(ofNpz.wafers());
    assertThat(new LabelledData(folder.resolve("set")).sha256()).isEqualTo(Sha256.of(file));
  }

  @Test
  void theSameFigures_comeFromParquetAsFromNpz() throws IOException {
    Path model = TinyModel.writeTo(folder.resolve("model"));
    Path npz = npz();
    run("dataset", "import", npz, "--out", folder.resolve("set"));
    JsonNode ofNpz = figures(npz, model);
    JsonNode ofParquet = figures(folder.resolve("set"), model);
    assertThat(ofNpz.at("/protocol/split").stringValue()).isEqualTo("folds 1, 2");
    for (String figure : List.of("/accuracy", "/macroF1", "/classes", "/confusion", "/wafers")) {
      assertThat(ofParquet.at(figure)).as(figure).isEqualTo(ofNpz.at(figure));
    }
    assertThat(ofNpz.at("/accuracy").isNumber()).isTrue();
  }

  private JsonNode figures(Path data, Path model) throws IOException {
    Path json = folder.resolve("out.json");
    run("evaluate", data, "--model", model, "--folds", "1,2", "--json", json);
    return JsonMapper.builder().build().readTree(Files.readAllBytes(json));
  }

  @Test
  void wafersWithoutALabelOfTheNine_stayOut() throws IOException {
    LabelledWafer known = new LabelledData(npz()).read().get(0);
    Path file = folder.resolve("some.parquet");
    try (ParquetDataset.Writer rows = ParquetDataset.write(file)) {
      for (String label : List.of("", "Half-moon", "Center+Scratch")) {
        rows.write(
            new DatasetRow(
                known.wafer(), label, "", "", "", Split.TEST, -1, -1, "", "s", "n" + label));
      }
      rows.finish();
    }
    WaferDataset read = new LabelledData(file).read();
    assertThat(read.wafers()).extracting(LabelledWafer::labels).containsExactly("Center+Scratch");
    assertThat(read.labelling()).isEqualTo(Labelling.MULTIPLE);
    assertThat(new LabelledData(file).parts(read)).containsValue("test");
  }

  @Test
  void aDataSetWithoutAnyLabel_isRefusedByName() throws IOException {
    LabelledWafer known = new LabelledData(npz()).read().get(0);
    Path file = folder.resolve("none.parquet");
    try (ParquetDataset.Writer rows = ParquetDataset.write(file)) {
      rows.write(
          new DatasetRow(known.wafer(), "", "", "", "", Split.UNSPLIT, -1, -1, "", "s", "n"));
      rows.finish();
    }
    assertThatThrownBy(() -> new LabelledData(file).read())
        .isInstanceOf(WaferException.class)
        .hasMessageContaining("none of its 1 wafers has a label");
  }
}
