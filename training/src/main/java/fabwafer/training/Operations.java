package fabwafer.training;

/**
 * What a network is made of. {@link ResidualNetwork} is written once against it; {@link
 * TorchOperations} computes with it and {@link OnnxOperations} writes the same graph down, so the
 * exported network cannot differ from the trained one in its wiring.
 *
 * @param <T> a batch of activations: [N, C, H, W], or [N, C] after {@link #globalAverage}
 */
interface Operations<T> {
  /** A convolution without bias, padded to keep the size at stride 1, then batch normalisation. */
  T convolution(T input, Convolution convolution);

  T relu(T input);

  T add(T left, T right);

  /** Each channel scaled by a gate in [0, 1] that sees the average of every channel. */
  T gate(T input, Gate gate);

  /** The mean over each channel's plane. */
  T globalAverage(T input);

  T dense(T input, Dense dense);

  /**
   * A convolution's shape.
   *
   * @param kernel side of the square kernel, odd
   */
  record Convolution(String name, int in, int out, int kernel, int stride) {
    int padding() {
      return kernel / 2;
    }
  }

  /**
   * Squeeze-and-excitation: dense to {@code hidden}, ReLU, dense back, sigmoid.
   *
   * <p>Source: J. Hu, L. Shen, G. Sun, "Squeeze-and-Excitation Networks", CVPR 2018,
   * arXiv:1709.01507.
   */
  record Gate(String name, int channels, int hidden) {
    Dense squeeze() {
      return new Dense(name + ".squeeze", channels, hidden);
    }

    Dense excite() {
      return new Dense(name + ".excite", hidden, channels);
    }
  }

  /** A matrix [out, in] and a bias [out]. */
  record Dense(String name, int in, int out) {}
}
