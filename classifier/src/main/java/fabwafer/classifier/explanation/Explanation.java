package fabwafer.classifier.explanation;

import fabwafer.wafer.WaferMap;
import java.util.Objects;
import java.util.OptionalDouble;

/** Which dies of a wafer map speak for a label, and which against it, to one model. */
public final class Explanation {
  /** A die's value counts as shown from here on, on either side; below, it is next to nothing. */
  public static final float SHOWN = 0.25f;

  /**
   * Evidence, in log-odds, below which the failing dies as a whole hardly matter to the answer: the
   * odds change by less than e.
   */
  public static final double LEAST_EVIDENCE = 1;

  private final String label;
  private final int height;
  private final int width;
  private final float[] values;
  private final double evidence;
  private final int shownDies;
  private final OptionalDouble share;

  /** The values are not copied. */
  Explanation(
      String label,
      int height,
      int width,
      float[] values,
      double evidence,
      int shownDies,
      OptionalDouble share) {
    this.label = label;
    this.height = height;
    this.width = width;
    this.values = values;
    this.evidence = evidence;
    this.shownDies = shownDies;
    this.share = share;
  }

  /** That of a wafer map without failing dies. */
  static Explanation ofNothing(String label, WaferMap wafer) {
    float[] values = new float[wafer.height() * wafer.width()];
    return new Explanation(
        label, wafer.height(), wafer.width(), values, 0, 0, OptionalDouble.empty());
  }

  /** The label that is explained. */
  public String label() {
    return label;
  }

  /** Rows of the wafer map. */
  public int height() {
    return height;
  }

  /** Columns of the wafer map. */
  public int width() {
    return width;
  }

  /**
   * What a die means to the label: above 0 its failing speaks for the label, below 0 against it; 1
   * or -1 is the strongest die of this wafer map. 0 for positions without a die and for passing
   * dies.
   *
   * @return in [-1, 1]
   * @throws IndexOutOfBoundsException if the position is outside the grid
   */
  public float value(int row, int column) {
    Objects.checkIndex(row, height);
    Objects.checkIndex(column, width);
    return values[row * width + column];
  }

  /** Every {@link #value}, shape [height, width], row by row; a copy. */
  public float[] values() {
    return values.clone();
  }

  /**
   * How many log-odds the failing dies together give the label: its log-odds for the wafer as it is
   * less those for a wafer without a failing die. Below 0 where they speak against it, as they do
   * against {@code none}.
   */
  public double evidence() {
    return evidence;
  }

  /** Whether the failing dies as a whole speak against the label. */
  public boolean speaksAgainst() {
    return evidence < 0;
  }

  /**
   * Dies whose value is at least {@link #SHOWN} on the side of the evidence: for the label, or
   * against it where {@link #speaksAgainst()}.
   */
  public int shownDies() {
    return shownDies;
  }

  /**
   * The part of the evidence that goes when the shown dies, and no other, are repaired; measured by
   * one run of the model. In [0, 1]; empty where the evidence is below {@link #LEAST_EVIDENCE}.
   */
  public OptionalDouble share() {
    return share;
  }

  /** Label, evidence and counts, such as {@code Explanation[Loc, 52 x 52, 6.3 log-odds, …]}. */
  @Override
  public String toString() {
    return "Explanation[%s, %d x %d, %.1f log-odds, %d dies shown, share %s]"
        .formatted(label, height, width, evidence, shownDies, share);
  }
}
