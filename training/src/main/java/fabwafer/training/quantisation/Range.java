package fabwafer.training.quantisation;

/**
 * The real numbers that an unsigned byte q stands for: scale x (q - zero). Zero itself is always
 * one of them, because padding is made of zeros.
 *
 * @param scale the step between neighbours, above 0
 * @param zero the byte that stands for 0, 0 to {@link #STEPS}
 */
record Range(float scale, int zero) {
  /** Steps of an unsigned byte. */
  static final int STEPS = 255;

  // A tensor that is always zero still needs a scale that can be divided by.
  private static final float LEAST_SCALE = 1e-8f;

  /**
   * The range that reaches from the least to the most, both moved to 0 where it would be outside.
   * After a ReLU the least is 0 and so is {@link #zero()}: ONNX Runtime then drops the ReLU.
   */
  static Range of(double least, double most) {
    double low = Math.min(least, 0);
    double high = Math.max(most, 0);
    float scale = Math.max((float) ((high - low) / STEPS), LEAST_SCALE);
    return new Range(scale, Math.clamp(Math.round(-low / scale), 0, STEPS));
  }

  /** The number that stands for a value: the nearest one, a tie to the even byte as in ONNX. */
  double rounded(double value) {
    double q = Math.rint(value / scale) + zero;
    return scale * (Math.clamp(q, 0, STEPS) - zero);
  }
}
