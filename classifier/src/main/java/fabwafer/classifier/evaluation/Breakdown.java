package fabwafer.classifier.evaluation;

import java.util.List;
import java.util.Optional;

/**
 * The same figures for each part of a data set.
 *
 * @param by what it is parted by, such as {@code product}
 * @param meaning what the parts are, in words
 * @param cells the parts
 */
public record Breakdown(String by, String meaning, List<Cell> cells) {
  /** Fewer wafers say little: such a part is shown last. */
  public static final int LEAST_WAFERS = 30;

  /** Of fewer groups a bootstrap gives no interval to rely on: there is none. */
  public static final int LEAST_GROUPS = 5;

  /** Most parts kept, the last ones fall away: a fab has some hundred products. */
  public static final int MAX_CELLS = 1_000;

  public Breakdown {
    cells = List.copyOf(cells);
  }

  /**
   * One part.
   *
   * @param name such as {@code 25 × 27}
   * @param wafers its wafers
   * @param groups its groups
   * @param errors wrong answers, not weighted
   * @param accuracy weighted
   * @param accuracyInterval absent where there are too few groups
   * @param macroF1 over the labels that occur in this part, weighted
   * @param macroF1Interval absent where there are too few groups
   */
  public record Cell(
      String name,
      int wafers,
      int groups,
      int errors,
      double accuracy,
      Optional<Interval> accuracyInterval,
      double macroF1,
      Optional<Interval> macroF1Interval) {

    /** Whether it has too few wafers to say much. */
    public boolean few() {
      return wafers < LEAST_WAFERS;
    }
  }
}
