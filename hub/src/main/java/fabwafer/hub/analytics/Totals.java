package fabwafer.hub.analytics;

import fabwafer.hub.classification.Classification;
import fabwafer.hub.statistics.Counted;
import fabwafer.wafer.DefectPattern;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Sums over wafers.
 *
 * @param wafers classified
 * @param defects of those, not predicted none
 * @param measured of all, those whose dies are known
 * @param dies of the measured
 * @param failing of those dies
 * @param yields sum of the measured wafers' yield ratios
 * @param yieldSquares sum of the squares of these
 */
record Totals(
    long wafers,
    long defects,
    long measured,
    long dies,
    long failing,
    double yields,
    double yieldSquares) {
  static final Totals NOTHING = new Totals(0, 0, 0, 0, 0, 0, 0);

  /** The columns that {@link #read} needs, summed up. */
  static final String SUMS =
      "sum(wafers) as wafers, sum(measured) as measured, sum(dies) as dies,"
          + " sum(failing) as failing, sum(yields) as yields, sum(yield_squares) as yield_squares";

  /**
   * One wafer.
   *
   * @param dies 0 where they are unknown
   */
  static Totals ofWafer(Classification wafer, long dies, long failing) {
    double yield = dies == 0 ? 0 : 1 - (double) failing / dies;
    return new Totals(
        1, wafer.isDefect() ? 1 : 0, dies == 0 ? 0 : 1, dies, failing, yield, yield * yield);
  }

  /** What takes these away, added. */
  Totals negated() {
    return new Totals(-wafers, -defects, -measured, -dies, -failing, -yields, -yieldSquares);
  }

  /** A row of wafers of one prediction. */
  static Totals read(ResultSet row, String prediction) throws SQLException {
    long wafers = row.getLong("wafers");
    boolean defect = !prediction.equals(DefectPattern.NONE.label());
    return read(row, wafers, defect ? wafers : 0);
  }

  static Totals read(ResultSet row, long wafers, long defects) throws SQLException {
    return new Totals(
        wafers,
        defects,
        row.getLong("measured"),
        row.getLong("dies"),
        row.getLong("failing"),
        row.getDouble("yields"),
        row.getDouble("yield_squares"));
  }

  Totals plus(Totals other) {
    return new Totals(
        wafers + other.wafers,
        defects + other.defects,
        measured + other.measured,
        dies + other.dies,
        failing + other.failing,
        yields + other.yields,
        yieldSquares + other.yieldSquares);
  }

  /** Wafers with a pattern among the wafers. */
  Counted defective() {
    return new Counted(defects, wafers);
  }

  /** Failing dies among the dies. */
  Counted failed() {
    return new Counted(failing, dies);
  }
}
