package fabwafer.hub.classification;

import fabwafer.hub.classification.ClassificationQuery.Cursor;
import fabwafer.hub.database.Database;
import fabwafer.protocol.DeviceName;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * The order in which classifications are handed to whoever follows them. One gets its place once
 * its image is here, in the transaction that stored the later of the two; one without an image once
 * it was waited for long enough. Places grow, have gaps, and are never given twice.
 */
public final class Arrivals {
  /** SQL for the place that comes next; whoever uses it counts it with {@link #count}. */
  static final String NEXT = "(select last + 1 from arrivals)";

  private final Database database;

  public Arrivals(Database database) {
    this.database = database;
  }

  /** A classification and its place. */
  public record Arrived(long place, Classification classification) {}

  /** The last place that was given; 0 before the first. */
  public long last(Handle handle) {
    return handle.createQuery("select last from arrivals").mapTo(Long.class).one();
  }

  /**
   * Classifications in the order of their places.
   *
   * @param after the place before the first
   * @param upTo the last place
   * @param limit most of them
   */
  public List<Arrived> between(long after, long upTo, int limit) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    "select arrival, "
                        + ClassificationRows.COLUMNS
                        + " from classifications where arrival > :after and arrival <= :up_to"
                        + " order by arrival limit :limit")
                .bind("after", after)
                .bind("up_to", upTo)
                .bind("limit", limit)
                .map(
                    (row, context) ->
                        new Arrived(row.getLong("arrival"), ClassificationRows.read(row)))
                .list());
  }

  /**
   * Gives places to classifications whose image has not come.
   *
   * @param receivedBeforeMillis only to those stored before, milliseconds since 1970
   * @param limit most of them
   * @return to how many
   */
  public int placeWithoutImage(long receivedBeforeMillis, int limit) {
    boolean any = database.read(handle -> !waiting(handle, receivedBeforeMillis, 1).isEmpty());
    return any
        ? database.write(
            handle -> {
              List<Cursor> waiting = waiting(handle, receivedBeforeMillis, limit);
              waiting.forEach(wafer -> place(handle, wafer));
              return waiting.size();
            })
        : 0;
  }

  /** Gives places to the classifications of an image that came just now. */
  static void imageCame(Handle handle, DeviceName device, String imgid) {
    handle
        .createQuery(
            "select imgid, timestamp from classifications where imgid = :imgid and fab = :fab"
                + " and camera = :camera and arrival is null order by received, timestamp")
        .bind("imgid", imgid)
        .bind("fab", device.fab())
        .bind("camera", device.camera())
        .map((row, context) -> new Cursor(row.getLong("timestamp"), row.getString("imgid")))
        .list()
        .forEach(wafer -> place(handle, wafer));
  }

  /** Counts a place that was taken as {@link #NEXT}. */
  static void count(Handle handle) {
    handle.execute("update arrivals set last = last + 1");
  }

  private static void place(Handle handle, Cursor wafer) {
    handle
        .createUpdate(
            "update classifications set arrival = "
                + NEXT
                + " where imgid = :imgid and timestamp = :timestamp")
        .bind("imgid", wafer.imgid())
        .bind("timestamp", wafer.timestampMillis())
        .execute();
    count(handle);
  }

  private static List<Cursor> waiting(Handle handle, long receivedBeforeMillis, int limit) {
    return handle
        .createQuery(
            "select imgid, timestamp from classifications where arrival is null"
                + " and received < :before order by received, timestamp, imgid limit :limit")
        .bind("before", receivedBeforeMillis)
        .bind("limit", limit)
        .map((row, context) -> new Cursor(row.getLong("timestamp"), row.getString("imgid")))
        .list();
  }
}
