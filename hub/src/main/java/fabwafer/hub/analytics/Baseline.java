package fabwafer.hub.analytics;

import fabwafer.hub.statistics.PChart;
import java.util.Locale;
import java.util.Optional;

/**
 * Limits of a control chart that a person froze, so that what comes later is judged by what was
 * good and not by itself.
 *
 * @param id of the row
 * @param scope what it is for
 * @param version counts the baselines of a scope from 1
 * @param fromMillis begin of the time that was taken for good
 * @param toMillis its end
 * @param points hours or days with wafers in that time
 * @param inspected wafers, or dies, in that time
 * @param chart centre and spread
 * @param madeMillis when
 * @param madeBy by whom
 * @param comment why
 */
record Baseline(
    long id,
    Scope scope,
    long version,
    long fromMillis,
    long toMillis,
    long points,
    long inspected,
    PChart chart,
    long madeMillis,
    String madeBy,
    String comment) {

  /** What a chart shows the share of. */
  enum Measure {
    /** Wafers with a pattern, of the wafers classified. */
    DEFECTS,
    /** Failing dies, of the dies measured: one less the yield. */
    LOSS;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Measure of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }
  }

  /** Which charts a baseline is for; absent: all together. */
  record Scope(
      Optional<String> fab,
      Optional<String> camera,
      Optional<String> product,
      Measure measure,
      boolean byDay) {
    String bucket() {
      return byDay ? "day" : "hour";
    }

    static Scope of(Selection selection, Measure measure, boolean byDay) {
      return new Scope(selection.fab(), selection.camera(), selection.product(), measure, byDay);
    }
  }
}
