package fabwafer.hub.web;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.protocol.DeviceName;
import fabwafer.protocol.StatusMessage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class LiveTest {
  private static final long NOW = TestHub.NOW;
  private static final long HOUR = 3_600_000;

  @TempDir private Path folder;
  private TestHub hub;

  @BeforeEach
  void start() {
    hub = TestHub.start(folder);
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  @Test
  void aCamera_isCounted_byTheLastHourAndTheLastDay() {
    heard(TestHub.CAMERA1);
    hub.classified("old", NOW - 30 * HOUR, "Donut");
    hub.classified("yesterday", NOW - 22 * HOUR, "none");
    hub.classified("hour-ago", NOW - HOUR, "none");
    hub.classified("now1", NOW - 1000, "Donut");
    hub.classified("now2", NOW - HOUR + 1, "none");
    hub.classified("tomorrow", NOW + 24 * HOUR, "Donut");

    JsonNode camera = wall("").at("/cameras/0");

    assertThat(camera.get("camera").stringValue()).isEqualTo("camera1");
    assertThat(camera.get("lastHour").intValue()).isEqualTo(2);
    assertThat(camera.get("wafers").intValue()).isEqualTo(4);
    assertThat(camera.get("defectRate").doubleValue()).isEqualTo(0.25);
    assertThat(camera.get("byHour")).hasSize(24);
    assertThat(camera.at("/byHour/23").intValue()).isZero();
    assertThat(camera.at("/byHour/22").intValue()).isEqualTo(3);
    assertThat(camera.at("/byHour/1").intValue()).isEqualTo(1);
  }

  @Test
  void aSilentCamera_isShown_withoutARate() {
    heard(TestHub.CAMERA1);

    JsonNode camera = wall("").at("/cameras/0");

    assertThat(camera.get("state").stringValue()).isEqualTo("unknown");
    assertThat(camera.get("stateSinceAt").isNull()).isTrue();
    assertThat(camera.get("lastHour").intValue()).isZero();
    assertThat(camera.get("defectRate").isNull()).isTrue();
  }

  @Test
  void yield_isTheMeanOfTheWafersWhoseDiesAreKnown() {
    heard(TestHub.CAMERA1);
    hub.classified("a", NOW - 1000, "none");
    assertThat(wall("").at("/cameras/0/yieldRatio").isNull()).isTrue();

    hub.database.change(
        handle -> {
          counted(handle, NOW - HOUR, "none", 3, 2.7);
          counted(handle, NOW - HOUR, "Donut", 1, 0.5);
          counted(handle, NOW - 30 * HOUR, "none", 1, 0.1);
        });
    assertThat(wall("").at("/cameras/0/yieldRatio").doubleValue()).isEqualTo(0.8);
  }

  private static void counted(
      Handle handle, long start, String prediction, int measured, double yields) {
    handle.execute(
        "insert into wafer_hours values (?, 'faba', 'camera1', '', ?, ?, ?, 100, 10, ?, ?)",
        start,
        prediction,
        measured,
        measured,
        yields,
        yields);
  }

  @Test
  void availability_isWhatTheStatusSays_withSince() {
    heard(TestHub.CAMERA1);
    StatusMessage status =
        StatusMessage.parse(
            "{\"state\": \"online\", \"timestamp\": 1}".getBytes(StandardCharsets.UTF_8));
    hub.database.change(
        handle -> hub.catalogue.status(handle, TestHub.CAMERA1, status, NOW - HOUR));

    JsonNode camera = wall("").at("/cameras/0");

    assertThat(camera.get("state").stringValue()).isEqualTo("online");
    assertThat(camera.get("stateSinceAt").stringValue()).isEqualTo("2026-11-23T09:00:00Z");
  }

  @Test
  void aFabsWall_showsThatFabAlone() {
    DeviceName other = new DeviceName("fabb", "camera1");
    heard(TestHub.CAMERA1);
    heard(other);
    hub.classified("a", NOW - 1, "none");
    hub.classified(other, "b", NOW - 2, "Loc");

    assertThat(wall("").get("cameras")).hasSize(2);
    assertThat(wall("").get("newest")).hasSize(2);
    JsonNode fabb = wall("?fab=fabb");
    assertThat(fabb.get("cameras")).hasSize(1);
    assertThat(fabb.at("/cameras/0/fab").stringValue()).isEqualTo("fabb");
    assertThat(fabb.get("newest")).hasSize(1);
    assertThat(fabb.at("/newest/0/imgid").stringValue()).isEqualTo("b");
  }

  @Test
  void moreCamerasThanTheWallHasRoomFor_areCounted() {
    hub.database.change(
        handle -> {
          for (int i = 0; i < 203; i++) {
            hub.catalogue.seen(handle, new DeviceName("faba", "camera" + i), NOW);
          }
        });

    JsonNode wall = wall("");

    assertThat(wall.get("cameras")).hasSize(200);
    assertThat(wall.get("moreCameras").intValue()).isEqualTo(3);
  }

  private void heard(DeviceName device) {
    hub.database.change(handle -> hub.catalogue.seen(handle, device, NOW));
  }

  private JsonNode wall(String query) {
    return hub.as(Role.VIEWER).get("/api/v1/live" + query).json();
  }
}
