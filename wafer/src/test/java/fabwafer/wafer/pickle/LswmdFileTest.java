package fabwafer.wafer.pickle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.pickle.PickleWriter.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LswmdFileTest {
  private static final List<Row> ROWS =
      List.of(
          new Row(map(3, 2, 1), "lot1", 1, "Training", "Edge-Ring", true),
          new Row(map(5, 7, 2), "lot1", 2, "", "", false),
          new Row(map(1, 9, 3), "lot2", 25, "Test", "none", true));

  private static WaferMap map(int height, int width, long seed) {
    Random random = new Random(seed);
    byte[] cells = new byte[height * width];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = (byte) (i == 0 ? 1 : random.nextInt(3));
    }
    return WaferMap.of(height, width, cells);
  }

  @Test
  void everyRow_comesOutOfOldAndModernPickles(@TempDir Path folder) throws IOException {
    for (byte[] pickle : List.of(PickleWriter.old(ROWS), PickleWriter.modern(ROWS))) {
      List<LswmdRow> rows = read(folder, pickle);
      assertThat(rows).hasSameSizeAs(ROWS);
      for (int i = 0; i < ROWS.size(); i++) {
        Row row = ROWS.get(i);
        assertThat(rows.get(i))
            .isEqualTo(
                new LswmdRow(
                    i,
                    row.map(),
                    row.lot(),
                    (int) row.wafer(),
                    row.map().dies(),
                    row.part(),
                    row.label()));
      }
    }
  }

  private static List<LswmdRow> read(Path folder, byte[] pickle) throws IOException {
    Path file = Files.write(folder.resolve("any.pkl"), pickle);
    List<LswmdRow> rows = new ArrayList<>();
    try (LswmdFile lswmd = LswmdFile.open(file)) {
      for (int i = 0; i < lswmd.rows(); i++) {
        rows.add(lswmd.row(i));
      }
    }
    return rows;
  }

  @Test
  void aForeignClass_isRefusedByName(@TempDir Path folder) {
    byte[] evil = "\u0080\u0002cos\nsystem\nU\u0004echo\u0085R.".getBytes(ISO_8859_1);
    assertThatThrownBy(() -> read(folder, evil))
        .isInstanceOf(WaferException.class)
        .hasMessageStartingWith("any.pkl: the pickle names os.system");
    byte[] list = "\u0080\u0002].".getBytes(ISO_8859_1);
    assertThatThrownBy(() -> read(folder, list)).hasMessageContaining("no pandas data frame");
    byte[] instruction = "\u0080\u0002]P.".getBytes(ISO_8859_1);
    assertThatThrownBy(() -> read(folder, instruction)).hasMessageContaining("0x50");
  }

  @Test
  void aPickleThatIsCutOff_isRefused(@TempDir Path folder) {
    byte[] whole = PickleWriter.old(ROWS);
    for (int length = 3; length < whole.length; length += 7) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> read(folder, cut)).isInstanceOf(WaferException.class);
    }
  }

  @Property(tries = 800)
  void aDamagedPickle_isReadOrRefusedAndNothingElse(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    byte[] pickle = random.nextBoolean() ? PickleWriter.old(ROWS) : PickleWriter.modern(ROWS);
    for (int i = random.nextInt(1, 6); i > 0; i--) {
      pickle[random.nextInt(pickle.length)] = (byte) random.nextInt(256);
    }
    Path folder = Files.createTempDirectory("pickle");
    try {
      assertThat(read(folder, pickle)).hasSizeLessThan(10);
    } catch (WaferException e) {
      assertThat(e).hasMessageStartingWith("any.pkl: ");
    } finally {
      Files.deleteIfExists(folder.resolve("any.pkl"));
      Files.delete(folder);
    }
  }
}
