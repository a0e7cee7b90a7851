package fabwafer.hub.delivery;

import fabwafer.protocol.DeviceName;
import fabwafer.protocol.model.SignedManifest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table of orders, one a camera. */
final class OrderRows {
  private static final String SELECT =
      "select fab, camera, sequence, model, before, given from model_orders";

  private OrderRows() {}

  /** A number greater than every one before, also after a backup was restored. */
  static long nextSequence(Handle handle, long nowMillis) {
    long last =
        handle
            .createQuery("select coalesce(max(sequence), 0) from model_orders")
            .mapTo(Long.class)
            .one();
    return Math.max(last + 1, nowMillis);
  }

  static void put(Handle handle, SignedManifest order, Optional<String> before, long now) {
    DeviceName device = order.manifest().device();
    handle
        .createUpdate(
            "insert into model_orders (fab, camera, sequence, model, before, payload, given)"
                + " values (:fab, :camera, :sequence, :model, :before, :payload, :now)"
                + " on conflict (fab, camera) do update set sequence = excluded.sequence,"
                + " model = excluded.model, before = excluded.before,"
                + " payload = excluded.payload, given = excluded.given")
        .bind("fab", device.fab())
        .bind("camera", device.camera())
        .bind("sequence", order.manifest().sequence())
        .bind("model", order.manifest().model())
        .bind("before", before.orElse(null))
        .bind("payload", order.toPayload())
        .bind("now", now)
        .execute();
  }

  static Map<DeviceName, Order> all(Handle handle) {
    Map<DeviceName, Order> orders = new LinkedHashMap<>();
    handle
        .createQuery(SELECT + " order by fab, camera")
        .map((row, _) -> read(row))
        .forEach(order -> orders.put(order.device(), order));
    return orders;
  }

  static Optional<Order> of(Handle handle, DeviceName device) {
    return handle
        .createQuery(SELECT + " where fab = :fab and camera = :camera")
        .bind("fab", device.fab())
        .bind("camera", device.camera())
        .map((row, _) -> read(row))
        .findOne();
  }

  /** A camera's order as it is published. */
  static Optional<byte[]> payload(Handle handle, DeviceName device) {
    return handle
        .createQuery("select payload from model_orders where fab = :fab and camera = :camera")
        .bind("fab", device.fab())
        .bind("camera", device.camera())
        .map((row, _) -> row.getBytes("payload"))
        .findOne();
  }

  /** The orders given after another, with what is to be published of each. */
  static List<Published> since(Handle handle, long sequence) {
    return handle
        .createQuery(
            "select fab, camera, sequence, payload from model_orders where sequence > :since"
                + " order by sequence")
        .bind("since", sequence)
        .map(
            (row, _) ->
                new Published(
                    new DeviceName(row.getString("fab"), row.getString("camera")),
                    row.getLong("sequence"),
                    row.getBytes("payload")))
        .list();
  }

  /** An order as it travels. */
  static final class Published {
    final DeviceName device;
    final long sequence;
    final byte[] payload;

    Published(DeviceName device, long sequence, byte[] payload) {
      this.device = device;
      this.sequence = sequence;
      this.payload = payload;
    }
  }

  private static Order read(ResultSet row) throws SQLException {
    return new Order(
        new DeviceName(row.getString("fab"), row.getString("camera")),
        row.getLong("sequence"),
        row.getString("model"),
        Optional.ofNullable(row.getString("before")),
        row.getLong("given"));
  }
}
