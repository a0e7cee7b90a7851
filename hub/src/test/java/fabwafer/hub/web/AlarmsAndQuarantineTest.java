package fabwafer.hub.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.protocol.StatusMessage;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class AlarmsAndQuarantineTest {
  private static final long NOW = TestHub.NOW;

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
  void anAlarm_isAcknowledged_thenResolved_byTheReviewer() {
    openAlarm(1, "Donut");
    TestClient reviewer = hub.as(Role.REVIEWER);
    JsonNode alarm = reviewer.get("/api/v1/alarms?state=lasting").json().at("/items/0");
    assertThat(alarm.get("state").stringValue()).isEqualTo("open");
    assertThat(alarm.get("lastUrl").stringValue())
        .isEqualTo("/api/v1/images/faba/camera1/img1?timestamp=" + NOW);

    JsonNode known = reviewer.post("/api/v1/alarms/1/acknowledge", "").json();
    assertThat(known.get("state").stringValue()).isEqualTo("acknowledged");
    assertThat(known.get("acknowledgedBy").stringValue()).isEqualTo("the-reviewer");
    JsonNode resolved =
        reviewer.post("/api/v1/alarms/1/resolve", "{\"comment\":\"chuck replaced\"}").json();
    assertThat(resolved.get("state").stringValue()).isEqualTo("resolved");
    assertThat(resolved.get("comment").stringValue()).isEqualTo("chuck replaced");
    assertThat(resolved.get("closedAt").stringValue()).isEqualTo("2026-11-23T10:00:00Z");
    assertThat(reviewer.get("/api/v1/alarms?state=lasting").json().get("items")).isEmpty();
    assertThat(reviewer.get("/api/v1/alarms/1").json()).isEqualTo(resolved);
    assertThat(reviewer.post("/api/v1/alarms/9/resolve", "").status()).isEqualTo(404);
    assertThat(reviewer.get("/api/v1/alarms/x").detail())
        .isEqualTo("id must be a number from 1, got 'x'");
  }

  @Test
  void anAlarm_isSuppressedUntilATime_commented_andResolvedWithItsCause() {
    openAlarm(1, "Donut");
    TestClient reviewer = hub.as(Role.REVIEWER);
    JsonNode quiet =
        reviewer
            .post(
                "/api/v1/alarms/1/suppress",
                "{\"until\":%d,\"reason\":\"chuck 3\"}".formatted(NOW + 3_600_000))
            .json();
    assertThat(quiet.get("state").stringValue()).isEqualTo("suppressed");
    assertThat(quiet.get("suppressedUntil").stringValue()).isEqualTo("2026-11-23T11:00:00Z");
    assertThat(
            reviewer.post("/api/v1/alarms/1/suppress", "{\"until\":1,\"reason\":\"x\"}").detail())
        .isEqualTo("until must be a time to come, within 31 days");
    assertThat(reviewer.post("/api/v1/alarms/1/comments", "{\"comment\":\" \"}").status())
        .isEqualTo(400);
    reviewer.post("/api/v1/alarms/1/comments", "{\"comment\":\"seen at the tool\"}");
    reviewer.post("/api/v1/alarms/1/resume", "");
    assertThat(reviewer.post("/api/v1/alarms/1/resolve", "{\"cause\":\"maybe\"}").detail())
        .isEqualTo("cause must be one of confirmed, false, test");
    JsonNode resolved =
        reviewer.post("/api/v1/alarms/1/resolve", "{\"cause\":\"confirmed\"}").json();
    assertThat(resolved.get("cause").stringValue()).isEqualTo("confirmed");
    JsonNode history = hub.as(Role.VIEWER).get("/api/v1/alarms/1/history").json().get("items");
    assertThat(history.valueStream().map(entry -> entry.get("what").stringValue()))
        .containsExactly("suppressed", "commented", "resumed", "resolved");
    assertThat(history.valueStream().map(entry -> entry.get("by").stringValue()))
        .containsOnly("the-reviewer");
    assertThat(hub.as(Role.VIEWER).post("/api/v1/alarms/1/comments", "{}").status()).isEqualTo(403);
    TestClient admin = hub.as(Role.ADMIN);
    JsonNode told = admin.get("/api/v1/audit?action=alarm.suppressed").json().at("/items/0/detail");
    assertThat(told.get("reason").stringValue()).isEqualTo("chuck 3");
    assertThat(told.get("until").stringValue()).isEqualTo("2026-11-23T11:00:00Z");
    assertThat(told.get("stateBefore").stringValue()).isEqualTo("open");
    told = admin.get("/api/v1/audit?action=alarm.resolved").json().at("/items/0/detail");
    assertThat(told.get("cause").stringValue()).isEqualTo("confirmed");
    assertThat(told.get("state").stringValue()).isEqualTo("resolved");
    assertThat(reviewer.get("/api/v1/alarms?kind=system").json().get("items")).isEmpty();
    assertThat(reviewer.get("/api/v1/alarms?kind=all").json().get("items")).hasSize(1);
  }

  @Test
  void alarms_comeInPages_withTheirWafers() {
    for (int i = 1; i <= 3; i++) {
      openAlarm(i, "Loc");
    }
    TestClient viewer = hub.as(Role.VIEWER);
    JsonNode first = viewer.get("/api/v1/alarms?limit=2").json();
    assertThat(first.get("items")).hasSize(2);
    JsonNode second =
        viewer.get("/api/v1/alarms?limit=2&cursor=" + first.get("next").stringValue()).json();
    assertThat(second.at("/items/0/id").intValue()).isEqualTo(1);
    assertThat(second.get("next").isNull()).isTrue();

    JsonNode wafers = viewer.get("/api/v1/alarms/1/wafers").json();
    assertThat(wafers.at("/items/0/imgid").stringValue()).isEqualTo("img1");
    assertThat(wafers.at("/items/0/prediction").stringValue()).isEqualTo("Loc");
  }

  @Test
  void theQuarantine_showsWhatCame_andGivesItAsADownload() {
    String payload = "<script>alert(1)</script>";
    hub.database.change(
        handle ->
            hub.quarantine.keep(
                handle,
                "fabwafer/faba/camera1/img/x",
                payload.getBytes(UTF_8),
                "payload is not JSON",
                NOW));
    TestClient viewer = hub.as(Role.VIEWER);
    JsonNode item = viewer.get("/api/v1/quarantine").json().at("/items/0");
    assertThat(item.get("reason").stringValue()).isEqualTo("payload is not JSON");
    JsonNode one = viewer.get("/api/v1/quarantine/" + item.get("id").intValue()).json();
    assertThat(one.get("payloadStart").stringValue()).isEqualTo(payload);
    TestClient.Answer download = viewer.get(item.get("payloadUrl").stringValue());
    assertThat(download.text()).isEqualTo(payload);
    assertThat(download.header("Content-Type")).isEqualTo("application/octet-stream");
    assertThat(download.header("Content-Disposition"))
        .isEqualTo("attachment; filename=\"quarantine-1.bin\"");
    assertThat(viewer.get("/api/v1/quarantine/99").status()).isEqualTo(404);
  }

  @Test
  void devices_areGroupedByFab_withWhatTheySayOfThemselves() {
    hub.database.change(
        handle -> {
          hub.catalogue.seen(handle, TestHub.CAMERA1, NOW);
          hub.catalogue.status(
              handle,
              TestHub.CAMERA1,
              StatusMessage.parse(
                  "{\"state\":\"online\",\"timestamp\":1795428000,\"spooled\":3}".getBytes(UTF_8)),
              NOW);
        });
    assertThat(hub.as(Role.VIEWER).get("/api/v1/devices").text())
        .isEqualTo(
            "{\"fabs\":[{\"fab\":\"faba\",\"cameras\":[{\"fab\":\"faba\",\"camera\":\"camera1\","
                + "\"state\":\"online\",\"lastSeenAt\":\"2026-11-23T10:00:00Z\",\"model\":null,"
                + "\"version\":null,\"spooled\":3,\"spoolLimit\":null,\"problems\":[]}]}]}");
  }

  private void openAlarm(long id, String pattern) {
    String imgid = "img" + id;
    hub.classified(imgid, NOW, pattern);
    hub.database.change(
        handle -> {
          handle
              .createUpdate(
                  "insert into alarms (id, fab, camera, pattern, state, first_seen, last_seen,"
                      + " wafers, first_imgid, last_imgid, max_probability, opened, last_counted)"
                      + " values (:id, 'faba', 'camera1', :pattern, 'open', :now, :now, 1, :imgid,"
                      + " :imgid, 0.9, :now, :now)")
              .bind("id", id)
              .bind("pattern", pattern)
              .bind("imgid", imgid)
              .bind("now", NOW)
              .execute();
          handle
              .createUpdate("insert into alarm_wafers values (:id, :imgid, :now, 0.9)")
              .bind("id", id)
              .bind("imgid", imgid)
              .bind("now", NOW)
              .execute();
        });
  }
}
