package fabwafer.hub.analytics;

import fabwafer.hub.HubException;
import fabwafer.hub.analytics.Selection.Condition;
import fabwafer.hub.database.Database;
import fabwafer.wafer.DefectPattern;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.result.RowView;

/** Reads what {@link YieldFollower} keeps. */
final class AnalyticsStore {
  /** Most points of a chart: a quarter of a year by the hour. */
  static final int MAX_POINTS = 2_400;

  /** Most stored stacks that one stacked map is laid together from. */
  static final int MAX_STACKS = 20_000;

  /** Most wafers of a lot that a chart counts; a cassette has 25. */
  static final int MAX_OF_LOT = 10_000;

  private final Database database;

  AnalyticsStore(Database database) {
    this.database = database;
  }

  /**
   * Sums by hour or day, the oldest first; those without a wafer are left out.
   *
   * @throws HubException if there are more than {@value #MAX_POINTS}
   */
  Map<Long, Totals> series(Selection selection, boolean byDay) {
    Map<Long, Totals> series =
        selection.lot().isPresent() ? ofLot(selection, byDay) : ofTime(selection, byDay);
    if (series.size() > MAX_POINTS) {
      throw new HubException(
          "a chart has at most %,d points, these were %,d: choose a shorter time or wider buckets"
              .formatted(MAX_POINTS, series.size()));
    }
    return series;
  }

  /** In the order of the table's key, so that nothing is sorted. */
  private Map<Long, Totals> ofTime(Selection selection, boolean byDay) {
    Condition where = selection.byTime(byDay ? Selection.DAY : Selection.HOUR);
    return totalsByStart(
        where,
        "select start, sum(case when prediction = '%s' then 0 else wafers end) as defects, %s from %s where %s group by start"
            .formatted(
                DefectPattern.NONE.label(),
                Totals.SUMS,
                byDay ? "wafer_days" : "wafer_hours",
                where.sql()));
  }

  /** No table has a lot by time: its wafers are counted one by one. */
  private Map<Long, Totals> ofLot(Selection selection, boolean byDay) {
    Condition where = selection.wafersOfLot();
    long wafers =
        database.read(
            handle ->
                where
                    .bindTo(
                        handle.createQuery(
                            "select count(*) from (select 1 from classifications where %s limit %d)"
                                .formatted(where.sql(), MAX_OF_LOT + 1)))
                    .mapTo(Long.class)
                    .one());
    if (wafers > MAX_OF_LOT) {
      throw new HubException(
          "a chart is of at most %,d wafers of a lot, this one has more".formatted(MAX_OF_LOT));
    }
    return totalsByStart(
        where,
        ("select timestamp / %1$d * %1$d as start, sum(prediction <> '%2$s') as defects,"
                + " count(*) as wafers, sum(dies > 0) as measured, sum(dies) as dies,"
                + " sum(case when dies > 0 then failing end) as failing,"
                + " sum(case when dies > 0 then 1 - 1.0 * failing / dies end) as yields,"
                + " sum(case when dies > 0 then (1 - 1.0 * failing / dies)"
                + " * (1 - 1.0 * failing / dies) end) as yield_squares"
                + " from classifications where %3$s group by 1")
            .formatted(
                byDay ? Selection.DAY : Selection.HOUR, DefectPattern.NONE.label(), where.sql()));
  }

  private Map<Long, Totals> totalsByStart(Condition where, String sql) {
    return database.read(
        handle ->
            where
                .bindTo(handle.createQuery(sql))
                .scanResultSet(
                    (rows, context) -> {
                      Map<Long, Totals> points = new TreeMap<>();
                      ResultSet row = rows.get();
                      while (row.next()) {
                        points.put(
                            row.getLong("start"),
                            Totals.read(row, row.getLong("wafers"), row.getLong("defects")));
                      }
                      return points;
                    }));
  }

  /** Sums by label; of a lot, only wafers and defects of each label. */
  Map<String, Totals> byLabel(Selection selection) {
    boolean lot = selection.lot().isPresent();
    Condition where =
        lot
            ? selection.byLot()
            : selection.byTime(selection.isByDay() ? Selection.DAY : Selection.HOUR);
    String table = selection.isByDay() ? "wafer_days" : "wafer_hours";
    String sql =
        lot
            ? "select prediction, sum(wafers) as wafers, 0 as measured, 0 as dies, 0 as failing,"
                + " 0 as yields, 0 as yield_squares from lot_predictions where "
                + where.sql()
                + " group by 1"
            : "select prediction, %s from %s where %s group by 1"
                .formatted(Totals.SUMS, table, where.sql());
    return database.read(
        handle ->
            where
                .bindTo(handle.createQuery(sql))
                .reduceRows(
                    new TreeMap<String, Totals>(),
                    (labels, row) -> {
                      String label = row.getColumn("prediction", String.class);
                      labels.put(label, totals(row, label));
                      return labels;
                    }));
  }

  private static Totals totals(RowView row, String label) {
    long wafers = row.getColumn("wafers", Long.class);
    return new Totals(
        wafers,
        label.equals(DefectPattern.NONE.label()) ? 0 : wafers,
        row.getColumn("measured", Long.class),
        row.getColumn("dies", Long.class),
        row.getColumn("failing", Long.class),
        row.getColumn("yields", Double.class),
        row.getColumn("yield_squares", Double.class));
  }

  /** The sums of all. */
  Totals totals(Selection selection) {
    if (selection.lot().isEmpty()) {
      return byLabel(selection).values().stream().reduce(Totals.NOTHING, Totals::plus);
    }
    Condition where = selection.byLot();
    return database.read(
        handle ->
            where
                .bindTo(
                    handle.createQuery(
                        "select sum(defects) as defects, %s from lots where %s"
                            .formatted(Totals.SUMS, where.sql())))
                .map(
                    (row, context) ->
                        Totals.read(row, row.getLong("wafers"), row.getLong("defects")))
                .one());
  }

  /** A place in the list of lots, the last seen first. */
  record LotPlace(long lastMillis, String lot, String fab, String camera, String product) {}

  /** A lot at a camera. */
  record Lot(LotPlace place, long firstMillis, Totals totals) {}

  /** Lots, the last seen first. */
  List<Lot> lots(Selection selection, Optional<LotPlace> after, int limit) {
    Condition where = selection.byLot();
    String further =
        after.isPresent()
            ? " and (last_seen, lot, fab, camera, product) < (:a_last, :a_lot, :a_fab, :a_camera,"
                + " :a_product)"
            : "";
    return database.read(
        handle -> {
          var query =
              where.bindTo(
                  handle.createQuery(
                      "select * from lots where "
                          + where.sql()
                          + further
                          + " order by last_seen desc, lot desc, fab desc, camera desc,"
                          + " product desc limit :limit"));
          after.ifPresent(
              place ->
                  query
                      .bind("a_last", place.lastMillis())
                      .bind("a_lot", place.lot())
                      .bind("a_fab", place.fab())
                      .bind("a_camera", place.camera())
                      .bind("a_product", place.product()));
          return query.bind("limit", limit).map((row, context) -> lot(row)).list();
        });
  }

  private static Lot lot(ResultSet row) throws SQLException {
    return new Lot(
        new LotPlace(
            row.getLong("last_seen"),
            row.getString("lot"),
            row.getString("fab"),
            row.getString("camera"),
            row.getString("product")),
        row.getLong("first_seen"),
        Totals.read(row, row.getLong("wafers"), row.getLong("defects")));
  }

  /** A size of wafer maps, in dies, and how many wafers have it. */
  record Size(int height, int width, long wafers) {}

  /** The sizes of a selection's wafer maps, the most frequent first. */
  List<Size> sizes(Selection selection) {
    Condition where = stacked(selection);
    return database.read(
        handle ->
            where
                .bindTo(
                    handle.createQuery(
                        ("select height, width, sum(wafers) as wafers from %s where %s"
                                + " group by 1, 2 order by 3 desc, 1, 2")
                            .formatted(stackedTable(selection), where.sql())))
                .map(
                    (row, context) ->
                        new Size(row.getInt("height"), row.getInt("width"), row.getLong("wafers")))
                .list());
  }

  /**
   * All wafer maps of a size on each other.
   *
   * @throws HubException if they lie in more than {@value #MAX_STACKS} stored stacks
   */
  DieStack stack(Selection selection, Size size) {
    Condition where = stacked(selection);
    DieStack all = new DieStack(size.height(), size.width());
    database.read(
        handle ->
            where
                .bindTo(
                    handle.createQuery(
                        ("select wafers, stack from %s where %s"
                                + " and height = :height and width = :width limit %d")
                            .formatted(stackedTable(selection), where.sql(), MAX_STACKS + 1)))
                .bind("height", size.height())
                .bind("width", size.width())
                .scanResultSet(
                    (rows, context) -> {
                      ResultSet row = rows.get();
                      for (int stacks = 1; row.next(); stacks++) {
                        if (stacks > MAX_STACKS) {
                          throw new HubException(
                              "more than %,d days of cameras and products: choose a shorter time"
                                  .formatted(MAX_STACKS));
                        }
                        all.add(row.getBytes("stack"), row.getLong("wafers"));
                      }
                      return all.wafers();
                    }));
    return all;
  }

  private static Condition stacked(Selection selection) {
    return selection.lot().isPresent() ? selection.byLot() : selection.byTime(Selection.DAY);
  }

  private static String stackedTable(Selection selection) {
    return selection.lot().isPresent() ? "stacked_lots" : "stacked_days";
  }
}
