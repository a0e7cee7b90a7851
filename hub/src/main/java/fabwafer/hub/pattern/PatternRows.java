package fabwafer.hub.pattern;

import fabwafer.hub.classification.ClassificationQuery.Cursor;
import fabwafer.hub.image.ProvisionalPattern;
import fabwafer.hub.similarity.Direction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** The tables of new patterns. In the caller's transaction. */
final class PatternRows {
  /** Wafers that fit no pattern and are kept in mind, the last ones. */
  static final int MOST_UNFITTING = 5_000;

  private static final String SELECT =
      "select p.*, (select count(*) from pattern_wafers as w where w.pattern = p.id and named = 1)"
          + " as named, (select count(*) from pattern_wafers as w where w.pattern = p.id"
          + " and named = 0) as matched from patterns as p where state = 'active'";

  private PatternRows() {}

  /** The patterns that are matched, by name. */
  static List<NewPattern> active(Handle handle) {
    return handle
        .createQuery(SELECT + " order by lower(name)")
        .map((row, context) -> NewPattern.read(row))
        .list();
  }

  static Optional<NewPattern> find(Handle handle, long id) {
    return handle
        .createQuery(SELECT + " and id = :id")
        .bind("id", id)
        .map((row, context) -> NewPattern.read(row))
        .findOne();
  }

  static boolean isTaken(Handle handle, String name) {
    return handle
        .createQuery("select 1 from patterns where state = 'active' and lower(name) = lower(:name)")
        .bind("name", name)
        .mapTo(Integer.class)
        .findOne()
        .isPresent();
  }

  static long insert(Handle handle, String name, String by, long nowMillis) {
    return handle
        .createQuery(
            "insert into patterns (name, state, created, created_by, changed)"
                + " values (:name, 'active', :now, :by, :now) returning id")
        .bind("name", name)
        .bind("by", by)
        .bind("now", nowMillis)
        .mapTo(Long.class)
        .one();
  }

  static void rename(Handle handle, long id, String name, long nowMillis) {
    handle
        .createUpdate("update patterns set name = :name, changed = :now where id = :id")
        .bind("id", id)
        .bind("name", name)
        .bind("now", nowMillis)
        .execute();
  }

  /** Ends a pattern; it is matched no more. Its wafers go to another one, or are free. */
  static void end(Handle handle, long id, Optional<Long> into, long nowMillis) {
    handle
        .createUpdate(
            "update patterns set state = :state, merged = :into, changed = :now where id = :id")
        .bind("state", into.isPresent() ? "merged" : "dissolved")
        .bind("into", into.orElse(null))
        .bind("now", nowMillis)
        .bind("id", id)
        .execute();
    handle
        .createUpdate("delete from pattern_prototypes where pattern = :id")
        .bind("id", id)
        .execute();
    if (into.isPresent()) {
      handle
          .createUpdate("update pattern_wafers set pattern = :into where pattern = :id")
          .bind("into", into.get())
          .bind("id", id)
          .execute();
    } else {
      handle
          .createUpdate("delete from pattern_wafers where pattern = :id")
          .bind("id", id)
          .execute();
    }
  }

  /** Notes that a wafer is of a pattern; what a person said is not changed by a match. */
  static void put(Handle handle, Cursor wafer, long pattern, boolean named, double similarity) {
    handle
        .createUpdate(
            "insert into pattern_wafers (imgid, timestamp, pattern, named, similarity)"
                + " values (:imgid, :timestamp, :pattern, :named, :similarity)"
                + " on conflict (imgid, timestamp) do update set pattern = excluded.pattern,"
                + " named = excluded.named, similarity = excluded.similarity"
                + " where excluded.named >= pattern_wafers.named")
        .bind("imgid", wafer.imgid())
        .bind("timestamp", wafer.timestampMillis())
        .bind("pattern", pattern)
        .bind("named", named ? 1 : 0)
        .bind("similarity", similarity)
        .execute();
  }

  /** Forgets what was matched to a pattern, not what was named. */
  static void unmatch(Handle handle, long pattern) {
    handle
        .createUpdate("delete from pattern_wafers where pattern = :pattern and named = 0")
        .bind("pattern", pattern)
        .execute();
  }

  /** A pattern's wafers, newest first. */
  static List<Cursor> wafers(
      Handle handle, long pattern, boolean namedOnly, Optional<Cursor> after, int limit) {
    return handle
        .createQuery(
            "select imgid, timestamp from pattern_wafers where pattern = :pattern"
                + " and named >= :named and (timestamp, imgid) < (:timestamp, :imgid)"
                + " order by timestamp desc, imgid desc limit :limit")
        .bind("pattern", pattern)
        .bind("named", namedOnly ? 1 : 0)
        .bind("timestamp", after.map(Cursor::timestampMillis).orElse(Long.MAX_VALUE))
        .bind("imgid", after.map(Cursor::imgid).orElse(""))
        .bind("limit", limit)
        .map((row, context) -> new Cursor(row.getLong("timestamp"), row.getString("imgid")))
        .list();
  }

  /** Which patterns some wafers are of. */
  static Map<Cursor, ProvisionalPattern> of(Handle handle, List<Cursor> wafers) {
    Map<Cursor, ProvisionalPattern> found = new HashMap<>();
    for (Cursor wafer : wafers) {
      handle
          .createQuery(
              "select p.id, p.name, w.named, w.similarity from pattern_wafers as w"
                  + " join patterns as p on p.id = w.pattern"
                  + " where w.imgid = :imgid and w.timestamp = :timestamp")
          .bind("imgid", wafer.imgid())
          .bind("timestamp", wafer.timestampMillis())
          .map(
              (row, context) ->
                  new ProvisionalPattern(
                      row.getLong("id"),
                      row.getString("name"),
                      row.getInt("named") == 1,
                      row.getDouble("similarity")))
          .findOne()
          .ifPresent(provisional -> found.put(wafer, provisional));
    }
    return found;
  }

  static void setPrototype(Handle handle, long pattern, String model, Prototype prototype) {
    handle
        .createUpdate(
            "insert into pattern_prototypes (pattern, model, features, least)"
                + " values (:pattern, :model, :features, :least) on conflict (pattern, model)"
                + " do update set features = excluded.features, least = excluded.least")
        .bind("pattern", pattern)
        .bind("model", model)
        .bind("features", prototype.centre().stored())
        .bind("least", prototype.least())
        .execute();
  }

  /** The names of the active patterns, by id. */
  static Map<Long, String> names(Handle handle) {
    Map<Long, String> names = new TreeMap<>();
    handle
        .createQuery("select id, name from patterns where state = 'active'")
        .reduceRows(
            names,
            (all, row) -> {
              all.put(row.getColumn("id", Long.class), row.getColumn("name", String.class));
              return all;
            });
    return names;
  }

  /** The prototypes by a model, by the pattern's id. */
  static Map<Long, Prototype> prototypes(Handle handle, String model) {
    Map<Long, Prototype> prototypes = new TreeMap<>();
    handle
        .createQuery("select pattern, features, least from pattern_prototypes where model = :model")
        .bind("model", model)
        .reduceRows(
            prototypes,
            (all, row) -> {
              all.put(
                  row.getColumn("pattern", Long.class),
                  new Prototype(
                      Direction.ofBytes(row.getColumn("features", byte[].class)),
                      row.getColumn("least", Double.class)));
              return all;
            });
    return prototypes;
  }

  /** Notes a wafer that fits no pattern; the oldest goes where there are too many. */
  static void enterUnfitting(Handle handle, Cursor wafer, String why) {
    handle
        .createUpdate(
            "insert into unfitting_wafers (imgid, timestamp, why)"
                + " values (:imgid, :timestamp, :why) on conflict do nothing")
        .bind("imgid", wafer.imgid())
        .bind("timestamp", wafer.timestampMillis())
        .bind("why", why)
        .execute();
    handle
        .createUpdate(
            "delete from unfitting_wafers where id <="
                + " (select max(id) from unfitting_wafers) - :most")
        .bind("most", MOST_UNFITTING)
        .execute();
  }

  /**
   * The last wafers that fit no pattern: novel ones that nobody labelled, and those that a person
   * called unknown; without those of a pattern that was named.
   */
  static List<Cursor> unfitting(Handle handle, String unknown, int limit) {
    List<Cursor> wafers = new ArrayList<>();
    handle
        .createQuery(
            "select imgid, timestamp from (select u.imgid, u.timestamp from unfitting_wafers as u"
                + " where not exists (select 1 from reviewed_wafers as r"
                + " where r.imgid = u.imgid and r.timestamp = u.timestamp)"
                + " union select r.imgid, r.timestamp from reviewed_wafers as r"
                + " join ground_truths as g on g.id = r.newest where g.ground_truth = :unknown)"
                + " as w where not exists (select 1 from pattern_wafers as p"
                + " where p.imgid = w.imgid and p.timestamp = w.timestamp and p.named = 1)"
                + " order by timestamp desc, imgid desc limit :limit")
        .bind("unknown", unknown)
        .bind("limit", limit)
        .map((row, context) -> new Cursor(row.getLong("timestamp"), row.getString("imgid")))
        .forEach(wafers::add);
    return wafers;
  }
}
