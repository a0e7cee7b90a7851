package fabwafer.hub.alarm;

import fabwafer.hub.database.Database;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The table of what happened to alarms and who did it; rows are only ever added. */
final class AlarmHistory {
  static final String OPENED = "opened";
  static final String REOPENED = "reopened";
  static final String ACKNOWLEDGED = "acknowledged";
  static final String SUPPRESSED = "suppressed";
  static final String RESUMED = "resumed";
  static final String COMMENTED = "commented";
  static final String ENDED = "ended";
  static final String RESOLVED = "resolved";

  /** Most entries of an alarm that are answered, the oldest first. */
  static final int MAX_ENTRIES = 1_000;

  private final Database database;

  AlarmHistory(Database database) {
    this.database = database;
  }

  /**
   * Something that happened to an alarm.
   *
   * @param atMillis when, milliseconds since 1970
   * @param person who did it; empty: the hub
   * @param what one of the words above
   * @param words what was said; empty: nothing
   */
  record Entry(long id, long atMillis, Optional<String> person, String what, String words) {}

  /** Notes what the hub did, in the caller's transaction. */
  static void note(Handle handle, long alarm, long atMillis, String what, String words) {
    note(handle, alarm, atMillis, null, what, words);
  }

  /** Notes what a person did, in the caller's transaction; null: the hub did. */
  static void note(
      Handle handle,
      long alarm,
      long atMillis,
      @Nullable String person,
      String what,
      @Nullable String words) {
    handle
        .createUpdate(
            "insert into alarm_events (alarm, at, person, what, words)"
                + " values (:alarm, :at, :person, :what, :words)")
        .bind("alarm", alarm)
        .bind("at", atMillis)
        .bind("person", person)
        .bind("what", what)
        .bind("words", words)
        .execute();
  }

  /** What happened to an alarm, the oldest first. */
  List<Entry> of(long alarm) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    "select id, at, person, what, coalesce(words, '') as words from alarm_events"
                        + " where alarm = :alarm order by id limit :limit")
                .bind("alarm", alarm)
                .bind("limit", MAX_ENTRIES)
                .map(
                    (row, context) ->
                        new Entry(
                            row.getLong("id"),
                            row.getLong("at"),
                            Optional.ofNullable(row.getString("person")),
                            row.getString("what"),
                            row.getString("words")))
                .list());
  }
}
