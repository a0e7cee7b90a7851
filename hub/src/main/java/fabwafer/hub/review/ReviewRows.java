package fabwafer.hub.review;

import fabwafer.hub.classification.ClassificationQuery.Cursor;
import fabwafer.hub.review.ReviewState.Stage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import tools.jackson.databind.json.JsonMapper;

/** The tables of the review: wafers in the queue, leases, opinions. In the caller's transaction. */
final class ReviewRows {
  private final ReviewConfig config;
  private final Draw draw;

  ReviewRows(ReviewConfig config) {
    this.config = config;
    this.draw = new Draw(config.seed());
  }

  /** A wafer that is given out. */
  record Candidate(Cursor wafer, List<String> reasons) {}

  /** Enters a wafer; one that is there keeps its state. */
  void enter(Handle handle, Cursor wafer, TeachingValue value) {
    long drawn = draw.of(wafer);
    handle
        .createUpdate(
            "insert into review_wafers (imgid, timestamp, teaches, reasons, sampled, draw, state)"
                + " values (:imgid, :timestamp, :teaches, :reasons, :sampled, :draw, :state)"
                + " on conflict (imgid, timestamp) do update"
                + " set teaches = excluded.teaches, reasons = excluded.reasons")
        .bind("imgid", wafer.imgid())
        .bind("timestamp", wafer.timestampMillis())
        .bind("teaches", value.score())
        .bind("reasons", JsonMapper.shared().writeValueAsString(value.reasons()))
        .bind("sampled", Draw.isWithin(drawn, config.sampleOneIn()) ? 1 : 0)
        .bind("draw", drawn)
        .bind("state", Stage.UNREVIEWED.word())
        .execute();
  }

  /** Notes a wafer's state; one that is not in the queue is entered. */
  void setState(Handle handle, Cursor wafer, ReviewState state) {
    handle
        .createUpdate(
            "insert into review_wafers (imgid, timestamp, teaches, reasons, sampled, draw, state,"
                + " label) values (:imgid, :timestamp, 0, '[]', :sampled, :draw, :state, :label)"
                + " on conflict (imgid, timestamp) do update"
                + " set state = excluded.state, label = excluded.label")
        .bind("imgid", wafer.imgid())
        .bind("timestamp", wafer.timestampMillis())
        .bind("sampled", Draw.isWithin(draw.of(wafer), config.sampleOneIn()) ? 1 : 0)
        .bind("draw", draw.of(wafer))
        .bind("state", state.stage().word())
        .bind("label", state.label().orElse(null))
        .execute();
  }

  /** The stage of a wafer. */
  static Stage stage(Handle handle, Cursor wafer) {
    return handle
        .createQuery(
            "select state from review_wafers where imgid = :imgid and timestamp = :timestamp")
        .bind("imgid", wafer.imgid())
        .bind("timestamp", wafer.timestampMillis())
        .mapTo(String.class)
        .findOne()
        .map(word -> Stage.valueOf(word.toUpperCase(Locale.ROOT)))
        .orElse(Stage.UNREVIEWED);
  }

  /** How many wafers are in each stage. */
  static Map<String, Long> stages(Handle handle) {
    Map<String, Long> stages = new LinkedHashMap<>();
    for (Stage stage : Stage.values()) {
      stages.put(stage.word(), 0L);
    }
    handle
        .createQuery("select state, count(*) as wafers from review_wafers group by state")
        .reduceRows(
            stages,
            (all, row) -> {
              all.put(row.getColumn("state", String.class), row.getColumn("wafers", Long.class));
              return all;
            });
    return stages;
  }

  /**
   * The next wafer of a kind that a reviewer may be given: one that nobody else looks at and of
   * which the reviewer has said nothing.
   */
  static Optional<Candidate> next(Handle handle, ReviewKind kind, String reviewer, long nowMillis) {
    String which =
        switch (kind) {
          case DISPUTED -> "state = 'disputed' order by timestamp desc, imgid desc";
          // The random share is left out: what is taken of it by its draw alone stays random.
          case TEACHING ->
              "state = 'unreviewed' and sampled = 0 and teaches >= :least"
                  + " order by teaches desc, timestamp desc, imgid desc";
          case RANDOM -> "state = 'unreviewed' and sampled = 1 order by draw";
          case SECOND -> "state = 'one' order by draw";
          case KNOWN -> "state = 'settled' order by draw";
          case DIRECT -> "0 limit 0";
        };
    int order = which.indexOf(" order by");
    if (order < 0) {
      return Optional.empty();
    }
    Query query =
        handle.createQuery(
            "select imgid, timestamp, reasons from review_wafers as w where "
                + which.substring(0, order)
                + " and not exists (select 1 from review_leases as l where l.imgid = w.imgid"
                + " and l.timestamp = w.timestamp and l.until > :now)"
                + " and (select o.label from review_opinions as o where o.imgid = w.imgid"
                + " and o.timestamp = w.timestamp and o.reviewer = :reviewer"
                + " order by o.id desc limit 1) is null"
                + which.substring(order)
                + " limit 1");
    if (kind == ReviewKind.TEACHING) {
      query.bind("least", TeachingValue.LEAST);
    }
    return query
        .bind("now", nowMillis)
        .bind("reviewer", reviewer)
        .map(
            (row, context) ->
                new Candidate(
                    new Cursor(row.getLong("timestamp"), row.getString("imgid")),
                    List.of(
                        JsonMapper.shared().readValue(row.getString("reasons"), String[].class))))
        .findOne();
  }

  static void lease(
      Handle handle,
      Cursor wafer,
      ReviewKind kind,
      String reviewer,
      long untilMillis,
      boolean blind) {
    handle
        .createUpdate(
            "insert into review_leases (imgid, timestamp, reviewer, kind, until, blind)"
                + " values (:imgid, :timestamp, :reviewer, :kind, :until, :blind)"
                + " on conflict (imgid, timestamp) do update set reviewer = excluded.reviewer,"
                + " kind = excluded.kind, until = excluded.until, blind = excluded.blind")
        .bind("imgid", wafer.imgid())
        .bind("timestamp", wafer.timestampMillis())
        .bind("reviewer", reviewer)
        .bind("kind", kind.word())
        .bind("until", untilMillis)
        .bind("blind", blind ? 1 : 0)
        .execute();
  }

  /** Why a wafer was given to a reviewer; also where the time for it is over. */
  static Optional<ReviewKind> leased(Handle handle, Cursor wafer, String reviewer) {
    return handle
        .createQuery(
            "select kind from review_leases where imgid = :imgid and timestamp = :timestamp"
                + " and reviewer = :reviewer")
        .bind("imgid", wafer.imgid())
        .bind("timestamp", wafer.timestampMillis())
        .bind("reviewer", reviewer)
        .mapTo(String.class)
        .findOne()
        .map(ReviewKind::ofWord);
  }

  /** Whether a wafer was given to a reviewer without what the model says. */
  static boolean isBlind(Handle handle, Cursor wafer, String reviewer) {
    return handle
        .createQuery(
            "select 1 from review_leases where imgid = :imgid and timestamp = :timestamp"
                + " and reviewer = :reviewer and blind = 1")
        .bind("imgid", wafer.imgid())
        .bind("timestamp", wafer.timestampMillis())
        .bind("reviewer", reviewer)
        .mapTo(Integer.class)
        .findOne()
        .isPresent();
  }

  /** Ends a lease; a skipped wafer is kept from the reviewer until the time is over. */
  static void release(Handle handle, Cursor wafer, String reviewer) {
    handle
        .createUpdate(
            "delete from review_leases where imgid = :imgid and timestamp = :timestamp"
                + " and reviewer = :reviewer")
        .bind("imgid", wafer.imgid())
        .bind("timestamp", wafer.timestampMillis())
        .bind("reviewer", reviewer)
        .execute();
  }

  /** How many wafers a reviewer was given before; from now on one more. */
  static long turn(Handle handle, String reviewer) {
    return handle
            .createQuery(
                "insert into review_turns (reviewer, turns) values (:reviewer, 1)"
                    + " on conflict (reviewer) do update set turns = turns + 1 returning turns")
            .bind("reviewer", reviewer)
            .mapTo(Long.class)
            .one()
        - 1;
  }

  /** Appends an opinion; a null label takes the last one back. */
  static void append(Handle handle, Opinion opinion) {
    handle
        .createUpdate(
            "insert into review_opinions (imgid, timestamp, reviewer, label, kind, prediction,"
                + " model, blind, at) values (:imgid, :timestamp, :reviewer, :label, :kind,"
                + " :prediction, :model, :blind, :at)")
        .bind("imgid", opinion.wafer().imgid())
        .bind("timestamp", opinion.wafer().timestampMillis())
        .bind("reviewer", opinion.reviewer())
        .bind("label", opinion.label().orElse(null))
        .bind("kind", opinion.kind().word())
        .bind("prediction", opinion.prediction())
        .bind("model", opinion.model())
        .bind("blind", opinion.blind() ? 1 : 0)
        .bind("at", opinion.atMillis())
        .execute();
  }

  /** What each reviewer says of a wafer, but for those who were asked to be measured. */
  static Map<String, String> opinions(Handle handle, Cursor wafer) {
    Map<String, String> opinions = new TreeMap<>();
    handle
        .createQuery(
            "select reviewer, label from review_opinions where imgid = :imgid"
                + " and timestamp = :timestamp and kind <> 'known' order by id")
        .bind("imgid", wafer.imgid())
        .bind("timestamp", wafer.timestampMillis())
        .reduceRows(
            opinions,
            (all, row) -> {
              String label = row.getColumn("label", String.class);
              String reviewer = row.getColumn("reviewer", String.class);
              if (label == null) {
                all.remove(reviewer);
              } else {
                all.put(reviewer, label);
              }
              return all;
            });
    return opinions;
  }

  /** A reviewer's last opinion of a wafer. */
  static Optional<Opinion> last(Handle handle, Cursor wafer, String reviewer) {
    return handle
        .createQuery(
            "select * from review_opinions where imgid = :imgid and timestamp = :timestamp"
                + " and reviewer = :reviewer order by id desc limit 1")
        .bind("imgid", wafer.imgid())
        .bind("timestamp", wafer.timestampMillis())
        .bind("reviewer", reviewer)
        .map((row, context) -> Opinion.read(row))
        .findOne();
  }

  /** The last opinions, oldest first. */
  static List<Opinion> last(Handle handle, int limit) {
    return handle
        .createQuery(
            "select * from (select * from review_opinions order by id desc limit :limit)"
                + " order by id")
        .bind("limit", limit)
        .map((row, context) -> Opinion.read(row))
        .list();
  }

  /** The labels on which some wafers are settled. */
  static Map<Cursor, String> settled(Handle handle, int limit) {
    return handle
        .createQuery(
            "select imgid, timestamp, label from review_wafers where state = 'settled'"
                + " order by timestamp desc limit :limit")
        .bind("limit", limit)
        .reduceRows(
            new LinkedHashMap<Cursor, String>(),
            (all, row) -> {
              all.put(
                  new Cursor(
                      row.getColumn("timestamp", Long.class), row.getColumn("imgid", String.class)),
                  row.getColumn("label", String.class));
              return all;
            });
  }
}
