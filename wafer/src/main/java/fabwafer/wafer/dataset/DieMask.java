package fabwafer.wafer.dataset;

import fabwafer.wafer.Die;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import java.util.List;

/**
 * Which positions of a grid hold a die.
 *
 * <p>MixedWM38's masks leak its labels: 82 % of its maps share one mask, and the irregular masks
 * occur only with Scratch, Random and Near-full, so a model can read the label off the outline and
 * learn nothing of the pattern. Force the common mask on every map before training or testing:
 *
 * <pre>{@code
 * WaferDataset fair = DieMask.common(dataset).forceAll(dataset);
 * }</pre>
 *
 * <p>This is never done unasked: on real wafers the outline is the product's and tells the truth.
 */
public final class DieMask {
  private final int height;
  private final int width;
  private final boolean[] die;

  private DieMask(int height, int width, boolean[] die) {
    this.height = height;
    this.width = width;
    this.die = die;
  }

  /**
   * The mask of the cells that are dies in at least half of a data set's wafer maps.
   *
   * @throws WaferException if the data set is empty or its wafer maps differ in size
   */
  public static DieMask common(WaferDataset dataset) {
    if (dataset.size() == 0) {
      throw new WaferException(dataset.source() + ": no wafers, so no common die mask");
    }
    int height = dataset.get(0).wafer().height();
    int width = dataset.get(0).wafer().width();
    int[] count = new int[height * width];
    byte[] cells = new byte[height * width];
    for (LabelledWafer wafer : dataset.wafers()) {
      requireSize(wafer.wafer(), height, width, wafer.name());
      wafer.wafer().copyCells(cells, 0);
      for (int i = 0; i < cells.length; i++) {
        count[i] += cells[i] == Die.ABSENT.code() ? 0 : 1;
      }
    }
    boolean[] die = new boolean[count.length];
    for (int i = 0; i < die.length; i++) {
      die[i] = 2L * count[i] >= dataset.size();
    }
    return new DieMask(height, width, die);
  }

  /** Whether outlines tell the patterns, as in MixedWM38: several patterns, one common grid. */
  public static boolean tellsPatterns(WaferDataset dataset) {
    return dataset.labelling() == WaferDataset.Labelling.MULTIPLE
        && dataset.wafers().stream()
                .map(wafer -> List.of(wafer.wafer().height(), wafer.wafer().width()))
                .distinct()
                .count()
            == 1;
  }

  /** Positions that hold a die. */
  public int dies() {
    int dies = 0;
    for (boolean here : die) {
      dies += here ? 1 : 0;
    }
    return dies;
  }

  /**
   * A wafer map with exactly this mask's dies: what lies outside becomes absent, what is missing
   * inside becomes a passing die.
   *
   * @throws WaferException if its size is not the mask's
   */
  public WaferMap force(WaferMap wafer) {
    requireSize(wafer, height, width, "wafer map");
    byte[] cells = wafer.cells();
    for (int i = 0; i < cells.length; i++) {
      if (!die[i]) {
        cells[i] = Die.ABSENT.code();
      } else if (cells[i] == Die.ABSENT.code()) {
        cells[i] = Die.PASS.code();
      }
    }
    return WaferMap.of(height, width, cells);
  }

  /** {@link #force} on every wafer of a data set. */
  public WaferDataset forceAll(WaferDataset dataset) {
    return new WaferDataset(
        dataset.source(),
        dataset.labelling(),
        dataset.wafers().stream().map(wafer -> wafer.withWafer(force(wafer.wafer()))).toList());
  }

  private static void requireSize(WaferMap wafer, int height, int width, String name) {
    if (wafer.height() != height || wafer.width() != width) {
      throw new WaferException(
          "%s is %d x %d, but the die mask is %d x %d"
              .formatted(name, wafer.height(), wafer.width(), height, width));
    }
  }
}
