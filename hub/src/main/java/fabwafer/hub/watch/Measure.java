package fabwafer.hub.watch;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** What is watched of a camera's wafers. */
enum Measure {
  /** Failing dies by dies. */
  FAILING_SHARE("failing share"),
  /** Positions of the wafer map: rows by columns. */
  MAP_SIZE("map size"),
  /** 1 less the cosine of the embedding and the mean of the camera's first ones. */
  EMBEDDING_DISTANCE("embedding distance"),
  /** What was published: the label. */
  LABELS("labels");

  /** Parts into which [0, 1] is cut. */
  private static final int PARTS = 200;

  private static final List<String> NAMES =
      IntStream.rangeClosed(0, 2 * PARTS).mapToObj("%03d"::formatted).toList();

  private final String word;

  Measure(String word) {
    this.word = word;
  }

  /** As the contract spells it. */
  String word() {
    return word;
  }

  /** Whether the model's answers are compared, not what it is given. */
  boolean isOutput() {
    return this == LABELS;
  }

  /** Whether it says other things with another model. */
  boolean dependsOnModel() {
    return this == LABELS || this == EMBEDDING_DISTANCE;
  }

  /** A number in [0, 2] as a value of a {@link Sample}. */
  static String part(double number) {
    return NAMES.get(Math.clamp((long) Math.floor(number * PARTS), 0, NAMES.size() - 1));
  }

  /** A wafer map's size as a value of a {@link Sample}, by height and then width. */
  static String size(int height, int width) {
    return String.format(Locale.ROOT, "%05dx%05d", height, width);
  }
}
