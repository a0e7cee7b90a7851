package fabwafer.training;

import fabwafer.wafer.DefectPattern;
import java.util.Arrays;

/**
 * What rare classes count for in training, and how that is undone in the model.
 *
 * <p>A wafer's loss is weighed by the inverse square root of how many of its class an epoch sees.
 * The network so learns a class mix q, proportional to the square roots, that is not the fab's mix
 * p. Adding log p - log q to the logits gives probabilities for p (Bayes' rule; A. K. Menon et al.,
 * "Long-tail learning via logit adjustment", ICLR 2021, arXiv:2007.07314).
 */
final class ClassBalance {
  private final double[] weights;
  private final double[] logitShift;

  private ClassBalance(double[] weights, double[] logitShift) {
    this.weights = weights;
    this.logitShift = logitShift;
  }

  /**
   * @param seen wafers of each class that an epoch sees
   * @param there wafers of each class that there are
   * @param noneWeight what one wafer labelled none of {@code there} stands for
   */
  static ClassBalance of(int[] seen, int[] there, double noneWeight) {
    int classes = seen.length;
    double[] weights = new double[classes];
    double[] learned = new double[classes];
    double[] wanted = new double[classes];
    for (int c = 0; c < classes; c++) {
      // A class without a wafer keeps a finite place: as if it had one.
      int n = Math.max(1, seen[c]);
      weights[c] = 1 / Math.sqrt(n);
      learned[c] = n * weights[c];
      wanted[c] = Math.max(1, there[c]) * (c == DefectPattern.NONE.id() ? noneWeight : 1);
    }
    double learnedSum = Arrays.stream(learned).sum();
    double wantedSum = Arrays.stream(wanted).sum();
    double seenSum = Arrays.stream(seen).sum();
    double[] shift = new double[classes];
    for (int c = 0; c < classes; c++) {
      // Weights whose mean over an epoch's wafers is 1.
      weights[c] *= seenSum / learnedSum;
      shift[c] = Math.log(wanted[c] / wantedSum) - Math.log(learned[c] / learnedSum);
    }
    return new ClassBalance(weights, shift);
  }

  /** What a wafer of a class counts for in the loss. */
  double weight(int label) {
    return weights[label];
  }

  /** log p - log q of each class; a copy. */
  double[] logitShift() {
    return logitShift.clone();
  }
}
