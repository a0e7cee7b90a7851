package fabwafer.hub.similarity;

import fabwafer.hub.classification.ClassificationQuery.Cursor;
import fabwafer.hub.database.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table of embeddings: a row a wafer and model. */
public final class Embeddings {
  private final Database database;

  public Embeddings(Database database) {
    this.database = database;
  }

  /**
   * A row.
   *
   * @param id greater than that of every row stored before
   * @param wafer whose it is
   */
  public record Row(long id, Cursor wafer, Direction direction) {}

  /** Stores a wafer's embedding, in the caller's transaction; one that is there stays. */
  public void store(Handle handle, String model, Cursor wafer, Direction direction) {
    handle
        .createUpdate("insert into embedding_models (model) values (:model) on conflict do nothing")
        .bind("model", model)
        .execute();
    handle
        .createUpdate(
            "insert into wafer_embeddings (model, imgid, timestamp, features)"
                + " select id, :imgid, :timestamp, :features from embedding_models"
                + " where model = :model on conflict do nothing")
        .bind("model", model)
        .bind("imgid", wafer.imgid())
        .bind("timestamp", wafer.timestampMillis())
        .bind("features", direction.stored())
        .execute();
  }

  /** A wafer's embedding by a model. */
  public Optional<Direction> find(String model, Cursor wafer) {
    return Optional.ofNullable(of(model, List.of(wafer)).get(wafer));
  }

  /** The embeddings of some wafers by a model; those without one are left out. */
  public Map<Cursor, Direction> of(String model, List<Cursor> wafers) {
    return database.read(handle -> of(handle, model, wafers));
  }

  /** The same, in the caller's transaction. */
  public Map<Cursor, Direction> of(Handle handle, String model, List<Cursor> wafers) {
    Map<Cursor, Direction> found = new HashMap<>();
    for (Cursor wafer : wafers) {
      handle
          .createQuery(
              "select features from wafer_embeddings where imgid = :imgid"
                  + " and timestamp = :timestamp"
                  + " and model = (select id from embedding_models where model = :model)")
          .bind("imgid", wafer.imgid())
          .bind("timestamp", wafer.timestampMillis())
          .bind("model", model)
          .mapTo(byte[].class)
          .findOne()
          .ifPresent(bytes -> found.put(wafer, Direction.ofStored(bytes)));
    }
    return found;
  }

  /**
   * A model's rows, the last stored first.
   *
   * @param below only rows with a smaller id
   * @param above only rows with a greater id
   */
  List<Row> newest(String model, long above, long below, int limit) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    // + keeps SQLite from another index than the row's id, which is the order.
                    "select id, imgid, timestamp, features from wafer_embeddings"
                        + " where id > :above and id < :below and +model ="
                        + " (select id from embedding_models where model = :model)"
                        + " order by id desc limit :limit")
                .bind("above", above)
                .bind("below", below)
                .bind("model", model)
                .bind("limit", limit)
                .map((row, context) -> read(row))
                .list());
  }

  /**
   * Rows of other models, the last stored first, of wafers that a model has not seen.
   *
   * @param below only rows with a smaller id
   */
  List<Row> lacking(String model, long below, int limit) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    "select id, imgid, timestamp, features from wafer_embeddings as e"
                        + " where id < :below and not exists (select 1"
                        + " from wafer_embeddings as own join embedding_models as m"
                        + " on m.id = own.model where own.imgid = e.imgid"
                        + " and own.timestamp = e.timestamp and m.model = :model)"
                        + " order by id desc limit :limit")
                .bind("below", below)
                .bind("model", model)
                .bind("limit", limit)
                .map((row, context) -> read(row))
                .list());
  }

  /** Whose some rows are; those that are gone are left out. */
  Map<Long, Cursor> wafers(List<Long> ids) {
    if (ids.isEmpty()) {
      return Map.of();
    }
    return database.read(
        handle ->
            handle
                .createQuery(
                    "select id, imgid, timestamp from wafer_embeddings where id in (<ids>)")
                .bindList("ids", ids)
                .reduceRows(
                    new HashMap<Long, Cursor>(),
                    (wafers, row) -> {
                      wafers.put(
                          row.getColumn("id", Long.class),
                          new Cursor(
                              row.getColumn("timestamp", Long.class),
                              row.getColumn("imgid", String.class)));
                      return wafers;
                    }));
  }

  private static Row read(ResultSet row) throws SQLException {
    return new Row(
        row.getLong("id"),
        new Cursor(row.getLong("timestamp"), row.getString("imgid")),
        Direction.ofStored(row.getBytes("features")));
  }
}
