package fabwafer.hub.classification;

import fabwafer.protocol.DeviceName;
import fabwafer.wafer.WaferMap;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** What is measured of a wafer once it is stored: its dies, and the size of its wafer map. */
public final class WaferMeasures {
  private WaferMeasures() {}

  /**
   * Notes them, in the caller's transaction.
   *
   * @param dies 0 where they are unknown
   * @param map its wafer map, which is part of the stacked maps from now on
   * @return whether the wafer is still stored
   */
  public static boolean note(
      Handle handle, Classification wafer, long dies, long failing, Optional<WaferMap> map) {
    return handle
            .createUpdate(
                "update classifications set dies = :dies, failing = :failing, height = :height,"
                    + " width = :width, stacked = :stacked"
                    + " where imgid = :imgid and timestamp = :timestamp")
            .bind("dies", dies)
            .bind("failing", failing)
            .bind("height", map.map(WaferMap::height).orElse(null))
            .bind("width", map.map(WaferMap::width).orElse(null))
            .bind("stacked", map.isPresent() ? 1 : 0)
            .bind("imgid", wafer.imgid())
            .bind("timestamp", wafer.timestampMillis())
            .execute()
        == 1;
  }

  /** The wafers of an inspection's name whose wafer maps are part of the stacked maps. */
  public static List<Classification> stacked(Handle handle, DeviceName device, String imgid) {
    return handle
        .createQuery(
            "select "
                + ClassificationRows.COLUMNS
                + " from classifications where imgid = :imgid and fab = :fab and camera = :camera"
                + " and stacked = 1")
        .bind("imgid", imgid)
        .bind("fab", device.fab())
        .bind("camera", device.camera())
        .map((row, context) -> ClassificationRows.read(row))
        .list();
  }

  /** Notes that a wafer's map is no part of the stacked maps any more. */
  public static void unstack(Handle handle, Classification wafer) {
    handle
        .createUpdate(
            "update classifications set stacked = 0"
                + " where imgid = :imgid and timestamp = :timestamp")
        .bind("imgid", wafer.imgid())
        .bind("timestamp", wafer.timestampMillis())
        .execute();
  }
}
