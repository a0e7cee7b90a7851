package fabwafer.wafer.synthetic;

/** Where a cause makes dies fail. */
@FunctionalInterface
interface Signature {
  /**
   * The probability that the die at a position fails of this cause, in [0, 1].
   *
   * @param x from the wafer's middle to the right, in radii
   * @param y from the wafer's middle downwards, in radii
   */
  double failing(double x, double y);

  /** Two causes at once, each on its own. */
  default Signature and(Signature other) {
    return (x, y) -> 1 - (1 - failing(x, y)) * (1 - other.failing(x, y));
  }
}
