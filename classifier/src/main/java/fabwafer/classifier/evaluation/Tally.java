package fabwafer.classifier.evaluation;

import fabwafer.classifier.evaluation.Metrics.Binary;
import fabwafer.classifier.evaluation.Metrics.ClassMetrics;
import fabwafer.wafer.DefectPattern;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts from which all metrics follow, so that a bootstrap sample is a sum of its groups' counts:
 * the confusion matrix, and the calibration bins for wafers of truth none and for the others. The
 * weight of none comes in only when metrics are asked for.
 */
final class Tally {
  /** Calibration bins of equal width; bin b holds confidences in (b / 15, (b + 1) / 15]. */
  static final int BINS = 15;

  private static final int WAFERS = 0;
  private static final int CONFIDENCE = 1;
  private static final int CORRECT = 2;
  private static final int BIN_VALUES = 3;

  private final Classes classes;
  private final double[] counts;

  Tally(Classes classes) {
    this.classes = classes;
    this.counts = new double[classes.rows() * classes.columns().size() + 2 * BINS * BIN_VALUES];
  }

  void add(Outcome outcome) {
    int row = classes.row(outcome.wafer().patterns());
    int column = classes.columns().indexOf(outcome.predicted());
    counts[row * classes.columns().size() + column]++;
    int bin = bin(outcome.truthIsNone(), binOf(outcome.probability()));
    counts[bin + WAFERS]++;
    counts[bin + CONFIDENCE] += outcome.probability();
    counts[bin + CORRECT] += outcome.correct() ? 1 : 0;
  }

  /** The counts; live. */
  double[] counts() {
    return counts;
  }

  static int binOf(double confidence) {
    return Math.clamp((long) Math.ceil(confidence * BINS) - 1, 0, BINS - 1);
  }

  /** Wafers of a ground truth with a prediction, not weighted. */
  double count(int row, int column) {
    return counts[row * classes.columns().size() + column];
  }

  /** One bin of a reliability diagram. */
  ReliabilityBin reliability(int bin, double noneWeight) {
    double weight = binSum(bin, WAFERS, noneWeight);
    double wafers = binSum(bin, WAFERS, 1);
    return new ReliabilityBin(
        (double) bin / BINS,
        (double) (bin + 1) / BINS,
        Math.round(wafers),
        ratio(binSum(bin, CONFIDENCE, noneWeight), weight),
        ratio(binSum(bin, CORRECT, noneWeight), weight));
  }

  Metrics metrics(double noneWeight) {
    List<String> labels = classes.columns();
    Map<String, ClassMetrics> perClass = new LinkedHashMap<>();
    double all = 0;
    double hits = 0;
    double sumF1 = 0;
    int present = 0;
    double sumTruthF1 = 0;
    double sumTruth = 0;
    double worst = Double.POSITIVE_INFINITY;
    String worstClass = "";
    for (int column = 0; column < labels.size(); column++) {
      String label = labels.get(column);
      OneClass one = oneClass(column, noneWeight);
      perClass.put(label, one.metrics());
      all += one.said;
      hits += one.exact;
      double f1 = one.metrics().f1();
      if (one.is + one.said > 0) {
        present++;
        sumF1 += f1;
      }
      sumTruth += one.is;
      sumTruthF1 += one.is * f1;
      if (one.is > 0 && one.metrics().recall() < worst) {
        worst = one.metrics().recall();
        worstClass = label;
      }
    }
    return new Metrics(
        ratio(hits, all),
        ratio(sumF1, present),
        ratio(sumTruthF1, sumTruth),
        worstClass.isEmpty() ? 0 : worst,
        worstClass,
        perClass,
        binary(noneWeight),
        ece(noneWeight));
  }

  private static final class OneClass {
    double is;
    double said;
    double both;
    double exact;
    double support;
    double predicted;

    ClassMetrics metrics() {
      return new ClassMetrics(
          ratio(both, said),
          ratio(both, is),
          ratio(2 * both, is + said),
          Math.round(support),
          Math.round(predicted));
    }
  }

  private OneClass oneClass(int column, double noneWeight) {
    String label = classes.columns().get(column);
    OneClass one = new OneClass();
    for (int row = 0; row < classes.rows(); row++) {
      double weight = weight(row, noneWeight);
      double here = count(row, column);
      one.said += weight * here;
      one.predicted += here;
      if (classes.rowHas(row, label)) {
        double wafers = rowSum(row);
        one.is += weight * wafers;
        one.support += wafers;
        one.both += weight * here;
        one.exact += classes.rowIs(row, label) ? weight * here : 0;
      }
    }
    return one;
  }

  private Binary binary(double noneWeight) {
    int none = classes.columns().indexOf(DefectPattern.NONE.label());
    double all = 0;
    double truth = 0;
    double said = 0;
    double both = 0;
    for (int row = 0; row < classes.rows(); row++) {
      double weight = weight(row, noneWeight);
      double wafers = rowSum(row);
      double defects = wafers - (none < 0 ? 0 : count(row, none));
      all += weight * wafers;
      said += weight * defects;
      if (!isNone(row)) {
        truth += weight * wafers;
        both += weight * defects;
      }
    }
    double agreed = both + (all - truth - (said - both));
    return new Binary(ratio(agreed, all), ratio(both, said), ratio(both, truth));
  }

  private double ece(double noneWeight) {
    double all = 0;
    double gaps = 0;
    for (int bin = 0; bin < BINS; bin++) {
      all += binSum(bin, WAFERS, noneWeight);
      gaps += Math.abs(binSum(bin, CORRECT, noneWeight) - binSum(bin, CONFIDENCE, noneWeight));
    }
    return ratio(gaps, all);
  }

  private double rowSum(int row) {
    double sum = 0;
    for (int column = 0; column < classes.columns().size(); column++) {
      sum += count(row, column);
    }
    return sum;
  }

  private double weight(int row, double noneWeight) {
    return isNone(row) ? noneWeight : 1;
  }

  private boolean isNone(int row) {
    return classes.rowIs(row, DefectPattern.NONE.label());
  }

  private double binSum(int bin, int value, double noneWeight) {
    return counts[bin(false, bin) + value] + noneWeight * counts[bin(true, bin) + value];
  }

  private int bin(boolean truthIsNone, int bin) {
    int first = classes.rows() * classes.columns().size();
    return first + ((truthIsNone ? BINS : 0) + bin) * BIN_VALUES;
  }

  private static double ratio(double part, double whole) {
    return whole == 0 ? 0 : part / whole;
  }
}
