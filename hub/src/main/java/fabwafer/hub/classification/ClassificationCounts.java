package fabwafer.hub.classification;

import fabwafer.hub.HubException;
import fabwafer.hub.database.Database;
import fabwafer.protocol.DeviceName;
import fabwafer.wafer.DefectPattern;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** The counts of classifications by hour and by day, kept in the transaction that stores one. */
final class ClassificationCounts {
  static final long DAY_MILLIS = 24 * RateQuery.HOUR_MILLIS;

  /** Past every wafer's time, and far from where sums overflow. */
  private static final long MAX_MILLIS = Long.MAX_VALUE / 2;

  private final Database database;

  ClassificationCounts(Database database) {
    this.database = database;
  }

  /** Counts a wafer: 1 that came, -1 that went. */
  static void add(Handle handle, Classification wafer, int wafers) {
    add(handle, wafer, "hour", RateQuery.HOUR_MILLIS, wafers);
    add(handle, wafer, "day", DAY_MILLIS, wafers);
  }

  private static void add(
      Handle handle, Classification wafer, String unit, long width, int wafers) {
    DeviceName device = wafer.device();
    long start = floor(wafer.timestampMillis(), width);
    handle
        .createUpdate(
            ("insert into classification_%1$ss (fab, camera, %1$s, prediction, wafers)"
                    + " values (:fab, :camera, :start, :prediction, :wafers)"
                    + " on conflict (fab, camera, %1$s, prediction)"
                    + " do update set wafers = classification_%1$ss.wafers + excluded.wafers")
                .formatted(unit))
        .bind("fab", device.fab())
        .bind("camera", device.camera())
        .bind("start", start)
        .bind("prediction", wafer.prediction())
        .bind("wafers", wafers)
        .execute();
    if (wafers < 0) {
      handle
          .createUpdate(
              ("delete from classification_%1$ss where fab = :fab and camera = :camera"
                      + " and %1$s = :start and prediction = :prediction and wafers <= 0")
                  .formatted(unit))
          .bind("fab", device.fab())
          .bind("camera", device.camera())
          .bind("start", start)
          .bind("prediction", wafer.prediction())
          .execute();
    }
  }

  /** See {@link ClassificationStore#rates}. */
  List<RateQuery.Bucket> rates(RateQuery query) {
    long bucket = query.bucket().toMillis();
    long from = floor(query.fromMillis(), RateQuery.HOUR_MILLIS);
    long to = floor(query.toMillis(), RateQuery.HOUR_MILLIS);
    Conditions where = new Conditions();
    query.fab().ifPresent(fab -> where.add("fab = :fab", "fab", fab));
    query.camera().ifPresent(camera -> where.add("camera = :camera", "camera", camera));
    String place = where.isEmpty() ? "" : " and " + where.sql();
    where.bind("bucket", bucket);
    where.bind("from", from);
    where.bind("to", to);
    String hours =
        "select fab, camera, hour as time, prediction, wafers from classification_hours where";
    String counts = hours + " hour >= :from and hour <= :to" + place;
    long firstDay = -floor(-from, DAY_MILLIS);
    // The hour of the end counts whole.
    long endOfDays = floor(Math.min(to, MAX_MILLIS) + RateQuery.HOUR_MILLIS, DAY_MILLIS);
    if (bucket % DAY_MILLIS == 0 && firstDay < endOfDays) {
      // Whole days by the day; the hours before the first and after the last of them by the hour.
      where.bind("first_day", firstDay);
      where.bind("end_of_days", endOfDays);
      counts =
          "select fab, camera, day as time, prediction, wafers from classification_days"
              + " where day >= :first_day and day < :end_of_days"
              + place
              + " union all "
              + hours
              + " hour >= :from and hour < :first_day"
              + place
              + " union all "
              + hours
              + " hour >= :end_of_days and hour <= :to"
              + place;
    }
    String sql =
        "select fab, camera, time / :bucket * :bucket as start, prediction, sum(wafers) as wafers"
            + " from (%s) group by 1, 2, 3, 4 order by 1, 2, 3, 4 limit %d"
                .formatted(counts, RateQuery.MAX_BUCKETS + 1);
    List<Count> found =
        database.read(
            handle ->
                where
                    .bindTo(handle.createQuery(sql))
                    .map((row, context) -> Count.read(row))
                    .list());
    if (found.size() > RateQuery.MAX_BUCKETS) {
      throw new HubException(
          "more than %,d counts asked for: choose a shorter time or wider buckets"
              .formatted(RateQuery.MAX_BUCKETS));
    }
    return buckets(found);
  }

  /** All wafers that are stored, by label. */
  Map<String, Long> totals() {
    return database.read(
        handle ->
            handle
                .createQuery(
                    "select prediction, sum(wafers) as wafers from classification_days"
                        + " group by 1 order by 1")
                .reduceRows(
                    new TreeMap<String, Long>(),
                    (totals, row) -> {
                      totals.put(
                          row.getColumn("prediction", String.class),
                          row.getColumn("wafers", Long.class));
                      return totals;
                    }));
  }

  private static List<RateQuery.Bucket> buckets(List<Count> counts) {
    Map<Place, Map<String, Long>> byPlace = new LinkedHashMap<>();
    for (Count count : counts) {
      byPlace
          .computeIfAbsent(count.place, place -> new TreeMap<>())
          .merge(count.prediction, count.wafers, Long::sum);
    }
    List<RateQuery.Bucket> buckets = new ArrayList<>();
    byPlace.forEach(
        (place, byPrediction) -> {
          long wafers = byPrediction.values().stream().mapToLong(Long::longValue).sum();
          long none = byPrediction.getOrDefault(DefectPattern.NONE.label(), 0L);
          buckets.add(
              new RateQuery.Bucket(
                  place.fab, place.camera, place.start, wafers, wafers - none, byPrediction));
        });
    return List.copyOf(buckets);
  }

  private static long floor(long millis, long width) {
    return Math.floorDiv(millis, width) * width;
  }

  private record Place(String fab, String camera, long start) {}

  private record Count(Place place, String prediction, long wafers) {
    static Count read(ResultSet row) throws SQLException {
      return new Count(
          new Place(row.getString("fab"), row.getString("camera"), row.getLong("start")),
          row.getString("prediction"),
          row.getLong("wafers"));
    }
  }
}
