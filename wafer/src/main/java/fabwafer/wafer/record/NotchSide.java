package fabwafer.wafer.record;

/** The side at which a wafer's notch or flat lies, as one looks at its dies. */
public enum NotchSide {
  UP(0),
  RIGHT(1),
  DOWN(2),
  LEFT(3),
  /** The source does not say. */
  UNKNOWN(-1);

  /** The side at which the notch of every {@link WaferRecord} lies where it is known. */
  public static final NotchSide CANONICAL = DOWN;

  /** Degrees a clockwise turn by 90 degrees. */
  private static final int QUARTER = 90;

  private final int quarterTurnsFromUp;

  NotchSide(int quarterTurnsFromUp) {
    this.quarterTurnsFromUp = quarterTurnsFromUp;
  }

  /**
   * The side an angle means.
   *
   * @param zero the side that 0 degrees mean
   * @param degreesClockwise any multiple of 90
   * @return {@link #UNKNOWN} if the angle is no multiple of 90
   */
  public static NotchSide atDegrees(NotchSide zero, int degreesClockwise) {
    if (degreesClockwise % QUARTER != 0 || zero == UNKNOWN) {
      return UNKNOWN;
    }
    return switch (Math.floorMod(zero.quarterTurnsFromUp + degreesClockwise / QUARTER, 4)) {
      case 0 -> UP;
      case 1 -> RIGHT;
      case 2 -> DOWN;
      default -> LEFT;
    };
  }

  /** The side at which this one lies once the wafer is mirrored left to right. */
  public NotchSide mirrored() {
    return switch (this) {
      case LEFT -> RIGHT;
      case RIGHT -> LEFT;
      case UP, DOWN, UNKNOWN -> this;
    };
  }

  /** Clockwise turns by 90 degrees, 0 to 3, that bring this side down; 0 where it is unknown. */
  int quarterTurnsDown() {
    return this == UNKNOWN
        ? 0
        : Math.floorMod(CANONICAL.quarterTurnsFromUp - quarterTurnsFromUp, 4);
  }
}
