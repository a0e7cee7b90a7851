package fabwafer.classifier.evaluation;

import fabwafer.wafer.dataset.LabelledWafer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * Percentile bootstrap by group: each sample draws as many groups as there are, with replacement.
 * Wafers of one lot look alike, so drawing single wafers would make the intervals too narrow. What
 * is drawn are a group's counts: a sample is their sum.
 *
 * <p>Source: B. Efron, R. Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13.
 */
final class Bootstrap {
  private final int size;
  private final List<Counts> groups;

  /** A group's counts without its zeros. */
  private static final class Counts {
    final int[] indices;
    final double[] values;

    Counts(double[] counts) {
      indices = IntStream.range(0, counts.length).filter(i -> counts[i] != 0).toArray();
      values = Arrays.stream(indices).mapToDouble(i -> counts[i]).toArray();
    }
  }

  private Bootstrap(int size, List<Counts> groups) {
    this.size = size;
    this.groups = groups;
  }

  /** The bootstrap of answers. */
  static Bootstrap of(int size, List<Answer> answers, BiConsumer<Answer, double[]> add) {
    return of(size, answers, Answer::group, add);
  }

  /**
   * The bootstrap of any items.
   *
   * @param size counts a sample has
   * @param group an item's group; an item of {@link LabelledWafer#UNKNOWN} is one of its own
   * @param add adds an item to counts
   */
  static <T> Bootstrap of(
      int size, List<T> items, ToIntFunction<T> group, BiConsumer<T, double[]> add) {
    Map<Integer, double[]> sums = new LinkedHashMap<>();
    List<Counts> groups = new ArrayList<>();
    double[] alone = new double[size];
    for (T item : items) {
      int number = group.applyAsInt(item);
      if (number == LabelledWafer.UNKNOWN) {
        add.accept(item, alone);
        groups.add(new Counts(alone));
        Arrays.fill(alone, 0);
      } else {
        add.accept(item, sums.computeIfAbsent(number, _ -> new double[size]));
      }
    }
    sums.values().forEach(counts -> groups.add(new Counts(counts)));
    return new Bootstrap(size, List.copyOf(groups));
  }

  int groups() {
    return groups.size();
  }

  /**
   * Draws samples.
   *
   * @param sample called with each sample's counts; live until it returns
   */
  void draw(Protocol protocol, Consumer<double[]> sample) {
    SplittableRandom random = new SplittableRandom(protocol.seed());
    double[] sums = new double[size];
    for (int i = 0; i < protocol.resamples(); i++) {
      Arrays.fill(sums, 0);
      for (int drawn = 0; drawn < groups.size(); drawn++) {
        Counts counts = groups.get(random.nextInt(groups.size()));
        for (int k = 0; k < counts.indices.length; k++) {
          sums[counts.indices[k]] += counts.values[k];
        }
      }
      sample.accept(sums);
    }
  }
}
