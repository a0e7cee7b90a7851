package fabwafer.training;

import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.Turn;
import fabwafer.wafer.WaferMap;
import java.util.List;
import java.util.Set;

/**
 * How a wafer is put together with others: a die fails where it fails on any of them. Real wafers
 * with several patterns are rare and seldom labelled so; these teach a network to tell patterns
 * apart that lie on each other.
 *
 * @param layers the other wafers, none for one that only changes its grid
 * @param side rows and columns of the round grid it is drawn on; 0: the finest grid of the wafers
 * @param patterns what the whole shows; empty for none
 */
record Composition(List<Layer> layers, int side, Set<DefectPattern> patterns) {
  private static final int FAIL = 2;
  private static final int PASS = 1;

  /** Failing dies around a failing die that make it part of a pattern rather than noise. */
  private static final int NEIGHBOURS_OF_A_PATTERN = 2;

  /** A grid that is coarser than this many times is made with finer samples. */
  private static final double COARSER = 1.3;

  private static final int MOST_SAMPLES = 4;

  Composition {
    layers = List.copyOf(layers);
    patterns = Set.copyOf(patterns);
  }

  /** One of the other wafers, at its position in the training data. */
  record Layer(int wafer, Turn turn) {}

  /**
   * Draws it.
   *
   * @param base the wafer whose background noise stays
   * @param others the layers' wafers, turned; of each only failing dies count that have failing
   *     neighbours, or the noise of all would add up
   */
  WaferMap draw(WaferMap base, List<WaferMap> others) {
    WaferMap grid = side > 0 ? round(side) : finest(base, others);
    int height = grid.height();
    int width = grid.width();
    byte[] cells = grid.cells();
    for (int i = 0; i < cells.length; i++) {
      cells[i] = (byte) Math.min(cells[i], PASS);
    }
    lay(base, false, cells, height, width);
    for (WaferMap other : others) {
      lay(other, true, cells, height, width);
    }
    return WaferMap.of(height, width, cells);
  }

  private static void lay(WaferMap wafer, boolean cleaned, byte[] cells, int height, int width) {
    byte[] source = cleaned ? cleaned(wafer) : wafer.cells();
    double scaleY = (double) wafer.height() / height;
    double scaleX = (double) wafer.width() / width;
    boolean coarser = Math.max(scaleX, scaleY) > COARSER;
    int samples = coarser ? Math.min(MOST_SAMPLES, (int) Math.ceil(Math.max(scaleX, scaleY))) : 1;
    // Of a coarser grid's die a thin scratch fills less than half.
    double least = coarser ? 0.3 : 0.5;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        if (cells[y * width + x] != PASS) {
          continue;
        }
        int dies = 0;
        int failing = 0;
        for (int sy = 0; sy < samples; sy++) {
          int row = (int) ((y + (sy + 0.5) / samples) * scaleY);
          for (int sx = 0; sx < samples; sx++) {
            int code = source[row * wafer.width() + (int) ((x + (sx + 0.5) / samples) * scaleX)];
            dies += code == 0 ? 0 : 1;
            failing += code == FAIL ? 1 : 0;
          }
        }
        if (dies > 0 && failing >= least * dies) {
          cells[y * width + x] = FAIL;
        }
      }
    }
  }

  private static byte[] cleaned(WaferMap wafer) {
    byte[] cells = wafer.cells();
    byte[] kept = cells.clone();
    int height = wafer.height();
    int width = wafer.width();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        if (cells[y * width + x] == FAIL
            && failingAround(cells, height, width, y, x) < NEIGHBOURS_OF_A_PATTERN) {
          kept[y * width + x] = PASS;
        }
      }
    }
    return kept;
  }

  private static int failingAround(byte[] cells, int height, int width, int y, int x) {
    int failing = -1;
    for (int row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
      for (int column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
        failing += cells[row * width + column] == FAIL ? 1 : 0;
      }
    }
    return failing;
  }

  private static WaferMap finest(WaferMap base, List<WaferMap> others) {
    WaferMap finest = base;
    for (WaferMap other : others) {
      finest = other.dies() > finest.dies() ? other : finest;
    }
    return finest;
  }

  private static WaferMap round(int side) {
    byte[] cells = new byte[side * side];
    double radius = side / 2.0;
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        cells[y * side + x] =
            (byte) (Math.hypot(y + 0.5 - radius, x + 0.5 - radius) <= radius ? PASS : 0);
      }
    }
    return WaferMap.of(side, side, cells);
  }
}
