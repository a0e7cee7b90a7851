package fabwafer.hub.device;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table of the devices. */
final class DeviceRows {
  private static final String REVOKED = "revoked";
  private static final String ACTIVE = "active";

  private DeviceRows() {}

  static List<Device> all(Handle handle) {
    return handle
        .createQuery("select * from devices order by name")
        .map((row, context) -> read(row))
        .list();
  }

  static Optional<Device> find(Handle handle, String name) {
    return by(handle, "name", name);
  }

  static Optional<Device> byKey(Handle handle, String fingerprint) {
    return by(handle, "key_sha256", fingerprint);
  }

  static Optional<Device> byToken(Handle handle, String digest) {
    return by(handle, "token_sha256", digest);
  }

  static long count(Handle handle) {
    return handle.createQuery("select count(*) from devices").mapTo(Long.class).one();
  }

  static long version(Handle handle) {
    return handle.createQuery("select version from device_changes").mapTo(Long.class).one();
  }

  /** Writes a device, a new one or in place of the one of its name. */
  static void put(Handle handle, Device device, Optional<String> tokenDigest) {
    handle
        .createUpdate(
            "insert or replace into devices (name, fab, cameras, state, credential, password_hash,"
                + " key_sha256, certificate_ends, token_sha256, token_ends, created, created_by,"
                + " last_seen, last_address) values (:name, :fab, :cameras, :state, :credential,"
                + " :password, :key, :certificateEnds, :token, :tokenEnds, :created, :createdBy,"
                + " :lastSeen, :lastAddress)")
        .bind("name", device.name())
        .bind("fab", device.fab())
        .bind("cameras", String.join(",", device.cameras()))
        .bind("state", device.revoked() ? REVOKED : ACTIVE)
        .bind("credential", device.credential())
        .bind("password", device.passwordHash().orElse(null))
        .bind("key", device.keyFingerprint().orElse(null))
        .bind("certificateEnds", device.certificateEndsMillis().orElse(null))
        .bind("token", tokenDigest.orElse(null))
        .bind("tokenEnds", device.tokenEndsMillis().orElse(null))
        .bind("created", device.createdMillis())
        .bind("createdBy", device.createdBy())
        .bind("lastSeen", device.lastSeenMillis().orElse(null))
        .bind("lastAddress", device.lastAddress().orElse(null))
        .execute();
    handle.createUpdate("update device_changes set version = version + 1").execute();
  }

  static void seen(Handle handle, String name, long millis, Optional<String> address) {
    handle
        .createUpdate(
            "update devices set last_seen = :millis,"
                + " last_address = coalesce(:address, last_address) where name = :name")
        .bind("millis", millis)
        .bind("address", address.orElse(null))
        .bind("name", name)
        .execute();
  }

  private static Optional<Device> by(Handle handle, String column, String value) {
    return handle
        .createQuery("select * from devices where " + column + " = :value")
        .bind("value", value)
        .map((row, context) -> read(row))
        .findOne();
  }

  private static Device read(ResultSet row) throws SQLException {
    String cameras = row.getString("cameras");
    return new Device(
        row.getString("name"),
        row.getString("fab"),
        cameras.isEmpty() ? List.of() : Arrays.asList(cameras.split(",", -1)),
        row.getString("state").equals(REVOKED),
        row.getLong("credential"),
        Optional.ofNullable(row.getString("password_hash")),
        Optional.ofNullable(row.getString("key_sha256")),
        number(row, "certificate_ends"),
        number(row, "token_ends"),
        row.getLong("created"),
        row.getString("created_by"),
        number(row, "last_seen"),
        Optional.ofNullable(row.getString("last_address")));
  }

  private static Optional<Long> number(ResultSet row, String column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? Optional.empty() : Optional.of(value);
  }
}
