package fabwafer.hub.alarm;

import fabwafer.hub.database.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;

/** The table of notices that have to leave the hub, one a way out, and what became of them. */
final class Outbox {
  /** How long a delivered or expired notice is kept for a person to look at. */
  static final Duration KEPT_AFTER_END = Duration.ofDays(30);

  /** Most characters kept of why a try failed. */
  private static final int MAX_ERROR_CHARS = 500;

  private final Database database;
  private final List<WayOut> ways;
  private final Duration lifetime;

  Outbox(Database database, List<WayOut> ways, Duration lifetime) {
    this.database = database;
    this.ways = List.copyOf(ways);
    this.lifetime = lifetime;
  }

  /** A notice that waits. */
  record Waiting(long id, Notice notice, int tries, long expiresMillis) {}

  /** Adds the notice of an alarm for each way out, in the caller's transaction. */
  void add(Handle handle, Alarm alarm, long nowMillis) {
    add(handle, Notice.of(alarm), nowMillis);
  }

  /** Adds the notice of an alarm that fires again after its suppression. */
  void addAgain(Handle handle, Alarm alarm, long nowMillis) {
    add(handle, Notice.again(alarm), nowMillis);
  }

  /** Adds a notice for each way out that carries such, in the caller's transaction. */
  void add(Handle handle, Notice notice, long nowMillis) {
    for (WayOut way : ways) {
      if (way.carries(notice.kind())) {
        add(handle, notice, way.name(), nowMillis);
      }
    }
  }

  private void add(Handle handle, Notice notice, String way, long nowMillis) {
    OptionalLong alarm = notice.alarmId();
    handle
        .createUpdate(
            "insert into outbox (topic, alarm, way, state, notice, tries, created, next_try,"
                + " expires) values (:topic, :alarm, :way, 'waiting', :notice, 0, :now, :now,"
                + " :expires) on conflict (topic, way) do nothing")
        .bind("topic", notice.topic())
        .bind("alarm", alarm.isPresent() ? Long.valueOf(alarm.getAsLong()) : null)
        .bind("way", way)
        .bind("notice", notice.json())
        .bind("now", nowMillis)
        .bind("expires", nowMillis + lifetime.toMillis())
        .execute();
  }

  /**
   * Takes back notices of a topic that no way carried yet, in the caller's transaction: what comes
   * after must not be overtaken by them.
   */
  void withdraw(Handle handle, String topic, long nowMillis) {
    handle
        .createUpdate(
            "update outbox set state = 'withdrawn', ended = :now where topic = :topic"
                + " and state = 'waiting'")
        .bind("topic", topic)
        .bind("now", nowMillis)
        .execute();
  }

  /** Notices of a way that are due, the longest due first. */
  List<Waiting> due(String way, long nowMillis, int limit) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    "select id, topic, alarm, notice, tries, expires from outbox where way = :way"
                        + " and state = 'waiting' and (next_try <= :now or next_try > :latest)"
                        + " order by next_try, id limit :limit")
                .bind("way", way)
                .bind("now", nowMillis)
                // Later than any pause: the clock was put back since.
                .bind("latest", nowMillis + Courier.LONGEST_RETRY.toMillis())
                .bind("limit", limit)
                .map(
                    (row, context) ->
                        new Waiting(
                            row.getLong("id"),
                            Notice.kept(
                                row.getString("topic"), alarmOf(row), row.getString("notice")),
                            row.getInt("tries"),
                            row.getLong("expires")))
                .list());
  }

  /** Notes that a notice was delivered. */
  void sent(long id, long nowMillis) {
    end(id, "sent", nowMillis);
  }

  /** Notes that a notice was not delivered in its lifetime. */
  void expired(long id, long nowMillis) {
    end(id, "expired", nowMillis);
  }

  /** Notes that a try failed, and when the next one is. */
  void failed(long id, String error, long nextTryMillis) {
    database.change(
        handle ->
            handle
                .createUpdate(
                    "update outbox set tries = tries + 1, last_error = :error,"
                        + " next_try = :next_try where id = :id")
                .bind("id", id)
                .bind("error", error.substring(0, Math.min(error.length(), MAX_ERROR_CHARS)))
                .bind("next_try", nextTryMillis)
                .execute());
  }

  /** How many notices wait for a way out. */
  long waiting(String way) {
    return database.read(
        handle ->
            handle
                .createQuery("select count(*) from outbox where way = :way and state = 'waiting'")
                .bind("way", way)
                .mapTo(Long.class)
                .one());
  }

  /** Drops notices that ended long ago. */
  void prune(long nowMillis) {
    database.change(
        handle ->
            handle
                .createUpdate("delete from outbox where state <> 'waiting' and ended < :before")
                .bind("before", nowMillis - KEPT_AFTER_END.toMillis())
                .execute());
  }

  private void end(long id, String state, long nowMillis) {
    database.change(
        handle ->
            handle
                .createUpdate("update outbox set state = :state, ended = :now where id = :id")
                .bind("id", id)
                .bind("state", state)
                .bind("now", nowMillis)
                .execute());
  }

  private static OptionalLong alarmOf(ResultSet row) throws SQLException {
    long alarm = row.getLong("alarm");
    return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(alarm);
  }
}
