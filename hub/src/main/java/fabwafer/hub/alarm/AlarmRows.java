package fabwafer.hub.alarm;

import fabwafer.protocol.DeviceName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;

/** Rows of the table of alarms as records. */
final class AlarmRows {
  private AlarmRows() {}

  static Optional<Alarm> find(Handle handle, long id) {
    return handle
        .createQuery("select * from alarms where id = :id")
        .bind("id", id)
        .map((row, context) -> read(row))
        .findOne();
  }

  static Alarm read(ResultSet row) throws SQLException {
    String fab = row.getString("fab");
    OptionalLong rule = optionalLong(row, "rule");
    return new Alarm(
        row.getLong("id"),
        Alarm.Kind.ofWord(row.getString("kind")),
        fab.isEmpty()
            ? Optional.empty()
            : Optional.of(new DeviceName(fab, row.getString("camera"))),
        Optional.ofNullable(row.getString("subject")).orElse(""),
        row.getString("pattern"),
        Alarm.State.ofWord(row.getString("state")),
        row.getLong("first_seen"),
        row.getLong("last_seen"),
        row.getLong("wafers"),
        row.getString("first_imgid"),
        row.getString("last_imgid"),
        row.getDouble("max_probability"),
        row.getLong("opened"),
        rule.isEmpty() ? Optional.empty() : Optional.of(firing(row, rule.getAsLong())),
        optionalText(row, "message"),
        care(row));
  }

  private static Alarm.Firing firing(ResultSet row, long rule) throws SQLException {
    return new Alarm.Firing(
        rule, row.getLong("rule_version"), row.getString("stream"), optionalText(row, "reason"));
  }

  private static Alarm.Care care(ResultSet row) throws SQLException {
    return new Alarm.Care(
        optionalLong(row, "acknowledged"),
        optionalText(row, "acknowledged_by"),
        optionalLong(row, "suppressed_until"),
        optionalText(row, "suppressed_by"),
        optionalText(row, "suppress_reason"),
        optionalLong(row, "closed"),
        optionalText(row, "closed_by"),
        optionalText(row, "cause").map(Alarm.Cause::ofWord),
        optionalText(row, "comment"));
  }

  private static Optional<String> optionalText(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getString(column));
  }

  private static OptionalLong optionalLong(ResultSet row, String column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
  }
}
