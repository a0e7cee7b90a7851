package fabwafer.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Adam with decoupled weight decay. Matrices and kernels decay; scales, shifts and biases do not.
 *
 * <p>Source: I. Loshchilov, F. Hutter, "Decoupled Weight Decay Regularization", ICLR 2019,
 * arXiv:1711.05101.
 */
final class AdamW {
  private static final float BETA_1 = 0.9f;
  private static final float BETA_2 = 0.999f;
  private static final float EPSILON = 1e-8f;
  private static final float NO_CLIPPING = -1;

  private final Weights weights;
  private final double decay;
  private final Map<String, NDArray> first = new LinkedHashMap<>();
  private final Map<String, NDArray> second = new LinkedHashMap<>();

  AdamW(Weights weights, NDManager manager, double decay) {
    this.weights = weights;
    this.decay = decay;
    for (String name : weights.trained()) {
      first.put(name, manager.zeros(weights.get(name).getShape()));
      second.put(name, manager.zeros(weights.get(name).getShape()));
    }
  }

  /**
   * Moves the weights against their gradients, and sets the gradients to zero.
   *
   * @param step steps done before, from 0
   */
  void step(double rate, long step) {
    double done = (double) step + 1;
    double corrected = rate * Math.sqrt(1 - Math.pow(BETA_2, done)) / (1 - Math.pow(BETA_1, done));
    first.forEach(
        (name, mean) -> {
          NDArray weight = weights.get(name);
          NDArray variance = second.get(name);
          double own = name.endsWith(".weight") ? decay : 0;
          try (NDArray gradient = weight.getGradient()) {
            weight
                .getNDArrayInternal()
                .adamUpdate(
                    new NDList(weight, gradient, mean, variance),
                    new NDList(weight),
                    (float) rate,
                    (float) corrected,
                    (float) own,
                    1,
                    NO_CLIPPING,
                    BETA_1,
                    BETA_2,
                    EPSILON,
                    true,
                    true);
          }
        });
  }

  /** Both moments by name, for a checkpoint. */
  Map<String, float[]> toArrays() {
    Map<String, float[]> numbers = new LinkedHashMap<>();
    first.forEach((name, array) -> numbers.put("first." + name, array.toFloatArray()));
    second.forEach((name, array) -> numbers.put("second." + name, array.toFloatArray()));
    return numbers;
  }

  void set(Map<String, float[]> numbers) {
    first.forEach((name, array) -> Weights.overwrite(array, required(numbers, "first." + name)));
    second.forEach((name, array) -> Weights.overwrite(array, required(numbers, "second." + name)));
  }

  private static float[] required(Map<String, float[]> numbers, String name) {
    float[] values = numbers.get(name);
    if (values == null) {
      throw new TrainingException("the checkpoint lacks " + name);
    }
    return values;
  }
}
