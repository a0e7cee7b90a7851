package fabwafer.hub.classification;

import fabwafer.hub.HubException;
import fabwafer.hub.classification.ClassificationQuery.Cursor;
import fabwafer.hub.classification.ClassificationQuery.Page;
import fabwafer.hub.database.Database;
import fabwafer.protocol.Assessment;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.WaferFacts;
import fabwafer.wafer.DefectPattern;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** The classifications table and its hourly rollups. */
public final class ClassificationStore {
  private static final String COLUMNS = ClassificationRows.COLUMNS;

  /** Rows looked at for one page of those with a certain probability, which no index finds. */
  static final int MAX_LOOKED_AT = 10_000;

  private final Database database;

  public ClassificationStore(Database database) {
    this.database = database;
  }

  /** What became of a classification that was to be stored. */
  public sealed interface Storing permits New, Same, Other {}

  /** It is stored now. */
  public record New() implements Storing {}

  /** It was stored before: the same inspection of the same device. */
  public record Same() implements Storing {}

  /** Its imgid and timestamp are taken by another device's inspection. */
  public record Other(DeviceName owner) implements Storing {}

  /** Stores a classification and counts it, in the caller's transaction. */
  public Storing store(Handle handle, Classification classification) {
    Assessment assessment = classification.assessment();
    WaferFacts facts = classification.facts();
    int inserted =
        handle
            .createUpdate(
                "insert into classifications ("
                    + COLUMNS
                    + ", decision, lot, product, arrival) values (:imgid, :timestamp, :fab,"
                    + " :camera, :prediction, :probability, :more, :has_image, :received,"
                    + " :decision, :lot, :product, case when :has_image = 1 then "
                    + Arrivals.NEXT
                    + " end)"
                    + " on conflict (imgid,"
                    + " timestamp) do nothing")
            .bind("imgid", classification.imgid())
            .bind("timestamp", classification.timestampMillis())
            .bind("fab", classification.device().fab())
            .bind("camera", classification.device().camera())
            .bind("prediction", classification.prediction())
            .bind("probability", classification.probability())
            .bind("more", classification.more().equals("{}") ? null : classification.more())
            .bind("has_image", classification.hasImage() ? 1 : 0)
            .bind("received", classification.receivedMillis())
            .bind("decision", assessment.decision().map(Assessment.Decision::word).orElse(null))
            .bind("lot", facts.lot().isEmpty() ? null : facts.lot())
            .bind("product", facts.product().isEmpty() ? null : facts.product())
            .execute();
    if (inserted == 1) {
      if (classification.hasImage()) {
        Arrivals.count(handle);
      }
      count(handle, classification);
      notePatterns(handle, classification, classification.patterns(assessment));
      return new New();
    }
    DeviceName owner =
        find(handle, classification.imgid(), classification.timestampMillis())
            .orElseThrow()
            .device();
    return owner.equals(classification.device()) ? new Same() : new Other(owner);
  }

  /**
   * Notes that the image of an inspection has come, in the caller's transaction.
   *
   * @return whether there is a classification of it
   */
  public boolean imageCame(Handle handle, DeviceName device, String imgid) {
    handle
        .createUpdate(
            "update classifications set has_image = 1"
                + " where imgid = :imgid and fab = :fab and camera = :camera and has_image = 0")
        .bind("imgid", imgid)
        .bind("fab", device.fab())
        .bind("camera", device.camera())
        .execute();
    Arrivals.imageCame(handle, device, imgid);
    return handle
        .createQuery(
            "select 1 from classifications"
                + " where imgid = :imgid and fab = :fab and camera = :camera limit 1")
        .bind("imgid", imgid)
        .bind("fab", device.fab())
        .bind("camera", device.camera())
        .mapTo(Integer.class)
        .findOne()
        .isPresent();
  }

  /** One classification, or empty if there is none of that key. */
  public Optional<Classification> find(String imgid, long timestampMillis) {
    return database.read(handle -> find(handle, imgid, timestampMillis));
  }

  /** The newest classification of an inspection's name, by its time. */
  public Optional<Classification> newest(DeviceName device, String imgid) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    "select "
                        + COLUMNS
                        + " from classifications where imgid = :imgid and fab = :fab"
                        + " and camera = :camera order by timestamp desc limit 1")
                .bind("imgid", imgid)
                .bind("fab", device.fab())
                .bind("camera", device.camera())
                .map((row, context) -> ClassificationRows.read(row))
                .findOne());
  }

  /** The page of classifications that follows the query's cursor. */
  public Page page(ClassificationQuery query) {
    Conditions where = new Conditions();
    query.fab().ifPresent(fab -> where.add("fab = :fab", "fab", fab));
    query.camera().ifPresent(camera -> where.add("camera = :camera", "camera", camera));
    query
        .prediction()
        .map(DefectPattern::canonicalLabel)
        .ifPresent(label -> where.add("prediction = :prediction", "prediction", label));
    query
        .pattern()
        .map(DefectPattern::canonicalLabel)
        .ifPresent(label -> where.add("pattern = :pattern", "pattern", label));
    query
        .decision()
        .ifPresent(decision -> where.add("decision = :decision", "decision", decision.word()));
    query.lot().ifPresent(lot -> where.add("lot = :lot", "lot", lot));
    query.product().ifPresent(name -> where.add("product = :product", "product", name));
    where.add("timestamp >= :from", "from", query.fromMillis());
    where.add("timestamp <= :to", "to", query.toMillis());
    if (query.defectsOnly()) {
      where.add("prediction <> :none", "none", DefectPattern.NONE.label());
    }
    query
        .after()
        .ifPresent(
            cursor -> {
              where.add(
                  "(timestamp, imgid) < (:after_timestamp, :after_imgid)",
                  "after_timestamp",
                  cursor.timestampMillis());
              where.bindings.put("after_imgid", cursor.imgid());
            });
    // Wafers of one pattern are found by that pattern, newest first; they may be few of many. A
    // lot has fewer still. SQLite keeps the order of a cross join.
    String from =
        query.pattern().isEmpty()
            ? "classifications"
            : query.lot().isPresent()
                ? "classifications cross join wafer_patterns using (imgid, timestamp)"
                : "wafer_patterns cross join classifications using (imgid, timestamp)";
    return query.narrowsProbability()
        ? pageOfProbable(from, where, query)
        : pageOf(from, where, query.limit());
  }

  /** A page may hold fewer than asked for where few of many are as probable as asked for. */
  private Page pageOfProbable(String from, Conditions where, ClassificationQuery query) {
    where.bindings.put("min", query.minProbability());
    where.bindings.put("max", query.maxProbability());
    String lookedAt =
        " from (select %s from %s where %s order by timestamp desc, imgid desc limit %d)"
            .formatted(COLUMNS, from, where.sql(), MAX_LOOKED_AT);
    String rows =
        "select %s%s where probability >= :min and probability <= :max order by timestamp desc, imgid desc limit %d"
            .formatted(COLUMNS, lookedAt, query.limit());
    String last =
        "select timestamp, imgid%s order by timestamp desc, imgid desc limit 1 offset %d"
            .formatted(lookedAt, MAX_LOOKED_AT - 1);
    return database.read(
        handle -> {
          List<Classification> found =
              where
                  .bindTo(handle.createQuery(rows))
                  .map((row, context) -> ClassificationRows.read(row))
                  .list();
          if (found.size() == query.limit()) {
            Classification end = found.getLast();
            return new Page(found, Optional.of(new Cursor(end.timestampMillis(), end.imgid())));
          }
          Optional<Cursor> next =
              where
                  .bindTo(handle.createQuery(last))
                  .map(
                      (row, context) ->
                          new Cursor(row.getLong("timestamp"), row.getString("imgid")))
                  .findOne();
          return new Page(found, next);
        });
  }

  /** The newest classifications of a lot of a fab. */
  public List<Classification> ofLot(String fab, String lot, int limit) {
    Conditions where = new Conditions();
    where.add("lot = :lot", "lot", lot);
    where.add("fab = :fab", "fab", fab);
    return pageOf("classifications", where, limit).rows();
  }

  /** Classifications whose image has not come, newest first. */
  public Page withoutImage(Optional<Cursor> after, int limit) {
    Conditions where = new Conditions();
    where.texts.add("has_image = 0");
    after.ifPresent(
        cursor -> {
          where.add(
              "(timestamp, imgid) < (:after_timestamp, :after_imgid)",
              "after_timestamp",
              cursor.timestampMillis());
          where.bindings.put("after_imgid", cursor.imgid());
        });
    return pageOf("classifications", where, limit);
  }

  /**
   * Counts a camera and bucket, ordered by fab, camera and time; buckets without a wafer are left
   * out.
   *
   * @throws HubException if there were more than {@value RateQuery#MAX_BUCKETS} counts
   */
  public List<RateQuery.Bucket> rates(RateQuery query) {
    long bucket = query.bucket().toMillis();
    Conditions where = new Conditions();
    query.fab().ifPresent(fab -> where.add("fab = :fab", "fab", fab));
    query.camera().ifPresent(camera -> where.add("camera = :camera", "camera", camera));
    where.add("hour >= :from", "from", hourOf(query.fromMillis()));
    where.add("hour <= :to", "to", hourOf(query.toMillis()));
    where.bindings.put("bucket", bucket);
    String sql =
        "select fab, camera, hour / :bucket * :bucket as start, prediction, sum(wafers) as wafers"
            + " from classification_hours where "
            + where.sql()
            + " group by 1, 2, 3, 4 order by 1, 2, 3, 4 limit "
            + (RateQuery.MAX_BUCKETS + 1);
    List<Count> counts =
        database.read(
            handle ->
                where
                    .bindTo(handle.createQuery(sql))
                    .map((row, context) -> Count.read(row))
                    .list());
    if (counts.size() > RateQuery.MAX_BUCKETS) {
      throw new HubException(
          "more than %,d counts asked for: choose a shorter time or wider buckets"
              .formatted(RateQuery.MAX_BUCKETS));
    }
    return buckets(counts);
  }

  /** All wafers ever stored, by label. */
  public Map<String, Long> totals() {
    return database.read(
        handle ->
            handle
                .createQuery(
                    "select prediction, sum(wafers) as wafers from classification_hours"
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

  private static void count(Handle handle, Classification classification) {
    handle
        .createUpdate(
            "insert into classification_hours (fab, camera, hour, prediction, wafers)"
                + " values (:fab, :camera, :hour, :prediction, 1)"
                + " on conflict (fab, camera, hour, prediction)"
                + " do update set wafers = classification_hours.wafers + 1")
        .bind("fab", classification.device().fab())
        .bind("camera", classification.device().camera())
        .bind("hour", hourOf(classification.timestampMillis()))
        .bind("prediction", classification.prediction())
        .execute();
  }

  private static void notePatterns(
      Handle handle, Classification classification, List<String> patterns) {
    for (String pattern : patterns) {
      handle
          .createUpdate(
              "insert into wafer_patterns (pattern, timestamp, imgid)"
                  + " values (:pattern, :timestamp, :imgid)")
          .bind("pattern", pattern)
          .bind("timestamp", classification.timestampMillis())
          .bind("imgid", classification.imgid())
          .execute();
    }
  }

  private static long hourOf(long millis) {
    return Math.floorDiv(millis, RateQuery.HOUR_MILLIS) * RateQuery.HOUR_MILLIS;
  }

  private static Optional<Classification> find(Handle handle, String imgid, long timestampMillis) {
    return handle
        .createQuery(
            "select "
                + COLUMNS
                + " from classifications where imgid = :imgid and timestamp = :timestamp")
        .bind("imgid", imgid)
        .bind("timestamp", timestampMillis)
        .map((row, context) -> ClassificationRows.read(row))
        .findOne();
  }

  private Page pageOf(String from, Conditions where, int limit) {
    String sql =
        "select "
            + COLUMNS
            + " from "
            + from
            + " where "
            + where.sql()
            + " order by timestamp desc, imgid desc limit :limit";
    // One row more than asked for tells whether there is a next page.
    List<Classification> rows =
        database.read(
            handle ->
                where
                    .bindTo(handle.createQuery(sql))
                    .bind("limit", limit + 1)
                    .map((row, context) -> ClassificationRows.read(row))
                    .list());
    if (rows.size() <= limit) {
      return new Page(rows, Optional.empty());
    }
    Classification last = rows.get(limit - 1);
    return new Page(
        List.copyOf(rows.subList(0, limit)),
        Optional.of(new Cursor(last.timestampMillis(), last.imgid())));
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

  private record Place(String fab, String camera, long start) {}

  private record Count(Place place, String prediction, long wafers) {
    static Count read(ResultSet row) throws SQLException {
      return new Count(
          new Place(row.getString("fab"), row.getString("camera"), row.getLong("start")),
          row.getString("prediction"),
          row.getLong("wafers"));
    }
  }

  /** The conditions of a query, and what their names stand for. */
  private static final class Conditions {
    private final List<String> texts = new ArrayList<>();
    private final Map<String, @Nullable Object> bindings = new TreeMap<>();

    void add(String text, String name, Object value) {
      texts.add(text);
      bindings.put(name, value);
    }

    String sql() {
      return String.join(" and ", texts);
    }

    Query bindTo(Query query) {
      return query.bindMap(bindings);
    }
  }
}
