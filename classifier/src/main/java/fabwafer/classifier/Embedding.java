package fabwafer.classifier;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The features a network sees in a wafer: wafers alike have embeddings alike. Immutable. */
public final class Embedding {
  private final float[] features;

  Embedding(float[] features) {
    this.features = features;
  }

  static Embedding of(double[] features) {
    float[] narrow = new float[features.length];
    for (int i = 0; i < narrow.length; i++) {
      narrow[i] = (float) features[i];
    }
    return new Embedding(narrow);
  }

  /** Adds each feature x share to a sum. */
  void addTo(double[] sum, double share) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += share * features[i];
    }
  }

  /** How many features there are. */
  public int length() {
    return features.length;
  }

  /** A copy of the features, finite. */
  public float[] features() {
    return features.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Embedding that && Arrays.equals(features, that.features);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(features);
  }

  @Override
  public String toString() {
    return "Embedding of " + features.length;
  }
}
