package fabwafer.training;

import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.Turn;
import fabwafer.wafer.WaferMap;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * How wafers are put together: a die fails where it fails on any of them. Real wafers with several
 * patterns are rare and seldom labelled so; these teach a network to tell patterns apart that lie
 * on each other.
 *
 * @param layers what is laid on each other, at least one
 * @param side rows and columns of the round grid it is drawn on; 0: the finest grid of the wafers
 * @param noise share of the dies that fails without a pattern, in [0, 1]
 * @param seed of the noise
 * @param patterns what is put together; empty for none
 */
record Composition(
    List<Layer> layers, int side, double noise, long seed, Set<DefectPattern> patterns) {
  private static final int FAIL = 2;
  private static final int PASS = 1;

  /** Failing dies around a failing die that make it part of a scratch, or of another pattern. */
  private static final int NEIGHBOURS_ON_A_SCRATCH = 2;

  private static final int NEIGHBOURS_IN_A_PATTERN = 3;

  /** Dies that a pattern must make fail to be seen among the others and the noise. */
  private static final int LEAST_SEEN = 6;

  /** A grid that is coarser than this many times is made with finer samples. */
  private static final double COARSER = 1.3;

  private static final int MOST_SAMPLES = 4;

  Composition {
    layers = List.copyOf(layers);
    patterns = Set.copyOf(patterns);
  }

  /**
   * A wafer to lay on the others.
   *
   * @param wafer its position in the training data
   * @param pattern what it shows, or what is cut out of it shows
   * @param place where it is laid
   * @param cut the piece of it that is kept, or empty for all
   */
  record Layer(int wafer, Turn turn, DefectPattern pattern, Place place, Optional<Cut> cut) {
    /** What the wafer itself shows. */
    DefectPattern source() {
      return cut.map(Cut::source).orElse(pattern);
    }
  }

  /**
   * A wafer that was put together.
   *
   * @param shown the patterns of it that can be seen; empty for none
   */
  record Drawn(WaferMap wafer, Set<DefectPattern> shown) {}

  /**
   * Where a wafer is laid.
   *
   * @param y how far down, as share of the height
   * @param x how far to the right, as share of the width
   * @param scale how much larger it is drawn, above 0
   */
  record Place(double y, double x, double scale) {
    static final Place AS_IT_IS = new Place(0, 0, 1);

    /** The place on the wafer, in [0, 1), that comes to lie here. */
    double row(double y) {
      return (y - 0.5 - this.y) / scale + 0.5;
    }

    double column(double x) {
      return (x - 0.5 - this.x) / scale + 0.5;
    }
  }

  /**
   * Draws it. Of each wafer only failing dies count that have failing neighbours, or the noise of
   * all would add up; noise comes last.
   *
   * @param wafers the layers' wafers, turned
   */
  Drawn draw(List<WaferMap> wafers) {
    WaferMap grid = side > 0 ? round(side) : finest(wafers);
    int height = grid.height();
    int width = grid.width();
    byte[] cells = grid.cells();
    for (int i = 0; i < cells.length; i++) {
      cells[i] = (byte) Math.min(cells[i], PASS);
    }
    Map<DefectPattern, Integer> failing = new EnumMap<>(DefectPattern.class);
    for (int i = 0; i < wafers.size(); i++) {
      Layer layer = layers.get(i);
      failing.merge(layer.pattern(), lay(layer, wafers.get(i), cells, height, width), Integer::sum);
    }
    Random random = new Random(seed);
    for (int i = 0; i < cells.length; i++) {
      if (cells[i] == PASS && random.nextDouble() < noise) {
        cells[i] = FAIL;
      }
    }
    Set<DefectPattern> shown = new HashSet<>(patterns);
    shown.removeIf(pattern -> failing.getOrDefault(pattern, 0) < LEAST_SEEN);
    return new Drawn(WaferMap.of(height, width, cells), shown);
  }

  /** How many dies it makes fail that did not fail before. */
  private static int lay(Layer layer, WaferMap wafer, byte[] cells, int height, int width) {
    Samples samples = new Samples(layer, wafer, height, width);
    int failing = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        if (cells[y * width + x] == PASS
            && (layer.cut().isEmpty()
                || layer.cut().get().holds((y + 0.5) / height - 0.5, (x + 0.5) / width - 0.5))
            && samples.fails(y, x)) {
          cells[y * width + x] = FAIL;
          failing++;
        }
      }
    }
    return failing;
  }

  /** A wafer seen through another grid. */
  private static final class Samples {
    private final Place place;
    private final byte[] source;
    private final int rows;
    private final int columns;
    private final int height;
    private final int width;
    private final int samples;
    private final double least;

    Samples(Layer layer, WaferMap wafer, int height, int width) {
      this.place = layer.place();
      this.source = cleaned(wafer, layer.source());
      this.rows = wafer.height();
      this.columns = wafer.width();
      this.height = height;
      this.width = width;
      double coarser = Math.max((double) rows / height, (double) columns / width) / place.scale();
      this.samples = coarser > COARSER ? Math.min(MOST_SAMPLES, (int) Math.ceil(coarser)) : 1;
      // Of a coarser grid's die a thin scratch fills less than half.
      this.least = coarser > COARSER ? 0.3 : 0.5;
    }

    boolean fails(int y, int x) {
      int dies = 0;
      int failing = 0;
      for (int sy = 0; sy < samples; sy++) {
        double row = place.row((y + (sy + 0.5) / samples) / height);
        for (int sx = 0; sx < samples; sx++) {
          double column = place.column((x + (sx + 0.5) / samples) / width);
          if (row >= 0 && row < 1 && column >= 0 && column < 1) {
            int code = source[((int) (row * rows)) * columns + (int) (column * columns)];
            dies += code == 0 ? 0 : 1;
            failing += code == FAIL ? 1 : 0;
          }
        }
      }
      return dies > 0 && failing >= least * dies;
    }
  }

  private static byte[] cleaned(WaferMap wafer, DefectPattern pattern) {
    int least =
        pattern == DefectPattern.SCRATCH ? NEIGHBOURS_ON_A_SCRATCH : NEIGHBOURS_IN_A_PATTERN;
    byte[] cells = wafer.cells();
    byte[] kept = cells.clone();
    int height = wafer.height();
    int width = wafer.width();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        if (cells[y * width + x] == FAIL && failingAround(cells, height, width, y, x) < least) {
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

  private static WaferMap finest(List<WaferMap> wafers) {
    WaferMap finest = wafers.getFirst();
    for (WaferMap other : wafers) {
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
