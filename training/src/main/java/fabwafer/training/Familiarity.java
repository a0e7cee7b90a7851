package fabwafer.training;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Directions in which the embeddings of training wafers point, found by spherical k-means. A wafer
 * is novel as far as its embedding points in none of them, and as far as the network cannot tell
 * which patterns it shows. docs/decisions/network.md says what else was measured.
 *
 * <p>Source of the clustering: I. S. Dhillon, D. S. Modha, "Concept Decompositions for Large Sparse
 * Text Data Using Clustering", Machine Learning 42, 2001.
 *
 * @param prototypes unit vectors, shape [prototypes][channels]
 */
@SuppressWarnings("ArrayRecordComponent") // a value of this package's numeric code
record Familiarity(float[][] prototypes) {
  /** Novelty per nat of doubt about the patterns; a cosine's distance is 0 to 2. */
  static final double DOUBT_WEIGHT = 0.03;

  /** Added to an embedding's length, which may be 0. */
  static final float LEAST_LENGTH = 1e-6f;

  private static final int MOST_PROTOTYPES = 128;
  private static final int ROUNDS = 15;

  /**
   * Finds the prototypes.
   *
   * @param embeddings shape [wafers, channels], at least one
   */
  static Familiarity of(float[][] embeddings) {
    float[][] units = new float[embeddings.length][];
    for (int i = 0; i < units.length; i++) {
      units[i] = unit(embeddings[i]);
    }
    List<Integer> order = new ArrayList<>(IntStream.range(0, units.length).boxed().toList());
    Collections.shuffle(order, new Random(1));
    float[][] prototypes =
        order.stream().limit(MOST_PROTOTYPES).map(i -> units[i].clone()).toArray(float[][]::new);
    for (int round = 0; round < ROUNDS; round++) {
      move(prototypes, units);
    }
    return new Familiarity(prototypes);
  }

  /** Each prototype to the middle of the embeddings that are nearest to it. */
  private static void move(float[][] prototypes, float[][] units) {
    int channels = units[0].length;
    float[][] sums = new float[prototypes.length][channels];
    boolean[] nearestToAny = new boolean[prototypes.length];
    for (float[] unit : units) {
      int nearest = nearest(unit, prototypes);
      nearestToAny[nearest] = true;
      for (int k = 0; k < channels; k++) {
        sums[nearest][k] += unit[k];
      }
    }
    for (int p = 0; p < prototypes.length; p++) {
      if (nearestToAny[p]) {
        prototypes[p] = unit(sums[p]);
      }
    }
  }

  /**
   * What a graph computes; here in doubles, to hold the graph against.
   *
   * @param patterns logits of the patterns
   */
  double novelty(float[] embedding, float[] patterns) {
    float[] unit = unit(embedding);
    double doubt = 0;
    for (float logit : patterns) {
      doubt += doubt(logit);
    }
    return 1 - cosine(unit, prototypes[nearest(unit, prototypes)]) + DOUBT_WEIGHT * doubt;
  }

  /** Entropy of a yes or no whose log odds are given, in nats: softplus(z) - z sigmoid(z). */
  private static double doubt(double logit) {
    double softplus = Math.max(logit, 0) + Math.log1p(Math.exp(-Math.abs(logit)));
    return softplus - logit / (1 + Math.exp(-logit));
  }

  private static int nearest(float[] unit, float[][] prototypes) {
    int nearest = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (int p = 0; p < prototypes.length; p++) {
      double cosine = cosine(unit, prototypes[p]);
      if (cosine > most) {
        most = cosine;
        nearest = p;
      }
    }
    return nearest;
  }

  private static float cosine(float[] unit, float[] other) {
    float sum = 0;
    for (int k = 0; k < unit.length; k++) {
      sum += unit[k] * other[k];
    }
    return sum;
  }

  private static float[] unit(float[] vector) {
    double square = 0;
    for (float value : vector) {
      square += (double) value * value;
    }
    double length = Math.sqrt(square) + LEAST_LENGTH;
    float[] unit = new float[vector.length];
    for (int k = 0; k < unit.length; k++) {
      unit[k] = (float) (vector[k] / length);
    }
    return unit;
  }
}
