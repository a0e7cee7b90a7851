package fabwafer.classifier.evaluation;

import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.dataset.LabelledWafer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rows and columns of a confusion matrix: a row is a ground truth, a column an answer, and both are
 * sets of labels, on most data sets sets of one.
 */
final class Classes {
  private static final String NONE = DefectPattern.NONE.label();

  private final List<String> labels;
  private final List<Set<String>> truths;
  private final List<Set<String>> answers;
  private final Map<Set<String>, Integer> rows = new HashMap<>();
  private final Map<Set<String>, Integer> columns = new HashMap<>();

  private Classes(List<String> labels, List<Set<String>> truths, List<Set<String>> answers) {
    this.labels = labels;
    this.truths = truths;
    this.answers = answers;
    truths.forEach(truth -> rows.put(truth, rows.size()));
    answers.forEach(answer -> columns.put(answer, columns.size()));
  }

  /**
   * The classes of answers.
   *
   * @param modelClasses labels the model can say, in its order
   */
  static Classes of(List<String> modelClasses, List<Answer> answers) {
    Set<String> labels = new LinkedHashSet<>(modelClasses);
    Set<Set<String>> truths = new LinkedHashSet<>();
    Set<Set<String>> said = new LinkedHashSet<>();
    modelClasses.stream()
        .filter(label -> DefectPattern.ofLabel(label).isPresent())
        .forEach(label -> truths.add(Set.of(label)));
    for (Answer answer : answers) {
      truths.add(answer.truth());
      said.add(answer.said());
    }
    // In label-id order, so that the same wafers give the same columns.
    DefectPattern.labels().stream()
        .filter(label -> truths.stream().anyMatch(truth -> truth.contains(label)))
        .forEach(labels::add);
    said.forEach(labels::addAll);
    List<String> inOrder = List.copyOf(labels);
    inOrder.forEach(label -> said.add(Set.of(label)));
    return new Classes(inOrder, sorted(truths, DefectPattern.labels()), sorted(said, inOrder));
  }

  /** Classes that hold those of two models, so that both are counted alike. */
  static Classes of(Answers one, List<Answer> ofOne, Answers other, List<Answer> ofOther) {
    Set<String> labels = new LinkedHashSet<>(one.classes());
    labels.addAll(other.classes());
    List<Answer> both = new ArrayList<>(ofOne);
    both.addAll(ofOther);
    return of(List.copyOf(labels), both);
  }

  /** Every label, the model's first. */
  List<String> labels() {
    return labels;
  }

  /** The rows. */
  List<Set<String>> truths() {
    return truths;
  }

  /** The columns. */
  List<Set<String>> answers() {
    return answers;
  }

  int row(Set<String> truth) {
    return rows.getOrDefault(truth, -1);
  }

  int column(Set<String> said) {
    return columns.getOrDefault(said, -1);
  }

  /** How many defect patterns a set of labels names. */
  static int patterns(Set<String> labels) {
    return labels.contains(NONE) ? labels.size() - 1 : labels.size();
  }

  static boolean isNone(Set<String> labels) {
    return patterns(labels) == 0;
  }

  /** A set's name, such as {@code Center+Scratch}. */
  static String name(Set<String> labels) {
    return String.join(LabelledWafer.SEPARATOR, labels);
  }

  /** Smaller sets first, sets of one size in the order of their labels. */
  private static List<Set<String>> sorted(Collection<Set<String>> sets, List<String> order) {
    Comparator<String> byOrder =
        Comparator.<String>comparingInt(
                label -> order.contains(label) ? order.indexOf(label) : order.size())
            .thenComparing(Comparator.naturalOrder());
    return sets.stream()
        .map(set -> set.stream().sorted(byOrder).toList())
        .sorted(
            Comparator.<List<String>>comparingInt(List::size)
                .thenComparing(
                    (left, right) -> {
                      for (int i = 0; i < left.size(); i++) {
                        int difference = byOrder.compare(left.get(i), right.get(i));
                        if (difference != 0) {
                          return difference;
                        }
                      }
                      return 0;
                    }))
        .<Set<String>>map(list -> Collections.unmodifiableSet(new LinkedHashSet<>(list)))
        .toList();
  }
}
