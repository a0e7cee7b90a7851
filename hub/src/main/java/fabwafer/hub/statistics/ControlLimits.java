package fabwafer.hub.statistics;

/** Between which values a point of a control chart is expected, and around which. */
public record ControlLimits(double lower, double centre, double upper) {
  /** Whether a value lies outside. */
  public boolean areLeftBy(double value) {
    return value < lower || value > upper;
  }
}
