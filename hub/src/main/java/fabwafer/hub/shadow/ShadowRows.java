package fabwafer.hub.shadow;

import fabwafer.hub.classification.Classification;
import fabwafer.hub.classification.ClassificationQuery.Cursor;
import fabwafer.hub.registry.ModelRegistry.InTest;
import fabwafer.hub.shadow.ShadowFigures.Differing;
import fabwafer.hub.shadow.ShadowFigures.OfLabel;
import fabwafer.hub.shadow.ShadowFigures.Reviewed;
import fabwafer.hub.shadow.ShadowFigures.ReviewedLabel;
import fabwafer.protocol.DeviceName;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** The tables of models in shadow, in the caller's transaction. */
final class ShadowRows {
  /** Wafers that are kept with both labels, of all runs together; the counts go on. */
  static final int MAX_KEPT = 100_000;

  private ShadowRows() {}

  /** A run's row. */
  record Run(
      long id,
      String champion,
      long sinceMillis,
      long wafers,
      long same,
      long failed,
      long unseen) {}

  /** The run of a model in test; begun where there is none. */
  static long run(Handle handle, InTest inTest) {
    handle
        .createUpdate(
            "insert into shadow_runs (model, champion, test, since)"
                + " values (:model, :champion, :test, :since) on conflict do nothing")
        .bind("model", inTest.model())
        .bind("champion", inTest.champion().orElse(""))
        .bind("test", inTest.event())
        .bind("since", inTest.sinceMillis())
        .execute();
    return handle
        .createQuery(
            "select id from shadow_runs where model = :model and test = :test"
                + " and champion = :champion")
        .bind("model", inTest.model())
        .bind("champion", inTest.champion().orElse(""))
        .bind("test", inTest.event())
        .mapTo(Long.class)
        .one();
  }

  static void failed(Handle handle, long run) {
    handle.execute("update shadow_runs set failed = failed + 1 where id = ?", run);
  }

  static void unseen(Handle handle, long run) {
    handle.execute("update shadow_runs set unseen = unseen + 1 where id = ?", run);
  }

  static void answered(Handle handle, long run, Classification wafer, String candidate) {
    handle
        .createUpdate(
            "insert into shadow_wafers (run, imgid, timestamp, fab, camera, champion, candidate)"
                + " values (:run, :imgid, :timestamp, :fab, :camera, :champion, :candidate)")
        .bind("run", run)
        .bind("imgid", wafer.imgid())
        .bind("timestamp", wafer.timestampMillis())
        .bind("fab", wafer.device().fab())
        .bind("camera", wafer.device().camera())
        .bind("champion", wafer.prediction())
        .bind("candidate", candidate)
        .execute();
    handle
        .createUpdate(
            "insert into shadow_labels (run, champion, candidate, wafers)"
                + " values (:run, :champion, :candidate, 1)"
                + " on conflict (run, champion, candidate) do update set wafers = wafers + 1")
        .bind("run", run)
        .bind("champion", wafer.prediction())
        .bind("candidate", candidate)
        .execute();
    handle.execute(
        "update shadow_runs set wafers = wafers + 1, same = same + ? where id = ?",
        wafer.prediction().equals(candidate) ? 1 : 0,
        run);
  }

  /** Lets the oldest wafers go that are too many. */
  static void bound(Handle handle) {
    handle.execute(
        "delete from shadow_wafers where id <= (select max(id) from shadow_wafers) - ?", MAX_KEPT);
  }

  /** A model's last run. */
  static Optional<Run> last(Handle handle, String model) {
    return handle
        .createQuery("select * from shadow_runs where model = :model order by id desc limit 1")
        .bind("model", model)
        .map(
            (row, context) ->
                new Run(
                    row.getLong("id"),
                    row.getString("champion"),
                    row.getLong("since"),
                    row.getLong("wafers"),
                    row.getLong("same"),
                    row.getLong("failed"),
                    row.getLong("unseen")))
        .findOne();
  }

  static List<OfLabel> labels(Handle handle, long run) {
    return handle
        .createQuery(
            "select label, sum(champion) as champion, sum(candidate) as candidate,"
                + " sum(same) as same from ("
                + " select champion as label, wafers as champion, 0 as candidate,"
                + " case when champion = candidate then wafers else 0 end as same"
                + " from shadow_labels where run = :run"
                + " union all select candidate, 0, wafers, 0 from shadow_labels where run = :run)"
                + " group by label order by champion + candidate desc, label limit :limit")
        .bind("run", run)
        .bind("limit", ShadowFigures.MAX_LABELS)
        .map(
            (row, context) ->
                new OfLabel(
                    row.getString("label"),
                    row.getLong("champion"),
                    row.getLong("candidate"),
                    row.getLong("same")))
        .list();
  }

  /**
   * The labels that people gave, held against both; a label of several patterns joins them by +.
   */
  static Reviewed reviewed(Handle handle, long run) {
    Map<String, long[]> counts = new TreeMap<>();
    handle
        .createQuery(
            "select g.ground_truth as truth, s.champion, s.candidate, count(*) as wafers"
                + " from shadow_wafers s join reviewed_wafers r"
                + " on r.imgid = s.imgid and r.timestamp = s.timestamp"
                + " join ground_truths g on g.id = r.newest where s.run = :run"
                + " group by g.ground_truth, s.champion, s.candidate")
        .bind("run", run)
        .map(
            (row, context) -> {
              long wafers = row.getLong("wafers");
              List<String> truth = Arrays.asList(row.getString("truth").split("\\+", -1));
              long[] count =
                  counts.computeIfAbsent(row.getString("truth"), _ -> new long[] {0, 0, 0});
              count[0] += wafers;
              count[1] += truth.contains(row.getString("champion")) ? wafers : 0;
              count[2] += truth.contains(row.getString("candidate")) ? wafers : 0;
              return wafers;
            })
        .list();
    List<ReviewedLabel> labels =
        counts.entrySet().stream()
            .map(
                entry ->
                    new ReviewedLabel(
                        entry.getKey(),
                        entry.getValue()[0],
                        entry.getValue()[1],
                        entry.getValue()[2]))
            .sorted(Comparator.comparingLong(ReviewedLabel::wafers).reversed())
            .toList();
    return new Reviewed(
        labels.stream().mapToLong(ReviewedLabel::wafers).sum(),
        labels.stream().mapToLong(ReviewedLabel::championRight).sum(),
        labels.stream().mapToLong(ReviewedLabel::candidateRight).sum(),
        labels.subList(0, Math.min(labels.size(), ShadowFigures.MAX_LABELS)));
  }

  static List<Differing> differing(Handle handle, long run) {
    return handle
        .createQuery(
            "select s.*, g.ground_truth from shadow_wafers s"
                + " left join reviewed_wafers r on r.imgid = s.imgid and r.timestamp = s.timestamp"
                + " left join ground_truths g on g.id = r.newest"
                + " where s.run = :run and s.champion <> s.candidate order by s.id desc"
                + " limit :limit")
        .bind("run", run)
        .bind("limit", ShadowFigures.MAX_DIFFERING)
        .map(
            (row, context) ->
                new Differing(
                    new DeviceName(row.getString("fab"), row.getString("camera")),
                    new Cursor(row.getLong("timestamp"), row.getString("imgid")),
                    row.getString("champion"),
                    row.getString("candidate"),
                    Optional.ofNullable(row.getString("ground_truth"))))
        .list();
  }
}
