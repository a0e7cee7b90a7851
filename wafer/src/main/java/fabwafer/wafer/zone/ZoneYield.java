package fabwafer.wafer.zone;

/**
 * What a zone yields.
 *
 * @param zone which
 * @param dies those in it
 * @param failing those of them that fail
 * @param pValue how probable a difference from the rest of the wafer at least this large is, either
 *     way, where failing dies lie by chance; in (0, 1]
 * @param adjusted the same over all zones of the wafer, in (0, 1]
 */
public record ZoneYield(Zone zone, int dies, int failing, double pValue, double adjusted) {

  /** Passing dies by dies, in [0, 1]; NaN where it holds none. */
  public double yieldRatio() {
    return dies == 0 ? Double.NaN : (double) (dies - failing) / dies;
  }

  /** Whether chance alone would hardly make any zone of the wafer differ so much. */
  public boolean significant() {
    return adjusted <= ZoneYields.LEVEL;
  }
}
