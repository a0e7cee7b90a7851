package fabwafer.wafer;

import java.util.Arrays;
import java.util.Comparator;
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
  CENTER(0, "Center"),
  DONUT(1, "Donut"),
  EDGE_LOC(2, "Edge-Loc"),
  EDGE_RING(3, "Edge-Ring"),
  LOC(4, "Loc"),
  NEAR_FULL(5, "Near-full"),
  RANDOM(6, "Random"),
  SCRATCH(7, "Scratch"),
  /** No pattern. Not: no failing die; a median wafer labelled none has 16 % failing dies. */
  NONE(8, "none");

  private static final List<DefectPattern> BY_ID =
      Arrays.stream(values()).sorted(Comparator.comparingInt(DefectPattern::id)).toList();
  private static final List<String> LABELS = BY_ID.stream().map(DefectPattern::label).toList();

  private final int id;
  private final String label;

  DefectPattern(int id, String label) {
    this.id = id;
    this.label = label;
  }

  /** The label id in the WM-811K data set and in a model's output: 0 Center … 8 none. */
  public int id() {
    return id;
  }

  /**
   * The pattern of a label id.
   *
   * @param id 0 to 8
   * @throws WaferException if no pattern has it
   */
  public static DefectPattern ofId(int id) {
    if (id < 0 || id >= BY_ID.size()) {
      throw new WaferException(
          "a label id must be 0 to %d, got %d".formatted(BY_ID.size() - 1, id));
    }
    return BY_ID.get(id);
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
