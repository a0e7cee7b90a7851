package fabwafer.classifier.evaluation;

import fabwafer.wafer.DefectPattern;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Rows and columns of a confusion matrix. A column is a label that a model can say or a wafer can
 * have. A row is a ground truth: a label, or with several patterns a wafer a set of them.
 */
final class Classes {
  private final List<String> columns;
  private final List<Set<DefectPattern>> rows;

  private Classes(List<String> columns, List<Set<DefectPattern>> rows) {
    this.columns = columns;
    this.rows = rows;
  }

  /**
   * The classes of outcomes.
   *
   * @param modelClasses labels the model can say, in its order
   */
  static Classes of(List<String> modelClasses, List<Outcome> outcomes) {
    Set<String> labels = new LinkedHashSet<>(modelClasses);
    Set<Set<DefectPattern>> truths = new LinkedHashSet<>();
    for (Outcome outcome : outcomes) {
      truths.add(outcome.wafer().patterns());
      outcome.wafer().patterns().forEach(pattern -> labels.add(pattern.label()));
    }
    for (String label : modelClasses) {
      DefectPattern.ofLabel(label).ifPresent(pattern -> truths.add(Set.of(pattern)));
    }
    List<Set<DefectPattern>> rows = new ArrayList<>(truths);
    rows.sort(
        Comparator.<Set<DefectPattern>>comparingInt(Set::size).thenComparing(Classes::inIdOrder));
    return new Classes(List.copyOf(labels), List.copyOf(rows));
  }

  List<String> columns() {
    return columns;
  }

  int row(Set<DefectPattern> patterns) {
    return rows.indexOf(patterns);
  }

  int rows() {
    return rows.size();
  }

  /** Whether wafers of this row have a pattern called so. */
  boolean rowHas(int row, String label) {
    return rows.get(row).stream().anyMatch(pattern -> pattern.label().equals(label));
  }

  /** Whether wafers of this row have this pattern alone. */
  boolean rowIs(int row, String label) {
    return rows.get(row).size() == 1 && rowHas(row, label);
  }

  /** The row's name, such as {@code Center+Scratch}. */
  String rowName(int row) {
    return String.join("+", rows.get(row).stream().sorted().map(DefectPattern::label).toList());
  }

  /** Compares sets of one size. */
  private static int inIdOrder(Set<DefectPattern> one, Set<DefectPattern> other) {
    List<DefectPattern> left = one.stream().sorted().toList();
    List<DefectPattern> right = other.stream().sorted().toList();
    for (int i = 0; i < left.size(); i++) {
      int order = left.get(i).compareTo(right.get(i));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }
}
