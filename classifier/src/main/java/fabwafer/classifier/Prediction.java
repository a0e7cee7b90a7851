package fabwafer.classifier;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a model says of one wafer map.
 *
 * @param label the class with the largest probability; of equal ones the first
 * @param probability that class's probability, in [0, 1]: the model's confidence
 * @param probabilities every class in class-id order → its probability; they sum to 1
 * @param logits what the graph gave, in class-id order, finite
 */
public record Prediction(
    String label, double probability, Map<String, Double> probabilities, List<Double> logits) {

  public Prediction {
    probabilities = Collections.unmodifiableMap(new LinkedHashMap<>(probabilities));
    logits = List.copyOf(logits);
  }

  /**
   * The prediction of logits: softmax(logits / temperature).
   *
   * @param classes labels in class-id order
   * @param logits shape [classes], finite; not modified
   * @param temperature above 0
   */
  static Prediction ofLogits(List<String> classes, double[] logits, double temperature) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    double[] weights = new double[logits.length];
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      weights[i] = Math.exp((logits[i] - logits[best]) / temperature);
      sum += weights[i];
    }
    Map<String, Double> probabilities = new LinkedHashMap<>();
    Double[] boxed = new Double[logits.length];
    for (int i = 0; i < logits.length; i++) {
      probabilities.put(classes.get(i), weights[i] / sum);
      boxed[i] = logits[i];
    }
    return new Prediction(classes.get(best), weights[best] / sum, probabilities, List.of(boxed));
  }
}
