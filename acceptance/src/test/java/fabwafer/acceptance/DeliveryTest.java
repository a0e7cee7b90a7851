package fabwafer.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * A real hub delivers models to real agents of three cameras: a good one arrives in stages, a bad
 * one that was pushed through by override goes back by itself after its first stage.
 */
class DeliveryTest {
  private static final int PROBATION = 25;
  private static final List<String> CAMERAS = List.of("camera1", "camera2", "camera3");

  @TempDir private Path folder;
  private int dropped;

  @Test
  void aGoodModelArrivesInStages_aBadOneGoesBackByItself() throws Exception {
    for (String camera : CAMERAS) {
      Files.createDirectories(folder.resolve(camera));
    }
    try (RunningHub hub =
            RunningHub.start(
                folder.resolve("hub"), "rollout-stages=34,100", "rollout-probation=" + PROBATION);
        RunningAgent _ = agent(hub, "first", "camera1", "camera2");
        RunningAgent _ = agent(hub, "second", "camera3")) {
      RestClient admin = hub.admin();
      String first = inStage(admin, "champion");
      soon().until(() -> onlineCameras(admin) == CAMERAS.size());

      String good = deploy(admin, OtherModels.copy("good"));
      driveUntil(() -> rollout(admin, good).equals("done"));
      assertThat(serving(admin)).containsExactly(good, good, good);
      assertThat(inStage(admin, "champion")).isEqualTo(good);

      String bad = deploy(admin, OtherModels.confused("bad", "none", "Center"));
      driveUntil(() -> rollout(admin, bad).equals("rolled-back"));
      JsonNode last = rolloutOf(admin, bad);
      assertThat(last.get("reason").stringValue())
          .contains("it disagrees with the model before on");
      assertThat(last.get("stage").intValue()).as("one camera had it").isEqualTo(1);
      soon().until(() -> serving(admin).equals(List.of(good, good, good)));
      assertThat(inStage(admin, "champion")).isEqualTo(good);
      assertThat(first).isNotEqualTo(good);
      assertThat(admin.json("/api/v1/audit?limit=100").toString())
          .contains("rollout.done", "rollout.rolled-back", "model.rolled-back");
    }
  }

  private RunningAgent agent(RunningHub hub, String name, String... cameras) {
    Map<String, Path> inboxes = new TreeMap<>();
    for (String camera : cameras) {
      inboxes.put(camera, folder.resolve(camera));
    }
    return RunningAgent.start(folder.resolve(name), hub.mqttPort(), inboxes, "client-id=" + name);
  }

  /** Brings a model all the way to champion; the gate has not judged it, so by override. */
  private static String deploy(RestClient admin, byte[] zip) {
    RestClient.Answer added = admin.postBytes("/api/v1/models", "application/zip", zip);
    assertThat(added.status()).as(added.body()).isBetween(200, 201);
    String id = added.json().get("id").stringValue();
    String path = "/api/v1/models/" + id;
    assertOk(admin.post(path + "/test", Map.of("override", "a test of delivery")));
    assertOk(admin.post(path + "/approval", Map.of("override", "a test of delivery")));
    assertOk(admin.post(path + "/deployment", Map.of()));
    return id;
  }

  private static void assertOk(RestClient.Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
  }

  private static String inStage(RestClient admin, String stage) {
    return find(
            admin.json("/api/v1/models"), model -> model.get("stage").stringValue().equals(stage))
        .get("id")
        .stringValue();
  }

  private static JsonNode rolloutOf(RestClient admin, String model) {
    return find(
        admin.json("/api/v1/rollouts"),
        rollout -> rollout.get("model").stringValue().equals(model));
  }

  private static String rollout(RestClient admin, String model) {
    return StreamSupport.stream(admin.json("/api/v1/rollouts").get("items").spliterator(), false)
        .filter(rollout -> rollout.get("model").stringValue().equals(model))
        .map(rollout -> rollout.get("state").stringValue())
        .findFirst()
        .orElse("none yet");
  }

  private static JsonNode find(JsonNode list, Predicate<JsonNode> wanted) {
    return StreamSupport.stream(list.get("items").spliterator(), false)
        .filter(wanted)
        .findFirst()
        .orElseThrow(() -> new AssertionError("not in " + list));
  }

  private static List<String> serving(RestClient admin) {
    return StreamSupport.stream(admin.json("/api/v1/deliveries").get("items").spliterator(), false)
        .map(camera -> camera.at("/agents/0/serving").asString(""))
        .toList();
  }

  private static long onlineCameras(RestClient admin) {
    return admin.json("/api/v1/devices").findValuesAsString("state").stream()
        .filter("online"::equals)
        .count();
  }

  private interface Condition {
    boolean holds();
  }

  /** Drops wafers into every folder, a few a look, until a condition holds. */
  private void driveUntil(Condition over) {
    List<Path> samples = Samples.all();
    await()
        .atMost(Duration.ofMinutes(4))
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> {
              for (String camera : CAMERAS) {
                for (int i = 0; i < 3; i++) {
                  dropped++;
                  Path part = folder.resolve(camera).resolve("w" + dropped + ".part");
                  Files.copy(samples.get(dropped * 7 % samples.size()), part);
                  Files.move(
                      part,
                      folder.resolve(camera).resolve("w" + dropped + ".png"),
                      StandardCopyOption.ATOMIC_MOVE);
                }
              }
              return over.holds();
            });
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(250));
  }
}
