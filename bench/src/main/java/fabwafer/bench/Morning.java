package fabwafer.bench;

import static org.awaitility.Awaitility.await;

import fabwafer.acceptance.MosquittoClient;
import fabwafer.acceptance.RestClient;
import fabwafer.acceptance.RunningHub;
import fabwafer.acceptance.Samples;
import fabwafer.acceptance.StrangeWafer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Makes a filled hub one that people work at: cameras that see wafers now, alarms, decisions. */
final class Morning {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final int WAFERS_EACH = 9;
  private static final int STRANGE = 9;

  /** A step through the samples that comes past every label. */
  private static final int SAMPLE_STEP = 31;

  private final RestClient admin;
  private final MosquittoClient devices;

  private Morning(RunningHub hub) {
    this.admin = hub.admin();
    this.devices = MosquittoClient.of(hub);
  }

  static void of(RunningHub hub) throws IOException {
    new Morning(hub).begin();
  }

  private void begin() throws IOException {
    addRule();
    List<String[]> cameras = cameras();
    tellStates(cameras);
    for (int i = 0; i < STRANGE; i++) {
      upload(cameras.getLast(), "cross" + i, StrangeWafer.cross(i));
    }
    List<Path> samples = Samples.all();
    for (int i = 0; i < WAFERS_EACH * (cameras.size() - 1); i++) {
      byte[] png = Files.readAllBytes(samples.get(i * SAMPLE_STEP % samples.size()));
      upload(cameras.get(1 + i % (cameras.size() - 1)), "w%04d".formatted(i), png);
    }
    devices.publish("fabwafer/faba/camera1/prediction/odd", "{\"imgid\": \"odd\"}");
    devices.publish("fabwafer/faba/camera2/prediction/w7", "no JSON at all");
    for (String[] account : new String[][] {{"ana", "approver"}, {"ben", "reviewer"}}) {
      post(
          "/api/v1/accounts",
          Map.of("user", account[0], "password", "a long enough pass phrase", "role", account[1]));
    }
    seeToAlarms();
    await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).until(this::strangeAreSeen);
  }

  private List<String[]> cameras() {
    List<String[]> cameras = new ArrayList<>();
    for (JsonNode fab : admin.json("/api/v1/devices").get("fabs")) {
      for (JsonNode camera : fab.get("cameras")) {
        cameras.add(
            new String[] {fab.get("fab").stringValue(), camera.get("camera").stringValue()});
      }
    }
    return cameras;
  }

  /** Devices say that they are there; one has left, as on any day. */
  private void tellStates(List<String[]> cameras) {
    boolean left = false;
    for (String[] camera : cameras) {
      devices.publish(
          "fabwafer/%s/%s/status".formatted(camera[0], camera[1]),
          "{\"state\": \"%s\", \"timestamp\": %d, \"model\": \"3f1c9a52b7d0\", \"version\": \"0.1.0\", \"spooled\": 0, \"spoolLimit\": 10000}"
              .formatted(left ? "online" : "offline", System.currentTimeMillis()));
      left = true;
    }
  }

  private void addRule() {
    Map<String, Object> rule = new LinkedHashMap<>();
    JsonNode first = admin.json("/api/v1/alarm-rules").at("/items/0/rule");
    first.properties().forEach(each -> rule.put(each.getKey(), each.getValue()));
    rule.put("name", "Scratches repeat");
    rule.put("test", "k-of-n");
    rule.put("k", 2);
    rule.put("n", 20);
    rule.put("pattern", "Scratch");
    // First in shadow, as the hub demands: then it has been seen what it would have held.
    rule.put("hold", "shadow");
    rule.put("note", "a robot scratched for a day and a half before anybody saw it");
    post("/api/v1/alarm-rules", rule);
  }

  private void seeToAlarms() {
    await().atMost(PATIENCE).until(() -> admin.items("/api/v1/alarms?state=open").size() >= 5);
    List<JsonNode> open = admin.items("/api/v1/alarms?state=open");
    String path = "/api/v1/alarms/%s/%s";
    post(path.formatted(open.get(0).get("id"), "acknowledge"), Map.of());
    post(path.formatted(open.get(1).get("id"), "acknowledge"), Map.of());
    post(
        path.formatted(open.get(2).get("id"), "suppress"),
        Map.of(
            "until",
            System.currentTimeMillis() + Duration.ofHours(8).toMillis(),
            "reason",
            "chuck 3 is being replaced"));
    post(
        path.formatted(open.get(3).get("id"), "resolve"),
        Map.of("cause", "confirmed", "comment", "a worn edge bead nozzle"));
  }

  private boolean strangeAreSeen() {
    return StrangeWafer.isGrouped(admin, "cross", STRANGE - 1);
  }

  private void upload(String[] camera, String name, byte[] png) {
    RestClient.Answer answer =
        admin.postBytes(
            "/api/v1/wafers?fab=%s&camera=%s&name=%s.png".formatted(camera[0], camera[1], name),
            "application/octet-stream",
            png);
    mustBeDone(name, answer);
  }

  private void post(String path, Object body) {
    RestClient.Answer answer = admin.post(path, body);
    mustBeDone(path, answer);
  }

  private static void mustBeDone(String what, RestClient.Answer answer) {
    if (answer.status() / 100 != 2) {
      throw new IllegalStateException(what + ": " + answer.status() + " " + answer.body());
    }
  }
}
