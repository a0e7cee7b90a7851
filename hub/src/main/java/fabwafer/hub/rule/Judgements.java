package fabwafer.hub.rule;

import fabwafer.hub.database.Database;
import fabwafer.wafer.DefectPattern;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** What people said of alarms and wafers, to judge what a rule would have done. */
final class Judgements {
  /** Most wafers of judged alarms that are read. */
  private static final int MAX_WAFERS = 200_000;

  /** Wafers whose labels are asked for at a time. */
  private static final int BATCH = 200;

  private final Database database;
  private final Map<Long, Judged> alarms = new HashMap<>();
  private final Map<Episodes.Key, Set<Long>> byWafer = new HashMap<>();
  private final boolean complete;

  /**
   * What people resolved as confirmed or false, of wafers stored between two times.
   *
   * @param rule whose fab, camera and pattern an alarm must be of
   */
  Judgements(Database database, Rule rule, long fromMillis, long toMillis) {
    this.database = database;
    List<JudgedWafer> rows = database.read(handle -> wafers(handle, rule, fromMillis, toMillis));
    complete = rows.size() < MAX_WAFERS;
    for (JudgedWafer row : rows) {
      alarms.putIfAbsent(row.alarm.id, row.alarm);
      byWafer.computeIfAbsent(row.wafer, _ -> new HashSet<>()).add(row.alarm.id);
    }
  }

  /** What an alarm that would have been was. */
  enum Verdict {
    CONFIRMED,
    FALSE,
    UNJUDGED
  }

  /** An alarm that a person resolved as confirmed or false. */
  record Judged(long id, boolean confirmed, String fab, String camera, String pattern) {}

  private record JudgedWafer(Judged alarm, Episodes.Key wafer) {}

  /** Whether all that people said was read. */
  boolean isComplete() {
    return complete;
  }

  /**
   * Judges an episode: as the alarms that people resolved and that share a wafer with it, a
   * confirmed one first; else as most of its labelled wafers.
   *
   * @param found collects the alarms that it shares wafers with
   */
  Verdict of(Episodes.Episode episode, Rule rule, Set<Long> found) {
    boolean isFalse = false;
    boolean isConfirmed = false;
    for (BadWafer wafer : episode.wafers()) {
      Episodes.Key key = new Episodes.Key(wafer.imgid(), wafer.timestampMillis());
      for (long id : byWafer.getOrDefault(key, Set.of())) {
        found.add(id);
        boolean confirmed = Objects.requireNonNull(alarms.get(id)).confirmed;
        isConfirmed |= confirmed;
        isFalse |= !confirmed;
      }
    }
    if (isConfirmed) {
      return Verdict.CONFIRMED;
    }
    return isFalse ? Verdict.FALSE : byLabels(episode, rule);
  }

  /** The confirmed alarms that no episode shares a wafer with. */
  List<Judged> missed(Set<Long> found) {
    return alarms.values().stream()
        .filter(alarm -> alarm.confirmed && !found.contains(alarm.id))
        .sorted(Comparator.comparingLong(Judged::id))
        .toList();
  }

  private Verdict byLabels(Episodes.Episode episode, Rule rule) {
    int bad = 0;
    int good = 0;
    for (String label : labels(episode.wafers())) {
      boolean isDefect = !label.equals(DefectPattern.NONE.label());
      if (rule.pattern().map(label::equals).orElse(isDefect)) {
        bad++;
      } else {
        good++;
      }
    }
    if (bad + good == 0) {
      return Verdict.UNJUDGED;
    }
    return bad > good ? Verdict.CONFIRMED : Verdict.FALSE;
  }

  /** The labels that people gave to wafers; those without are left out. */
  private List<String> labels(List<BadWafer> wafers) {
    List<String> labels = new ArrayList<>();
    for (int from = 0; from < wafers.size(); from += BATCH) {
      List<BadWafer> batch = wafers.subList(from, Math.min(wafers.size(), from + BATCH));
      Set<Episodes.Key> asked = new HashSet<>();
      batch.forEach(wafer -> asked.add(new Episodes.Key(wafer.imgid(), wafer.timestampMillis())));
      database
          .read(
              handle ->
                  handle
                      .createQuery(
                          "select g.imgid, g.timestamp, g.ground_truth from reviewed_wafers r join"
                              + " ground_truths g on g.id = r.newest where r.imgid in (<imgids>)")
                      .bindList("imgids", batch.stream().map(BadWafer::imgid).distinct().toList())
                      .map(
                          (row, context) -> {
                            Episodes.Key key =
                                new Episodes.Key(row.getString("imgid"), row.getLong("timestamp"));
                            return asked.contains(key)
                                ? Optional.of(row.getString("ground_truth"))
                                : Optional.<String>empty();
                          })
                      .list())
          .forEach(label -> label.ifPresent(labels::add));
    }
    return labels;
  }

  private static List<JudgedWafer> wafers(
      Handle handle, Rule rule, long fromMillis, long toMillis) {
    return handle
        .createQuery(
            "select a.id, a.cause, a.fab, a.camera, a.pattern, w.imgid, w.timestamp"
                + " from alarms a join alarm_wafers w on w.alarm = a.id"
                + " where a.kind = 'wafers' and a.cause in ('confirmed', 'false')"
                + " and a.opened >= :from and a.opened <= :to"
                + " and (:fab is null or a.fab = :fab)"
                + " and (:camera is null or a.camera = :camera)"
                + " and (:pattern is null or a.pattern = :pattern) limit :limit")
        .bind("from", fromMillis)
        .bind("to", toMillis)
        .bind("fab", rule.fab().orElse(null))
        .bind("camera", rule.camera().orElse(null))
        .bind("pattern", rule.pattern().orElse(null))
        .bind("limit", MAX_WAFERS)
        .map(
            (row, context) ->
                new JudgedWafer(
                    new Judged(
                        row.getLong("id"),
                        row.getString("cause").equals("confirmed"),
                        row.getString("fab"),
                        row.getString("camera"),
                        row.getString("pattern")),
                    new Episodes.Key(row.getString("imgid"), row.getLong("timestamp"))))
        .list();
  }
}
