package fabwafer.classifier.calibration;

import java.util.SplittableRandom;

/** Wafers drawn from known probabilities, so that the right fit is known. */
final class Draws {
  private Draws() {}

  /**
   * Wafers whose ground truth is drawn from softmax(logits / temperature + bias).
   *
   * @param spread of the logits: the larger, the surer
   */
  static Sample calibrated(
      long seed, int wafers, int groups, double temperature, double[] bias, double spread) {
    SplittableRandom random = new SplittableRandom(seed);
    Scaling right = new Scaling(1 / temperature, bias);
    double[][] logits = new double[wafers][bias.length];
    int[] labels = new int[wafers];
    double[] weights = new double[wafers];
    int[] ofGroup = new int[wafers];
    for (int i = 0; i < wafers; i++) {
      for (int c = 0; c < bias.length; c++) {
        logits[i][c] = spread * random.nextGaussian();
      }
      labels[i] = draw(random, right.logProbabilities(logits[i]));
      weights[i] = 1;
      ofGroup[i] = i % groups;
    }
    return new Sample(logits, labels, weights, ofGroup, groups);
  }

  private static int draw(SplittableRandom random, double[] logProbabilities) {
    double left = random.nextDouble();
    int drawn = 0;
    while (drawn < logProbabilities.length - 1 && left >= Math.exp(logProbabilities[drawn])) {
      left -= Math.exp(logProbabilities[drawn]);
      drawn++;
    }
    return drawn;
  }
}
