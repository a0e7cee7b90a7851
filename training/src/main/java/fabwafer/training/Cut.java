package fabwafer.training;

import fabwafer.wafer.DefectPattern;

/**
 * A piece cut out of a wafer, so that one pattern's failing dies stand for another's: an arc of an
 * Edge-Ring is an Edge-Loc, a disc of a Near-full wafer is a Center, a ring of it a Donut.
 * Coordinates are shares of the wafer's sides, from its centre, in [-0.5, 0.5].
 */
sealed interface Cut {
  /** The pattern of the wafer that it is cut from. */
  DefectPattern source();

  /** Whether it holds a place. */
  boolean holds(double y, double x);

  /**
   * A piece of the edge.
   *
   * @param from angle where it begins, in radians, in [-pi, pi)
   * @param width in radians, above 0
   * @param depth from the edge inwards, as share of the radius, in (0, 1]
   */
  record Arc(double from, double width, double depth) implements Cut {
    @Override
    public DefectPattern source() {
      return DefectPattern.EDGE_RING;
    }

    @Override
    public boolean holds(double y, double x) {
      double past = Math.atan2(y, x) - from;
      return (past < 0 ? past + 2 * Math.PI : past) < width && 2 * Math.hypot(y, x) >= 1 - depth;
    }
  }

  /**
   * A disc, or a ring where {@code inner} is above 0.
   *
   * @param y its centre
   * @param x its centre
   * @param inner radius of the hole, as share of the wafer's sides
   * @param outer radius, above {@code inner}
   */
  record Ring(double y, double x, double inner, double outer) implements Cut {
    @Override
    public DefectPattern source() {
      return DefectPattern.NEAR_FULL;
    }

    @Override
    public boolean holds(double y, double x) {
      double radius = Math.hypot(y - this.y, x - this.x);
      return radius >= inner && radius < outer;
    }
  }
}
