package fabwafer.hub.hold;

import fabwafer.hub.alarm.Alarm;
import fabwafer.hub.alarm.Alarms;
import fabwafer.hub.alarm.HoldNotices;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.database.Database;
import fabwafer.protocol.DeviceName;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The table of holds. A hold is written in the transaction that stores the wafer, its message in
 * the transaction that decides it: a kill loses or doubles neither.
 */
public final class Holds {
  private final Database database;
  private final HoldNotices notices;
  private final InstantSource clock;
  private final Timer noted;
  private final Timer sent;

  /** Holds, whose messages leave by the alarms' ways out. */
  public Holds(Database database, Alarms alarms, MeterRegistry metrics, InstantSource clock) {
    this.database = database;
    this.notices = alarms.holdNotices();
    this.clock = clock;
    this.noted = timer(metrics, "noted");
    this.sent = timer(metrics, "sent");
    notices.whenDelivered(this::delivered);
  }

  private static Timer timer(MeterRegistry metrics, String stage) {
    return Timer.builder("fabwafer.hold.latency")
        .description("From the moment a wafer came to that at which its hold was noted, or sent")
        .tag("stage", stage)
        .publishPercentileHistogram(false)
        .register(metrics);
  }

  /**
   * Holds the lot of a wafer at which a rule fired, or the wafer where it tells no lot, as the mode
   * says; in the caller's transaction. A lot that is proposed or held is so once, and no more for
   * an alarm after a person decided it.
   */
  public void want(
      Handle handle, HoldMode mode, long rule, Alarm alarm, Classification wafer, String reason) {
    if (mode == HoldMode.OFF) {
      return;
    }
    String told = wafer.facts().lot();
    Optional<String> lot = told.isEmpty() ? Optional.empty() : Optional.of(told);
    if (stands(handle, mode, alarm, wafer, lot)) {
      return;
    }
    long now = clock.millis();
    Hold.State state =
        switch (mode) {
          case OFF, SHADOW -> Hold.State.SHADOW;
          case CONFIRM -> Hold.State.PROPOSED;
          case AUTOMATIC -> Hold.State.HELD;
        };
    long id = insert(handle, state, rule, alarm, wafer, lot, reason, now);
    noted.record(Duration.ofMillis(Math.max(0, now - wafer.receivedMillis())));
    if (state == Hold.State.HELD) {
      send(handle, find(handle, id).orElseThrow(), "hold", "rule " + rule, now);
    }
  }

  /**
   * Holds, newest first.
   *
   * @param states only these; empty: all
   * @param before only those with a smaller id
   */
  List<Hold> page(Set<Hold.State> states, Optional<Long> before, int limit) {
    Set<Hold.State> wanted = states.isEmpty() ? Set.of(Hold.State.values()) : states;
    return database.read(
        handle ->
            handle
                .createQuery(
                    "select * from holds where id < :before and state in (<states>)"
                        + " order by id desc limit :limit")
                .bind("before", before.orElse(Long.MAX_VALUE))
                .bindList("states", wanted.stream().map(Hold.State::word).toList())
                .bind("limit", limit)
                .map((row, context) -> read(row))
                .list());
  }

  /** One hold. */
  Optional<Hold> find(Handle handle, long id) {
    return handle
        .createQuery("select * from holds where id = :id")
        .bind("id", id)
        .map((row, context) -> read(row))
        .findOne();
  }

  /** A person holds what was proposed; the message is on its way once this is committed. */
  boolean confirm(Handle handle, Hold hold, String by) {
    long now = clock.millis();
    int changed =
        handle
            .createUpdate(
                "update holds set state = 'held', held = :now, held_by = :by where id = :id"
                    + " and state = 'proposed'")
            .bind("id", hold.id())
            .bind("now", now)
            .bind("by", by)
            .execute();
    if (changed == 1) {
      send(handle, hold, "hold", by, now);
    }
    return changed == 1;
  }

  /** A person says that what was proposed need not be held. */
  boolean dismiss(Handle handle, Hold hold, String by) {
    return close(handle, hold, Hold.State.PROPOSED, Hold.State.DISMISSED, by, clock.millis());
  }

  /** A person lets go what was held; the message is on its way once this is committed. */
  boolean release(Handle handle, Hold hold, String by) {
    long now = clock.millis();
    boolean changed = close(handle, hold, Hold.State.HELD, Hold.State.RELEASED, by, now);
    if (changed) {
      // A machine that has not heard of the hold yet must not hear of it after the release.
      notices.withdraw(handle, topic(hold, "hold"), now);
      send(handle, hold, "release", by, now);
    }
    return changed;
  }

  private static boolean close(
      Handle handle, Hold hold, Hold.State from, Hold.State to, String by, long now) {
    return handle
            .createUpdate(
                "update holds set state = :to, closed = :now, closed_by = :by where id = :id"
                    + " and state = :from")
            .bind("id", hold.id())
            .bind("from", from.word())
            .bind("to", to.word())
            .bind("now", now)
            .bind("by", by)
            .execute()
        == 1;
  }

  private void send(Handle handle, Hold hold, String action, String by, long now) {
    ObjectNode json = JsonMapper.shared().createObjectNode();
    json.put("hold", hold.id());
    json.put("action", action);
    json.put("what", hold.what());
    json.put("fab", hold.device().fab());
    json.put("camera", hold.device().camera());
    json.put("lot", hold.lot().orElse(null));
    json.put("imgid", hold.imgid());
    json.put("timestamp", hold.timestampMillis());
    json.put("alarm", hold.alarm());
    json.put("reason", hold.reason());
    json.put("by", by);
    json.put("at", Instant.ofEpochMilli(now).toString());
    notices.send(handle, topic(hold, action), json, now);
  }

  private static String topic(Hold hold, String action) {
    return HoldNotices.TOPIC + hold.id() + (action.equals("hold") ? "" : "-" + action);
  }

  /** Notes that a machine has a hold's message. */
  private void delivered(String topic, long atMillis) {
    if (!topic.matches(HoldNotices.TOPIC + "[0-9]+")) {
      return;
    }
    long id = Long.parseLong(topic.substring(HoldNotices.TOPIC.length()));
    Optional<Long> received =
        database.write(
            handle ->
                handle
                    .createQuery(
                        "update holds set sent = :at where id = :id and sent is null"
                            + " returning received")
                    .bind("id", id)
                    .bind("at", atMillis)
                    .mapTo(Long.class)
                    .findOne());
    received.ifPresent(since -> sent.record(Duration.ofMillis(Math.max(0, atMillis - since))));
  }

  private static boolean stands(
      Handle handle, HoldMode mode, Alarm alarm, Classification wafer, Optional<String> lot) {
    // What was only noted does not stand against what is meant.
    String states =
        mode == HoldMode.SHADOW ? "('shadow', 'proposed', 'held')" : "('proposed', 'held')";
    String same = lot.isPresent() ? "lot = :lot" : "lot is null and imgid = :imgid";
    return handle
        .createQuery(
            "select exists (select 1 from holds where fab = :fab and "
                + same
                + " and (state in "
                + states
                + " or alarm = :alarm and state in ('dismissed', 'released')))")
        .bind("fab", wafer.device().fab())
        .bind("lot", lot.orElse(null))
        .bind("imgid", wafer.imgid())
        .bind("alarm", alarm.id())
        .mapTo(Boolean.class)
        .one();
  }

  private static long insert(
      Handle handle,
      Hold.State state,
      long rule,
      Alarm alarm,
      Classification wafer,
      Optional<String> lot,
      String reason,
      long now) {
    @Nullable Long held = state == Hold.State.HELD ? Long.valueOf(now) : null;
    return handle
        .createQuery(
            "insert into holds (rule, alarm, fab, camera, lot, imgid, timestamp, received, reason,"
                + " state, opened, held) values (:rule, :alarm, :fab, :camera, :lot, :imgid,"
                + " :timestamp, :received, :reason, :state, :now, :held) returning id")
        .bind("rule", rule)
        .bind("alarm", alarm.id())
        .bind("fab", wafer.device().fab())
        .bind("camera", wafer.device().camera())
        .bind("lot", lot.orElse(null))
        .bind("imgid", wafer.imgid())
        .bind("timestamp", wafer.timestampMillis())
        .bind("received", wafer.receivedMillis())
        .bind("reason", reason)
        .bind("state", state.word())
        .bind("now", now)
        .bind("held", held)
        .mapTo(Long.class)
        .one();
  }

  private static Hold read(ResultSet row) throws SQLException {
    return new Hold(
        row.getLong("id"),
        row.getLong("rule"),
        row.getLong("alarm"),
        new DeviceName(row.getString("fab"), row.getString("camera")),
        Optional.ofNullable(row.getString("lot")),
        row.getString("imgid"),
        row.getLong("timestamp"),
        row.getLong("received"),
        row.getString("reason"),
        Hold.State.ofWord(row.getString("state")),
        row.getLong("opened"),
        optionalLong(row, "held"),
        Optional.ofNullable(row.getString("held_by")),
        optionalLong(row, "sent"),
        optionalLong(row, "closed"),
        Optional.ofNullable(row.getString("closed_by")));
  }

  private static OptionalLong optionalLong(ResultSet row, String column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
  }
}
