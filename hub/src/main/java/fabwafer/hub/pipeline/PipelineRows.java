package fabwafer.hub.pipeline;

import fabwafer.hub.pipeline.PipelineRun.Stage;
import fabwafer.hub.pipeline.PipelineRun.State;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table of runs, in the caller's transaction. */
final class PipelineRows {
  private PipelineRows() {}

  static long insert(
      Handle handle, Stage stage, long now, String by, String why, Optional<String> candidate) {
    return handle
        .createQuery(
            "insert into pipeline_runs (stage, state, started, started_by, why, candidate)"
                + " values (:stage, 'running', :now, :by, :why, :candidate) returning id")
        .bind("stage", stage.word())
        .bind("now", now)
        .bind("by", by)
        .bind("why", why)
        .bind("candidate", candidate.orElse(null))
        .mapTo(Long.class)
        .one();
  }

  static Optional<PipelineRun> find(Handle handle, long id) {
    return handle
        .createQuery("select * from pipeline_runs where id = :id")
        .bind("id", id)
        .map((row, context) -> read(row))
        .findOne();
  }

  static Optional<PipelineRun> open(Handle handle) {
    return handle
        .createQuery("select * from pipeline_runs where state in ('running', 'waiting')")
        .map((row, context) -> read(row))
        .findOne();
  }

  static List<PipelineRun> newest(Handle handle, int limit) {
    return handle
        .createQuery("select * from pipeline_runs order by id desc limit :limit")
        .bind("limit", limit)
        .map((row, context) -> read(row))
        .list();
  }

  /** The last label that any run's training knew, and when that run began; 0 before any. */
  static long lastLabel(Handle handle) {
    return handle
        .createQuery("select coalesce(max(last_label), 0) from pipeline_runs")
        .mapTo(Long.class)
        .one();
  }

  /** Moves an open run on; a run that was cancelled meanwhile stays so. */
  static boolean move(Handle handle, long id, Stage stage, State state, Optional<String> message) {
    return handle
            .createUpdate(
                "update pipeline_runs set stage = :stage, state = :state, message = :message"
                    + " where id = :id and state in ('running', 'waiting')")
            .bind("stage", stage.word())
            .bind("state", state.word())
            .bind("message", message.orElse(null))
            .bind("id", id)
            .execute()
        == 1;
  }

  /** A run that the gate ended goes on with the test, where no other run is open. */
  static boolean revive(Handle handle, long id) {
    return open(handle).isEmpty()
        && handle
                .createUpdate(
                    "update pipeline_runs set stage = 'test', state = 'running', message = null,"
                        + " ended = null where id = :id and state = 'failed' and stage = 'gate'")
                .bind("id", id)
                .execute()
            == 1;
  }

  static void end(Handle handle, long id, State state, Optional<String> message, long now) {
    handle
        .createUpdate(
            "update pipeline_runs set state = :state, message = :message, ended = :now"
                + " where id = :id and state in ('running', 'waiting')")
        .bind("state", state.word())
        .bind("message", message.orElse(null))
        .bind("now", now)
        .bind("id", id)
        .execute();
  }

  /** Opens a run again that ended; its stage and what it made stay. */
  static void reopen(Handle handle, long id) {
    handle.execute(
        "update pipeline_runs set state = 'running', message = null, ended = null where id = ?",
        id);
  }

  static void setSnapshot(Handle handle, long id, String snapshot, long lastLabel, String parent) {
    handle.execute(
        "update pipeline_runs set snapshot = ?, last_label = ?, parent = ? where id = ?",
        snapshot,
        lastLabel,
        parent,
        id);
  }

  static void setCandidate(Handle handle, long id, String candidate) {
    handle.execute("update pipeline_runs set candidate = ? where id = ?", candidate, id);
  }

  static void setEpoch(Handle handle, long id, int epoch, int epochs) {
    handle.execute(
        "update pipeline_runs set epoch = ?, epochs = ? where id = ?", epoch, epochs, id);
  }

  private static PipelineRun read(ResultSet row) throws SQLException {
    long ended = row.getLong("ended");
    Optional<Long> endedMillis = row.wasNull() ? Optional.empty() : Optional.of(ended);
    return new PipelineRun(
        row.getLong("id"),
        Stage.ofWord(row.getString("stage")),
        State.ofWord(row.getString("state")),
        row.getLong("started"),
        row.getString("started_by"),
        row.getString("why"),
        endedMillis,
        Optional.ofNullable(row.getString("snapshot")),
        row.getLong("last_label"),
        Optional.ofNullable(row.getString("parent")),
        Optional.ofNullable(row.getString("candidate")),
        row.getInt("epoch"),
        row.getInt("epochs"),
        Optional.ofNullable(row.getString("message")));
  }
}
