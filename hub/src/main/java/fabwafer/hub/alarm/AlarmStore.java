package fabwafer.hub.alarm;

import fabwafer.hub.database.Database;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The table of alarms and of the wafers they count. */
public final class AlarmStore {
  private final Database database;

  public AlarmStore(Database database) {
    this.database = database;
  }

  /** The alarms that a query asks for, newest first. */
  public List<Alarm> alarms(AlarmQuery query) {
    List<String> where = new ArrayList<>(List.of("id < :before"));
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
    query
        .rule()
        .ifPresent(
            rule -> {
              where.add("rule = :rule");
              bindings.put("rule", rule);
            });
    Set<Alarm.Kind> kinds = query.kinds().isEmpty() ? Set.of(Alarm.Kind.values()) : query.kinds();
    where.add("kind in (<kinds>)");
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
                .bindList("kinds", kinds.stream().map(Alarm.Kind::word).toList())
                .bindList("states", states.stream().map(Alarm.State::word).toList())
                .bind("limit", query.limit())
                .map((row, context) -> AlarmRows.read(row))
                .list());
  }

  /** One alarm. */
  public Optional<Alarm> find(long id) {
    return database.read(handle -> AlarmRows.find(handle, id));
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
                    "select count(*) from alarms where kind = 'wafers'"
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
                    "select count(*) from alarms where kind = 'device'"
                        + " and state in ('open', 'acknowledged', 'suppressed')")
                .mapTo(Long.class)
                .one());
  }

  /** How many alarms stand about the hub itself, its models or its data. */
  public long systemAlarms() {
    return database.read(
        handle ->
            handle
                .createQuery(
                    "select count(*) from alarms where kind = 'system'"
                        + " and state in ('open', 'acknowledged', 'suppressed')")
                .mapTo(Long.class)
                .one());
  }

  /**
   * Alarms without wafers that something happened to after an entry of the history, to tell
   * browsers.
   */
  List<Alarm> standingChangedSince(long entry, int limit) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    "select * from alarms where kind <> 'wafers' and id in (select alarm from"
                        + " alarm_events where id > :entry) order by id desc limit :limit")
                .bind("entry", entry)
                .bind("limit", limit)
                .map((row, context) -> AlarmRows.read(row))
                .list());
  }

  /** The newest entry of the history of all alarms; 0 without one. */
  long newestEntry() {
    return database.read(
        handle ->
            handle
                .createQuery("select coalesce(max(id), 0) from alarm_events")
                .mapTo(Long.class)
                .one());
  }
}
