package fabwafer.hub.watch;

import fabwafer.hub.classification.ClassificationQuery.Cursor;
import fabwafer.hub.watch.CoverageWatch.ModelLabel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The tables of coverage, in the caller's transaction. */
final class CoverageRows {
  /** Most labels of a model that are told of. */
  static final int MAX_LABELS = 200;

  private CoverageRows() {}

  /** A reviewed wafer. */
  record Reviewed(
      Cursor wafer, String model, String label, boolean covered, double probability, long truth) {}

  /** A label that a person gave. */
  record Truth(long id, Cursor wafer, String label) {}

  static long last(Handle handle) {
    return handle.createQuery("select last from watch_labels").mapTo(Long.class).one();
  }

  static void advance(Handle handle, long to) {
    handle.execute("update watch_labels set last = ?", to);
  }

  static List<Truth> after(Handle handle, long last, int limit) {
    return handle
        .createQuery(
            "select id, imgid, timestamp, ground_truth from ground_truths where id > :last"
                + " order by id limit :limit")
        .bind("last", last)
        .bind("limit", limit)
        .map(
            (row, context) ->
                new Truth(
                    row.getLong("id"),
                    new Cursor(row.getLong("timestamp"), row.getString("imgid")),
                    row.getString("ground_truth")))
        .list();
  }

  /** Forgets what was known of a wafer; answers under which model and label it was. */
  static Optional<Reviewed> forget(Handle handle, Cursor wafer) {
    return handle
        .createQuery(
            "delete from watch_reviews where imgid = :imgid and timestamp = :timestamp"
                + " returning *")
        .bind("imgid", wafer.imgid())
        .bind("timestamp", wafer.timestampMillis())
        .map(
            (row, context) ->
                new Reviewed(
                    wafer,
                    row.getString("model"),
                    row.getString("label"),
                    row.getInt("covered") == 1,
                    row.getDouble("probability"),
                    row.getLong("truth")))
        .findOne();
  }

  static void add(Handle handle, Reviewed reviewed) {
    handle.execute(
        "insert into watch_reviews (imgid, timestamp, model, label, covered, probability, truth)"
            + " values (?, ?, ?, ?, ?, ?, ?)",
        reviewed.wafer().imgid(),
        reviewed.wafer().timestampMillis(),
        reviewed.model(),
        reviewed.label(),
        reviewed.covered() ? 1 : 0,
        reviewed.probability(),
        reviewed.truth());
  }

  /** The last wafers of a model and label; those before go. */
  static List<Reviewed> window(Handle handle, String model, String label, int limit) {
    List<Reviewed> window =
        handle
            .createQuery(
                "select * from watch_reviews where model = :model and label = :label"
                    + " order by truth desc limit :limit")
            .bind("model", model)
            .bind("label", label)
            .bind("limit", limit)
            .map(
                (row, context) ->
                    new Reviewed(
                        new Cursor(row.getLong("timestamp"), row.getString("imgid")),
                        model,
                        label,
                        row.getInt("covered") == 1,
                        row.getDouble("probability"),
                        row.getLong("truth")))
            .list();
    if (window.size() == limit) {
      handle.execute(
          "delete from watch_reviews where model = ? and label = ? and truth < ?",
          model,
          label,
          window.getLast().truth());
    }
    return window;
  }

  static void store(Handle handle, String model, Coverage coverage) {
    handle
        .createUpdate(
            "insert into watch_coverage (model, label, reviewed, covered, stated, slipping,"
                + " tightened) values (:model, :label, :reviewed, :covered, :stated, :slipping,"
                + " :tightened) on conflict (model, label) do update set"
                + " reviewed = excluded.reviewed, covered = excluded.covered,"
                + " stated = excluded.stated, slipping = excluded.slipping,"
                + " tightened = excluded.tightened")
        .bind("model", model)
        .bind("label", coverage.label())
        .bind("reviewed", coverage.reviewed())
        .bind("covered", coverage.covered())
        .bind("stated", coverage.stated())
        .bind("slipping", coverage.slipping() ? 1 : 0)
        .bind("tightened", coverage.tightened().orElse(null))
        .execute();
  }

  static List<Coverage> of(Handle handle, String model) {
    return handle
        .createQuery(
            "select * from watch_coverage where model = :model order by label limit :limit")
        .bind("model", model)
        .bind("limit", MAX_LABELS)
        .map(
            (row, context) -> {
              double tightened = row.getDouble("tightened");
              return new Coverage(
                  row.getString("label"),
                  row.getLong("reviewed"),
                  row.getLong("covered"),
                  row.getDouble("stated"),
                  row.getInt("slipping") == 1,
                  row.wasNull() ? Optional.empty() : Optional.of(tightened));
            })
        .list();
  }

  static boolean slipping(Handle handle, String model, String label) {
    return handle
            .createQuery(
                "select count(*) from watch_coverage where model = :model and label = :label"
                    + " and slipping = 1")
            .bind("model", model)
            .bind("label", label)
            .mapTo(Integer.class)
            .one()
        > 0;
  }

  static long slipping(Handle handle) {
    return handle
        .createQuery("select count(*) from watch_coverage where slipping = 1")
        .mapTo(Long.class)
        .one();
  }

  /** Labels that slip of models other than one. */
  static List<ModelLabel> slippingOfOthers(Handle handle, String champion) {
    return handle
        .createQuery(
            "select model, label from watch_coverage where slipping = 1 and model <> :champion")
        .bind("champion", champion)
        .map((row, context) -> new ModelLabel(row.getString("model"), row.getString("label")))
        .list();
  }

  static void end(Handle handle, ModelLabel each) {
    handle.execute(
        "update watch_coverage set slipping = 0 where model = ? and label = ?",
        each.model(),
        each.label());
  }

  /** Model → label → least probability, where sets are widened. */
  static Map<String, Map<String, Double>> tightened(Handle handle) {
    Map<String, Map<String, Double>> tightened = new HashMap<>();
    handle
        .createQuery(
            "select model, label, tightened from watch_coverage where tightened is not null")
        .map(
            (row, context) ->
                tightened
                    .computeIfAbsent(row.getString("model"), _ -> new HashMap<>())
                    .put(row.getString("label"), row.getDouble("tightened")))
        .list();
    return tightened;
  }
}
