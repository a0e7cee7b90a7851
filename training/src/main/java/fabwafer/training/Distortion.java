package fabwafer.training;

import java.util.Random;

/**
 * Rotates an encoded wafer by any angle, stretches it by a few percent and bends it a little, as no
 * two wafers carry the same pattern alike. Each plane is sampled between its cells.
 *
 * <p>Source of the bending: P. Y. Simard, D. Steinkraus, J. C. Platt, "Best Practices for
 * Convolutional Neural Networks Applied to Visual Document Analysis", ICDAR 2003.
 */
final class Distortion {
  private static final double MOST_STRETCH = 0.06;

  /** Standard deviation of the bending at its knots, as share of the side. */
  private static final double BEND = 0.018;

  /** Knots of the bending along a side. */
  private static final int KNOTS = 5;

  private final int side;
  private final float[] fromX;
  private final float[] fromY;

  /**
   * @param side rows and columns of the planes
   */
  Distortion(int side) {
    this.side = side;
    this.fromX = new float[side * side];
    this.fromY = new float[side * side];
  }

  /**
   * Distorts planes.
   *
   * @param planes shape [count, side, side], unsigned; not modified
   * @param out receives as many
   * @param seed the same seed gives the same distortion
   */
  void apply(byte[] planes, byte[] out, long seed) {
    choose(new Random(seed));
    int cells = side * side;
    for (int offset = 0; offset < planes.length; offset += cells) {
      for (int cell = 0; cell < cells; cell++) {
        out[offset + cell] = sampled(planes, offset, fromX[cell], fromY[cell]);
      }
    }
  }

  private void choose(Random random) {
    double angle = random.nextDouble() * 2 * Math.PI;
    double stretchX = 1 + (random.nextDouble() * 2 - 1) * MOST_STRETCH;
    double stretchY = 1 + (random.nextDouble() * 2 - 1) * MOST_STRETCH;
    float[] bendX = knots(random);
    float[] bendY = knots(random);
    double cos = Math.cos(angle);
    double sin = Math.sin(angle);
    double centre = (side - 1) / 2.0;
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        double dx = (x - centre) * stretchX;
        double dy = (y - centre) * stretchY;
        int cell = y * side + x;
        fromX[cell] = (float) (centre + cos * dx - sin * dy + between(bendX, x, y));
        fromY[cell] = (float) (centre + sin * dx + cos * dy + between(bendY, x, y));
      }
    }
  }

  private float[] knots(Random random) {
    float[] knots = new float[KNOTS * KNOTS];
    for (int i = 0; i < knots.length; i++) {
      knots[i] = (float) (random.nextGaussian() * BEND * side);
    }
    return knots;
  }

  /** The bending at a cell, linear between its knots. */
  private float between(float[] knots, int x, int y) {
    float kx = (float) x / side * (KNOTS - 1);
    float ky = (float) y / side * (KNOTS - 1);
    int left = (int) kx;
    int top = (int) ky;
    float right = kx - left;
    float down = ky - top;
    int at = top * KNOTS + left;
    float upper = knots[at] + right * (knots[at + 1] - knots[at]);
    float lower = knots[at + KNOTS] + right * (knots[at + KNOTS + 1] - knots[at + KNOTS]);
    return upper + down * (lower - upper);
  }

  /** The value between four cells; what lies outside is 0, no die. */
  private byte sampled(byte[] planes, int offset, float x, float y) {
    int left = (int) Math.floor(x);
    int top = (int) Math.floor(y);
    float right = x - left;
    float down = y - top;
    float upper = mixed(at(planes, offset, left, top), at(planes, offset, left + 1, top), right);
    float lower =
        mixed(at(planes, offset, left, top + 1), at(planes, offset, left + 1, top + 1), right);
    return (byte) Math.round(mixed(upper, lower, down));
  }

  private int at(byte[] planes, int offset, int x, int y) {
    return x < 0 || y < 0 || x >= side || y >= side
        ? 0
        : Byte.toUnsignedInt(planes[offset + y * side + x]);
  }

  private static float mixed(float first, float second, float share) {
    return first + share * (second - first);
  }
}
