package fabwafer.classifier.calibration;

/**
 * Held-out wafers in columns, as the fits read them; nobody modifies one.
 *
 * <p>Logits have shape [wafers, classes]; labels are class ids; a weight is how many wafers of the
 * fab one stands for; groups are numbered from 0.
 */
final class Sample {
  final double[][] logits;
  final int[] labels;
  final double[] weights;
  final int[] groups;
  final int groupCount;

  Sample(double[][] logits, int[] labels, double[] weights, int[] groups, int groupCount) {
    this.logits = logits;
    this.labels = labels;
    this.weights = weights;
    this.groups = groups;
    this.groupCount = groupCount;
  }

  int size() {
    return labels.length;
  }

  int classes() {
    return logits[0].length;
  }

  /** The same wafers, each group's weight times a factor; 0 leaves a group out. */
  Sample times(double[] groupFactors) {
    double[] other = new double[weights.length];
    for (int i = 0; i < other.length; i++) {
      other[i] = weights[i] * groupFactors[groups[i]];
    }
    return withWeights(other);
  }

  /** The same wafers with other weights. */
  Sample withWeights(double[] other) {
    return new Sample(logits, labels, other, groups, groupCount);
  }

  /** The same wafers with other logits, such as calibrated ones. */
  Sample withLogits(double[][] other) {
    return new Sample(other, labels, weights, groups, groupCount);
  }
}
