package fabwafer.training;

import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.Split;
import fabwafer.wafer.dataset.WaferDataset;
import fabwafer.wafer.dataset.WaferDataset.Labelling;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Round wafers of some 17 dies across with a spot, a ring or nothing: three easy classes. */
final class TinyWafers {
  /** Learns them in a second or two. */
  static final Architecture ARCHITECTURE =
      new Architecture(
          16, 8, List.of(new Architecture.Stage(16, 1), new Architecture.Stage(16, 2)));

  private static final DefectPattern[] PATTERNS = {
    DefectPattern.CENTER, DefectPattern.EDGE_RING, DefectPattern.NONE, DefectPattern.NONE
  };

  private TinyWafers() {}

  /** A data set in five folds, a group for each five wafers. */
  static WaferDataset dataset(int wafers) {
    Random random = new Random(5);
    List<LabelledWafer> labelled = new ArrayList<>();
    for (int i = 0; i < wafers; i++) {
      DefectPattern pattern = PATTERNS[i % PATTERNS.length];
      WaferMap wafer = wafer(pattern, 15 + random.nextInt(4), 15 + random.nextInt(4), random);
      int group = i / 5;
      labelled.add(
          new LabelledWafer(
              wafer, Set.of(pattern), group, group % 5, Split.UNSPLIT, "row%06d".formatted(i)));
    }
    return new WaferDataset("tiny.npz", Labelling.SINGLE, labelled);
  }

  /** Options that train a tiny network on them. */
  static TrainingOptions options(int epochs, long seed) {
    return options(epochs, seed, epochs);
  }

  /** The same with a patience; 0 takes the last epoch. */
  static TrainingOptions options(int epochs, long seed, int patience) {
    return new TrainingOptions(
        ARCHITECTURE,
        new TrainingOptions.Schedule(epochs, 16, 1e-2, 0.01, 0.9, patience),
        new TrainingOptions.Sampling(100, 0, 20, 0.2),
        new TrainingOptions.Loss(0.05, 0.5, 0.7),
        seed,
        1);
  }

  private static WaferMap wafer(DefectPattern pattern, int height, int width, Random random) {
    byte[] cells = new byte[height * width];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        double y = (row + 0.5) / height * 2 - 1;
        double x = (column + 0.5) / width * 2 - 1;
        double radius = Math.hypot(x, y);
        double failing =
            switch (pattern) {
              case CENTER -> radius < 0.4 ? 0.9 : 0.05;
              case EDGE_RING -> radius > 0.8 ? 0.9 : 0.05;
              default -> 0.05;
            };
        if (radius <= 1) {
          cells[row * width + column] = (byte) (random.nextDouble() < failing ? 2 : 1);
        }
      }
    }
    return WaferMap.of(height, width, cells);
  }
}
