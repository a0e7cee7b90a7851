package fabwafer.classifier.calibration;

import java.util.Arrays;

/**
 * The least probability of each class such that new wafers of it have at least that with a stated
 * coverage. With n wafers of a class it is the k-th smallest of their probabilities, k = floor((1 -
 * coverage) (n + 1)): the finite-sample rule, under which the coverage holds whatever n is. Where k
 * is 0, no probability is small enough to rule the class out.
 *
 * <p>Wafers of a class all have one weight, so weights change nothing here. Source: V. Vovk,
 * "Conditional validity of inductive conformal predictors", Machine Learning 92, 2013, arXiv
 * 1209.2673.
 */
final class ConformalFit {
  private ConformalFit() {}

  /**
   * Fits the least probabilities.
   *
   * @param calibrated its logits are log probabilities; wafers of weight 0 are left out
   * @return shape [classes]
   */
  static double[] fit(Sample calibrated, double coverage) {
    double[] least = new double[calibrated.classes()];
    for (int c = 0; c < least.length; c++) {
      double[] probabilities = new double[calibrated.size()];
      int count = 0;
      for (int i = 0; i < calibrated.size(); i++) {
        if (calibrated.labels[i] == c && calibrated.weights[i] > 0) {
          probabilities[count++] = Math.exp(calibrated.logits[i][c]);
        }
      }
      least[c] = least(Arrays.copyOf(probabilities, count), coverage);
    }
    return least;
  }

  private static double least(double[] probabilities, double coverage) {
    // 1 - 0.99 is a little less than 0.01: without the small part, k is one too small at n = 99.
    int k = (int) Math.floor((1 - coverage) * (probabilities.length + 1) + 1e-9);
    if (k == 0) {
      return 0;
    }
    double[] ascending = probabilities.clone();
    Arrays.sort(ascending);
    return CardFit.justBelow(ascending[k - 1]);
  }
}
