package fabwafer.wafer.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.dataset.DatasetRow;
import fabwafer.wafer.dataset.DatasetSources;
import fabwafer.wafer.dataset.RowSink;
import fabwafer.wafer.format.ReadOptions;
import fabwafer.wafer.pickle.PickleWriter.Row;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackedPickleTest {
  private static final byte[] PICKLE =
      PickleWriter.old(
          List.of(
              new Row(map(1), "lot1", 1, "Training", "Donut", true),
              new Row(map(2), "lot1", 2, "", "", false)));

  @TempDir private Path folder;

  private static WaferMap map(int first) {
    return WaferMap.of(3, 2, new byte[] {(byte) first, 1, 1, 2, 0, 1});
  }

  private static List<DatasetRow> rows(Path file) throws IOException {
    List<DatasetRow> rows = new ArrayList<>();
    DatasetSources.read(
        file,
        ReadOptions.DEFAULT,
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

  @Test
  void aPackedPickle_givesTheRowsOfThePlainOne() throws IOException {
    Path plain = Files.write(folder.resolve("LSWMD.pkl"), PICKLE);
    List<DatasetRow> expected = rows(plain);
    assertThat(expected).extracting(DatasetRow::label).containsExactly("Donut", "");
    Path gzip = folder.resolve("LSWMD.pkl.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
      out.write(PICKLE);
    }
    assertThat(rows(gzip)).extracting(DatasetRow::wafer).isEqualTo(wafers(expected));
    assertThat(rows(gzip)).extracting(DatasetRow::source).containsOnly("LSWMD.pkl.gz");
    Path zip = folder.resolve("archive.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.putNextEntry(new ZipEntry("readme.txt"));
      out.write("WM-811K".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      out.putNextEntry(new ZipEntry("MIR-WM811K/LSWMD.pkl"));
      out.write(PICKLE);
    }
    assertThat(rows(zip)).extracting(DatasetRow::wafer).isEqualTo(wafers(expected));
  }

  private static List<WaferMap> wafers(List<DatasetRow> rows) {
    return rows.stream().map(DatasetRow::wafer).toList();
  }

  @Test
  void aPackedPickleThatIsCutOff_isRefused() throws IOException {
    Path gzip = folder.resolve("cut.pkl.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
      out.write(PICKLE);
    }
    byte[] whole = Files.readAllBytes(gzip);
    Files.write(gzip, Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> rows(gzip))
        .isInstanceOf(WaferException.class)
        .hasMessageContaining("damaged or cut off");
  }
}
