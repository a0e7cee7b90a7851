package fabwafer.hub.rule;

import fabwafer.hub.classification.Classification;
import fabwafer.hub.database.Database;
import fabwafer.protocol.DeviceName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Stored wafers in the order in which the hub stored them, which is that of the table's rows. */
final class StoredWafers {
  private final Database database;

  StoredWafers(Database database) {
    this.database = database;
  }

  /** A wafer and its row. */
  record Row(long place, Classification wafer) {}

  /** The row before the first wafer that was stored at or after a time; empty if there is none. */
  Optional<Long> before(long fromMillis) {
    return database.read(
        handle ->
            first(handle, "received >= :from order by received limit 1", fromMillis)
                .map(place -> place - 1));
  }

  private static Optional<Long> first(Handle handle, String where, long fromMillis) {
    return handle
        .createQuery("select rowid from classifications where " + where)
        .bind("from", fromMillis)
        .mapTo(Long.class)
        .findOne();
  }

  /**
   * The rows that follow a row.
   *
   * @param withFields whether the sender's further fields are read, which may be many times the
   *     rest
   */
  List<Row> after(long place, int limit, boolean withFields) {
    String fields = withFields ? "coalesce(more, '{}')" : "'{}'";
    return database.read(
        handle ->
            handle
                .createQuery(
                    "select rowid as place, imgid, timestamp, fab, camera, prediction, probability,"
                        + " received, "
                        + fields
                        + " as fields from classifications where rowid > :place"
                        + " order by rowid limit :limit")
                .bind("place", place)
                .bind("limit", limit)
                .map((row, context) -> read(row))
                .list());
  }

  private static Row read(ResultSet row) throws SQLException {
    return new Row(
        row.getLong("place"),
        new Classification(
            row.getString("imgid"),
            row.getLong("timestamp"),
            new DeviceName(row.getString("fab"), row.getString("camera")),
            row.getString("prediction"),
            row.getDouble("probability"),
            row.getString("fields"),
            false,
            row.getLong("received")));
  }
}
