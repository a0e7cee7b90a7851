package fabwafer.hub.analytics;

import fabwafer.hub.analytics.YieldFollower.LotKey;
import fabwafer.hub.analytics.YieldFollower.LotTotals;
import fabwafer.hub.analytics.YieldFollower.Source;
import fabwafer.hub.analytics.YieldFollower.StackKey;
import fabwafer.hub.analytics.YieldFollower.TimeKey;
import java.util.List;
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

  /** Removes the row of a place where no wafer is left. */
  static void dropEmpty(Handle handle, String table, TimeKey key) {
    bind(
            handle.createUpdate(
                ("delete from %s where start = :start and fab = :fab and camera = :camera"
                        + " and product = :product and prediction = :prediction and wafers <= 0")
                    .formatted(table)),
            key.source())
        .bind("start", key.start())
        .bind("prediction", key.prediction())
        .execute();
  }

  /** Removes what is empty of a lot; the times of one that is left are those of its wafers. */
  static void dropEmpty(Handle handle, LotKey key) {
    String same = " where lot = :lot and fab = :fab and camera = :camera and product = :product";
    String wafers =
        "from classifications as c where c.lot = lots.lot and c.fab = lots.fab"
            + " and c.camera = lots.camera and coalesce(c.product, '') = lots.product";
    for (String statement :
        List.of(
            "delete from lot_predictions" + same + " and wafers <= 0",
            "delete from lots" + same + " and wafers <= 0",
            "update lots set first_seen = coalesce((select min(c.timestamp) "
                + wafers
                + "), first_seen), last_seen = coalesce((select max(c.timestamp) "
                + wafers
                + "), last_seen)"
                + same)) {
      bind(handle.createUpdate(statement), key.source()).bind("lot", key.lot()).execute();
    }
  }

  /** Lays what is stored below what is new. */
  static void addTo(Handle handle, StackKey key, DieStack stack) {
    stored(handle, key).ifPresent(row -> add(row, stack));
    store(handle, key, stack);
  }

  /** Takes a stack off the one that is stored. */
  static void takeFrom(Handle handle, StackKey key, DieStack gone) {
    DieStack left = new DieStack(key.height(), key.width());
    stored(handle, key).ifPresent(row -> add(row, left));
    left.subtract(gone);
    if (left.wafers() > 0) {
      store(handle, key, left);
    } else {
      bind(handle.createUpdate("delete from %s where %s".formatted(table(key), same(key))), key)
          .execute();
    }
  }

  private static Optional<Map<String, Object>> stored(Handle handle, StackKey key) {
    return bind(
            handle.createQuery(
                "select wafers, stack from %s where %s".formatted(table(key), same(key))),
            key)
        .mapToMap()
        .findOne();
  }

  private static void add(Map<String, Object> row, DieStack stack) {
    stack.add(
        (byte[]) row.getOrDefault("stack", new byte[0]),
        ((Number) row.getOrDefault("wafers", 0)).longValue());
  }

  private static String table(StackKey key) {
    return key.ofLot() ? "stacked_lots" : "stacked_days";
  }

  private static String same(StackKey key) {
    return (key.ofLot() ? "lot" : "start")
        + " = :by and fab = :fab and camera = :camera and product = :product"
        + " and height = :height and width = :width";
  }

  private static void store(Handle handle, StackKey key, DieStack stack) {
    String by = key.ofLot() ? "lot" : "start";
    bind(
            handle.createUpdate(
                ("insert into %s (%s, fab, camera, product, height, width, wafers, "
                        + "stack) values (:by, :fab, :camera, :product, :height, :width, "
                        + ":wafers, :stack) on conflict (%s, fab, camera, product, height, "
                        + "width) do update set wafers = excluded.wafers, stack = excluded.stack")
                    .formatted(table(key), by, by)),
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
