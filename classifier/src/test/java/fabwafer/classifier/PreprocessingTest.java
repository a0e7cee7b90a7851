package fabwafer.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.wafer.Turn;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PreprocessingTest {
  /** The CRC-32 of what version 1 makes of {@link #noise}; another value is another version. */
  @ParameterizedTest
  @CsvSource({
    "6, 21, 64, af0195a2",
    "25, 27, 64, 6b6c7d4f",
    "64, 64, 64, 21ecee3e",
    "300, 202, 64, 6871f3d2",
    "52, 52, 96, 8be737a1",
  })
  void encode_givesTheTestVectorsOfVersion1(int height, int width, int side, String crc) {
    byte[] planes = encoded(Preprocessing.area(side), noise(height, width));
    CRC32 actual = new CRC32();
    actual.update(planes);
    assertThat(Long.toHexString(actual.getValue())).isEqualTo(crc);
  }

  @Test
  void encode_cutsDiesWhereACellEnds() {
    // 3 x 3 dies on 2 x 2 cells: a cell covers one die whole, two by half, one by a quarter.
    WaferMap wafer = WaferMap.of(3, 3, new byte[] {0, 2, 1, 1, 1, 1, 2, 1, 1});
    assertThat(unsigned(encoded(Preprocessing.area(2), wafer)))
        .containsExactly(
            // dies: (0 + 1/2 + 1/2 + 1/4) / 2.25 = 5/9, then three cells full
            142,
            255,
            255,
            255,
            // failing: 1/2 of 1.25; 1/2 of 2.25; 1 of 2.25; none
            102,
            57,
            113,
            0,
            // touches a failing die
            255,
            255,
            255,
            0);
  }

  @Test
  void encode_ofAsManyDiesAsCells_keepsEveryDie() {
    WaferMap wafer = WaferMap.of(2, 2, new byte[] {0, 1, 2, 1});
    assertThat(unsigned(encoded(Preprocessing.area(2), wafer)))
        .containsExactly(0, 255, 255, 255, 0, 0, 255, 0, 0, 0, 255, 0);
  }

  @Test
  void encode_ofASmallMap_repeatsDies() {
    WaferMap wafer = WaferMap.of(1, 2, new byte[] {1, 2});
    assertThat(unsigned(encoded(Preprocessing.area(2), wafer)))
        .containsExactly(255, 255, 255, 255, 0, 255, 0, 255, 0, 255, 0, 255);
  }

  @ParameterizedTest
  @CsvSource({"1,1,5", "6,21,16", "25,27,12", "31,17,7", "40,64,9"})
  void encode_agreesWithCountingEveryPointOfAFinerGrid(int height, int width, int side) {
    WaferMap wafer = noise(height, width);
    assertThat(encoded(Preprocessing.area(side), wafer)).isEqualTo(counted(wafer, side));
  }

  @ParameterizedTest
  @EnumSource(Turn.class)
  void encode_turnsAsTheWaferMapTurns(Turn turn) {
    Preprocessing preprocessing = Preprocessing.area(16);
    WaferMap wafer = noise(13, 22);
    byte[] planes = encoded(preprocessing, wafer);
    byte[] expected = new byte[planes.length];
    for (int plane = 0; plane < Preprocessing.PLANES; plane++) {
      byte[] one = Arrays.copyOfRange(planes, plane * 256, (plane + 1) * 256);
      System.arraycopy(turn.apply(one, 16, 16), 0, expected, plane * 256, 256);
    }
    assertThat(encoded(preprocessing, wafer.turned(turn))).isEqualTo(expected);
  }

  @Test
  void encode_keepsOneFailingDieOfTheLargestWafer() {
    byte[] cells = new byte[WaferMap.MAX_SIDE * WaferMap.MAX_SIDE];
    Arrays.fill(cells, (byte) 1);
    cells[cells.length - 1] = 2;
    WaferMap wafer = WaferMap.of(WaferMap.MAX_SIDE, WaferMap.MAX_SIDE, cells);
    byte[] planes = encoded(Preprocessing.area(64), wafer);
    int[] byPlane = new int[Preprocessing.PLANES];
    for (int i = 0; i < planes.length; i++) {
      byPlane[i / 4096] += planes[i] & 0xff;
    }
    assertThat(byPlane).containsExactly(255 * 4096, 0, 255);
  }

  @Test
  void encode_writesFromTheOffsetAndNowhereElse() {
    Preprocessing preprocessing = Preprocessing.area(2);
    byte[] out = new byte[preprocessing.inputLength() + 2];
    Arrays.fill(out, (byte) 7);
    preprocessing.encode(new byte[] {9, 9, 1, 2}, 2, 1, 2, out, 1);
    assertThat(out).containsExactly(7, -1, -1, -1, -1, 0, -1, 0, -1, 0, -1, 0, -1, 7);
  }

  @Test
  void encode_refusesWhatDoesNotFit() {
    Preprocessing preprocessing = Preprocessing.area(2);
    byte[] out = new byte[12];
    assertThatThrownBy(() -> preprocessing.encode(new byte[3], 0, 2, 2, out, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> preprocessing.encode(new byte[4], 0, 2, 2, out, 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> preprocessing.encode(new byte[4], 0, 0, 2, out, 0))
        .isInstanceOf(WaferException.class);
  }

  @Test
  void name_leadsBackToThePreprocessing() {
    assertThat(Preprocessing.area(64).name()).isEqualTo("area-v1-64");
    assertThat(Preprocessing.ofName("area-v1-96").inputLength()).isEqualTo(3 * 96 * 96);
  }

  @Test
  void ofName_refusesWhatItDoesNotKnow() {
    assertThatThrownBy(() -> Preprocessing.ofName("area-v2-64"))
        .hasMessage(
            "unknown preprocessing 'area-v2-64', known is 'area-v1-<side>' such as area-v1-64");
    assertThatThrownBy(() -> Preprocessing.ofName("area-v1-4096"))
        .hasMessage("a network input's side must be 1 to 1,024 cells, got 4,096");
  }

  private static byte[] encoded(Preprocessing preprocessing, WaferMap wafer) {
    byte[] out = new byte[preprocessing.inputLength()];
    preprocessing.encode(wafer, out, 0);
    return out;
  }

  private static int[] unsigned(byte[] bytes) {
    int[] unsigned = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      unsigned[i] = bytes[i] & 0xff;
    }
    return unsigned;
  }

  /** A repeatable wafer map with every die state, by the generator Java specifies bit by bit. */
  private static WaferMap noise(int height, int width) {
    Random random = new Random(811);
    byte[] cells = new byte[height * width];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = (byte) random.nextInt(3);
    }
    cells[0] = 1;
    return WaferMap.of(height, width, cells);
  }

  /** The definition, by brute force: each die and each cell cut into points, the points counted. */
  private static byte[] counted(WaferMap wafer, int side) {
    byte[] planes = new byte[Preprocessing.PLANES * side * side];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        long dies = 0;
        long failing = 0;
        for (int py = 0; py < wafer.height(); py++) {
          for (int px = 0; px < wafer.width(); px++) {
            int row = (y * wafer.height() + py) / side;
            int column = (x * wafer.width() + px) / side;
            int code = wafer.code(row, column);
            dies += code == 0 ? 0 : 1;
            failing += code == 2 ? 1 : 0;
          }
        }
        long area = (long) wafer.height() * wafer.width();
        int cell = y * side + x;
        planes[cell] = (byte) Math.floorDiv(2 * 255 * dies + area, 2 * area);
        planes[side * side + cell] =
            (byte) (dies == 0 ? 0 : Math.floorDiv(2 * 255 * failing + dies, 2 * dies));
        planes[2 * side * side + cell] = (byte) (failing > 0 ? 255 : 0);
      }
    }
    return planes;
  }
}
