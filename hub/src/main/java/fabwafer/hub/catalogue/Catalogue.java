package fabwafer.hub.catalogue;

import fabwafer.hub.database.Database;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.MessageException;
import fabwafer.protocol.StatusMessage;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The table of fabs and cameras: every device that ever sent something valid. */
public final class Catalogue {
  /** Most cameras: a sender that invents names must not fill the disk with them. */
  static final int MAX_CAMERAS = 20_000;

  /** Most characters kept of a model's or an agent's version. */
  private static final int MAX_TEXT_CHARS = 128;

  /** Cameras with the messages of the alarms that stand about them, a line each. */
  private static final String SELECT =
      "select *, (select group_concat(replace(message, char(10), ' '), char(10)) from alarms"
          + " where alarms.fab = fabs.fab and alarms.camera = fabs.camera"
          + " and message is not null"
          + " and alarms.state in ('open', 'acknowledged', 'suppressed')) as problems"
          + " from fabs";

  private final Database database;
  private final Agents agents = new Agents();

  public Catalogue(Database database) {
    this.database = database;
  }

  /**
   * Notes that a device sent something, in the caller's transaction.
   *
   * @return whether it is new here
   * @throws MessageException if the catalogue is full and the device is not in it
   */
  public boolean seen(Handle handle, DeviceName device, long nowMillis) {
    int known =
        handle
            .createUpdate(
                "update fabs set last_seen = case when last_seen < :now then :now else last_seen"
                    + " end where fab = :fab and camera = :camera")
            .bind("now", nowMillis)
            .bind("fab", device.fab())
            .bind("camera", device.camera())
            .execute();
    if (known == 1) {
      return false;
    }
    int cameras = handle.createQuery("select count(*) from fabs").mapTo(Integer.class).one();
    if (cameras >= MAX_CAMERAS) {
      throw new MessageException(
          "camera %s is new, but the catalogue is full: %,d of %,d cameras"
              .formatted(device, cameras, MAX_CAMERAS));
    }
    handle
        .createUpdate(
            "insert into fabs (fab, camera, first_seen, last_seen)"
                + " values (:fab, :camera, :now, :now)")
        .bind("fab", device.fab())
        .bind("camera", device.camera())
        .bind("now", nowMillis)
        .execute();
    return true;
  }

  /**
   * Notes what a known device says of itself, in the caller's transaction. Two agents may speak for
   * a camera; it is online as long as one of them is, and its spool is that of the active one.
   */
  public void status(Handle handle, DeviceName device, StatusMessage status, long nowMillis) {
    agents.heard(handle, device, status, nowMillis);
    StatusMessage.State state =
        agents.anyOnline(handle, device) ? StatusMessage.State.ONLINE : StatusMessage.State.OFFLINE;
    boolean speaks = !agents.standsBy(status);
    handle
        .createUpdate(
            "update fabs set"
                + " state_since = case when state = :state then state_since else :now end,"
                + " state = :state,"
                + " model = coalesce(:model, model), version = coalesce(:version, version),"
                + " spooled = coalesce(:spooled, spooled),"
                + " spool_limit = coalesce(:spool_limit, spool_limit)"
                + " where fab = :fab and camera = :camera")
        .bind("state", state.word())
        .bind("now", nowMillis)
        .bind("model", text(status.more().get("model")))
        .bind("version", text(status.more().get("version")))
        .bind("spooled", speaks ? number(status.more().get("spooled")) : null)
        .bind("spool_limit", speaks ? number(status.more().get("spoolLimit")) : null)
        .bind("fab", device.fab())
        .bind("camera", device.camera())
        .execute();
  }

  /**
   * Why a device's agents cannot both be right, in the caller's transaction: several are online and
   * watch different folders under the name of one camera. Empty: all is well.
   */
  public Optional<String> rivals(Handle handle, DeviceName device) {
    return agents.rivals(handle, device);
  }

  /** Notes that no device is connected: so it is when an embedded broker starts. */
  public void allOffline(long nowMillis) {
    database.change(
        handle -> {
          agents.allOffline(handle);
          handle
              .createUpdate(
                  "update fabs set state = :offline, state_since = :now where state = :online")
              .bind("offline", StatusMessage.State.OFFLINE.word())
              .bind("online", StatusMessage.State.ONLINE.word())
              .bind("now", nowMillis)
              .execute();
        });
  }

  /** Every camera, by fab and name. */
  public List<Camera> cameras() {
    return database.read(
        handle ->
            handle
                .createQuery(SELECT + " order by fab, camera")
                .map((row, context) -> read(row))
                .list());
  }

  /** One camera, or empty if nothing ever came from it. */
  public Optional<Camera> find(DeviceName device) {
    return database.read(handle -> find(handle, device));
  }

  /** One camera, in the caller's transaction. */
  public Optional<Camera> find(Handle handle, DeviceName device) {
    return handle
        .createQuery(SELECT + " where fab = :fab and camera = :camera")
        .bind("fab", device.fab())
        .bind("camera", device.camera())
        .map((row, context) -> read(row))
        .findOne();
  }

  static @Nullable String text(@Nullable JsonNode value) {
    if (value == null || !value.isString()) {
      return null;
    }
    String text = value.stringValue();
    return text.substring(0, Math.min(text.length(), MAX_TEXT_CHARS));
  }

  private static @Nullable Long number(@Nullable JsonNode value) {
    return value != null && value.canConvertToLong() && value.isIntegralNumber()
        ? value.longValue()
        : null;
  }

  private static Camera read(ResultSet row) throws SQLException {
    return new Camera(
        new DeviceName(row.getString("fab"), row.getString("camera")),
        row.getLong("first_seen"),
        row.getLong("last_seen"),
        Optional.ofNullable(row.getString("state"))
            .map(word -> StatusMessage.State.valueOf(word.toUpperCase(Locale.ROOT))),
        row.getLong("state_since"),
        Optional.ofNullable(row.getString("model")),
        Optional.ofNullable(row.getString("version")),
        optionalLong(row, "spooled"),
        optionalLong(row, "spool_limit"),
        Optional.ofNullable(row.getString("problems"))
            .map(problems -> List.of(problems.split("\n", -1)))
            .orElse(List.of()));
  }

  private static OptionalLong optionalLong(ResultSet row, String column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
  }
}
