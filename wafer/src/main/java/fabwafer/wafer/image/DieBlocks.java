package fabwafer.wafer.image;

import fabwafer.wafer.WaferMap;
import java.util.Arrays;

/** Finds out how many pixels a die has, and reduces a picture to one pixel a die. */
final class DieBlocks {
  /**
   * Blocks count as dies only if at least this many lie along each side: of a smaller picture, and
   * of one without any structure, nobody can tell.
   */
  private static final int MIN_SIDE = 6;

  private DieBlocks() {}

  /**
   * The wafer map a picture shows.
   *
   * @param onePixelADie whether the picture says so itself, as ours do where it is not plain
   */
  static WaferMap toWafer(DieGrid grid, boolean onePixelADie) {
    int side = onePixelADie ? 1 : side(grid);
    if (side == 1) {
      return WaferMap.of(grid.height(), grid.width(), grid.cells());
    }
    int height = grid.height() / side;
    int width = grid.width() / side;
    byte[] cells = new byte[height * width];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        cells[row * width + column] = grid.cells()[row * side * grid.width() + column * side];
      }
    }
    return WaferMap.of(height, width, cells);
  }

  /**
   * The largest k such that the picture consists of k x k blocks of one code, or 1. It is the
   * greatest common divisor of the sides and of every position where something changes.
   */
  static int side(DieGrid grid) {
    int side = gcd(grid.height(), grid.width());
    byte[] cells = grid.cells();
    int width = grid.width();
    for (int row = 0; row < grid.height() && side > 1; row++) {
      int start = row * width;
      if (row > 0 && row % side != 0 && rowDiffers(cells, start, width)) {
        side = gcd(side, row);
      }
      for (int column = 1; column < width && side > 1; column++) {
        if (cells[start + column] != cells[start + column - 1]) {
          side = gcd(side, column);
        }
      }
    }
    boolean enough = Math.min(grid.height(), grid.width()) / side >= MIN_SIDE;
    return enough ? side : 1;
  }

  private static boolean rowDiffers(byte[] cells, int start, int width) {
    return Arrays.mismatch(cells, start, start + width, cells, start - width, start) >= 0;
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
