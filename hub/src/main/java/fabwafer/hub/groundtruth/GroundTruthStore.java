package fabwafer.hub.groundtruth;

import fabwafer.hub.classification.Classification;
import fabwafer.hub.classification.ClassificationQuery;
import fabwafer.hub.classification.ClassificationQuery.Cursor;
import fabwafer.hub.database.Database;
import fabwafer.protocol.Assessment;
import fabwafer.protocol.DeviceName;
import fabwafer.wafer.DefectPattern;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** The table of ground truths, and which wafers are reviewed. */
public final class GroundTruthStore {
  /** Most labels of one wafer: further ones come from a script that has gone wild. */
  public static final int MAX_OF_WAFER = 1_000;

  /** Reviewed wafers that are looked at for one page of those whose classification fits. */
  static final int MAX_LOOKED_AT = 4_000;

  private final Database database;

  public GroundTruthStore(Database database) {
    this.database = database;
  }

  /**
   * Adds a label; from now on it is the wafer's.
   *
   * @param label in the spelling to be stored
   * @return the label as stored; empty if the wafer has {@value #MAX_OF_WAFER}
   */
  public Optional<GroundTruth> add(
      Classification wafer,
      String label,
      String reviewer,
      Optional<String> comment,
      long nowMillis) {
    return database.write(handle -> add(handle, wafer, label, reviewer, comment, nowMillis));
  }

  /** Adds a label in the caller's transaction. */
  public Optional<GroundTruth> add(
      Handle handle,
      Classification wafer,
      String label,
      String reviewer,
      Optional<String> comment,
      long nowMillis) {
    if (countOf(handle, wafer) >= MAX_OF_WAFER) {
      return Optional.empty();
    }
    long id = insert(handle, wafer, label, reviewer, comment, nowMillis);
    setNewest(handle, wafer, label, id);
    return Optional.of(
        new GroundTruth(
            id,
            wafer.imgid(),
            wafer.timestampMillis(),
            wafer.device(),
            label,
            reviewer,
            comment,
            nowMillis));
  }

  /**
   * Takes a reviewer's labels of a wafer back, in the caller's transaction: the newest that still
   * stands is the wafer's, and without one the wafer is not reviewed.
   *
   * @return the label that counts from now on
   */
  Optional<GroundTruth> withdraw(
      Handle handle, Classification wafer, String reviewer, long nowMillis) {
    String ofWafer = " where imgid = :imgid and timestamp = :timestamp";
    handle
        .createUpdate(
            "update ground_truths set withdrawn = :now"
                + ofWafer
                + " and reviewer = :reviewer and withdrawn is null")
        .bind("now", nowMillis)
        .bind("imgid", wafer.imgid())
        .bind("timestamp", wafer.timestampMillis())
        .bind("reviewer", reviewer)
        .execute();
    Optional<GroundTruth> left =
        handle
            .createQuery(
                "select * from ground_truths"
                    + ofWafer
                    + " and withdrawn is null order by id desc limit 1")
            .bind("imgid", wafer.imgid())
            .bind("timestamp", wafer.timestampMillis())
            .map((row, context) -> read(row))
            .findOne();
    if (left.isPresent()) {
      setNewest(handle, wafer, left.get().label(), left.get().id());
    } else {
      handle
          .createUpdate("delete from reviewed_wafers" + ofWafer)
          .bind("imgid", wafer.imgid())
          .bind("timestamp", wafer.timestampMillis())
          .execute();
    }
    return left;
  }

  /** The labels that a query asks for; none that was taken back. */
  public List<GroundTruth> page(GroundTruthQuery query) {
    List<String> where = new ArrayList<>();
    Map<String, Object> bindings = new TreeMap<>();
    where.add("withdrawn is null and id < :before and timestamp >= :from and timestamp <= :to");
    bindings.put("before", query.before().orElse(Long.MAX_VALUE));
    bindings.put("from", query.fromMillis());
    bindings.put("to", query.toMillis());
    addEqual(where, bindings, "fab", query.fab());
    addEqual(where, bindings, "camera", query.camera());
    addEqual(where, bindings, "imgid", query.imgid());
    return database.read(
        handle ->
            handle
                .createQuery(
                    "select * from ground_truths where "
                        + String.join(" and ", where)
                        + " order by id desc limit :limit")
                .bindMap(bindings)
                .bind("limit", query.limit())
                .map((row, context) -> read(row))
                .list());
  }

  /** A wafer's labels, the last given first. */
  public List<GroundTruth> history(String imgid, long timestampMillis, int limit) {
    return page(
        new GroundTruthQuery(
            Optional.empty(),
            Optional.empty(),
            Optional.of(imgid),
            timestampMillis,
            timestampMillis,
            Optional.empty(),
            limit));
  }

  /** The labels that count of some wafers; those not reviewed are left out. */
  public Map<Cursor, GroundTruth> newestOf(List<Classification> wafers) {
    return database.read(handle -> newestOf(handle, wafers));
  }

  /** The labels that count of some wafers, as the caller's transaction sees them. */
  public Map<Cursor, GroundTruth> newestOf(Handle handle, List<Classification> wafers) {
    if (wafers.isEmpty()) {
      return Map.of();
    }
    Map<Cursor, GroundTruth> newest = new HashMap<>();
    List<GroundTruth> found =
        handle
            .createQuery(
                "select g.* from reviewed_wafers r join ground_truths g on g.id = r.newest"
                    + " where r.imgid in (<imgids>)"
                    + " and r.timestamp >= :from and r.timestamp <= :to")
            .bindList("imgids", wafers.stream().map(Classification::imgid).toList())
            .bind(
                "from", wafers.stream().mapToLong(Classification::timestampMillis).min().orElse(0))
            .bind("to", wafers.stream().mapToLong(Classification::timestampMillis).max().orElse(0))
            .map((row, context) -> read(row))
            .list();
    found.forEach(truth -> newest.put(new Cursor(truth.timestampMillis(), truth.imgid()), truth));
    return newest;
  }

  /**
   * Reviewed wafers, and where to go on; none: that was all.
   *
   * @param wafers their keys, newest first by the wafer's time
   */
  public record Reviewed(List<Cursor> wafers, Optional<Cursor> next) {}

  /**
   * Reviewed wafers, fewer than asked for where few of {@value #MAX_LOOKED_AT} fit.
   *
   * @param query as for classifications
   * @param correctedOnly only those whose label is not their prediction
   */
  public Reviewed reviewed(ClassificationQuery query, boolean correctedOnly) {
    Map<String, Object> bindings = new TreeMap<>();
    String lookedAt =
        "select imgid, timestamp from reviewed_wafers where %s order by timestamp desc, imgid desc"
            .formatted(reviewedOf(query, correctedOnly, bindings));
    // The rows of a limited subquery come in its order, and no more of them than the page takes.
    String wafers =
        "select r.imgid, r.timestamp from (%s limit %d) r cross join classifications c"
            .formatted(lookedAt, MAX_LOOKED_AT);
    Map<String, Object> further = new TreeMap<>();
    String where = classified(query, further);
    return database.read(
        handle -> {
          List<Cursor> found =
              handle
                  .createQuery(wafers + where + " limit :limit")
                  .bindMap(bindings)
                  .bindMap(further)
                  .bind("limit", query.limit())
                  .map((row, context) -> cursor(row))
                  .list();
          Optional<Cursor> next =
              found.size() == query.limit()
                  ? Optional.of(found.getLast())
                  : handle
                      .createQuery(lookedAt + " limit 1 offset " + (MAX_LOOKED_AT - 1))
                      .bindMap(bindings)
                      .map((row, context) -> cursor(row))
                      .findOne();
          return new Reviewed(found, next);
        });
  }

  private static Cursor cursor(ResultSet row) throws SQLException {
    return new Cursor(row.getLong("timestamp"), row.getString("imgid"));
  }

  /** What an index of the reviewed wafers leads to. */
  private static String reviewedOf(
      ClassificationQuery query, boolean correctedOnly, Map<String, Object> bindings) {
    List<String> where = new ArrayList<>();
    where.add("timestamp >= :from and timestamp <= :to");
    bindings.put("from", query.fromMillis());
    bindings.put("to", query.toMillis());
    addEqual(where, bindings, "fab", query.fab());
    addEqual(where, bindings, "camera", query.camera());
    if (correctedOnly) {
      where.add("corrected = 1");
    }
    query
        .after()
        .ifPresent(
            cursor -> {
              where.add("(timestamp, imgid) < (:after_timestamp, :after_imgid)");
              bindings.put("after_timestamp", cursor.timestampMillis());
              bindings.put("after_imgid", cursor.imgid());
            });
    return String.join(" and ", where);
  }

  /** What is asked of the classification of each. */
  private static String classified(ClassificationQuery query, Map<String, Object> bindings) {
    List<String> where = new ArrayList<>();
    where.add("c.imgid = r.imgid and c.timestamp = r.timestamp");
    addEqual(
        where, bindings, "c.prediction", query.prediction().map(DefectPattern::canonicalLabel));
    addEqual(where, bindings, "c.lot", query.lot());
    addEqual(where, bindings, "c.product", query.product());
    where.add("c.probability >= :min and c.probability <= :max");
    bindings.put("min", query.minProbability());
    bindings.put("max", query.maxProbability());
    addEqual(where, bindings, "c.decision", query.decision().map(Assessment.Decision::word));
    query
        .size()
        .ifPresent(
            size -> {
              where.add("c.height = :height and c.width = :width");
              bindings.put("height", size.height());
              bindings.put("width", size.width());
            });
    query
        .pattern()
        .map(DefectPattern::canonicalLabel)
        .ifPresent(
            label -> {
              where.add(
                  "exists (select 1 from wafer_patterns p where p.pattern = :pattern"
                      + " and p.timestamp = r.timestamp and p.imgid = r.imgid)");
              bindings.put("pattern", label);
            });
    return " where " + String.join(" and ", where);
  }

  private static void addEqual(
      List<String> where, Map<String, Object> bindings, String column, Optional<String> value) {
    value.ifPresent(
        text -> {
          String name = column.replace('.', '_');
          where.add(column + " = :" + name);
          bindings.put(name, text);
        });
  }

  private static int countOf(Handle handle, Classification wafer) {
    return handle
        .createQuery(
            "select count(*) from ground_truths where imgid = :imgid and timestamp = :timestamp")
        .bind("imgid", wafer.imgid())
        .bind("timestamp", wafer.timestampMillis())
        .mapTo(Integer.class)
        .one();
  }

  private static long insert(
      Handle handle,
      Classification wafer,
      String label,
      String reviewer,
      Optional<String> comment,
      long nowMillis) {
    return handle
        .createQuery(
            "insert into ground_truths (imgid, timestamp, fab, camera, ground_truth, reviewer,"
                + " comment, at) values (:imgid, :timestamp, :fab, :camera, :ground_truth,"
                + " :reviewer, :comment, :at) returning id")
        .bind("imgid", wafer.imgid())
        .bind("timestamp", wafer.timestampMillis())
        .bind("fab", wafer.device().fab())
        .bind("camera", wafer.device().camera())
        .bind("ground_truth", label)
        .bind("reviewer", reviewer)
        .bind("comment", comment.orElse(null))
        .bind("at", nowMillis)
        .mapTo(Long.class)
        .one();
  }

  private static void setNewest(Handle handle, Classification wafer, String label, long id) {
    handle
        .createUpdate(
            "insert into reviewed_wafers (imgid, timestamp, fab, camera, corrected, newest)"
                + " values (:imgid, :timestamp, :fab, :camera, :corrected, :newest)"
                + " on conflict (imgid, timestamp)"
                + " do update set corrected = excluded.corrected, newest = excluded.newest")
        .bind("imgid", wafer.imgid())
        .bind("timestamp", wafer.timestampMillis())
        .bind("fab", wafer.device().fab())
        .bind("camera", wafer.device().camera())
        .bind("corrected", label.equals(wafer.prediction()) ? 0 : 1)
        .bind("newest", id)
        .execute();
  }

  private static GroundTruth read(ResultSet row) throws SQLException {
    return new GroundTruth(
        row.getLong("id"),
        row.getString("imgid"),
        row.getLong("timestamp"),
        new DeviceName(row.getString("fab"), row.getString("camera")),
        row.getString("ground_truth"),
        row.getString("reviewer"),
        Optional.ofNullable(row.getString("comment")),
        row.getLong("at"));
  }
}
