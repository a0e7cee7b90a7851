package fabwafer.wafer.record;

/**
 * A bin: a class that a tester sorts dies into.
 *
 * @param number its number, at least 0
 * @param code how the source writes it: {@code 07}, {@code G}; the number where it has no own code
 * @param quality whether its dies count as passing
 * @param name what it means, empty where the source does not say
 * @param dies how many dies of this record are in it
 */
public record Bin(int number, String code, Quality quality, String name, int dies) {

  /** Whether a bin's dies count as passing. */
  public enum Quality {
    PASS,
    FAIL,
    /** Dies of both kinds are in it, or none at all and the source does not say. */
    UNSTATED
  }
}
