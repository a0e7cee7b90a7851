package fabwafer.training.quantisation;

import java.util.Locale;

/** How a tensor's range follows from the values it had on the calibration wafers. */
public enum RangeRule {
  /** From the smallest to the largest: nothing is clipped, the steps are coarse. */
  MIN_MAX {
    @Override
    Range of(Histogram values) {
      return values.whole();
    }
  },
  /** All but one in ten thousand at either end. */
  PERCENTILE {
    @Override
    Range of(Histogram values) {
      return values.percentile(KEPT);
    }
  },
  /** Where clipping and rounding together have the least mean square. */
  LEAST_SQUARES {
    @Override
    Range of(Histogram values) {
      return values.leastSquares();
    }
  };

  private static final double KEPT = 0.9999;

  abstract Range of(Histogram values);

  /** The rule as a command line and a card spell it, such as {@code min-max}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
