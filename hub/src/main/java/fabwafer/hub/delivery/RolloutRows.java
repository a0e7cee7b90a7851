package fabwafer.hub.delivery;

import fabwafer.hub.delivery.Rollout.Member;
import fabwafer.hub.delivery.Rollout.State;
import fabwafer.protocol.DeviceName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The tables of rollouts and their cameras. */
final class RolloutRows {
  private static final String SEPARATOR = "\n";

  private RolloutRows() {}

  static Rollout insert(
      Handle handle,
      String model,
      Optional<String> champion,
      List<String> stages,
      String createdBy,
      long now) {
    long id =
        handle
            .createQuery(
                "insert into rollouts (model, champion, state, stages, stage, stage_since,"
                    + " created, created_by) values (:model, :champion, 'running', :stages, 0,"
                    + " :now, :now, :by) returning id")
            .bind("model", model)
            .bind("champion", champion.orElse(null))
            .bind("stages", String.join(SEPARATOR, stages))
            .bind("now", now)
            .bind("by", createdBy)
            .mapTo(Long.class)
            .one();
    return find(handle, id).orElseThrow();
  }

  static void addMember(Handle handle, long rollout, Member member) {
    handle
        .createUpdate(
            "insert into rollout_cameras (rollout, fab, camera, stage, before)"
                + " values (:rollout, :fab, :camera, :stage, :before)")
        .bind("rollout", rollout)
        .bind("fab", member.device().fab())
        .bind("camera", member.device().camera())
        .bind("stage", member.stage())
        .bind("before", member.before().orElse(null))
        .execute();
  }

  static void setStage(Handle handle, long id, int stage, long now) {
    handle
        .createUpdate("update rollouts set stage = :stage, stage_since = :now where id = :id")
        .bind("stage", stage)
        .bind("now", now)
        .bind("id", id)
        .execute();
  }

  static void end(Handle handle, long id, State state, Optional<String> reason, long now) {
    handle
        .createUpdate(
            "update rollouts set state = :state, reason = :reason, ended = :now where id = :id")
        .bind("state", state.word())
        .bind("reason", reason.orElse(null))
        .bind("now", now)
        .bind("id", id)
        .execute();
  }

  static List<Member> members(Handle handle, long rollout) {
    return handle
        .createQuery(
            "select fab, camera, stage, before from rollout_cameras where rollout = :rollout"
                + " order by stage, fab, camera")
        .bind("rollout", rollout)
        .map(
            (row, _) ->
                new Member(
                    new DeviceName(row.getString("fab"), row.getString("camera")),
                    row.getInt("stage"),
                    Optional.ofNullable(row.getString("before"))))
        .list();
  }

  static Optional<Rollout> running(Handle handle) {
    return handle
        .createQuery("select * from rollouts where state = 'running'")
        .map((row, _) -> read(row))
        .findOne();
  }

  static Optional<Rollout> find(Handle handle, long id) {
    return handle
        .createQuery("select * from rollouts where id = :id")
        .bind("id", id)
        .map((row, _) -> read(row))
        .findOne();
  }

  static Optional<Rollout> last(Handle handle) {
    return newest(handle, 1).stream().findFirst();
  }

  static List<Rollout> newest(Handle handle, int most) {
    return handle
        .createQuery("select * from rollouts order by id desc limit :most")
        .bind("most", most)
        .map((row, _) -> read(row))
        .list();
  }

  /** Whether a model was everywhere once: to go back to it needs no stages. */
  static boolean wasDone(Handle handle, String model) {
    return handle
        .createQuery(
            "select exists (select 1 from rollouts where (model = :model and state = 'done')"
                + " or champion = :model)")
        .bind("model", model)
        .mapTo(Boolean.class)
        .one();
  }

  private static Rollout read(ResultSet row) throws SQLException {
    long ended = row.getLong("ended");
    Optional<Long> endedMillis = row.wasNull() ? Optional.empty() : Optional.of(ended);
    return new Rollout(
        row.getLong("id"),
        row.getString("model"),
        Optional.ofNullable(row.getString("champion")),
        State.ofWord(row.getString("state")),
        List.of(row.getString("stages").split(SEPARATOR, -1)),
        row.getInt("stage"),
        row.getLong("stage_since"),
        Optional.ofNullable(row.getString("reason")),
        row.getLong("created"),
        row.getString("created_by"),
        endedMillis);
  }
}
