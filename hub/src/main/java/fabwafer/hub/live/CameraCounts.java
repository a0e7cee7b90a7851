package fabwafer.hub.live;

import fabwafer.hub.database.Database;
import fabwafer.protocol.DeviceName;
import fabwafer.wafer.DefectPattern;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Counts a camera of the last hour and the last day, from indexes and the hourly rollups alone. */
final class CameraCounts {
  /** Hours of a day on the wall: the one that runs and those before it. */
  static final int HOURS = 24;

  private static final long HOUR_MILLIS = Duration.ofHours(1).toMillis();

  private final Database database;

  CameraCounts(Database database) {
    this.database = database;
  }

  /**
   * What a camera saw.
   *
   * @param lastHour wafers of the last 60 minutes, by their own time
   * @param wafers wafers of the hours shown
   * @param defects those of them not predicted none
   * @param yieldRatio mean of the wafers' yield ratios; empty where no dies are known
   * @param byHour wafers an hour, shape [{@value #HOURS}], the running hour last
   */
  record Counts(
      long lastHour, long wafers, long defects, Optional<Double> yieldRatio, List<Long> byHour) {
    static final Counts NONE =
        new Counts(0, 0, 0, Optional.empty(), Collections.nCopies(HOURS, 0L));

    /** Share of defects, in [0, 1]; empty where no wafer came. */
    Optional<Double> defectRate() {
      return wafers == 0 ? Optional.empty() : Optional.of((double) defects / wafers);
    }
  }

  /** The counts of every camera that saw a wafer in the hours shown. */
  Map<DeviceName, Counts> read(Optional<String> fab, long nowMillis) {
    long firstHour = nowMillis / HOUR_MILLIS * HOUR_MILLIS - (HOURS - 1) * HOUR_MILLIS;
    return database.read(
        handle -> {
          Map<DeviceName, Day> days = days(handle, fab, firstHour, nowMillis);
          Map<DeviceName, Double> yields = yields(handle, firstHour, nowMillis);
          Map<DeviceName, Counts> counts = new HashMap<>();
          days.forEach(
              (device, day) ->
                  counts.put(
                      device,
                      day.counts(
                          lastHour(handle, device, nowMillis),
                          Optional.ofNullable(yields.get(device)))));
          return counts;
        });
  }

  private static Map<DeviceName, Day> days(
      Handle handle, Optional<String> fab, long firstHour, long nowMillis) {
    Map<DeviceName, Day> days = new HashMap<>();
    handle
        .createQuery(
            "select fab, camera, hour, sum(wafers) as wafers,"
                + " sum(case when prediction = :none then 0 else wafers end) as defects"
                + " from classification_hours where hour >= :first and hour <= :now"
                + (fab.isPresent() ? " and fab = :fab" : "")
                + " group by fab, camera, hour")
        .bindMap(fab.map(name -> Map.of("fab", name)).orElse(Map.of()))
        .bind("none", DefectPattern.NONE.label())
        .bind("first", firstHour)
        .bind("now", nowMillis)
        .map((row, context) -> Hour.read(row))
        .forEach(
            hour ->
                days.computeIfAbsent(hour.device, device -> new Day())
                    .add((int) ((hour.startMillis - firstHour) / HOUR_MILLIS), hour));
    return days;
  }

  /** Of the wafers whose dies a follower has seen. */
  private static Map<DeviceName, Double> yields(Handle handle, long firstHour, long nowMillis) {
    return handle
        .createQuery(
            "select fab, camera, sum(yields) / sum(measured) as yield_ratio from wafer_hours"
                + " where start >= :first and start <= :now and measured > 0 group by fab, camera")
        .bind("first", firstHour)
        .bind("now", nowMillis)
        .reduceRows(
            new HashMap<DeviceName, Double>(),
            (found, row) -> {
              found.put(
                  new DeviceName(
                      row.getColumn("fab", String.class), row.getColumn("camera", String.class)),
                  row.getColumn("yield_ratio", Double.class));
              return found;
            });
  }

  /** By an index that holds all it takes: no row is read. */
  private static long lastHour(Handle handle, DeviceName device, long nowMillis) {
    return handle
        .createQuery(
            "select count(*) from classifications where fab = :fab and camera = :camera"
                + " and timestamp > :since and timestamp <= :now")
        .bind("fab", device.fab())
        .bind("camera", device.camera())
        .bind("since", nowMillis - HOUR_MILLIS)
        .bind("now", nowMillis)
        .mapTo(Long.class)
        .one();
  }

  private record Hour(DeviceName device, long startMillis, long wafers, long defects) {
    static Hour read(ResultSet row) throws SQLException {
      return new Hour(
          new DeviceName(row.getString("fab"), row.getString("camera")),
          row.getLong("hour"),
          row.getLong("wafers"),
          row.getLong("defects"));
    }
  }

  private static final class Day {
    private final Long[] byHour = Collections.nCopies(HOURS, 0L).toArray(Long[]::new);
    private long wafers;
    private long defects;

    void add(int at, Hour hour) {
      byHour[at] += hour.wafers;
      wafers += hour.wafers;
      defects += hour.defects;
    }

    Counts counts(long lastHour, Optional<Double> yieldRatio) {
      return new Counts(lastHour, wafers, defects, yieldRatio, List.of(byHour));
    }
  }
}
