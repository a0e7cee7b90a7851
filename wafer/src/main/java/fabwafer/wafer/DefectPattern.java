package fabwafer.wafer;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The signature of a whole wafer map: the eight defect patterns of WM-811K, and none. The order is
 * that of the label ids in the WM-811K data set (0 Center … 8 none).
 *
 * <p>Source: M.-J. Wu, J.-S. R. Jang, J.-L. Chen, "Wafer Map Failure Pattern Recognition and
 * Similarity Ranking for Large-Scale Data Sets", IEEE TSM 28(1), 2015, doi
 * 10.1109/TSM.2014.2364237.
 */
public enum DefectPattern {
  CENTER("Center"),
  DONUT("Donut"),
  EDGE_LOC("Edge-Loc"),
  EDGE_RING("Edge-Ring"),
  LOC("Loc"),
  NEAR_FULL("Near-full"),
  RANDOM("Random"),
  SCRATCH("Scratch"),
  /** No pattern. Not: no failing die; a median wafer labelled none has 16 % failing dies. */
  NONE("none");

  private static final List<String> LABELS =
      Arrays.stream(values()).map(DefectPattern::label).toList();

  private final String label;

  DefectPattern(String label) {
    this.label = label;
  }

  /** The label as files, messages and people spell it, such as {@code Edge-Ring}. */
  public String label() {
    return label;
  }

  /** The nine labels, in label-id order. */
  public static List<String> labels() {
    return LABELS;
  }

  /**
   * The pattern of a label, compared without case.
   *
   * @return empty where the label is none of the nine: then it names a new pattern
   */
  public static Optional<DefectPattern> ofLabel(String label) {
    String wanted = label.strip().toLowerCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(pattern -> pattern.label.toLowerCase(Locale.ROOT).equals(wanted))
        .findFirst();
  }

  /**
   * A label in the spelling this project stores: one of the nine where it is one of them without
   * case, else the text as given, without surrounding blanks.
   */
  public static String canonicalLabel(String label) {
    return ofLabel(label).map(DefectPattern::label).orElse(label.strip());
  }
}
