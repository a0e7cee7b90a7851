package fabwafer.hub.statistics;

import fabwafer.hub.HubException;

/**
 * The tabular cumulative sum of standardised values (expected 0, deviation 1): {@code C⁺ = max(0, x
 * − k + C⁺')} and {@code C⁻ = max(0, −x − k + C⁻')}, both beginning at 0. It signals a lasting
 * shift of about 2k deviations once a sum passes h.
 *
 * <p>Source: E. S. Page, Biometrika 41 (1954); Montgomery, section 9.1.
 *
 * @param slack k, at least 0: what a value may deviate without being summed
 * @param decision h, above 0: the sum that signals
 */
public record Cusum(double slack, double decision) {
  /** Montgomery's choice for a shift of one deviation: a false signal every 465 values or so. */
  public static final Cusum USUAL = new Cusum(0.5, 5);

  public Cusum {
    if (!(slack >= 0 && Double.isFinite(slack))) {
      throw new HubException("a CUSUM's slack must be at least 0, got " + slack);
    }
    if (!(decision > 0 && Double.isFinite(decision))) {
      throw new HubException("a CUSUM's decision must be above 0, got " + decision);
    }
  }

  /**
   * The sums so far.
   *
   * @param up C⁺, at least 0
   * @param down C⁻, at least 0
   * @param upFor values since C⁺ was last 0: a shift began that long ago
   * @param downFor values since C⁻ was last 0
   */
  public record Sums(double up, double down, long upFor, long downFor) {
    /** Before the first value. */
    public static final Sums ZERO = new Sums(0, 0, 0, 0);
  }

  /** The sums after a value. */
  public Sums next(Sums before, double value) {
    double up = Math.max(0, value - slack + before.up);
    double down = Math.max(0, -value - slack + before.down);
    return new Sums(up, down, up > 0 ? before.upFor + 1 : 0, down > 0 ? before.downFor + 1 : 0);
  }

  /** Whether a sum lies past the decision. */
  public boolean signals(Sums sums) {
    return sums.up > decision || sums.down > decision;
  }
}
