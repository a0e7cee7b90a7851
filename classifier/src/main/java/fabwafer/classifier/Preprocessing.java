package fabwafer.classifier;

import fabwafer.wafer.Die;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import java.util.Arrays;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns a wafer map of any size into the input of a network: three planes of side x side cells, one
 * byte a cell. Training and inference both go through here, so that they cannot drift apart.
 *
 * <p>The grid of dies is stretched to the square. Dies are seldom square but a wafer is round, so
 * most grids are not square; stretching makes the wafer round again, and an edge ring is a ring for
 * every product. Each cell of the square covers a rectangle of the grid, cutting dies where it
 * must, and holds
 *
 * <ol start="0">
 *   <li>the share of its area that dies cover, 0 to 255;
 *   <li>the share of that area that failing dies cover, 0 to 255; 0 where there is no die;
 *   <li>255 if it touches any failing die, else 0: a thin scratch survives being made smaller.
 * </ol>
 *
 * <p>Shares are computed in whole numbers and rounded half up, so the planes are the same on every
 * machine, and turning a wafer map turns its planes: {@code encode(turn(wafer)) =
 * turn(encode(wafer))} for all eight {@link fabwafer.wafer.Turn}s.
 *
 * <p>Immutable; safe on any thread.
 */
public final class Preprocessing {
  /** Planes of the input. */
  public static final int PLANES = 3;

  /** Longest side: 1,024 x 1,024 cells are 3 MB a wafer, more than any network here can use. */
  public static final int MAX_SIDE = 1_024;

  /** What {@link #name()} begins with; the number changes when the planes' meaning does. */
  private static final String AREA = "area-v1-";

  private static final Pattern NAME = Pattern.compile(AREA + "([1-9][0-9]{0,3})");
  private static final int FULL = 255;

  private final int side;

  private Preprocessing(int side) {
    if (side < 1 || side > MAX_SIDE) {
      throw new IllegalArgumentException(
          "a network input's side must be 1 to %,d cells, got %,d".formatted(MAX_SIDE, side));
    }
    this.side = side;
  }

  /**
   * The preprocessing described above, version 1.
   *
   * @param side rows and columns of each plane, 1 to {@link #MAX_SIDE}
   * @throws IllegalArgumentException if the side is out of range
   */
  public static Preprocessing area(int side) {
    return new Preprocessing(side);
  }

  /**
   * The preprocessing of a name that {@link #name()} gave.
   *
   * @throws IllegalArgumentException if no preprocessing is called so
   */
  public static Preprocessing ofName(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "unknown preprocessing '%s', known is '%s<side>' such as %s64"
              .formatted(name, AREA, AREA));
    }
    return area(Integer.parseInt(matcher.group(1)));
  }

  /** Kind, version and side, such as {@code area-v1-64}: what a model's card says. */
  public String name() {
    return AREA + side;
  }

  /** Rows and columns of each plane. */
  public int side() {
    return side;
  }

  /** Bytes of one encoded wafer map: {@link #PLANES} x side x side. */
  public int inputLength() {
    return PLANES * side * side;
  }

  /**
   * Encodes one wafer map.
   *
   * @param out receives {@link #inputLength()} bytes, shape [3, side, side], unsigned
   * @param offset where in {@code out} they begin
   * @throws IndexOutOfBoundsException if they do not fit
   */
  public void encode(WaferMap wafer, byte[] out, int offset) {
    encode(wafer.cells(), 0, wafer.height(), wafer.width(), out, offset);
  }

  /**
   * Encodes one wafer map that lies as cells in a larger array.
   *
   * @param cells codes of {@link Die}, row by row; not checked, not modified
   * @param cellsOffset where in {@code cells} the grid begins
   * @param height rows, 1 to {@link WaferMap#MAX_SIDE}
   * @param width columns, 1 to {@link WaferMap#MAX_SIDE}
   * @param out receives {@link #inputLength()} bytes, shape [3, side, side], unsigned
   * @param offset where in {@code out} they begin
   * @throws WaferException if a side is out of range
   * @throws IndexOutOfBoundsException if cells or output do not fit
   */
  public void encode(byte[] cells, int cellsOffset, int height, int width, byte[] out, int offset) {
    WaferMap.requireSide("height", height);
    WaferMap.requireSide("width", width);
    Objects.checkFromIndexSize(cellsOffset, height * width, cells.length);
    Objects.checkFromIndexSize(offset, inputLength(), out.length);
    RowSums row = new RowSums(cells, cellsOffset, width);
    int[] dies = new int[side];
    int[] failing = new int[side];
    int summed = -1;
    for (int y = 0; y < side; y++) {
      Arrays.fill(dies, 0);
      Arrays.fill(failing, 0);
      // A cell is `height` units high and a die `side` units: every edge is a whole number.
      int top = y * height;
      int bottom = top + height;
      for (int r = top / side; r * side < bottom; r++) {
        if (r != summed) {
          row.sum(r);
          summed = r;
        }
        int overlap = Math.min((r + 1) * side, bottom) - Math.max(r * side, top);
        for (int x = 0; x < side; x++) {
          dies[x] += overlap * row.dies[x];
          failing[x] += overlap * row.failing[x];
        }
      }
      write(dies, failing, height * width, out, offset + y * side);
    }
  }

  /** The sums over one row of dies: for each cell the width that dies and failing dies cover. */
  private final class RowSums {
    private final byte[] cells;
    private final int cellsOffset;
    private final int width;
    private final int[] dies = new int[side];
    private final int[] failing = new int[side];

    RowSums(byte[] cells, int cellsOffset, int width) {
      this.cells = cells;
      this.cellsOffset = cellsOffset;
      this.width = width;
    }

    void sum(int row) {
      int start = cellsOffset + row * width;
      for (int x = 0; x < side; x++) {
        int left = x * width;
        int right = left + width;
        int present = 0;
        int failed = 0;
        for (int c = left / side; c * side < right; c++) {
          byte code = cells[start + c];
          if (code != Die.ABSENT.code()) {
            int overlap = Math.min((c + 1) * side, right) - Math.max(c * side, left);
            present += overlap;
            if (code == Die.FAIL.code()) {
              failed += overlap;
            }
          }
        }
        dies[x] = present;
        failing[x] = failed;
      }
    }
  }

  private void write(int[] dies, int[] failing, int area, byte[] out, int offset) {
    int plane = side * side;
    for (int x = 0; x < side; x++) {
      out[offset + x] = share(dies[x], area);
      out[offset + plane + x] = share(failing[x], dies[x]);
      out[offset + 2 * plane + x] = (byte) (failing[x] > 0 ? FULL : 0);
    }
  }

  /**
   * 255 x part / whole, rounded half up. The quotient of doubles is exact enough to be cut: whole
   * is at most 2^24, so a quotient that is no whole number is 2^-25 or more away from one.
   */
  private static byte share(int part, int whole) {
    if (part == 0) {
      return 0;
    }
    if (part == whole) {
      return (byte) FULL;
    }
    return (byte) (int) ((2.0 * FULL * part + whole) / (2.0 * whole));
  }
}
