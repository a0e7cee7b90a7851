package fabwafer.classifier.calibration;

import fabwafer.classifier.ModelCard.Calibration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Log probabilities = log softmax(slope x logits + bias); the slope is 1 / temperature. */
final class Scaling {
  private static final double LEAST_TEMPERATURE = 0.01;
  private static final double MOST_TEMPERATURE = 100;
  private static final double MOST_BIAS = 100;

  private final double slope;
  private final double[] bias;

  /**
   * @param slope brought into the range that a card takes
   * @param bias shape [classes]; not modified
   */
  Scaling(double slope, double[] bias) {
    this.slope = Math.clamp(slope, 1 / MOST_TEMPERATURE, 1 / LEAST_TEMPERATURE);
    this.bias = bias.clone();
    for (int i = 0; i < bias.length; i++) {
      this.bias[i] = Math.clamp(bias[i], -MOST_BIAS, MOST_BIAS);
    }
  }

  double temperature() {
    return 1 / slope;
  }

  /** Log probabilities of all wafers, shape [wafers, classes]. */
  double[][] logProbabilities(double[][] logits) {
    double[][] log = new double[logits.length][];
    for (int i = 0; i < logits.length; i++) {
      log[i] = logProbabilities(logits[i]);
    }
    return log;
  }

  double[] logProbabilities(double[] logits) {
    double[] log = new double[logits.length];
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < log.length; i++) {
      log[i] = slope * logits[i] + bias[i];
      most = Math.max(most, log[i]);
    }
    double sum = 0;
    for (double value : log) {
      sum += Math.exp(value - most);
    }
    double normalizer = most + Math.log(sum);
    for (int i = 0; i < log.length; i++) {
      log[i] -= normalizer;
    }
    return log;
  }

  /** This as a card says it: without bias a temperature. */
  Calibration calibration(List<String> classes, String fittedOn) {
    Map<String, Double> named = new LinkedHashMap<>();
    boolean biased = false;
    for (int i = 0; i < bias.length; i++) {
      named.put(classes.get(i), bias[i]);
      biased |= bias[i] != 0;
    }
    return biased
        ? new Calibration.Vector(temperature(), named, fittedOn)
        : new Calibration.Temperature(temperature(), fittedOn);
  }
}
