package fabwafer.hub.alarm;

import fabwafer.hub.classification.Classification;
import fabwafer.hub.database.Database;
import fabwafer.protocol.DeviceName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** The table of alarms and of the wafers they count. */
public final class AlarmStore {
  private final Database database;

  public AlarmStore(Database database) {
    this.database = database;
  }

  /** The alarms that a query asks for, newest first. */
  public List<Alarm> alarms(AlarmQuery query) {
    List<String> where = new ArrayList<>(List.of("id < :before", "message is null"));
    Map<String, Object> bindings = new TreeMap<>();
    bindings.put("before", query.before().orElse(Long.MAX_VALUE));
    query
        .fab()
        .ifPresent(
            fab -> {
              where.add("fab = :fab");
              bindings.put("fab", fab);
            });
    query
        .camera()
        .ifPresent(
            camera -> {
              where.add("camera = :camera");
              bindings.put("camera", camera);
            });
    Set<Alarm.State> states =
        query.states().isEmpty() ? Set.of(Alarm.State.values()) : query.states();
    where.add("state in (<states>)");
    return database.read(
        handle ->
            handle
                .createQuery(
                    "select * from alarms where "
                        + String.join(" and ", where)
                        + " order by id desc limit :limit")
                .bindMap(bindings)
                .bindList("states", states.stream().map(Alarm.State::word).toList())
                .bind("limit", query.limit())
                .map((row, context) -> read(row))
                .list());
  }

  /** One alarm. */
  public Optional<Alarm> find(long id) {
    return database.read(handle -> find(handle, id));
  }

  /**
   * The wafers that an alarm counts, newest first.
   *
   * @param before the last wafer the asker has: what follows it is answered; empty for the newest
   */
  public List<Alarm.Wafer> wafers(long id, Optional<Alarm.Wafer> before, int limit) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    "select imgid, timestamp, probability from alarm_wafers where alarm = :id"
                        + " and (timestamp, imgid) < (:timestamp, :imgid)"
                        + " order by timestamp desc, imgid desc limit :limit")
                .bind("id", id)
                .bind("timestamp", before.map(Alarm.Wafer::timestampMillis).orElse(Long.MAX_VALUE))
                .bind("imgid", before.map(Alarm.Wafer::imgid).orElse(""))
                .bind("limit", limit)
                .map(
                    (row, context) ->
                        new Alarm.Wafer(
                            row.getString("imgid"),
                            row.getLong("timestamp"),
                            row.getDouble("probability")))
                .list());
  }

  /** How many alarms last: open or acknowledged. */
  public long lasting() {
    return database.read(
        handle ->
            handle
                .createQuery(
                    "select count(*) from alarms where message is null"
                        + " and state in ('open', 'acknowledged')")
                .mapTo(Long.class)
                .one());
  }

  /** How many alarms stand about devices. */
  public long deviceAlarms() {
    return database.read(
        handle ->
            handle
                .createQuery(
                    "select count(*) from alarms where message is not null"
                        + " and state in ('open', 'acknowledged')")
                .mapTo(Long.class)
                .one());
  }

  /**
   * Notes that a person knows of an open alarm.
   *
   * @return the alarm as it is now; empty if there is none of that id. One that is not open stays
   *     as it is
   */
  public Optional<Alarm> acknowledge(long id, String by, long nowMillis) {
    return database.write(handle -> acknowledge(handle, id, by, nowMillis));
  }

  /** The same in the caller's transaction. */
  Optional<Alarm> acknowledge(Handle handle, long id, String by, long nowMillis) {
    handle
        .createUpdate(
            "update alarms set state = 'acknowledged', acknowledged = :now,"
                + " acknowledged_by = :by where id = :id and state = 'open'")
        .bind("id", id)
        .bind("by", by)
        .bind("now", nowMillis)
        .execute();
    return find(handle, id);
  }

  /**
   * Notes that a person resolved an alarm: the next wafer of its pattern opens a new one.
   *
   * @return the alarm as it is now; empty if there is none of that id. One already resolved stays
   *     as it is
   */
  public Optional<Alarm> resolve(long id, String by, Optional<String> comment, long nowMillis) {
    return database.write(handle -> resolve(handle, id, by, comment, nowMillis));
  }

  /** The same in the caller's transaction. */
  Optional<Alarm> resolve(
      Handle handle, long id, String by, Optional<String> comment, long nowMillis) {
    handle
        .createUpdate(
            "update alarms set state = 'resolved', closed = :now, closed_by = :by,"
                + " comment = :comment where id = :id and state <> 'resolved'")
        .bind("id", id)
        .bind("by", by)
        .bind("comment", comment.orElse(null))
        .bind("now", nowMillis)
        .execute();
    return find(handle, id);
  }

  /**
   * The situation that a wafer belongs to: the latest unresolved one of its camera and pattern that
   * is no further than the quiet time from it, by the wafers' times. So it does not matter when, or
   * in which order, wafers arrive.
   */
  Optional<Alarm> situationOf(Handle handle, Classification wafer, Duration quietTime) {
    return handle
        .createQuery(
            "select * from alarms where fab = :fab and camera = :camera and pattern = :pattern"
                + " and last_seen >= :earliest and first_seen <= :latest and state <> 'resolved'"
                + " and message is null"
                + " order by last_seen desc, id desc limit 1")
        .bind("fab", wafer.device().fab())
        .bind("camera", wafer.device().camera())
        .bind("pattern", wafer.prediction())
        .bind("earliest", wafer.timestampMillis() - quietTime.toMillis())
        .bind("latest", wafer.timestampMillis() + quietTime.toMillis())
        .map((row, context) -> read(row))
        .findOne();
  }

  /** Opens an alarm for its first wafer. */
  Alarm open(Handle handle, Classification wafer, long nowMillis) {
    long id =
        handle
            .createQuery(
                "insert into alarms (fab, camera, pattern, state, first_seen, last_seen, wafers,"
                    + " first_imgid, last_imgid, max_probability, opened, last_counted) values"
                    + " (:fab, :camera, :pattern, 'open', :timestamp, :timestamp, 1, :imgid,"
                    + " :imgid, :probability, :now, :now) returning id")
            .bind("fab", wafer.device().fab())
            .bind("camera", wafer.device().camera())
            .bind("pattern", wafer.prediction())
            .bind("timestamp", wafer.timestampMillis())
            .bind("imgid", wafer.imgid())
            .bind("probability", wafer.probability())
            .bind("now", nowMillis)
            .mapTo(Long.class)
            .one();
    addWafer(handle, id, wafer);
    return find(handle, id).orElseThrow();
  }

  /** Counts a further wafer; an alarm that had ended lasts again. */
  Alarm count(Handle handle, Alarm alarm, Classification wafer, long nowMillis) {
    addWafer(handle, alarm.id(), wafer);
    handle
        .createUpdate(
            "update alarms set wafers = wafers + 1, last_counted = :now, max_probability = case"
                + " when max_probability < :probability then :probability else max_probability end,"
                + " first_seen = case when first_seen > :timestamp then :timestamp else first_seen"
                + " end, last_imgid = case when :timestamp >= last_seen then :imgid else last_imgid"
                + " end, last_seen = case when last_seen < :timestamp then :timestamp else"
                + " last_seen end, closed = null, state = case when state <> 'ended' then state"
                + " when acknowledged is null then 'open' else 'acknowledged' end where id = :id")
        .bind("id", alarm.id())
        .bind("now", nowMillis)
        .bind("probability", wafer.probability())
        .bind("timestamp", wafer.timestampMillis())
        .bind("imgid", wafer.imgid())
        .execute();
    return find(handle, alarm.id()).orElseThrow();
  }

  /**
   * Ends the alarms that nothing was counted on since a time.
   *
   * @return those that it ended
   */
  List<Alarm> endQuiet(long sinceMillis, long nowMillis) {
    return database.write(
        handle ->
            handle
                .createQuery(
                    "update alarms set state = 'ended', closed = :now"
                        + " where state in ('open', 'acknowledged') and last_counted < :since"
                        + " and message is null"
                        + " returning *")
                .bind("now", nowMillis)
                .bind("since", sinceMillis)
                .map((row, context) -> read(row))
                .list());
  }

  private static void addWafer(Handle handle, long id, Classification wafer) {
    handle
        .createUpdate(
            "insert into alarm_wafers (alarm, imgid, timestamp, probability)"
                + " values (:alarm, :imgid, :timestamp, :probability)")
        .bind("alarm", id)
        .bind("imgid", wafer.imgid())
        .bind("timestamp", wafer.timestampMillis())
        .bind("probability", wafer.probability())
        .execute();
  }

  private static Optional<Alarm> find(Handle handle, long id) {
    return handle
        .createQuery("select * from alarms where id = :id")
        .bind("id", id)
        .map((row, context) -> read(row))
        .findOne();
  }

  private static Alarm read(ResultSet row) throws SQLException {
    return new Alarm(
        row.getLong("id"),
        new DeviceName(row.getString("fab"), row.getString("camera")),
        row.getString("pattern"),
        Alarm.State.ofWord(row.getString("state")),
        row.getLong("first_seen"),
        row.getLong("last_seen"),
        row.getLong("wafers"),
        row.getString("first_imgid"),
        row.getString("last_imgid"),
        row.getDouble("max_probability"),
        row.getLong("opened"),
        optionalLong(row, "acknowledged"),
        Optional.ofNullable(row.getString("acknowledged_by")),
        optionalLong(row, "closed"),
        Optional.ofNullable(row.getString("closed_by")),
        Optional.ofNullable(row.getString("comment")));
  }

  private static OptionalLong optionalLong(ResultSet row, String column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
  }
}
