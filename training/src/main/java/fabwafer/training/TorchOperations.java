package fabwafer.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;

/**
 * Computes a network with its weights; one instance a batch.
 *
 * <p>No operation here takes a plain number: DJL puts it into a Java buffer that lives for the call
 * alone, while the backward pass still looks into it.
 */
final class TorchOperations implements Operations<NDArray> {
  static final float NORM_EPSILON = 1e-5f;

  /** A running statistic keeps nine tenths of itself at each batch. */
  private static final float NORM_MOMENTUM = 0.9f;

  private final Weights weights;
  private final boolean training;

  /**
   * @param training whether batch normalisation uses and records the batch's own statistics
   */
  TorchOperations(Weights weights, boolean training) {
    this.weights = weights;
    this.training = training;
  }

  @Override
  public NDArray convolution(NDArray input, Convolution c) {
    NDArray convolved =
        Conv2d.conv2d(
                input,
                weights.get(c.name() + ".weight"),
                null,
                new Shape(c.stride(), c.stride()),
                new Shape(c.padding(), c.padding()))
            .singletonOrThrow();
    return BatchNorm.batchNorm(
            convolved,
            weights.get(c.name() + ".mean"),
            weights.get(c.name() + ".variance"),
            weights.get(c.name() + ".scale"),
            weights.get(c.name() + ".shift"),
            1,
            NORM_MOMENTUM,
            NORM_EPSILON,
            training)
        .singletonOrThrow();
  }

  @Override
  public NDArray relu(NDArray input) {
    return Activation.relu(input);
  }

  @Override
  public NDArray add(NDArray left, NDArray right) {
    return left.add(right);
  }

  @Override
  public NDArray gate(NDArray input, Gate gate) {
    NDArray hidden = relu(dense(globalAverage(input), gate.squeeze()));
    NDArray open = Activation.sigmoid(dense(hidden, gate.excite()));
    return input.mul(open.reshape(-1, gate.channels(), 1, 1));
  }

  @Override
  public NDArray globalAverage(NDArray input) {
    return Pool.globalAvgPool2d(input).reshape(-1, input.getShape().get(1));
  }

  @Override
  public NDArray dense(NDArray input, Dense dense) {
    return Linear.linear(
            input, weights.get(dense.name() + ".weight"), weights.get(dense.name() + ".bias"))
        .singletonOrThrow();
  }
}
