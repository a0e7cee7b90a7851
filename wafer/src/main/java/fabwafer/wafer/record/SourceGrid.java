package fabwafer.wafer.record;

import fabwafer.wafer.Turn;
import fabwafer.wafer.WaferException;

/**
 * Where a source laid a wafer's dies, and the turn from there to the wafer map: the one place that
 * turns a wafer to the canonical notch side.
 *
 * <p>The source's grid is stated as one sees it drawn: rows from the top, columns from the left.
 * Its coordinates may count in any direction. A wafer seen from its back is mirrored first, then
 * turned until its notch is down. Where the notch is unknown nothing is turned.
 *
 * @param rows rows of the source's grid
 * @param columns columns of the source's grid
 * @param leftX the source's x of the leftmost column
 * @param xStep 1 if x counts to the right, -1 if to the left
 * @param topY the source's y of the top row
 * @param yStep 1 if y counts downwards, -1 if upwards
 * @param notch the side of the notch in the source's grid
 * @param fromBack whether the source shows the wafer from its back
 */
public record SourceGrid(
    int rows,
    int columns,
    int leftX,
    int xStep,
    int topY,
    int yStep,
    NotchSide notch,
    boolean fromBack) {

  public SourceGrid {
    if (Math.abs(xStep) != 1 || Math.abs(yStep) != 1) {
      throw new WaferException(
          "coordinates count by 1 or -1 a die, got %d and %d".formatted(xStep, yStep));
    }
  }

  /** The turn from the source's grid to the wafer map. */
  public Turn turn() {
    NotchSide seenFromFront = fromBack ? notch.mirrored() : notch;
    return Turn.of(fromBack, seenFromFront.quarterTurnsDown());
  }

  /** Rows of the wafer map. */
  public int mapHeight() {
    return turn().swapsSides() ? columns : rows;
  }

  /** Columns of the wafer map. */
  public int mapWidth() {
    return turn().swapsSides() ? rows : columns;
  }

  /**
   * The source's x of a position of the wafer map.
   *
   * @param row 0 to {@link #mapHeight()} - 1
   * @param column 0 to {@link #mapWidth()} - 1
   */
  public int x(int row, int column) {
    return leftX + xStep * (sourceIndex(row, column) % columns);
  }

  /** The source's y of a position of the wafer map. */
  public int y(int row, int column) {
    return topY + yStep * (sourceIndex(row, column) / columns);
  }

  /** Index in the wafer map, row by row, of the die the source has at (x, y). */
  int mapIndex(int x, int y) {
    return turn().turnedIndex((y - topY) * yStep, (x - leftX) * xStep, rows, columns);
  }

  /** Whether the source's grid has a position (x, y). */
  boolean holds(int x, int y) {
    long column = ((long) x - leftX) * xStep;
    long row = ((long) y - topY) * yStep;
    return column >= 0 && column < columns && row >= 0 && row < rows;
  }

  private int sourceIndex(int row, int column) {
    return turn().inverse().turnedIndex(row, column, mapHeight(), mapWidth());
  }
}
