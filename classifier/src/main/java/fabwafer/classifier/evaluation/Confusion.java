package fabwafer.classifier.evaluation;

import fabwafer.classifier.evaluation.Evaluation.ConfusedPair;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Wafers by ground truth and answer, not weighted. Both are sets of labels, on most data sets sets
 * of one; {@link #name} names them.
 *
 * @param truths rows
 * @param answers columns
 * @param wafers shape [truths, answers]
 */
public record Confusion(
    List<Set<String>> truths, List<Set<String>> answers, List<List<Integer>> wafers) {

  public Confusion {
    truths = List.copyOf(truths);
    answers = List.copyOf(answers);
    wafers = List.copyOf(wafers);
  }

  static Confusion of(Classes classes, Tally tally, double[] counts) {
    List<List<Integer>> wafers = new ArrayList<>();
    for (int row = 0; row < classes.truths().size(); row++) {
      List<Integer> line = new ArrayList<>();
      for (int column = 0; column < classes.answers().size(); column++) {
        line.add(tally.wafers(counts, row, column));
      }
      wafers.add(List.copyOf(line));
    }
    return new Confusion(classes.truths(), classes.answers(), wafers);
  }

  /** A set's name, such as {@code Center+Scratch}. */
  public static String name(Set<String> labels) {
    return Classes.name(labels);
  }

  /** Wafers of a row. */
  int ofTruth(int row) {
    return wafers.get(row).stream().mapToInt(Integer::intValue).sum();
  }

  /** Mistakes, the most frequent first. */
  List<ConfusedPair> pairs(int most) {
    List<ConfusedPair> pairs = new ArrayList<>();
    for (int row = 0; row < truths.size(); row++) {
      pairs.addAll(pairsOf(row));
    }
    pairs.sort(Comparator.comparingInt(ConfusedPair::wafers).reversed());
    return List.copyOf(pairs.subList(0, Math.min(most, pairs.size())));
  }

  /** Mistakes on one ground truth, in the order of the columns. */
  List<ConfusedPair> pairsOf(int row) {
    List<ConfusedPair> pairs = new ArrayList<>();
    for (int column = 0; column < answers.size(); column++) {
      int here = wafers.get(row).get(column);
      if (here > 0 && !truths.get(row).equals(answers.get(column))) {
        pairs.add(
            new ConfusedPair(name(truths.get(row)), name(answers.get(column)), here, ofTruth(row)));
      }
    }
    return pairs;
  }
}
