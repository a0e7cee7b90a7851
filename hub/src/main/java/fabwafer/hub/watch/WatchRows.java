package fabwafer.hub.watch;

import fabwafer.hub.web.Json;
import fabwafer.protocol.DeviceName;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table of watched cameras, in the caller's transaction. */
final class WatchRows {
  /** Most cameras that are told of at once. */
  static final int MAX_CAMERAS = 1_000;

  private WatchRows() {}

  static Optional<CameraState> find(Handle handle, DeviceName camera) {
    return handle
        .createQuery("select * from watch_cameras where fab = :fab and camera = :camera")
        .bind("fab", camera.fab())
        .bind("camera", camera.camera())
        .map((row, context) -> read(row))
        .findOne();
  }

  static List<CameraState> all(Handle handle) {
    return handle
        .createQuery("select * from watch_cameras order by fab, camera limit :limit")
        .bind("limit", MAX_CAMERAS)
        .map((row, context) -> read(row))
        .list();
  }

  static long count(Handle handle) {
    return handle.createQuery("select count(*) from watch_cameras").mapTo(Long.class).one();
  }

  static long drifting(Handle handle) {
    return handle
        .createQuery("select count(*) from watch_cameras where drifting = 1")
        .mapTo(Long.class)
        .one();
  }

  static void store(Handle handle, CameraState state) {
    int updated =
        handle
            .createUpdate(
                "update watch_cameras set model = :model, centred = :centred, state = :state,"
                    + " drifting = :drifting where fab = :fab and camera = :camera")
            .bind("fab", state.camera().fab())
            .bind("camera", state.camera().camera())
            .bind("model", state.model())
            .bind("centred", state.centred())
            .bind("state", state.json().toString())
            .bind("drifting", state.drifting() ? 1 : 0)
            .execute();
    if (updated == 0) {
      handle.execute(
          "insert into watch_cameras (fab, camera, model, centred, state, drifting)"
              + " values (?, ?, ?, ?, ?, ?)",
          state.camera().fab(),
          state.camera().camera(),
          state.model(),
          state.centred(),
          state.json().toString(),
          state.drifting() ? 1 : 0);
    }
    if (state.moved()) {
      handle.execute(
          "update watch_cameras set centre = ? where fab = ? and camera = ?",
          state.centre(),
          state.camera().fab(),
          state.camera().camera());
    }
  }

  /** Forgets a camera; answers whether there was one. */
  static boolean forget(Handle handle, DeviceName camera) {
    return handle.execute(
            "delete from watch_cameras where fab = ? and camera = ?", camera.fab(), camera.camera())
        == 1;
  }

  private static CameraState read(ResultSet row) throws SQLException {
    byte[] stored = row.getBytes("centre");
    float[] centre = new float[stored == null ? 0 : stored.length / Float.BYTES];
    if (stored != null) {
      ByteBuffer.wrap(stored).asFloatBuffer().get(centre);
    }
    return new CameraState(
        new DeviceName(row.getString("fab"), row.getString("camera")),
        row.getString("model"),
        row.getInt("centred"),
        centre,
        Json.parse(row.getString("state")));
  }
}
