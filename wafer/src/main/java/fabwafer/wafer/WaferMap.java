package fabwafer.wafer;

import java.util.Arrays;

/**
 * One wafer as a grid of dies, row by row from the top left, immutable. Rows count downwards,
 * columns to the right; at least one position holds a die.
 */
public final class WaferMap {
  /**
   * Most rows and most columns of a wafer map: a 300 mm wafer of 0.1 mm dies has 3,000. Larger
   * input is refused before it is decoded.
   */
  public static final int MAX_SIDE = 4_096;

  private final int height;
  private final int width;
  private final byte[] cells;
  private final int dies;
  private final int failingDies;

  private WaferMap(int height, int width, byte[] cells) {
    this.height = height;
    this.width = width;
    this.cells = cells;
    int passing = 0;
    int failing = 0;
    for (int i = 0; i < cells.length; i++) {
      switch (cells[i]) {
        case 0 -> {}
        case 1 -> passing++;
        case 2 -> failing++;
        default ->
            throw new WaferException(
                "a die's code must be 0, 1 or 2, got %d at row %d, column %d"
                    .formatted(cells[i] & 0xff, i / width, i % width));
      }
    }
    if (passing + failing == 0) {
      throw new WaferException("a wafer map needs at least one die, all cells are absent");
    }
    this.dies = passing + failing;
    this.failingDies = failing;
  }

  /**
   * A wafer map from cell codes.
   *
   * @param height rows, 1 to {@link #MAX_SIDE}
   * @param width columns, 1 to {@link #MAX_SIDE}
   * @param cells shape [height, width], row by row, codes of {@link Die}; copied
   * @throws WaferException if a side is out of range, the number of cells is not height x width, a
   *     code is unknown, or no cell holds a die
   */
  public static WaferMap of(int height, int width, byte[] cells) {
    requireSide("height", height);
    requireSide("width", width);
    if (cells.length != height * width) {
      throw new WaferException(
          "a %d x %d wafer map has %d cells, got %d"
              .formatted(height, width, height * width, cells.length));
    }
    return new WaferMap(height, width, cells.clone());
  }

  /**
   * A wafer map from a slice of a larger array, for readers of data sets that hold many.
   *
   * @param height rows, 1 to {@link #MAX_SIDE}
   * @param width columns, 1 to {@link #MAX_SIDE}
   * @param cells holds [height, width] codes of {@link Die}, row by row, from {@code offset} on;
   *     the slice is copied
   * @param offset index of the first cell
   * @throws WaferException as {@link #of(int, int, byte[])}, or if the slice leaves the array
   */
  public static WaferMap of(int height, int width, byte[] cells, int offset) {
    requireSide("height", height);
    requireSide("width", width);
    int count = height * width;
    if (offset < 0 || offset > cells.length - count) {
      throw new WaferException(
          "a %d x %d wafer map from cell %,d on leaves an array of %,d cells"
              .formatted(height, width, offset, cells.length));
    }
    return new WaferMap(height, width, Arrays.copyOfRange(cells, offset, offset + count));
  }

  /**
   * Refuses a side no wafer map has; for readers, before they allocate.
   *
   * @param name the side's name in the message
   * @throws WaferException if the side is not in 1 to {@link #MAX_SIDE}
   */
  public static void requireSide(String name, int side) {
    if (side < 1 || side > MAX_SIDE) {
      throw new WaferException(
          "a wafer map's %s must be 1 to %,d dies, got %,d".formatted(name, MAX_SIDE, side));
    }
  }

  /** Rows. */
  public int height() {
    return height;
  }

  /** Columns. */
  public int width() {
    return width;
  }

  /**
   * The die at a position.
   *
   * @throws IndexOutOfBoundsException if the position is outside the grid
   */
  public Die die(int row, int column) {
    return Die.ofCode(code(row, column));
  }

  /**
   * The cell code at a position: 0 absent, 1 pass, 2 fail.
   *
   * @throws IndexOutOfBoundsException if the position is outside the grid
   */
  public int code(int row, int column) {
    if (row < 0 || row >= height || column < 0 || column >= width) {
      throw new IndexOutOfBoundsException(
          "row %d, column %d is outside a %d x %d wafer map".formatted(row, column, height, width));
    }
    return cells[row * width + column];
  }

  /** The cell codes, shape [height, width], row by row; a copy. */
  public byte[] cells() {
    return cells.clone();
  }

  /**
   * Copies the cell codes, row by row, into a larger array, for callers that lay out many.
   *
   * @param target receives height x width codes from {@code offset} on
   * @throws IndexOutOfBoundsException if they do not fit
   */
  public void copyCells(byte[] target, int offset) {
    System.arraycopy(cells, 0, target, offset, cells.length);
  }

  /** Positions that hold a die, at least 1. */
  public int dies() {
    return dies;
  }

  /** Dies that failed. */
  public int failingDies() {
    return failingDies;
  }

  /** Passing dies by dies, in [0, 1]; absent positions do not count. */
  public double yieldRatio() {
    return (double) (dies - failingDies) / dies;
  }

  /** This wafer map laid another way; same dies, same failing dies. */
  public WaferMap turned(Turn turn) {
    byte[] turned = turn.apply(cells, height, width);
    return turn.swapsSides()
        ? new WaferMap(width, height, turned)
        : new WaferMap(height, width, turned);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WaferMap that
        && height == that.height
        && width == that.width
        && Arrays.equals(cells, that.cells);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * height + width) + Arrays.hashCode(cells);
  }

  /** Size and counts, such as {@code WaferMap[52 x 52, 2061 dies, 214 failing]}. */
  @Override
  public String toString() {
    return "WaferMap[%d x %d, %d dies, %d failing]".formatted(height, width, dies, failingDies);
  }
}
