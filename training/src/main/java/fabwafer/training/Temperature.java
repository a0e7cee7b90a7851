package fabwafer.training;

import fabwafer.wafer.DefectPattern;

/** Finds the temperature at which probabilities fit the labels best. */
final class Temperature {
  private static final double LEAST = 0.05;
  private static final double MOST = 20;
  private static final int ROUNDS = 60;
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  private Temperature() {}

  /**
   * The temperature of the least negative log-likelihood, which has one minimum in 1 / temperature;
   * found by golden section.
   *
   * @param noneWeight how often a wafer labelled none counts
   */
  static double fit(float[][] logits, int[] labels, double noneWeight) {
    double low = Math.log(LEAST);
    double high = Math.log(MOST);
    for (int i = 0; i < ROUNDS; i++) {
      double left = high - GOLDEN * (high - low);
      double right = low + GOLDEN * (high - low);
      if (loss(logits, labels, noneWeight, left) < loss(logits, labels, noneWeight, right)) {
        high = right;
      } else {
        low = left;
      }
    }
    return Math.exp((low + high) / 2);
  }

  private static double loss(float[][] logits, int[] labels, double noneWeight, double log) {
    double sum = 0;
    for (int i = 0; i < labels.length; i++) {
      double weight = labels[i] == DefectPattern.NONE.id() ? noneWeight : 1;
      sum += weight * Score.negativeLogLikelihood(logits[i], labels[i], Math.exp(log));
    }
    return sum;
  }
}
