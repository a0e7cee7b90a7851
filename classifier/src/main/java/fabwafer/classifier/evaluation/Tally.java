package fabwafer.classifier.evaluation;

import fabwafer.classifier.evaluation.Metrics.Binary;
import fabwafer.classifier.evaluation.Metrics.ClassMetrics;
import fabwafer.classifier.evaluation.Metrics.SetMetrics;
import fabwafer.classifier.evaluation.Metrics.Share;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Where counts lie in an array from which all metrics follow, so that a bootstrap sample is a sum
 * of its groups' arrays: the confusion matrix, then for wafers of truth none and for the others the
 * calibration bins and the exact matches. The weight of none comes in only when metrics are asked
 * for.
 */
final class Tally {
  /** Calibration bins of equal width; bin b holds confidences in (b / 15, (b + 1) / 15]. */
  static final int BINS = 15;

  private static final int WAFERS = 0;
  private static final int CONFIDENCE = 1;
  private static final int CORRECT = 2;
  private static final int BIN_VALUES = 3;

  private final Classes classes;
  private final boolean several;
  private final int rows;
  private final int columns;
  private final int labels;
  private final boolean[][] truthHas;
  private final boolean[][] answerHas;
  private final boolean[][] same;
  private final int[][] differing;
  private final boolean[] rowIsNone;
  private final boolean[] columnIsNone;

  /**
   * @param several whether wafers may have several patterns: then there are figures of sets
   */
  Tally(Classes classes, boolean several) {
    this.classes = classes;
    this.several = several;
    rows = classes.truths().size();
    columns = classes.answers().size();
    labels = classes.labels().size();
    truthHas = holds(classes.truths());
    answerHas = holds(classes.answers());
    same = new boolean[rows][columns];
    differing = new int[rows][columns];
    rowIsNone = new boolean[rows];
    columnIsNone = new boolean[columns];
    for (int row = 0; row < rows; row++) {
      Set<String> truth = classes.truths().get(row);
      rowIsNone[row] = Classes.isNone(truth);
      for (int column = 0; column < columns; column++) {
        Set<String> answer = classes.answers().get(column);
        columnIsNone[column] = Classes.isNone(answer);
        same[row][column] = truth.equals(answer);
        differing[row][column] = differing(truth, answer);
      }
    }
  }

  /** How long an array of counts is. */
  int size() {
    return exact(true) + 1;
  }

  void add(Answer answer, double[] counts) {
    add(answer, counts, 0);
  }

  /** Adds an answer to counts that begin at an offset of a longer array. */
  void add(Answer answer, double[] counts, int offset) {
    int row = classes.row(answer.truth());
    counts[offset + row * columns + classes.column(answer.said())]++;
    boolean none = rowIsNone[row];
    int bin = offset + bin(none, binOf(answer.confidence()));
    counts[bin + WAFERS]++;
    counts[bin + CONFIDENCE] += answer.confidence();
    counts[bin + CORRECT] += answer.right() ? 1 : 0;
    counts[offset + exact(none)] += answer.exact() ? 1 : 0;
  }

  /** The counts of all answers. */
  double[] counts(List<Answer> answers) {
    double[] counts = new double[size()];
    answers.forEach(answer -> add(answer, counts));
    return counts;
  }

  static int binOf(double confidence) {
    return Math.clamp((long) Math.ceil(confidence * BINS) - 1, 0, BINS - 1);
  }

  /** Wafers of a ground truth with an answer, not weighted. */
  int wafers(double[] counts, int row, int column) {
    return (int) Math.round(counts[row * columns + column]);
  }

  /** One bin of a reliability diagram. */
  ReliabilityBin reliability(double[] counts, int bin, double noneWeight) {
    double weight = binSum(counts, bin, WAFERS, noneWeight);
    double wafers = binSum(counts, bin, WAFERS, 1);
    return new ReliabilityBin(
        (double) bin / BINS,
        (double) (bin + 1) / BINS,
        Math.round(wafers),
        ratio(binSum(counts, bin, CONFIDENCE, noneWeight), weight),
        ratio(binSum(counts, bin, CORRECT, noneWeight), weight));
  }

  Metrics metrics(double[] counts, double noneWeight) {
    Sums sums = new Sums(counts, noneWeight);
    Map<String, ClassMetrics> perClass = new LinkedHashMap<>();
    double sumTruthF1 = 0;
    double sumTruth = 0;
    double worst = Double.POSITIVE_INFINITY;
    String worstClass = "";
    for (int label = 0; label < labels; label++) {
      ClassMetrics one = sums.ofClass(label);
      perClass.put(classes.labels().get(label), one);
      sumTruth += sums.is[label];
      sumTruthF1 += sums.is[label] * one.f1();
      if (sums.is[label] > 0 && one.recall() < worst) {
        worst = one.recall();
        worstClass = classes.labels().get(label);
      }
    }
    double exact = noneWeight * counts[exact(true)] + counts[exact(false)];
    return new Metrics(
        sums.accuracy(),
        ratio(exact, sums.all),
        sums.macroF1(),
        ratio(sumTruthF1, sumTruth),
        worstClass.isEmpty() ? 0 : worst,
        worstClass,
        perClass,
        sums.binary(),
        ece(counts, noneWeight),
        several ? Optional.of(sets(counts, sums)) : Optional.empty());
  }

  /** The two figures of a small part of the data, without the work of the others. */
  double[] accuracyAndMacroF1(double[] counts, double noneWeight) {
    Sums sums = new Sums(counts, noneWeight);
    return new double[] {sums.accuracy(), sums.macroF1()};
  }

  /** Sums of weights over the confusion matrix. */
  private final class Sums {
    final double[] is = new double[labels];
    final double[] said = new double[labels];
    final double[] both = new double[labels];
    final double[] support = new double[labels];
    final double[] predicted = new double[labels];
    double all;
    double hits;
    double differing;
    double defects;
    double saidDefects;
    double bothDefects;

    Sums(double[] counts, double noneWeight) {
      for (int row = 0; row < rows; row++) {
        double weight = rowIsNone[row] ? noneWeight : 1;
        for (int column = 0; column < columns; column++) {
          double here = counts[row * columns + column];
          if (here != 0) {
            add(row, column, here, weight * here);
          }
        }
      }
    }

    private void add(int row, int column, double here, double weighed) {
      all += weighed;
      hits += same[row][column] ? weighed : 0;
      differing += Tally.this.differing[row][column] * weighed;
      defects += rowIsNone[row] ? 0 : weighed;
      saidDefects += columnIsNone[column] ? 0 : weighed;
      bothDefects += rowIsNone[row] || columnIsNone[column] ? 0 : weighed;
      for (int label = 0; label < labels; label++) {
        boolean truth = truthHas[row][label];
        boolean answer = answerHas[column][label];
        if (truth) {
          is[label] += weighed;
          support[label] += here;
        }
        if (answer) {
          said[label] += weighed;
          predicted[label] += here;
        }
        if (truth && answer) {
          both[label] += weighed;
        }
      }
    }

    double accuracy() {
      return ratio(hits, all);
    }

    double macroF1() {
      double sum = 0;
      int present = 0;
      for (int label = 0; label < labels; label++) {
        if (is[label] + said[label] > 0) {
          present++;
          sum += 2 * both[label] / (is[label] + said[label]);
        }
      }
      return ratio(sum, present);
    }

    ClassMetrics ofClass(int label) {
      return new ClassMetrics(
          ratio(both[label], said[label]),
          ratio(both[label], is[label]),
          ratio(2 * both[label], is[label] + said[label]),
          Math.round(support[label]),
          Math.round(predicted[label]));
    }

    Binary binary() {
      double agreed = bothDefects + (all - defects - (saidDefects - bothDefects));
      return new Binary(
          ratio(agreed, all), ratio(bothDefects, saidDefects), ratio(bothDefects, defects));
    }
  }

  private SetMetrics sets(double[] counts, Sums sums) {
    Map<Integer, double[]> byPatterns = new TreeMap<>();
    Map<String, Share> byCombination = new LinkedHashMap<>();
    for (int row = 0; row < rows; row++) {
      double wafers = 0;
      double exact = 0;
      for (int column = 0; column < columns; column++) {
        double here = counts[row * columns + column];
        wafers += here;
        exact += same[row][column] ? here : 0;
      }
      if (wafers > 0) {
        Set<String> truth = classes.truths().get(row);
        byCombination.put(Classes.name(truth), new Share(ratio(exact, wafers), Math.round(wafers)));
        double[] size = byPatterns.computeIfAbsent(Classes.patterns(truth), _ -> new double[2]);
        size[0] += exact;
        size[1] += wafers;
      }
    }
    Map<Integer, Share> sizes = new LinkedHashMap<>();
    byPatterns.forEach(
        (patterns, size) ->
            sizes.put(patterns, new Share(ratio(size[0], size[1]), Math.round(size[1]))));
    long patterns = classes.labels().stream().filter(l -> !Classes.isNone(Set.of(l))).count();
    return new SetMetrics(ratio(sums.differing, sums.all * patterns), sizes, byCombination);
  }

  private double ece(double[] counts, double noneWeight) {
    double all = 0;
    double gaps = 0;
    for (int bin = 0; bin < BINS; bin++) {
      all += binSum(counts, bin, WAFERS, noneWeight);
      gaps +=
          Math.abs(
              binSum(counts, bin, CORRECT, noneWeight)
                  - binSum(counts, bin, CONFIDENCE, noneWeight));
    }
    return ratio(gaps, all);
  }

  private double binSum(double[] counts, int bin, int value, double noneWeight) {
    return counts[bin(false, bin) + value] + noneWeight * counts[bin(true, bin) + value];
  }

  private int bin(boolean truthIsNone, int bin) {
    return rows * columns + ((truthIsNone ? BINS : 0) + bin) * BIN_VALUES;
  }

  private int exact(boolean truthIsNone) {
    return rows * columns + 2 * BINS * BIN_VALUES + (truthIsNone ? 1 : 0);
  }

  private boolean[][] holds(List<Set<String>> sets) {
    boolean[][] holds = new boolean[sets.size()][labels];
    for (int i = 0; i < holds.length; i++) {
      for (int label = 0; label < labels; label++) {
        holds[i][label] = sets.get(i).contains(classes.labels().get(label));
      }
    }
    return holds;
  }

  /** Defect patterns that one of two sets names and the other does not. */
  private int differing(Set<String> truth, Set<String> answer) {
    int differing = 0;
    for (String label : classes.labels()) {
      boolean pattern = !Classes.isNone(Set.of(label));
      differing += pattern && truth.contains(label) != answer.contains(label) ? 1 : 0;
    }
    return differing;
  }

  static double ratio(double part, double whole) {
    return whole == 0 ? 0 : part / whole;
  }
}
