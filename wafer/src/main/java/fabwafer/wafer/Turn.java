package fabwafer.wafer;

/**
 * The eight ways to lay a wafer map on its grid: the dihedral group D4. A defect pattern keeps its
 * label under every one of them.
 */
public enum Turn {
  IDENTITY(false, 0),
  CLOCKWISE_90(false, 1),
  CLOCKWISE_180(false, 2),
  CLOCKWISE_270(false, 3),
  /** Mirrored left to right. */
  MIRRORED(true, 0),
  /**
   * Mirrored left to right, then turned clockwise by 90 degrees: transposed on the anti-diagonal.
   */
  MIRRORED_CLOCKWISE_90(true, 1),
  /** Mirrored left to right, then turned by 180 degrees: mirrored top to bottom. */
  MIRRORED_CLOCKWISE_180(true, 2),
  /** Mirrored left to right, then turned clockwise by 270 degrees: transposed on the diagonal. */
  MIRRORED_CLOCKWISE_270(true, 3);

  private final boolean mirrored;
  private final int quarterTurns;

  Turn(boolean mirrored, int quarterTurns) {
    this.mirrored = mirrored;
    this.quarterTurns = quarterTurns;
  }

  /**
   * The turn made of its two steps.
   *
   * @param mirrored whether the grid is first mirrored left to right
   * @param quarterTurns clockwise turns by 90 degrees after that; any number, 4 are none
   */
  public static Turn of(boolean mirrored, int quarterTurns) {
    return values()[(mirrored ? 4 : 0) + Math.floorMod(quarterTurns, 4)];
  }

  /** This turn, and half a turn more. */
  public Turn andHalf() {
    return of(mirrored, quarterTurns + 2);
  }

  /** Whether height and width change places. */
  public boolean swapsSides() {
    return quarterTurns % 2 == 1;
  }

  /** The turn that undoes this one. A mirrored turn undoes itself. */
  public Turn inverse() {
    return switch (this) {
      case CLOCKWISE_90 -> CLOCKWISE_270;
      case CLOCKWISE_270 -> CLOCKWISE_90;
      default -> this;
    };
  }

  /**
   * Turns a grid of cells.
   *
   * @param cells shape [height, width], row by row; not modified
   * @return a new array, shape [width, height] if {@link #swapsSides()}, else [height, width]
   */
  public byte[] apply(byte[] cells, int height, int width) {
    byte[] turned = new byte[cells.length];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        turned[turnedIndex(row, column, height, width)] = cells[row * width + column];
      }
    }
    return turned;
  }

  /**
   * Where a cell of a grid comes to lie.
   *
   * @param height rows before the turn
   * @param width columns before the turn
   * @return index in the turned grid, row by row
   */
  public int turnedIndex(int row, int column, int height, int width) {
    int source = mirrored ? width - 1 - column : column;
    int turnedRow =
        switch (quarterTurns) {
          case 0 -> row;
          case 1 -> source;
          case 2 -> height - 1 - row;
          default -> width - 1 - source;
        };
    int turnedColumn =
        switch (quarterTurns) {
          case 0 -> source;
          case 1 -> height - 1 - row;
          case 2 -> width - 1 - source;
          default -> row;
        };
    return turnedRow * (swapsSides() ? height : width) + turnedColumn;
  }
}
