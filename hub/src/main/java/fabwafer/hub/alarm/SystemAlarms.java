package fabwafer.hub.alarm;

import fabwafer.hub.database.Database;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Alarms that the hub raises about itself, its models and its data: drift, a rollback, a failed
 * gate. One stands, as one, from {@link #raise} to {@link #clear} (or until a person resolves it),
 * leaves by every way out once when it opens, and is seen to in the portal like any other. Safe on
 * any thread.
 */
public final class SystemAlarms {
  /** Most characters of what an alarm is about. */
  private static final int MAX_SUBJECT_CHARS = 200;

  private static final String WORD = "[a-z][a-z0-9-]{0,47}";

  private final Database database;
  private final StandingAlarms alarms;

  SystemAlarms(Database database, StandingAlarms alarms) {
    this.database = database;
    this.alarms = alarms;
  }

  /**
   * Opens the alarm of a kind and subject, or says anew what is wrong where it stands; in the
   * caller's transaction.
   *
   * @param kind of trouble, a word such as {@code drift}: lower case, digits, hyphens
   * @param subject what it is about, such as a camera or the id of a model; at most {@value
   *     #MAX_SUBJECT_CHARS} characters are kept
   * @param text one sentence with the numbers, for a person
   */
  public void raise(Handle handle, String kind, String subject, String text) {
    alarms.judge(handle, place(kind, subject), Optional.of(text));
  }

  /** The same in a transaction of its own. */
  public void raise(String kind, String subject, String text) {
    database.change(handle -> raise(handle, kind, subject, text));
  }

  /** Ends the alarm of a kind and subject, if one stands, in the caller's transaction. */
  public void clear(Handle handle, String kind, String subject) {
    alarms.judge(handle, place(kind, subject), Optional.empty());
  }

  /** The same in a transaction of its own. */
  public void clear(String kind, String subject) {
    database.change(handle -> clear(handle, kind, subject));
  }

  private static StandingAlarms.Place place(String kind, String subject) {
    if (!kind.matches(WORD)) {
      throw new IllegalArgumentException("a kind of alarm must be as " + WORD + ", got " + kind);
    }
    String kept = subject.substring(0, Math.min(subject.length(), MAX_SUBJECT_CHARS));
    return new StandingAlarms.Place(Alarm.Kind.SYSTEM, "", "", kind, kept);
  }
}
