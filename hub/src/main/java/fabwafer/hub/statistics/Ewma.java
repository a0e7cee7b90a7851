package fabwafer.hub.statistics;

import fabwafer.hub.HubException;

/**
 * An exponentially weighted moving average of standardised values (expected 0, deviation 1): {@code
 * z = λ x + (1 − λ) z'}, beginning at 0, with limits {@code ± L √(λ / (2 − λ) (1 − (1 − λ)^2i))}
 * after i values. It sees small lasting shifts that a p-chart passes over.
 *
 * <p>Source: S. W. Roberts, Technometrics 1 (1959); Montgomery, section 9.2.
 *
 * @param weight λ, above 0 and at most 1: what a new value counts
 * @param width L, above 0: the limits, in standard deviations of the average
 */
public record Ewma(double weight, double width) {
  /** Montgomery's choice for small shifts: a false signal every 500 values or so. */
  public static final Ewma USUAL = new Ewma(0.1, 2.7);

  public Ewma {
    if (!(weight > 0 && weight <= 1)) {
      throw new HubException("an EWMA's weight must be above 0 and at most 1, got " + weight);
    }
    if (!(width > 0 && Double.isFinite(width))) {
      throw new HubException("an EWMA's width must be above 0, got " + width);
    }
  }

  /** The average after a value. */
  public double next(double before, double value) {
    return weight * value + (1 - weight) * before;
  }

  /**
   * How far the average may lie from 0.
   *
   * @param values how many it is of, at least 1
   */
  public double limit(long values) {
    double grown = 1 - Math.pow(1 - weight, 2.0 * values);
    return width * Math.sqrt(weight / (2 - weight) * grown);
  }

  /** Whether an average of so many values lies past its limit. */
  public boolean signals(double average, long values) {
    return Math.abs(average) > limit(values);
  }
}
