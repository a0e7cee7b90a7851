package fabwafer.wafer.zone;

import java.util.List;

/**
 * A part of a wafer. A die is in the zone that its centre is in; positions are measured from the
 * grid's middle in halves of its width and height, so that a wafer's rim is at 1.
 *
 * @param kind what sort of part
 * @param index from the middle outwards, or clockwise from the top of the wafer map
 */
public record Zone(Kind kind, int index) {
  /** Rings hold equal areas: a test of each sees equally small differences. */
  static final int RINGS = 4;

  static final int SECTORS = 8;

  private static final List<String> RING_NAMES = List.of("middle", "inner", "outer", "edge");
  private static final List<String> SECTOR_NAMES =
      List.of(
          "top", "top right", "right", "bottom right", "bottom", "bottom left", "left", "top left");

  /** A sort of zones, which together cover the wafer. */
  public enum Kind {
    RING,
    SECTOR
  }

  /** Its name, unique among zones of its kind. */
  public String name() {
    return switch (kind) {
      case RING -> RING_NAMES.get(index);
      case SECTOR -> SECTOR_NAMES.get(index);
    };
  }

  /**
   * Where rings end, from the middle outwards, in [0, 1]; the last goes to the rim and beyond.
   *
   * @return shape [rings - 1]
   */
  public static List<Double> ringEnds() {
    return List.of(Math.sqrt(1.0 / RINGS), Math.sqrt(2.0 / RINGS), Math.sqrt(3.0 / RINGS));
  }

  /** How many sectors there are; the first is about the top. */
  public static int sectors() {
    return SECTORS;
  }

  /** The ring of a die. */
  static int ring(double x, double y) {
    return (int) Math.min(RINGS - 1, Math.floor((x * x + y * y) * RINGS));
  }

  /** The sector of a die; the one in the very middle is in the top's. */
  static int sector(double x, double y) {
    double turns = Math.atan2(x, -y) / (2 * Math.PI);
    return Math.floorMod((int) Math.floor(turns * SECTORS + 0.5), SECTORS);
  }
}
