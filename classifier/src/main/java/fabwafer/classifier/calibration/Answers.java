package fabwafer.classifier.calibration;

/**
 * What is said of each wafer of a sample.
 *
 * <p>Labels are class ids, confidences the probabilities of those, losses the negative
 * log-likelihoods of the ground truth.
 */
final class Answers {
  final int[] labels;
  final double[] confidences;
  final double[] losses;

  Answers(int wafers) {
    labels = new int[wafers];
    confidences = new double[wafers];
    losses = new double[wafers];
  }

  /** The answers by log probabilities and thresholds. */
  static Answers of(Sample calibrated, double[] thresholds) {
    Answers answers = new Answers(calibrated.size());
    double[] offsets = ThresholdFit.offsets(thresholds);
    for (int i = 0; i < calibrated.size(); i++) {
      answers.set(i, calibrated.logits[i], offsets, calibrated.labels[i]);
    }
    return answers;
  }

  /**
   * Sets the answer for one wafer.
   *
   * @param offsets of the thresholds
   */
  void set(int wafer, double[] logProbabilities, double[] offsets, int truth) {
    int said = ThresholdFit.predicted(logProbabilities, offsets);
    labels[wafer] = said;
    confidences[wafer] = Math.exp(logProbabilities[said]);
    losses[wafer] = -logProbabilities[truth];
  }
}
