package fabwafer.hub.alarm;

import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * What people do about alarms. Everything is noted in the alarm's history, in the caller's
 * transaction; the answer is the alarm as it is then, empty if there is none of that id.
 */
final class AlarmCare {
  private AlarmCare() {}

  /** A person knows of an open alarm. One that is not open stays as it is. */
  static Optional<Alarm> acknowledge(Handle handle, long id, String by, long nowMillis) {
    int changed =
        handle
            .createUpdate(
                "update alarms set state = 'acknowledged', acknowledged = :now,"
                    + " acknowledged_by = :by where id = :id and state = 'open'")
            .bind("id", id)
            .bind("by", by)
            .bind("now", nowMillis)
            .execute();
    if (changed == 1) {
      AlarmHistory.note(handle, id, nowMillis, by, AlarmHistory.ACKNOWLEDGED, null);
    }
    return AlarmRows.find(handle, id);
  }

  /** A person wants to hear nothing of it until a time. One that is over stays as it is. */
  static Optional<Alarm> suppress(
      Handle handle, long id, String by, long untilMillis, String reason, long nowMillis) {
    int changed =
        handle
            .createUpdate(
                "update alarms set state = 'suppressed', suppressed_until = :until,"
                    + " suppressed_by = :by, suppress_reason = :reason where id = :id"
                    + " and state in ('open', 'acknowledged', 'suppressed')")
            .bind("id", id)
            .bind("by", by)
            .bind("until", untilMillis)
            .bind("reason", reason)
            .execute();
    if (changed == 1) {
      AlarmHistory.note(handle, id, nowMillis, by, AlarmHistory.SUPPRESSED, reason);
    }
    return AlarmRows.find(handle, id);
  }

  /** Ends a suppression before its time. An alarm that is not suppressed stays as it is. */
  static Optional<Alarm> resume(Handle handle, long id, String by, long nowMillis) {
    int changed =
        handle
            .createUpdate(
                "update alarms set suppressed_until = :now, state = case when acknowledged is null"
                    + " then 'open' else 'acknowledged' end where id = :id"
                    + " and state = 'suppressed'")
            .bind("id", id)
            .bind("now", nowMillis)
            .execute();
    if (changed == 1) {
      AlarmHistory.note(handle, id, nowMillis, by, AlarmHistory.RESUMED, null);
    }
    return AlarmRows.find(handle, id);
  }

  /** A person resolved it: the next such wafer opens a new one. A resolved one stays as it is. */
  static Optional<Alarm> resolve(
      Handle handle,
      long id,
      String by,
      Optional<Alarm.Cause> cause,
      Optional<String> comment,
      long nowMillis) {
    int changed =
        handle
            .createUpdate(
                "update alarms set state = 'resolved', closed = :now, closed_by = :by,"
                    + " comment = :comment, cause = :cause where id = :id and state <> 'resolved'")
            .bind("id", id)
            .bind("by", by)
            .bind("comment", comment.orElse(null))
            .bind("cause", cause.map(Alarm.Cause::word).orElse(null))
            .bind("now", nowMillis)
            .execute();
    if (changed == 1) {
      String words =
          cause.map(Alarm.Cause::word).orElse("")
              + (cause.isPresent() && comment.isPresent() ? ": " : "")
              + comment.orElse("");
      AlarmHistory.note(handle, id, nowMillis, by, AlarmHistory.RESOLVED, words);
    }
    return AlarmRows.find(handle, id);
  }

  /** A person said something. */
  static Optional<Alarm> comment(Handle handle, long id, String by, String words, long nowMillis) {
    Optional<Alarm> alarm = AlarmRows.find(handle, id);
    alarm.ifPresent(
        known -> AlarmHistory.note(handle, id, nowMillis, by, AlarmHistory.COMMENTED, words));
    return alarm;
  }
}
