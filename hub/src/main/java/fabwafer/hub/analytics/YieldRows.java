package fabwafer.hub.analytics;

import fabwafer.hub.analytics.YieldFollower.LotKey;
import fabwafer.hub.analytics.YieldFollower.LotTotals;
import fabwafer.hub.analytics.YieldFollower.Source;
import fabwafer.hub.analytics.YieldFollower.StackKey;
import fabwafer.hub.analytics.YieldFollower.TimeKey;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jdbi.v3.core.statement.Update;

/** Adds sums to the tables of {@link YieldFollower}, in the caller's transaction. */
final class YieldRows {
  private static final String SUMS = "wafers, measured, dies, failing, yields, yield_squares";
  private static final String SUM_VALUES =
      ":wafers, :measured, :dies, :failing, :yields, :yield_squares";

  private YieldRows() {}

  static void addTo(Handle handle, String table, TimeKey key, Totals totals) {
    Update update =
        handle.createUpdate(
            ("insert into %s (start, fab, camera, product, prediction, %s) values "
                    + "(:start, :fab, :camera, :product, :prediction, %s) on conflict "
                    + "(start, fab, camera, product, prediction) do update set %s")
                .formatted(table, SUMS, SUM_VALUES, sumsOf(table)));
    bind(update, key.source()).bind("start", key.start()).bind("prediction", key.prediction());
    bind(update, totals).execute();
  }

  static void addTo(Handle handle, LotKey key, LotTotals lot) {
    Update update =
        handle.createUpdate(
            ("insert into lots (lot, fab, camera, product, first_seen, last_seen, "
                    + "defects, %s) values (:lot, :fab, :camera, :product, :first, :last, "
                    + ":defects, %s) on conflict (lot, fab, camera, product) do update set "
                    + "first_seen = min(lots.first_seen, excluded.first_seen), last_seen = "
                    + "max(lots.last_seen, excluded.last_seen), defects = lots.defects + "
                    + "excluded.defects, %s")
                .formatted(SUMS, SUM_VALUES, sumsOf("lots")));
    bind(update, key.source())
        .bind("lot", key.lot())
        .bind("first", lot.first())
        .bind("last", lot.last())
        .bind("defects", lot.totals().defects());
    bind(update, lot.totals()).execute();
    Update predictions =
        handle.createUpdate(
            "insert into lot_predictions (lot, fab, camera, product, prediction, wafers)"
                + " values (:lot, :fab, :camera, :product, :prediction, :wafers)"
                + " on conflict (lot, fab, camera, product, prediction)"
                + " do update set wafers = lot_predictions.wafers + excluded.wafers");
    bind(predictions, key.source())
        .bind("lot", key.lot())
        .bind("prediction", key.prediction())
        .bind("wafers", lot.totals().wafers())
        .execute();
  }

  /** Lays what is stored below what is new. */
  static void addTo(Handle handle, StackKey key, DieStack stack) {
    String table = key.ofLot() ? "stacked_lots" : "stacked_days";
    String by = key.ofLot() ? "lot" : "start";
    String same =
        by
            + " = :by and fab = :fab and camera = :camera and product = :product"
            + " and height = :height and width = :width";
    Optional<Map<String, Object>> stored =
        bind(
                handle.createQuery("select wafers, stack from %s where %s".formatted(table, same)),
                key)
            .mapToMap()
            .findOne();
    stored.ifPresent(
        row ->
            stack.add(
                (byte[]) row.getOrDefault("stack", new byte[0]),
                ((Number) row.getOrDefault("wafers", 0)).longValue()));
    bind(
            handle.createUpdate(
                ("insert into %s (%s, fab, camera, product, height, width, wafers, "
                        + "stack) values (:by, :fab, :camera, :product, :height, :width, "
                        + ":wafers, :stack) on conflict (%s, fab, camera, product, height, "
                        + "width) do update set wafers = excluded.wafers, stack = excluded.stack")
                    .formatted(table, by, by)),
            key)
        .bind("wafers", stack.wafers())
        .bind("stack", stack.encode())
        .execute();
  }

  private static String sumsOf(String table) {
    StringBuilder sets = new StringBuilder();
    for (String column : SUMS.split(", ", -1)) {
      sets.append(sets.isEmpty() ? "" : ", ")
          .append("%s = %s.%s + excluded.%s".formatted(column, table, column, column));
    }
    return sets.toString();
  }

  private static <T extends SqlStatement<T>> T bind(T statement, Source source) {
    return statement
        .bind("fab", source.fab())
        .bind("camera", source.camera())
        .bind("product", source.product());
  }

  private static <T extends SqlStatement<T>> T bind(T statement, StackKey key) {
    return bind(statement, key.source())
        .bind("by", key.by())
        .bind("height", key.height())
        .bind("width", key.width());
  }

  private static Update bind(Update update, Totals totals) {
    return update
        .bind("wafers", totals.wafers())
        .bind("measured", totals.measured())
        .bind("dies", totals.dies())
        .bind("failing", totals.failing())
        .bind("yields", totals.yields())
        .bind("yield_squares", totals.yieldSquares());
  }
}
