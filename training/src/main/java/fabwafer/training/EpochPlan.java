package fabwafer.training;

import fabwafer.training.TrainingOptions.Sampling;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.Turn;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which wafers an epoch sees, in which order, each in which turn, distorted or not, put together
 * with which others. It follows from the seed and the epoch alone, so a training that goes on after
 * a kill sees what it would have seen.
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
   * @param wafer its position in the training data; of a composed one, that of its first layer
   * @param turn of a wafer as it is; a composed one has a turn for each layer
   * @param composition what it is put together of, and how; null for a wafer as it is
   * @param distortion seed of its distortion; 0 for none
   */
  record Sample(int wafer, Turn turn, @Nullable Composition composition, long distortion) {}

  /**
   * The plan of one epoch.
   *
   * @param labels the training wafers' label ids; below 0 for a wafer with several patterns, which
   *     every epoch sees
   * @param epoch from 0
   */
  static EpochPlan of(int[] labels, Sampling sampling, long seed, int epoch) {
    Random random = new Random(seed * 1_000_003 + epoch + 1);
    int[] order = shuffled(seen(labels, sampling, seed, epoch), random);
    Composer composer = new Composer(labels);
    int composed = composer.canCompose() ? sampling.composedPerEpoch() : 0;
    List<Sample> samples = new ArrayList<>(order.length + composed);
    for (int wafer : order) {
      samples.add(new Sample(wafer, turn(random), null, distortion(sampling, random)));
    }
    for (int i = 0; i < composed; i++) {
      Composition composition = composer.next(random);
      Sample sample =
          new Sample(
              composition.layers().getFirst().wafer(),
              Turn.IDENTITY,
              composition,
              distortion(sampling, random));
      // Changes places with a random one: composed wafers stand among the others.
      samples.add(sample);
      Collections.swap(samples, random.nextInt(samples.size()), samples.size() - 1);
    }
    return new EpochPlan(samples);
  }

  /** The first wafers as they lie, in order. */
  static EpochPlan ofAll(int wafers) {
    return new EpochPlan(
        IntStream.range(0, wafers).mapToObj(i -> new Sample(i, Turn.IDENTITY, null, 0)).toList());
  }

  /** How many wafers of each class an epoch sees, composed ones not counted. */
  static int[] counts(int[] labels, Sampling sampling, int classes) {
    int[] counts = new int[classes];
    for (int label : labels) {
      if (label >= 0) {
        counts[label]++;
      }
    }
    for (int c = 0; c < classes; c++) {
      int most = most(sampling, c);
      counts[c] = most == 0 ? counts[c] : Math.min(counts[c], most);
    }
    return counts;
  }

  private static int[] seen(int[] labels, Sampling sampling, long seed, int epoch) {
    List<int[]> parts = new ArrayList<>();
    parts.add(IntStream.range(0, labels.length).filter(i -> labels[i] < 0).toArray());
    for (DefectPattern pattern : DefectPattern.values()) {
      int label = pattern.id();
      int[] all = IntStream.range(0, labels.length).filter(i -> labels[i] == label).toArray();
      int most = most(sampling, label);
      int taken = most == 0 ? all.length : Math.min(most, all.length);
      // One order for all epochs: each takes the next ones, so all are seen equally often.
      int[] order = shuffled(all, new Random(seed));
      parts.add(
          IntStream.range(0, taken)
              .map(i -> order[(int) (((long) epoch * taken + i) % order.length)])
              .toArray());
    }
    return parts.stream().flatMapToInt(IntStream::of).toArray();
  }

  private static int most(Sampling sampling, int label) {
    return label == NONE ? sampling.nonePerEpoch() : sampling.patternPerEpoch();
  }

  private static Turn turn(RandomGenerator random) {
    return ALL_TURNS[random.nextInt(ALL_TURNS.length)];
  }

  private static long distortion(Sampling sampling, RandomGenerator random) {
    boolean distorted = random.nextDouble() < sampling.distortedShare();
    long seed = random.nextLong();
    return distorted && seed != 0 ? seed : 0;
  }

  private static int[] shuffled(int[] values, RandomGenerator random) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = values[i];
      values[i] = values[j];
      values[j] = swapped;
    }
    return values;
  }
}
