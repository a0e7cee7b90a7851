package fabwafer.classifier.calibration;

/**
 * How good answers are, each wafer by its weight.
 *
 * @param accuracy share of right classes
 * @param macroF1 mean F1 of the classes that are in ground truth or answers
 * @param negativeLogLikelihood mean, of the right class
 * @param ece expected calibration error over 15 bins of equal width
 */
public record Scores(double accuracy, double macroF1, double negativeLogLikelihood, double ece) {
  private static final int BINS = 15;

  /**
   * Scores answers.
   *
   * @param weights of the wafers, which may be others than the sample's
   */
  static Scores of(Sample sample, double[] weights, Answers answers) {
    Counts counts = new Counts(sample.classes());
    double all = 0;
    double right = 0;
    double loss = 0;
    double[] gaps = new double[BINS];
    for (int i = 0; i < sample.size(); i++) {
      double weight = weights[i];
      double confidence = answers.confidences[i];
      boolean correct = answers.labels[i] == sample.labels[i];
      counts.add(sample.labels[i], answers.labels[i], weight);
      all += weight;
      right += correct ? weight : 0;
      loss += weight * answers.losses[i];
      int bin = Math.clamp((long) Math.ceil(confidence * BINS) - 1, 0, BINS - 1);
      gaps[bin] += weight * ((correct ? 1 : 0) - confidence);
    }
    double gap = 0;
    for (double bin : gaps) {
      gap += Math.abs(bin);
    }
    return new Scores(right / all, counts.macroF1(), loss / all, gap / all);
  }

  /** Weighed counts of classes, from which F1 follows. */
  static final class Counts {
    final double[] is;
    final double[] said;
    final double[] both;

    Counts(int classes) {
      this(new double[classes], new double[classes], new double[classes]);
    }

    private Counts(double[] is, double[] said, double[] both) {
      this.is = is;
      this.said = said;
      this.both = both;
    }

    Counts copy() {
      return new Counts(is.clone(), said.clone(), both.clone());
    }

    void add(int label, int predicted, double weight) {
      is[label] += weight;
      said[predicted] += weight;
      both[predicted] += label == predicted ? weight : 0;
    }

    double f1(int c) {
      double sum = is[c] + said[c];
      return sum > 0 ? 2 * both[c] / sum : 0;
    }

    double macroF1() {
      double sum = 0;
      int present = 0;
      for (int c = 0; c < is.length; c++) {
        if (is[c] + said[c] > 0) {
          sum += f1(c);
          present++;
        }
      }
      return sum / present;
    }
  }
}
