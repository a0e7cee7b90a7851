package fabwafer.hub.snapshot;

import fabwafer.protocol.DeviceName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * A wafer with each reviewer's last word.
 *
 * @param lot whose wafers look alike: as its file said, else the camera's hour
 * @param words reviewer → label
 */
record ReviewedWafer(
    DeviceName device, String imgid, long timestampMillis, String lot, Map<String, String> words) {
  private static final long HOUR_MILLIS = 3_600_000;

  /** Every reviewed wafer that was classified, in order of time; labels after {@code upTo} not. */
  static List<ReviewedWafer> all(Handle handle, long upTo) {
    Map<List<Object>, ReviewedWafer> wafers = new LinkedHashMap<>();
    handle
        .createQuery(
            "select g.imgid, g.timestamp, g.fab, g.camera, g.ground_truth, g.reviewer, c.lot from"
                + " ground_truths g join classifications c on c.imgid = g.imgid and c.timestamp ="
                + " g.timestamp where g.withdrawn is null and g.id <= :upTo order by g.timestamp,"
                + " g.imgid, g.id")
        .bind("upTo", upTo)
        .map(
            (row, context) -> {
              DeviceName device = new DeviceName(row.getString("fab"), row.getString("camera"));
              String imgid = row.getString("imgid");
              long timestamp = row.getLong("timestamp");
              String lot =
                  Optional.ofNullable(row.getString("lot"))
                      .orElse(device + " hour " + timestamp / HOUR_MILLIS);
              wafers
                  .computeIfAbsent(
                      List.of(imgid, timestamp),
                      key ->
                          new ReviewedWafer(device, imgid, timestamp, lot, new LinkedHashMap<>()))
                  .words()
                  .put(row.getString("reviewer"), row.getString("ground_truth"));
              return imgid;
            })
        .forEach(imgid -> {});
    return new ArrayList<>(wafers.values());
  }
}
