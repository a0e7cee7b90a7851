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
import java.util.stream.DoubleStream;
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
  private final int groups;

  // The counts of all groups without their zeros, one group after the other: a data set without
  // groups has as many as wafers, and each is visited about once a sample.
  private final int[] begins;
  private final int[] indices;
  private final double[] values;

  private Bootstrap(int size, List<double[]> sparse) {
    this.size = size;
    this.groups = sparse.size();
    this.begins = new int[groups + 1];
    for (int group = 0; group < groups; group++) {
      begins[group + 1] = begins[group] + sparse.get(group).length / 2;
    }
    this.indices = new int[begins[groups]];
    this.values = new double[begins[groups]];
    for (int group = 0; group < groups; group++) {
      double[] pairs = sparse.get(group);
      for (int i = 0; i < pairs.length / 2; i++) {
        indices[begins[group] + i] = (int) pairs[2 * i];
        values[begins[group] + i] = pairs[2 * i + 1];
      }
    }
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
    List<double[]> groups = new ArrayList<>();
    double[] alone = new double[size];
    for (T item : items) {
      int number = group.applyAsInt(item);
      if (number == LabelledWafer.UNKNOWN) {
        add.accept(item, alone);
        groups.add(sparse(alone));
        Arrays.fill(alone, 0);
      } else {
        add.accept(item, sums.computeIfAbsent(number, _ -> new double[size]));
      }
    }
    sums.values().forEach(counts -> groups.add(sparse(counts)));
    return new Bootstrap(size, groups);
  }

  int groups() {
    return groups;
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
      for (int drawn = 0; drawn < groups; drawn++) {
        int group = random.nextInt(groups);
        for (int k = begins[group]; k < begins[group + 1]; k++) {
          sums[indices[k]] += values[k];
        }
      }
      sample.accept(sums);
    }
  }

  /** Index and value of each count that is not 0, in turn. */
  private static double[] sparse(double[] counts) {
    return IntStream.range(0, counts.length)
        .filter(i -> counts[i] != 0)
        .boxed()
        .flatMapToDouble(i -> DoubleStream.of(i, counts[i]))
        .toArray();
  }
}
