package fabwafer.training;

import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.dataset.LabelledWafer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * How well logits fit the labels.
 *
 * @param loss mean negative log-likelihood
 * @param accuracy share of wafers whose largest logit is their label's
 * @param macroF1 mean F1 of the classes that the labels hold
 * @param macroF1Weighted the same, each wafer labelled none counted as often as was asked for
 * @param exactMatch share of wafers whose set of patterns is exactly the one said; NaN until set
 * @param recalls each class's recall, in class-id order; NaN where the labels lack the class
 */
record Score(
    double loss,
    double accuracy,
    double macroF1,
    double macroF1Weighted,
    double exactMatch,
    List<Double> recalls) {
  /** Where there is nothing to measure on. */
  static final Score UNKNOWN =
      new Score(
          Double.NaN,
          Double.NaN,
          Double.NaN,
          Double.NaN,
          Double.NaN,
          Collections.nCopies(DefectPattern.values().length, Double.NaN));

  Score {
    recalls = List.copyOf(recalls);
  }

  private static final int NONE = DefectPattern.NONE.id();

  /**
   * @param logits shape [wafers, classes]; not modified
   * @param labels below 0: a wafer with several patterns, which does not count
   * @param noneWeight how often a wafer labelled none counts for the weighted macro-F1
   */
  static Score of(float[][] logits, int[] labels, double noneWeight) {
    int classes = logits[0].length;
    double[][] confusion = new double[classes][classes];
    double loss = 0;
    int right = 0;
    int counted = 0;
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0) {
        continue;
      }
      counted++;
      int predicted = largest(logits[i]);
      confusion[labels[i]][predicted]++;
      right += predicted == labels[i] ? 1 : 0;
      loss += negativeLogLikelihood(logits[i], labels[i]);
    }
    List<Double> recalls = new ArrayList<>();
    for (int c = 0; c < classes; c++) {
      double there = 0;
      for (double count : confusion[c]) {
        there += count;
      }
      recalls.add(there == 0 ? Double.NaN : confusion[c][c] / there);
    }
    return new Score(
        loss / counted,
        (double) right / counted,
        macroF1(confusion, 1),
        macroF1(confusion, noneWeight),
        Double.NaN,
        recalls);
  }

  Score withExactMatch(double share) {
    return new Score(loss, accuracy, macroF1, macroF1Weighted, share, recalls);
  }

  /**
   * The share of wafers whose patterns are exactly those with a logit above 0.
   *
   * @param logits shape [wafers, patterns]
   */
  static double exactMatch(float[][] logits, List<LabelledWafer> wafers) {
    int exact = 0;
    for (int i = 0; i < logits.length; i++) {
      Set<DefectPattern> patterns = wafers.get(i).patterns();
      boolean same = true;
      for (DefectPattern pattern : DefectPattern.values()) {
        same &=
            pattern == DefectPattern.NONE
                || logits[i][pattern.id()] > 0 == patterns.contains(pattern);
      }
      exact += same ? 1 : 0;
    }
    return (double) exact / logits.length;
  }

  /** -log softmax(logits)[label]. */
  static double negativeLogLikelihood(float[] logits, int label) {
    float most = logits[largest(logits)];
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - most);
    }
    return Math.log(sum) - (logits[label] - most);
  }

  private static int largest(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }

  private static double macroF1(double[][] confusion, double noneWeight) {
    int classes = confusion.length;
    double sum = 0;
    int present = 0;
    for (int c = 0; c < classes; c++) {
      double there = 0;
      double predicted = 0;
      for (int other = 0; other < classes; other++) {
        there += confusion[c][other] * (c == NONE ? noneWeight : 1);
        predicted += confusion[other][c] * (other == NONE ? noneWeight : 1);
      }
      if (there > 0) {
        present++;
        sum += 2 * confusion[c][c] * (c == NONE ? noneWeight : 1) / (there + predicted);
      }
    }
    return sum / present;
  }
}
