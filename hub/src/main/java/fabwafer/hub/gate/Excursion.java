package fabwafer.hub.gate;

import fabwafer.protocol.DeviceName;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * A time in which a camera saw a pattern again and again: an alarm of the past that a person
 * confirmed. One that nobody looked at may be the champion's own mistake.
 */
record Excursion(DeviceName device, String pattern, long fromMillis, long toMillis) {
  /** Fewer wafers are an accident. */
  private static final int LEAST_WAFERS = 3;

  /** The latest excursions, the last first. */
  static List<Excursion> latest(Handle handle, int limit) {
    return handle
        .createQuery(
            "select fab, camera, pattern, first_seen, last_seen from alarms where kind = 'wafers'"
                + " and wafers >= :least and cause = 'confirmed'"
                + " order by last_seen desc limit :limit")
        .bind("least", LEAST_WAFERS)
        .bind("limit", limit)
        .map(
            (row, context) ->
                new Excursion(
                    new DeviceName(row.getString("fab"), row.getString("camera")),
                    row.getString("pattern"),
                    row.getLong("first_seen"),
                    row.getLong("last_seen")))
        .list();
  }

  /** The wafers of that time, the first first. */
  List<Seen> wafers(Handle handle, int limit) {
    return handle
        .createQuery(
            "select imgid, timestamp from classifications where fab = :fab and camera = :camera"
                + " and timestamp >= :from and timestamp <= :to order by timestamp, imgid"
                + " limit :limit")
        .bind("fab", device.fab())
        .bind("camera", device.camera())
        .bind("from", fromMillis)
        .bind("to", toMillis)
        .bind("limit", limit)
        .map((row, context) -> new Seen(row.getString("imgid"), row.getLong("timestamp")))
        .list();
  }

  /** A wafer of that time. */
  record Seen(String imgid, long timestampMillis) {}
}
