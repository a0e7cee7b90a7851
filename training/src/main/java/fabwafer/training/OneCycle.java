package fabwafer.training;

/**
 * The one-cycle learning rate: up along a cosine from a 25th of the peak in the first sixth of the
 * steps, then down along a cosine to a 10,000th.
 *
 * <p>Source: L. N. Smith, N. Topin, "Super-Convergence", 2018, arXiv:1708.07120.
 */
record OneCycle(double peak, long steps) {
  private static final double START = 1 / 25.0;
  private static final double END = 1e-4;
  private static final double RISE = 1 / 6.0;

  /** The rate of a step, counted from 0. */
  double rate(long step) {
    double rising = Math.max(1, RISE * steps);
    return step < rising
        ? between(START * peak, peak, step / rising)
        : between(peak, END * peak, (step - rising) / Math.max(1, steps - rising));
  }

  private static double between(double from, double to, double done) {
    return to + (from - to) * (1 + Math.cos(Math.PI * done)) / 2;
  }
}
