package fabwafer.hub.alarm;

import fabwafer.protocol.DeviceName;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Which alarm a wafer belongs to, written in the transaction that stores the wafer: one alarm a
 * situation, one notice an alarm and way out, so that a kill loses or doubles neither.
 */
public final class Situations {
  private final Outbox outbox;
  private final Duration quietTime;
  private final InstantSource clock;

  Situations(Outbox outbox, Duration quietTime, InstantSource clock) {
    this.outbox = outbox;
    this.quietTime = quietTime;
    this.clock = clock;
  }

  /** After how long without a wafer a situation is over. */
  public Duration quietTime() {
    return quietTime;
  }

  /**
   * Counts wafers that a rule fired at on their situation, or opens one, in the caller's
   * transaction.
   *
   * @param device of the newest of them
   * @param pattern predicted for the newest
   * @param firing which rule, at which stream
   * @param wafers that made the rule fire, the newest last; those that are counted are passed over
   */
  public Alarm fired(
      Handle handle,
      DeviceName device,
      String pattern,
      Alarm.Firing firing,
      List<Alarm.Wafer> wafers) {
    long now = clock.millis();
    Alarm.Wafer newest = wafers.getLast();
    Optional<Alarm> lasting = situationOf(handle, newest, firing, now);
    long id =
        lasting.isPresent()
            ? lasting.get().id()
            : open(handle, device, pattern, newest, firing, now);
    wafers.forEach(wafer -> add(handle, id, wafer));
    count(handle, id, now);
    Alarm alarm = AlarmRows.find(handle, id).orElseThrow();
    if (lasting.isEmpty()) {
      AlarmHistory.note(handle, id, now, AlarmHistory.OPENED, firing.sentence().orElse(""));
      outbox.add(handle, alarm, now);
    } else if (lasting.get().state() == Alarm.State.ENDED) {
      AlarmHistory.note(handle, id, now, AlarmHistory.REOPENED, "a late wafer came");
    }
    return alarm;
  }

  /** Ends the alarms that nothing was counted on for the quiet time. */
  List<Alarm> endQuiet(Handle handle, long nowMillis) {
    List<Alarm> ended =
        handle
            .createQuery(
                "update alarms set state = 'ended', closed = :now"
                    + " where state in ('open', 'acknowledged') and last_counted < :since"
                    + " and kind = 'wafers' returning *")
            .bind("now", nowMillis)
            .bind("since", nowMillis - quietTime.toMillis())
            .map((row, context) -> AlarmRows.read(row))
            .list();
    for (Alarm alarm : ended) {
      AlarmHistory.note(
          handle,
          alarm.id(),
          nowMillis,
          AlarmHistory.ENDED,
          "no such wafer for %d min".formatted(quietTime.toMinutes()));
    }
    return ended;
  }

  /**
   * Lets alarms fire again whose suppression is over, and tells of them anew; those that went quiet
   * meanwhile are ended by the next {@link #endQuiet} and nobody is told.
   */
  List<Alarm> resume(Handle handle, long nowMillis) {
    List<Alarm> resumed =
        handle
            .createQuery(
                "update alarms set state = case when acknowledged is null then 'open'"
                    + " else 'acknowledged' end where state = 'suppressed'"
                    + " and suppressed_until <= :now returning *")
            .bind("now", nowMillis)
            .map((row, context) -> AlarmRows.read(row))
            .list();
    for (Alarm alarm : resumed) {
      AlarmHistory.note(
          handle, alarm.id(), nowMillis, AlarmHistory.RESUMED, "the suppression is over");
      if (alarm.kind() != Alarm.Kind.WAFERS || isLively(handle, alarm, nowMillis)) {
        outbox.addAgain(handle, alarm, nowMillis);
      }
    }
    return resumed;
  }

  /**
   * The latest unresolved situation of the rule and stream that is no further than the quiet time
   * from the wafer, by the wafers' times: so it does not matter when, or in which order, wafers
   * arrive. One that is suppressed goes on until its time, however long it was quiet.
   */
  private Optional<Alarm> situationOf(
      Handle handle, Alarm.Wafer wafer, Alarm.Firing firing, long nowMillis) {
    return handle
        .createQuery(
            "select * from alarms where rule = :rule and stream = :stream"
                + " and state <> 'resolved' and (last_seen >= :earliest and first_seen <= :latest"
                + " or state = 'suppressed' and suppressed_until > :now)"
                + " order by last_seen desc, id desc limit 1")
        .bind("rule", firing.rule())
        .bind("stream", firing.stream())
        .bind("earliest", wafer.timestampMillis() - quietTime.toMillis())
        .bind("latest", wafer.timestampMillis() + quietTime.toMillis())
        .bind("now", nowMillis)
        .map((row, context) -> AlarmRows.read(row))
        .findOne();
  }

  private static long open(
      Handle handle,
      DeviceName device,
      String pattern,
      Alarm.Wafer wafer,
      Alarm.Firing firing,
      long nowMillis) {
    return handle
        .createQuery(
            "insert into alarms (fab, camera, pattern, state, first_seen, last_seen, wafers,"
                + " first_imgid, last_imgid, max_probability, opened, last_counted, rule,"
                + " rule_version, stream, reason) values (:fab, :camera, :pattern, 'open',"
                + " :timestamp, :timestamp, 0, :imgid, :imgid, :probability, :now, :now, :rule,"
                + " :version, :stream, :reason) returning id")
        .bind("fab", device.fab())
        .bind("camera", device.camera())
        .bind("pattern", pattern)
        .bind("timestamp", wafer.timestampMillis())
        .bind("imgid", wafer.imgid())
        .bind("probability", wafer.probability())
        .bind("now", nowMillis)
        .bind("rule", firing.rule())
        .bind("version", firing.version())
        .bind("stream", firing.stream())
        .bind("reason", firing.sentence().orElse(null))
        .mapTo(Long.class)
        .one();
  }

  /** Adds a wafer to the alarm, unless it is there. */
  private static void add(Handle handle, long id, Alarm.Wafer wafer) {
    int added =
        handle
            .createUpdate(
                "insert into alarm_wafers (alarm, imgid, timestamp, probability)"
                    + " values (:alarm, :imgid, :timestamp, :probability)"
                    + " on conflict (alarm, timestamp, imgid) do nothing")
            .bind("alarm", id)
            .bind("imgid", wafer.imgid())
            .bind("timestamp", wafer.timestampMillis())
            .bind("probability", wafer.probability())
            .execute();
    if (added == 0) {
      return;
    }
    handle
        .createUpdate(
            "update alarms set wafers = wafers + 1, max_probability = case"
                + " when max_probability < :probability then :probability else max_probability end,"
                + " first_seen = case when first_seen > :timestamp then :timestamp else first_seen"
                + " end, last_imgid = case when :timestamp >= last_seen then :imgid else last_imgid"
                + " end, last_seen = case when last_seen < :timestamp then :timestamp else"
                + " last_seen end where id = :id")
        .bind("id", id)
        .bind("probability", wafer.probability())
        .bind("timestamp", wafer.timestampMillis())
        .bind("imgid", wafer.imgid())
        .execute();
  }

  /** Notes that something was counted; an alarm that had ended lasts again. */
  private static void count(Handle handle, long id, long nowMillis) {
    handle
        .createUpdate(
            "update alarms set last_counted = :now,"
                + " closed = case when state = 'ended' then null else closed end,"
                + " state = case when state <> 'ended' then state"
                + " when acknowledged is null then 'open' else 'acknowledged' end where id = :id")
        .bind("id", id)
        .bind("now", nowMillis)
        .execute();
  }

  private boolean isLively(Handle handle, Alarm alarm, long nowMillis) {
    return handle
        .createQuery("select last_counted >= :since from alarms where id = :id")
        .bind("since", nowMillis - quietTime.toMillis())
        .bind("id", alarm.id())
        .mapTo(Boolean.class)
        .one();
  }
}
