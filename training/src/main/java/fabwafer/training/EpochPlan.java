package fabwafer.training;

import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Which wafers an epoch sees, in which order, each in which turn. It follows from the seed and the
 * epoch alone, so a training that goes on after a kill sees what it would have seen.
 *
 * @param samples in the order in which they are seen
 */
record EpochPlan(List<Sample> samples) {
  private static final int NONE = DefectPattern.NONE.id();
  private static final Turn[] ALL_TURNS = Turn.values();

  EpochPlan {
    samples = List.copyOf(samples);
  }

  /**
   * A wafer as an epoch sees it.
   *
   * @param wafer its position in the training data
   */
  record Sample(int wafer, Turn turn) {}

  /**
   * The plan of one epoch: every defect wafer, and the next {@code nonePerEpoch} of the others.
   *
   * @param labels the training wafers' label ids
   * @param nonePerEpoch 0 for all
   * @param epoch from 0
   */
  static EpochPlan of(int[] labels, int nonePerEpoch, long seed, int epoch) {
    int[] none = positions(labels, true);
    int[] defects = positions(labels, false);
    int taken = nonePerEpoch == 0 ? none.length : Math.min(nonePerEpoch, none.length);
    // One order for all epochs: each takes the next ones, so all are seen equally often.
    shuffle(none, new Random(seed));
    int[] order = new int[defects.length + taken];
    System.arraycopy(defects, 0, order, 0, defects.length);
    for (int i = 0; i < taken; i++) {
      order[defects.length + i] = none[(int) (((long) epoch * taken + i) % none.length)];
    }
    Random random = new Random(seed * 1_000_003 + epoch + 1);
    shuffle(order, random);
    List<Sample> samples = new ArrayList<>(order.length);
    for (int wafer : order) {
      samples.add(new Sample(wafer, ALL_TURNS[random.nextInt(ALL_TURNS.length)]));
    }
    return new EpochPlan(samples);
  }

  /** The first wafers as they lie, in order. */
  static EpochPlan ofAll(int wafers) {
    return new EpochPlan(
        IntStream.range(0, wafers).mapToObj(i -> new Sample(i, Turn.IDENTITY)).toList());
  }

  /** How many wafers of each class an epoch sees. */
  static int[] counts(int[] labels, int nonePerEpoch, int classes) {
    int[] counts = new int[classes];
    for (int label : labels) {
      counts[label]++;
    }
    if (nonePerEpoch > 0) {
      counts[NONE] = Math.min(counts[NONE], nonePerEpoch);
    }
    return counts;
  }

  private static int[] positions(int[] labels, boolean none) {
    return IntStream.range(0, labels.length).filter(i -> labels[i] == NONE == none).toArray();
  }

  private static void shuffle(int[] values, RandomGenerator random) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = values[i];
      values[i] = values[j];
      values[j] = swapped;
    }
  }
}
