package fabwafer.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * Where the embeddings of the training wafers lie: the mean of each class, and one covariance of
 * all about their class's mean. A wafer's novelty is the squared Mahalanobis distance to the
 * nearest mean, over the embedding's length.
 *
 * <p>Source: K. Lee et al., "A Simple Unified Framework for Detecting Out-of-Distribution Samples
 * and Adversarial Attacks", NeurIPS 2018, arXiv:1807.03888.
 *
 * @param centre mean of all, shape [channels]; embeddings are taken about it
 * @param means of the classes that there are, about the centre, shape [classes there][channels]
 * @param precision inverse of the covariance over the embedding's length, shape [channels,
 *     channels]
 */
@SuppressWarnings("ArrayRecordComponent") // a value of this package's numeric code
record Familiarity(float[] centre, float[][] means, float[] precision) {
  /** Added to the variances, as share of their mean: an embedding may lie in fewer dimensions. */
  private static final double RIDGE = 0.01;

  /**
   * Measures embeddings.
   *
   * @param embeddings shape [wafers, channels], at least one
   * @param labels class ids; a wafer below 0 has several patterns and is left out
   */
  static Familiarity of(float[][] embeddings, int[] labels, int classes) {
    int channels = embeddings[0].length;
    double[][] sums = new double[classes][channels];
    double[] all = new double[channels];
    int[] counts = new int[classes];
    int counted = 0;
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] >= 0) {
        counts[labels[i]]++;
        counted++;
        for (int k = 0; k < channels; k++) {
          sums[labels[i]][k] += embeddings[i][k];
          all[k] += embeddings[i][k];
        }
      }
    }
    for (int k = 0; k < channels; k++) {
      all[k] /= Math.max(1, counted);
      for (int c = 0; c < classes; c++) {
        sums[c][k] /= Math.max(1, counts[c]);
      }
    }
    double[] covariance = covariance(embeddings, labels, sums, Math.max(1, counted));
    float[][] means = new float[(int) Arrays.stream(counts).filter(n -> n > 0).count()][];
    int there = 0;
    for (int c = 0; c < classes; c++) {
      if (counts[c] > 0) {
        float[] mean = new float[channels];
        for (int k = 0; k < channels; k++) {
          mean[k] = (float) (sums[c][k] - all[k]);
        }
        means[there++] = mean;
      }
    }
    return new Familiarity(floats(all), means, precision(covariance, channels));
  }

  private static double[] covariance(
      float[][] embeddings, int[] labels, double[][] means, int counted) {
    int channels = means[0].length;
    double[] covariance = new double[channels * channels];
    double[] off = new double[channels];
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0) {
        continue;
      }
      for (int k = 0; k < channels; k++) {
        off[k] = embeddings[i][k] - means[labels[i]][k];
      }
      for (int a = 0; a < channels; a++) {
        for (int b = 0; b <= a; b++) {
          covariance[a * channels + b] += off[a] * off[b] / counted;
        }
      }
    }
    double trace = 0;
    for (int a = 0; a < channels; a++) {
      trace += covariance[a * channels + a];
      for (int b = 0; b < a; b++) {
        covariance[b * channels + a] = covariance[a * channels + b];
      }
    }
    for (int a = 0; a < channels; a++) {
      covariance[a * channels + a] += RIDGE * trace / channels + Double.MIN_NORMAL;
    }
    return covariance;
  }

  private static float[] precision(double[] covariance, int channels) {
    Torch.engine();
    try (NDManager manager = NDManager.newBaseManager(Device.cpu());
        NDArray matrix = manager.create(covariance, new Shape(channels, channels));
        NDArray inverse = matrix.inverse()) {
      double[] precision = inverse.toDoubleArray();
      for (int i = 0; i < precision.length; i++) {
        precision[i] /= channels;
      }
      return floats(precision);
    }
  }

  /** What a graph computes; here in doubles, to hold the graph against. */
  double novelty(float[] embedding) {
    return List.of(means).stream().mapToDouble(mean -> distance(embedding, mean)).min().orElse(0);
  }

  private double distance(float[] embedding, float[] mean) {
    int channels = centre.length;
    double sum = 0;
    for (int a = 0; a < channels; a++) {
      double row = 0;
      for (int b = 0; b < channels; b++) {
        row += (double) precision[a * channels + b] * (embedding[b] - centre[b] - mean[b]);
      }
      sum += row * (embedding[a] - centre[a] - mean[a]);
    }
    return sum;
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
