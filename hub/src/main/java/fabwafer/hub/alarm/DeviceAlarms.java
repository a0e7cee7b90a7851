package fabwafer.hub.alarm;

import fabwafer.protocol.DeviceName;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Alarms about devices: a spool that is full, a folder that cannot be read, two cameras of one
 * name. One stands as long as the device says so; a notice is sent when it opens. They share table
 * and outbox with the alarms of wafers, and are no part of those lists.
 */
public final class DeviceAlarms {
  /** Most characters kept of what a device says. */
  private static final int MAX_CHARS = 500;

  private final Outbox outbox;
  private final InstantSource clock;

  DeviceAlarms(Outbox outbox, InstantSource clock) {
    this.outbox = outbox;
    this.clock = clock;
  }

  /** What a device may have. */
  public enum Kind {
    /** It takes no more files: its spool is full or cannot be written. */
    SPOOL,
    /** Its folder cannot be watched. */
    FOLDER,
    /** Several agents speak for it that watch different folders. */
    RIVALS;

    String word() {
      return "device-" + name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Opens, keeps or ends a device's alarm, in the caller's transaction.
   *
   * @param trouble what is wrong now; empty: nothing of that kind
   */
  public void judge(Handle handle, DeviceName device, Kind kind, Optional<String> trouble) {
    long now = clock.millis();
    Optional<Long> standing =
        handle
            .createQuery(
                "select id from alarms where fab = :fab and camera = :camera and pattern = :kind"
                    + " and message is not null and state in ('open', 'acknowledged')")
            .bind("fab", device.fab())
            .bind("camera", device.camera())
            .bind("kind", kind.word())
            .mapTo(Long.class)
            .findOne();
    String message = trouble.map(DeviceAlarms::bounded).orElse("");
    if (trouble.isPresent() && standing.isPresent()) {
      handle
          .createUpdate(
              "update alarms set message = :message, last_counted = :now, last_seen = :now"
                  + " where id = :id")
          .bind("message", message)
          .bind("now", now)
          .bind("id", standing.get())
          .execute();
    } else if (trouble.isPresent()) {
      open(handle, device, kind, message, now);
    } else {
      standing.ifPresent(id -> end(handle, id, now));
    }
  }

  private void open(Handle handle, DeviceName device, Kind kind, String message, long now) {
    long id =
        handle
            .createQuery(
                "insert into alarms (fab, camera, pattern, state, first_seen, last_seen, wafers,"
                    + " first_imgid, last_imgid, max_probability, opened, last_counted, message)"
                    + " values (:fab, :camera, :kind, 'open', :now, :now, 0, '', '', 0, :now,"
                    + " :now, :message) returning id")
            .bind("fab", device.fab())
            .bind("camera", device.camera())
            .bind("kind", kind.word())
            .bind("now", now)
            .bind("message", message)
            .mapTo(Long.class)
            .one();
    outbox.add(handle, Notice.ofDevice(id, device, kind, message, now), now);
  }

  private static void end(Handle handle, long id, long now) {
    handle
        .createUpdate("update alarms set state = 'ended', closed = :now where id = :id")
        .bind("now", now)
        .bind("id", id)
        .execute();
  }

  private static String bounded(String message) {
    return message.substring(0, Math.min(message.length(), MAX_CHARS));
  }
}
