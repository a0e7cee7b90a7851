package fabwafer.wafer.drawing;

import fabwafer.wafer.WaferMap;

/**
 * A wafer map made small enough: each cell stands for a block of dies and knows which share of them
 * failed, so that a thin scratch still shows.
 */
final class Thumbnail {
  private static final float ABSENT = -1;

  private final int height;
  private final int width;
  private final float[] failing;

  /**
   * A thumbnail.
   *
   * @param maxWidth most cells across, at least 1
   */
  Thumbnail(WaferMap wafer, int maxWidth) {
    int block = (wafer.width() + maxWidth - 1) / maxWidth;
    this.height = (wafer.height() + block - 1) / block;
    this.width = (wafer.width() + block - 1) / block;
    this.failing = new float[height * width];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        failing[row * width + column] = share(wafer, row * block, column * block, block);
      }
    }
  }

  private static float share(WaferMap wafer, int top, int left, int block) {
    int bottom = Math.min(top + block, wafer.height());
    int right = Math.min(left + block, wafer.width());
    int dies = 0;
    int fails = 0;
    for (int row = top; row < bottom; row++) {
      for (int column = left; column < right; column++) {
        int code = wafer.code(row, column);
        dies += code == 0 ? 0 : 1;
        fails += code == 2 ? 1 : 0;
      }
    }
    boolean mostlyDies = 2 * dies >= (bottom - top) * (right - left) && dies > 0;
    return mostlyDies ? (float) fails / dies : ABSENT;
  }

  int height() {
    return height;
  }

  int width() {
    return width;
  }

  /** Whether a cell shows dies; a cell outside the thumbnail does not. */
  boolean shows(int row, int column) {
    return row < height && failing[row * width + column] != ABSENT;
  }

  /** The failing share of a cell that shows dies, in [0, 1]. */
  float failing(int row, int column) {
    return failing[row * width + column];
  }
}
