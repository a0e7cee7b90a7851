package fabwafer.hub.alarm;

import java.time.InstantSource;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Alarms that stand as long as something is so: of a device or of the hub itself. One a trouble; a
 * notice is sent when it opens. They share table, workflow and outbox with the alarms of wafers.
 */
final class StandingAlarms {
  /** Most characters kept of what is wrong. */
  private static final int MAX_CHARS = 500;

  private final Outbox outbox;
  private final InstantSource clock;

  StandingAlarms(Outbox outbox, InstantSource clock) {
    this.outbox = outbox;
    this.clock = clock;
  }

  /**
   * What an alarm is about.
   *
   * @param kind of alarm
   * @param fab whose it is; empty text for one that is no device's
   * @param camera as fab
   * @param trouble which kind of trouble, a word
   * @param subject what it is about, for one that is no device's
   */
  record Place(Alarm.Kind kind, String fab, String camera, String trouble, String subject) {}

  /**
   * Opens, keeps or ends the alarm of a place, in the caller's transaction.
   *
   * @param message what is wrong now; empty: nothing
   */
  void judge(Handle handle, Place place, Optional<String> message) {
    long now = clock.millis();
    Optional<Long> standing = standing(handle, place);
    if (message.isEmpty()) {
      standing.ifPresent(id -> end(handle, id, now));
    } else if (standing.isPresent()) {
      handle
          .createUpdate(
              "update alarms set message = :message, last_counted = :now, last_seen = :now"
                  + " where id = :id")
          .bind("message", bounded(message.get()))
          .bind("now", now)
          .bind("id", standing.get())
          .execute();
    } else {
      open(handle, place, bounded(message.get()), now);
    }
  }

  private static Optional<Long> standing(Handle handle, Place place) {
    return handle
        .createQuery(
            "select id from alarms where fab = :fab and camera = :camera and pattern = :trouble"
                + " and kind = :kind and coalesce(subject, '') = :subject"
                + " and state in ('open', 'acknowledged', 'suppressed') order by id limit 1")
        .bind("fab", place.fab)
        .bind("camera", place.camera)
        .bind("trouble", place.trouble)
        .bind("kind", place.kind.word())
        .bind("subject", place.subject)
        .mapTo(Long.class)
        .findOne();
  }

  private void open(Handle handle, Place place, String message, long now) {
    @Nullable String subject = place.subject.isEmpty() ? null : place.subject;
    long id =
        handle
            .createQuery(
                "insert into alarms (fab, camera, pattern, state, first_seen, last_seen, wafers,"
                    + " first_imgid, last_imgid, max_probability, opened, last_counted, message,"
                    + " kind, subject) values (:fab, :camera, :trouble, 'open', :now, :now, 0,"
                    + " '', '', 0, :now, :now, :message, :kind, :subject) returning id")
            .bind("fab", place.fab)
            .bind("camera", place.camera)
            .bind("trouble", place.trouble)
            .bind("now", now)
            .bind("message", message)
            .bind("kind", place.kind.word())
            .bind("subject", subject)
            .mapTo(Long.class)
            .one();
    AlarmHistory.note(handle, id, now, AlarmHistory.OPENED, message);
    outbox.add(handle, Notice.ofStanding(id, place, message, now), now);
  }

  private static void end(Handle handle, long id, long now) {
    handle
        .createUpdate("update alarms set state = 'ended', closed = :now where id = :id")
        .bind("now", now)
        .bind("id", id)
        .execute();
    AlarmHistory.note(handle, id, now, AlarmHistory.ENDED, "the trouble is over");
  }

  private static String bounded(String message) {
    return message.substring(0, Math.min(message.length(), MAX_CHARS));
  }
}
