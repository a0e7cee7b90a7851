package fabwafer.wafer.synthetic;

import fabwafer.wafer.WaferException;
import java.util.random.RandomGenerator;

/**
 * A product's die grid on a round wafer of radius 1.
 *
 * @param rows dies from top to bottom of the wafer, {@link #MIN_SIDE} to {@link #MAX_SIDE}
 * @param columns dies from left to right, in the same range
 * @param edgeExclusion width of the ring at the edge that holds no die, in radii, 0 to 0.2
 * @param flat height of the segment cut off at the bottom, in radii, 0 (a notch only) to 0.2
 */
public record Product(int rows, int columns, double edgeExclusion, double flat) {
  /** Fewest dies along a side. */
  public static final int MIN_SIDE = 6;

  /** Most dies along a side. */
  public static final int MAX_SIDE = 1_000;

  private static final double MAX_CUT = 0.2;

  // Grids of WM-811K: the geometric mean of the sides is about 36, half lie within 28 to 46.
  private static final double TYPICAL_SIDE = 36;
  private static final double SIDE_SPREAD = 0.38;
  private static final double ASPECT_SPREAD = 0.16;
  private static final double FLAT_SHARE = 0.3;

  public Product {
    requireSide("rows", rows);
    requireSide("columns", columns);
    requireCut("edge exclusion", edgeExclusion);
    requireCut("flat", flat);
  }

  private static void requireSide(String name, int side) {
    if (side < MIN_SIDE || side > MAX_SIDE) {
      throw new WaferException(
          "a product's %s must be %d to %,d, got %,d".formatted(name, MIN_SIDE, MAX_SIDE, side));
    }
  }

  private static void requireCut(String name, double cut) {
    if (!(cut >= 0 && cut <= MAX_CUT)) {
      throw new WaferException(
          "a product's %s must be 0 to %s radii, got %s".formatted(name, MAX_CUT, cut));
    }
  }

  /**
   * A product with a grid such as fabs have: from about 6 x 21 to 300 x 200 dies, mostly 36 x 36.
   */
  static Product random(RandomGenerator random) {
    double side = TYPICAL_SIDE * Math.exp(SIDE_SPREAD * random.nextGaussian());
    double aspect = Math.exp(ASPECT_SPREAD * random.nextGaussian());
    int rows = Math.clamp(Math.round(side * aspect), MIN_SIDE, 300);
    int columns = Math.clamp(Math.round(side / aspect), MIN_SIDE, 200);
    double flat = random.nextDouble() < FLAT_SHARE ? random.nextDouble(0.02, 0.08) : 0;
    return new Product(rows, columns, random.nextDouble(0.0, 0.03), flat);
  }

  /** A die's middle from the wafer's middle, to the right, in radii. */
  double x(int column) {
    return (2.0 * column + 1) / columns - 1;
  }

  /** A die's middle from the wafer's middle, downwards, in radii. */
  double y(int row) {
    return (2.0 * row + 1) / rows - 1;
  }

  /** The longer side of a die, in radii. */
  double dieLength() {
    return 2.0 / Math.min(rows, columns);
  }

  /** Whether a die lies at a position: its middle inside the exclusion, all of it off the flat. */
  boolean holdsDie(int row, int column) {
    double lowerEdge = y(row) + 1.0 / rows;
    return Math.hypot(x(column), y(row)) <= 1 - edgeExclusion && lowerEdge <= 1 - flat + 1e-9;
  }
}
