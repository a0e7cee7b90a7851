package fabwafer.hub.statistics;

import fabwafer.hub.HubException;

/**
 * How many of some wafers (or dies) are defective.
 *
 * @param defective from 0 to {@code inspected}
 * @param inspected from 0
 */
public record Counted(long defective, long inspected) {
  /** None. */
  public static final Counted NOTHING = new Counted(0, 0);

  public Counted {
    if (defective < 0 || inspected < defective) {
      throw new HubException(
          "defective must be 0 to inspected, got %d of %d".formatted(defective, inspected));
    }
  }

  /** Both together. */
  public Counted plus(Counted other) {
    return new Counted(defective + other.defective, inspected + other.inspected);
  }

  /** The defective share, in [0, 1]; NaN of none. */
  public double share() {
    return inspected == 0 ? Double.NaN : (double) defective / inspected;
  }
}
