package fabwafer.hub.similarity;

import fabwafer.classifier.Embedding;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where an embedding points, one signed byte a feature: how alike two wafers are is the cosine of
 * the angle between theirs, which does not depend on their lengths. Immutable.
 */
public final class Direction {
  private static final int LARGEST = Byte.MAX_VALUE;

  private final byte[] features;
  private final double norm;

  private Direction(byte[] features) {
    this.features = features;
    this.norm = Math.sqrt(dot(features, features, 0));
  }

  /** An embedding's direction; of one that is all zero no direction, alike to none. */
  public static Direction of(Embedding embedding) {
    return of(embedding.features());
  }

  /**
   * The direction of some features.
   *
   * @param features finite; not modified
   */
  public static Direction of(float[] features) {
    float largest = 0;
    for (float feature : features) {
      largest = Math.max(largest, Math.abs(feature));
    }
    byte[] bytes = new byte[features.length];
    if (largest > 0) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) Math.round(features[i] / largest * LARGEST);
      }
    }
    return new Direction(bytes);
  }

  /** One as {@link #stored} gave it; not copied. */
  static Direction ofStored(byte[] stored) {
    return new Direction(stored);
  }

  /** One as {@link #stored} gave it. */
  public static Direction ofBytes(byte[] stored) {
    return new Direction(stored.clone());
  }

  /** A copy of its bytes, to store. */
  public byte[] stored() {
    return features.clone();
  }

  /** How many features. */
  public int length() {
    return features.length;
  }

  /** It as a vector of length 1; all zero where it has no direction. */
  public float[] unit() {
    float[] unit = new float[features.length];
    if (norm > 0) {
      for (int i = 0; i < unit.length; i++) {
        unit[i] = (float) (features[i] / norm);
      }
    }
    return unit;
  }

  /** The cosine of the angle to another, in [-1, 1]; 0 where one of them is all zero. */
  public double cosine(Direction other) {
    return other.features.length == features.length ? cosine(other.features, 0, other.norm) : 0;
  }

  /** The same, to one that lies among others. */
  double cosine(byte[] others, int from, double othersNorm) {
    double norms = norm * othersNorm;
    return norms == 0 ? 0 : Math.clamp(dot(features, others, from) / norms, -1, 1);
  }

  double norm() {
    return norm;
  }

  /** Copies its bytes to a place among others. */
  void copyTo(byte[] others, int from) {
    System.arraycopy(features, 0, others, from, features.length);
  }

  // An int holds it: 127 x 127 x 133,152 features.
  private static int dot(byte[] one, byte[] others, int from) {
    int sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += one[i] * others[from + i];
    }
    return sum;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Direction that && Arrays.equals(features, that.features);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(features);
  }

  @Override
  public String toString() {
    return "Direction of " + features.length;
  }
}
