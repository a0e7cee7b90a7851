package fabwafer.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.dataset.DatasetRow;
import fabwafer.wafer.dataset.RowSink;
import fabwafer.wafer.dataset.Split;
import fabwafer.wafer.synthetic.SyntheticWafers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetDatasetTest {
  @TempDir private Path folder;

  @Test
  void everyRow_isReadAsItWasWritten() throws IOException {
    List<DatasetRow> rows = rows();
    Path file = write(rows);
    assertThat(ParquetDataset.recognises(file)).isTrue();
    assertThat(read(file)).isEqualTo(rows);
    try (var left = Files.list(folder)) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  void aFileThatIsDamaged_isRefused() throws IOException {
    byte[] whole = Files.readAllBytes(write(rows()));
    Path cut = Files.write(folder.resolve("cut.parquet"), Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> read(cut))
        .isInstanceOf(WaferException.class)
        .hasMessageStartingWith("cut.parquet is no data set, or damaged");
  }

  private static List<DatasetRow> rows() {
    SyntheticWafers wafers = SyntheticWafers.of(7);
    return List.of(
        row(wafers, "Donut", "lot1", "1", Split.TRAIN, 3),
        row(wafers, "Center+Scratch", "lot1", "2", Split.TEST, 3),
        row(wafers, "", "", "", Split.UNSPLIT, -1),
        row(wafers, "Half-moon", "lot2", "7", Split.VALID, -1));
  }

  private static DatasetRow row(
      SyntheticWafers wafers, String label, String lot, String id, Split split, int group) {
    return new DatasetRow(
        wafers.next(DefectPattern.DONUT),
        label,
        lot,
        id,
        "",
        split,
        group,
        group < 0 ? -1 : 7,
        group < 0 ? "" : "2026-11-23T10:15:00Z",
        "s",
        "n" + lot + id);
  }

  private Path write(List<DatasetRow> rows) throws IOException {
    Path file = folder.resolve("set.parquet");
    try (ParquetDataset.Writer out = ParquetDataset.write(file)) {
      for (DatasetRow row : rows) {
        out.write(row);
      }
      out.finish();
    }
    return file;
  }

  private static List<DatasetRow> read(Path file) throws IOException {
    List<DatasetRow> rows = new ArrayList<>();
    ParquetDataset.read(
        file,
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
}
