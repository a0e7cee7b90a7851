package fabwafer.training;

import fabwafer.wafer.DefectPattern;
import java.util.ArrayList;
import java.util.List;

/**
 * How well logits fit the labels.
 *
 * @param loss mean negative log-likelihood
 * @param accuracy share of wafers whose largest logit is their label's
 * @param macroF1 mean F1 of the classes that the labels hold
 * @param macroF1Weighted the same, each wafer labelled none counted as often as was asked for
 * @param recalls each class's recall, in class-id order; NaN where the labels lack the class
 */
record Score(
    double loss, double accuracy, double macroF1, double macroF1Weighted, List<Double> recalls) {
  Score {
    recalls = List.copyOf(recalls);
  }

  private static final int NONE = DefectPattern.NONE.id();

  /**
   * @param logits shape [wafers, classes]; not modified
   * @param noneWeight how often a wafer labelled none counts for the weighted macro-F1
   */
  static Score of(float[][] logits, int[] labels, double noneWeight) {
    int classes = logits[0].length;
    double[][] confusion = new double[classes][classes];
    double loss = 0;
    int right = 0;
    for (int i = 0; i < labels.length; i++) {
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
        loss / labels.length,
        (double) right / labels.length,
        macroF1(confusion, 1),
        macroF1(confusion, noneWeight),
        recalls);
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
