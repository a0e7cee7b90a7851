package fabwafer.classifier.calibration;

/**
 * Fits a {@link Scaling} by the least weighed negative log-likelihood, with Newton's method: in the
 * slope and the biases the loss is convex. The biases are held by a ridge to those that the model's
 * card has from its training (the prior of the classes), so that a class of few wafers is not moved
 * by their noise.
 *
 * <p>Sources: C. Guo et al., "On Calibration of Modern Neural Networks", ICML 2017, arXiv
 * 1706.04599 (temperature); A. Alexandari et al., "Maximum Likelihood with Bias-Corrected
 * Calibration is Hard-To-Beat at Label Shift Adaptation", ICML 2020, arXiv 1901.06852 (bias).
 */
final class ScalingFit {
  /** Ridges that are tried, in wafers' worth of evidence; infinite fits a temperature alone. */
  private static final double[] RIDGES = {Double.POSITIVE_INFINITY, 100, 10, 1};

  /** Most classes with biases: Newton's method solves a system of that size. */
  private static final int MAX_BIASED_CLASSES = 64;

  private static final int MAX_STEPS = 50;
  private static final int MAX_HALVINGS = 30;
  private static final double ENOUGH = 1e-10;

  private final Sample sample;
  private final double[] bias;
  private final double ridge;
  private final int parameters;

  private ScalingFit(Sample sample, double[] bias, double ridge) {
    this.sample = sample;
    this.bias = bias;
    this.ridge = ridge;
    this.parameters = Double.isInfinite(ridge) ? 1 : 1 + sample.classes();
  }

  /**
   * The ridge of the least cross-fitted loss. Biases are taken only if they are better by more than
   * one standard error of the difference over groups; else the temperature alone stays.
   */
  static double chooseRidge(Sample sample, double[] bias, GroupFolds folds) {
    double best = Double.POSITIVE_INFINITY;
    double[] plain = crossFittedLosses(sample, bias, folds, best);
    double bestGain = 0;
    if (sample.classes() > MAX_BIASED_CLASSES) {
      return best;
    }
    for (int r = 1; r < RIDGES.length; r++) {
      double[] losses = crossFittedLosses(sample, bias, folds, RIDGES[r]);
      double gain = 0;
      double squares = 0;
      for (int g = 0; g < losses.length; g++) {
        double difference = plain[g] - losses[g];
        gain += difference;
        squares += difference * difference;
      }
      // The sum over independent groups has the sum of their squares as its variance.
      if (gain > bestGain && gain > Math.sqrt(squares)) {
        bestGain = gain;
        best = RIDGES[r];
      }
    }
    return best;
  }

  /** Weighed loss of each group under the fit of the folds that lack it. */
  private static double[] crossFittedLosses(
      Sample sample, double[] bias, GroupFolds folds, double ridge) {
    double[] losses = new double[sample.groupCount];
    for (int fold = 0; fold < GroupFolds.FOLDS; fold++) {
      Scaling fitted = fit(sample.times(folds.outside(fold)), bias, ridge);
      for (int i = 0; i < sample.size(); i++) {
        int group = sample.groups[i];
        if (folds.foldOf(group) == fold) {
          double[] log = fitted.logProbabilities(sample.logits[i]);
          losses[group] -= sample.weights[i] * log[sample.labels[i]];
        }
      }
    }
    return losses;
  }

  /**
   * Fits with a ridge; with an infinite one a temperature alone.
   *
   * @param bias what the biases are held to, shape [classes]
   */
  static Scaling fit(Sample sample, double[] bias, double ridge) {
    return new ScalingFit(sample, bias, ridge).newton();
  }

  private Scaling newton() {
    double[] at = new double[1 + sample.classes()];
    at[0] = 1;
    double loss = loss(at);
    for (int step = 0; step < MAX_STEPS; step++) {
      double[] gradient = new double[parameters];
      double[][] hessian = new double[parameters][parameters];
      derivatives(at, gradient, hessian);
      double[] direction = solve(hessian, gradient);
      double length = 1;
      double[] next = moved(at, direction, length);
      double nextLoss = loss(next);
      for (int i = 0; i < MAX_HALVINGS && !(nextLoss <= loss); i++) {
        length /= 2;
        next = moved(at, direction, length);
        nextLoss = loss(next);
      }
      boolean done = !(nextLoss < loss - ENOUGH * Math.abs(loss));
      if (nextLoss <= loss) {
        at = next;
        loss = nextLoss;
      }
      if (done) {
        break;
      }
    }
    return scaling(at);
  }

  private double[] moved(double[] at, double[] direction, double length) {
    double[] moved = at.clone();
    for (int i = 0; i < parameters; i++) {
      moved[i] -= length * direction[i];
    }
    return moved;
  }

  private Scaling scaling(double[] at) {
    double[] moved = bias.clone();
    for (int c = 0; c < moved.length; c++) {
      moved[c] += at[1 + c];
    }
    return new Scaling(at[0], moved);
  }

  private double loss(double[] at) {
    if (at[0] <= 0) {
      return Double.POSITIVE_INFINITY;
    }
    Scaling scaling = scaling(at);
    double loss = 0;
    for (int i = 0; i < sample.size(); i++) {
      if (sample.weights[i] > 0) {
        loss -= sample.weights[i] * scaling.logProbabilities(sample.logits[i])[sample.labels[i]];
      }
    }
    for (int i = 1; i < parameters; i++) {
      loss += ridge / 2 * at[i] * at[i];
    }
    return loss;
  }

  private void derivatives(double[] at, double[] gradient, double[][] hessian) {
    Scaling scaling = scaling(at);
    int classes = sample.classes();
    double[] p = new double[classes];
    for (int i = 0; i < sample.size(); i++) {
      double weight = sample.weights[i];
      if (weight == 0) {
        continue;
      }
      double[] logits = sample.logits[i];
      double[] log = scaling.logProbabilities(logits);
      double mean = 0;
      double square = 0;
      for (int c = 0; c < classes; c++) {
        p[c] = Math.exp(log[c]);
        mean += p[c] * logits[c];
        square += p[c] * logits[c] * logits[c];
      }
      gradient[0] += weight * (mean - logits[sample.labels[i]]);
      hessian[0][0] += weight * (square - mean * mean);
      for (int c = 0; c < parameters - 1; c++) {
        gradient[1 + c] += weight * (p[c] - (c == sample.labels[i] ? 1 : 0));
        hessian[0][1 + c] += weight * p[c] * (logits[c] - mean);
        for (int d = c; d < classes; d++) {
          hessian[1 + c][1 + d] += weight * ((c == d ? p[c] : 0) - p[c] * p[d]);
        }
      }
    }
    for (int i = 1; i < parameters; i++) {
      gradient[i] += ridge * at[i];
      hessian[i][i] += ridge;
    }
    for (int i = 0; i < parameters; i++) {
      hessian[i][i] += ENOUGH * (1 + hessian[i][i]);
      for (int j = 0; j < i; j++) {
        hessian[i][j] = hessian[j][i];
      }
    }
  }

  /** Solves a system with a positive definite matrix, by Cholesky; the matrix is overwritten. */
  private static double[] solve(double[][] matrix, double[] right) {
    int n = right.length;
    double[] x = right.clone();
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = matrix[i][j];
        for (int k = 0; k < j; k++) {
          sum -= matrix[i][k] * matrix[j][k];
        }
        matrix[i][j] = i == j ? Math.sqrt(Math.max(sum, ENOUGH)) : sum / matrix[j][j];
      }
      for (int k = 0; k < i; k++) {
        x[i] -= matrix[i][k] * x[k];
      }
      x[i] /= matrix[i][i];
    }
    for (int i = n - 1; i >= 0; i--) {
      for (int k = i + 1; k < n; k++) {
        x[i] -= matrix[k][i] * x[k];
      }
      x[i] /= matrix[i][i];
    }
    return x;
  }
}
