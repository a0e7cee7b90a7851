package fabwafer.wafer.synthetic;

import fabwafer.wafer.DefectPattern;
import java.util.random.RandomGenerator;

/**
 * Draws a signature for each defect pattern. Sizes and densities were set by eye and by failing
 * shares beside wafers of WM-811K.
 */
final class Signatures {
  private static final double TURN = 2 * Math.PI;

  private final RandomGenerator random;
  private final Product product;

  Signatures(RandomGenerator random, Product product) {
    this.random = random;
    this.product = product;
  }

  Signature of(DefectPattern pattern) {
    return switch (pattern) {
      case CENTER -> blob(between(0, 0.15), between(0.26, 0.52), between(0.6, 0.97));
      case DONUT -> donut();
      case EDGE_LOC -> edge(between(0.12, 0.32), between(0.25, 0.9), between(0.6, 0.95));
      case EDGE_RING -> edge(between(0.04, 0.13), between(2.4, 3.6), between(0.65, 0.97));
      case LOC -> blob(between(0.2, 0.7), between(0.1, 0.24), between(0.65, 0.97));
      case NEAR_FULL -> everywhere(between(0.76, 0.98));
      case RANDOM -> everywhere(between(0.25, 0.6));
      case SCRATCH -> scratch();
      case NONE -> (x, y) -> 0;
    };
  }

  /**
   * What fails without a pattern: more towards the edge or the middle, with a few small clusters.
   *
   * @param share the mean failing share
   */
  Signature background(double share) {
    double slope = between(-0.3, 0.7);
    Signature background =
        (x, y) -> Math.clamp(share * (1 + slope * (x * x + y * y - 0.5)), 0.0, 1.0);
    int clusters = random.nextInt(4);
    for (int i = 0; i < clusters; i++) {
      double radius = between(0.6, 1.4) * product.dieLength();
      background = background.and(blob(between(0, 0.9), radius, between(0.3, 0.8)));
    }
    return background;
  }

  /** A spot with an uneven border, denser in its middle. */
  private Signature blob(double distance, double radius, double density) {
    double direction = angle();
    double middleX = distance * Math.cos(direction);
    double middleY = distance * Math.sin(direction);
    double turned = angle();
    double stretch = between(0.65, 1);
    Wave border = new Wave(0.2);
    return (x, y) -> {
      double dx = x - middleX;
      double dy = y - middleY;
      double along = dx * Math.cos(turned) + dy * Math.sin(turned);
      double across = (dy * Math.cos(turned) - dx * Math.sin(turned)) / stretch;
      double edge = radius * border.at(Math.atan2(across, along));
      return density * falling(Math.hypot(along, across) / edge);
    };
  }

  private Signature donut() {
    double direction = angle();
    double distance = between(0, 0.15);
    double middleX = distance * Math.cos(direction);
    double middleY = distance * Math.sin(direction);
    double radius = between(0.36, 0.58);
    double halfWidth = between(0.1, 0.19);
    double density = between(0.5, 0.9);
    Wave border = new Wave(0.1);
    Wave strength = new Wave(0.25);
    return (x, y) -> {
      double around = Math.atan2(y - middleY, x - middleX);
      double off = Math.abs(Math.hypot(x - middleX, y - middleY) - radius * border.at(around));
      return Math.min(1, density * strength.at(around)) * falling(off / halfWidth);
    };
  }

  /** A part of the rim, or nearly all of it. */
  private Signature edge(double depth, double halfAngle, double density) {
    double direction = angle();
    double deep = Math.max(depth, product.dieLength());
    Wave border = new Wave(0.25);
    Wave strength = new Wave(0.15);
    return (x, y) -> {
      double around = Math.atan2(y, x);
      double aside = Math.abs(Math.IEEEremainder(around - direction, TURN)) / halfAngle;
      double inward = Math.max(0, 0.97 - Math.hypot(x, y)) / (deep * border.at(around));
      return Math.min(1, density * strength.at(around)) * falling(aside) * falling(inward);
    };
  }

  /** Failing dies all over, somewhat denser here than there. */
  private Signature everywhere(double share) {
    double direction = angle();
    double wavelength = between(1, 3);
    double uneven = Math.min(0.2, 1 - share) * between(0, 1);
    return (x, y) -> {
      double along = x * Math.cos(direction) + y * Math.sin(direction);
      return Math.clamp(share + uneven * Math.sin(TURN * along / wavelength), 0.0, 1.0);
    };
  }

  /** A bent line about one die wide, with dies it missed. */
  private Signature scratch() {
    double direction = angle();
    double distance = between(0, 0.65);
    double startX = distance * Math.cos(direction);
    double startY = distance * Math.sin(direction);
    double heading = angle();
    double bend = between(-1.3, 1.3);
    double length = Math.max(between(0.45, 1.3), 7 * product.dieLength());
    double density = between(0.75, 0.97);
    double halfWidth = product.dieLength() * between(0.42, 0.75);
    int steps = (int) Math.ceil(length / (0.3 * product.dieLength()));
    double[] pathX = new double[steps];
    double[] pathY = new double[steps];
    // Half of the line lies on each side of the start, so that it stays on the wafer.
    for (int i = 0; i < steps; i++) {
      double s = length * ((double) i / steps - 0.5);
      pathX[i] = startX + s * Math.cos(heading + bend * s / 2);
      pathY[i] = startY + s * Math.sin(heading + bend * s / 2);
    }
    return (x, y) -> {
      double nearest = Double.MAX_VALUE;
      for (int i = 0; i < steps; i++) {
        double dx = x - pathX[i];
        double dy = y - pathY[i];
        nearest = Math.min(nearest, dx * dx + dy * dy);
      }
      return nearest <= halfWidth * halfWidth ? density : 0;
    };
  }

  /** 1 up to 0.7, 0 from 1.3 on, smooth between. */
  private static double falling(double distance) {
    double t = Math.clamp((distance - 0.7) / 0.6, 0.0, 1.0);
    return 1 - t * t * (3 - 2 * t);
  }

  private double between(double low, double high) {
    return random.nextDouble(low, high);
  }

  private double angle() {
    return random.nextDouble(TURN);
  }

  /** A factor around 1 that runs unevenly around the circle. */
  private final class Wave {
    private final double second = angle();
    private final double third = angle();
    private final double fifth = angle();
    private final double height;

    Wave(double height) {
      this.height = height;
    }

    double at(double around) {
      return 1
          + height * (Math.sin(2 * around + second) + Math.sin(3 * around + third)) / 2
          + height * Math.sin(5 * around + fifth) / 3;
    }
  }
}
