package fabwafer.training;

import fabwafer.wafer.DefectPattern;

/**
 * How a network's logits z become probabilities for the class mix that is wanted: softmax(z / T +
 * s), s from {@link ClassBalance#logitShift()}. The temperature T is fitted; a network trained on
 * weighed wafers and smoothed labels is less sure than it should be, so s alone would push its rare
 * classes too far back.
 *
 * <p>Source: C. Guo et al., "On Calibration of Modern Neural Networks", ICML 2017,
 * arXiv:1706.04599.
 *
 * @param temperature T, in [0.05, 20]
 * @param shift s, shape [classes]; not modified
 */
@SuppressWarnings("ArrayRecordComponent") // a value of this package's numeric code
record FittedCalibration(double temperature, double[] shift) {
  private static final double LEAST = 0.05;
  private static final double MOST = 20;
  private static final int ROUNDS = 40;
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  /**
   * Finds the temperature of the least negative log-likelihood, which as a function of 1 / T has
   * one minimum; by golden section.
   *
   * @param logits shape [wafers, classes]; not modified
   * @param noneWeight how often a wafer labelled none counts
   */
  static FittedCalibration fit(float[][] logits, int[] labels, double[] shift, double noneWeight) {
    double low = Math.log(LEAST);
    double high = Math.log(MOST);
    double left = high - GOLDEN * (high - low);
    double right = low + GOLDEN * (high - low);
    double atLeft = loss(logits, labels, shift, noneWeight, left);
    double atRight = loss(logits, labels, shift, noneWeight, right);
    for (int i = 0; i < ROUNDS; i++) {
      if (atLeft < atRight) {
        high = right;
        right = left;
        atRight = atLeft;
        left = high - GOLDEN * (high - low);
        atLeft = loss(logits, labels, shift, noneWeight, left);
      } else {
        low = left;
        left = right;
        atLeft = atRight;
        right = low + GOLDEN * (high - low);
        atRight = loss(logits, labels, shift, noneWeight, right);
      }
    }
    return new FittedCalibration(Math.exp((low + high) / 2), shift.clone());
  }

  /** z / T + s for every wafer, shape [wafers, classes]. */
  float[][] calibrated(float[][] logits) {
    float[][] calibrated = new float[logits.length][];
    for (int i = 0; i < logits.length; i++) {
      calibrated[i] = calibrated(logits[i], shift, temperature);
    }
    return calibrated;
  }

  private static double loss(
      float[][] logits, int[] labels, double[] shift, double noneWeight, double logTemperature) {
    double temperature = Math.exp(logTemperature);
    double sum = 0;
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0) {
        continue;
      }
      double weight = labels[i] == DefectPattern.NONE.id() ? noneWeight : 1;
      sum +=
          weight
              * Score.negativeLogLikelihood(calibrated(logits[i], shift, temperature), labels[i]);
    }
    return sum;
  }

  private static float[] calibrated(float[] logits, double[] shift, double temperature) {
    float[] calibrated = new float[logits.length];
    for (int c = 0; c < logits.length; c++) {
      calibrated[c] = (float) (logits[c] / temperature + shift[c]);
    }
    return calibrated;
  }
}
