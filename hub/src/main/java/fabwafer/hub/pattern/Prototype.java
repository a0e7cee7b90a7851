package fabwafer.hub.pattern;

import fabwafer.hub.similarity.Direction;
import java.util.List;

/**
 * How a model sees a pattern.
 *
 * @param centre mean direction of its named wafers
 * @param least cosine from which a wafer counts as one of it
 */
record Prototype(Direction centre, double least) {
  /** Standard deviations below the mean cosine that still count. */
  private static final double SPREADS = 3;

  /** However widely a cluster is spread: wafers farther off do not look alike. */
  static final double LEAST_OF_ALL = 0.7;

  /** However narrow it is: two pictures of one pattern differ as much by noise alone. */
  static final double MOST_OF_ALL = 0.95;

  /**
   * The prototype of some wafers. How far one may be off is told by their own spread: the mean of
   * the cosines of each with the mean of the others, less three standard deviations.
   *
   * @param wafers at least one
   */
  static Prototype of(List<Direction> wafers) {
    int length = wafers.getFirst().length();
    double[] sum = new double[length];
    for (Direction wafer : wafers) {
      add(sum, wafer, 1);
    }
    Direction centre = direction(sum);
    double mean = 0;
    double squares = 0;
    for (Direction wafer : wafers) {
      double[] others = sum.clone();
      add(others, wafer, wafers.size() == 1 ? 0 : -1);
      double cosine = wafer.cosine(direction(others));
      mean += cosine / wafers.size();
      squares += cosine * cosine / wafers.size();
    }
    double deviation = Math.sqrt(Math.max(0, squares - mean * mean));
    return new Prototype(centre, Math.clamp(mean - SPREADS * deviation, LEAST_OF_ALL, MOST_OF_ALL));
  }

  private static void add(double[] sum, Direction wafer, double times) {
    float[] unit = wafer.unit();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += times * unit[i];
    }
  }

  private static Direction direction(double[] sum) {
    float[] features = new float[sum.length];
    for (int i = 0; i < sum.length; i++) {
      features[i] = (float) sum[i];
    }
    return Direction.of(features);
  }
}
