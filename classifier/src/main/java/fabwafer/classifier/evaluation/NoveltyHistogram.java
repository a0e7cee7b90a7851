package fabwafer.classifier.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How new the wafers look to a model. Novelty is a rank among known wafers, so wafers like those
 * the model was fitted on fill the bins alike; not weighted.
 *
 * @param right right answers by bin of novelty: {@link #BINS} bins of equal width over [0, 1]
 * @param wrong wrong answers by bin
 * @param meanRight mean novelty of right answers; 0 where there are none
 * @param meanWrong mean novelty of wrong answers; 0 where there are none
 */
public record NoveltyHistogram(
    List<Integer> right, List<Integer> wrong, double meanRight, double meanWrong) {
  /** Bins; each holds its lower end, the last its upper end too. */
  public static final int BINS = 20;

  public NoveltyHistogram {
    right = List.copyOf(right);
    wrong = List.copyOf(wrong);
  }

  /** Empty where the model says nothing of novelty. */
  static Optional<NoveltyHistogram> of(List<Answer> answers) {
    int[][] counts = new int[2][BINS];
    double[] sums = new double[2];
    for (Answer answer : answers) {
      answer
          .outcome()
          .novelty()
          .ifPresent(
              novelty -> {
                int side = answer.right() ? 1 : 0;
                counts[side][Math.clamp((long) (novelty * BINS), 0, BINS - 1)]++;
                sums[side] += novelty;
              });
    }
    int wrong = Arrays.stream(counts[0]).sum();
    int right = Arrays.stream(counts[1]).sum();
    return wrong + right == 0
        ? Optional.empty()
        : Optional.of(
            new NoveltyHistogram(
                list(counts[1]),
                list(counts[0]),
                Tally.ratio(sums[1], right),
                Tally.ratio(sums[0], wrong)));
  }

  private static List<Integer> list(int[] counts) {
    List<Integer> list = new ArrayList<>();
    for (int count : counts) {
      list.add(count);
    }
    return list;
  }
}
