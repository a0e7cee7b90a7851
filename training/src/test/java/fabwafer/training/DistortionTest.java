package fabwafer.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DistortionTest {
  private static final int SIDE = 32;

  @Test
  void apply_withTheSameSeed_givesTheSame_andWithAnotherAnother() {
    byte[] planes = disc();
    assertThat(distorted(planes, 7)).isEqualTo(distorted(planes, 7)).isNotEqualTo(planes);
    assertThat(distorted(planes, 8)).isNotEqualTo(distorted(planes, 7));
  }

  @Test
  void apply_keepsAWaferRoundAndInItsPlace() {
    byte[] planes = disc();
    for (int seed = 1; seed < 50; seed++) {
      byte[] out = distorted(planes, seed * 0x9E3779B97F4A7C15L);
      assertThat(sum(out)).isBetween(0.85 * sum(planes), 1.15 * sum(planes));
      assertThat(Byte.toUnsignedInt(out[SIDE / 2 * SIDE + SIDE / 2])).isEqualTo(255);
      assertThat(out[0]).isZero();
    }
  }

  @Test
  void apply_turnsASpotAboutTheCentre_byAnyAngle() {
    byte[] planes = new byte[SIDE * SIDE];
    for (int y = 14; y < 18; y++) {
      for (int x = 24; x < 28; x++) {
        planes[y * SIDE + x] = (byte) 255;
      }
    }
    boolean[] quadrants = new boolean[4];
    for (int seed = 1; seed < 60; seed++) {
      byte[] out = distorted(planes, seed * 0x9E3779B97F4A7C15L);
      double[] at = centre(out);
      assertThat(Math.hypot(at[0], at[1])).isBetween(7.0, 13.0);
      quadrants[(at[0] > 0 ? 1 : 0) + (at[1] > 0 ? 2 : 0)] = true;
    }
    assertThat(quadrants).containsOnly(true);
  }

  private static byte[] distorted(byte[] planes, long seed) {
    byte[] out = new byte[planes.length];
    new Distortion(SIDE).apply(planes, out, seed);
    return out;
  }

  private static byte[] disc() {
    byte[] planes = new byte[SIDE * SIDE];
    for (int i = 0; i < planes.length; i++) {
      double radius = Math.hypot(row(i) - 15.5, i % SIDE - 15.5);
      planes[i] = (byte) (radius <= 13 ? 255 : 0);
    }
    return planes;
  }

  private static int row(int cell) {
    return cell / SIDE;
  }

  private static double sum(byte[] planes) {
    return IntStream.range(0, planes.length).map(i -> Byte.toUnsignedInt(planes[i])).sum();
  }

  private static double[] centre(byte[] planes) {
    double x = 0;
    double y = 0;
    for (int i = 0; i < planes.length; i++) {
      x += Byte.toUnsignedInt(planes[i]) * (i % SIDE - 15.5);
      y += Byte.toUnsignedInt(planes[i]) * (row(i) - 15.5);
    }
    return new double[] {x / sum(planes), y / sum(planes)};
  }
}
