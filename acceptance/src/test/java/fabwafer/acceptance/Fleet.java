package fabwafer.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.awaitility.core.ConditionFactory;
import tools.jackson.databind.JsonNode;

/** Real agents at a real hub, and what the hub says of the models that it delivers to them. */
final class Fleet implements AutoCloseable {
  /** Cameras of the agents, each with a watched folder of its name. */
  static final List<String> CAMERAS = List.of("camera1", "camera2", "camera3");

  private static final int DROPPED_A_LOOK = 3;

  private final Path folder;
  private final int mqttPort;
  private final List<RunningAgent> agents = new ArrayList<>();
  private int dropped;

  /**
   * No agent yet.
   *
   * @param folder for watched folders and spools
   */
  Fleet(Path folder, RunningHub hub) throws IOException {
    this.folder = folder;
    this.mqttPort = hub.mqttPort();
    for (String camera : CAMERAS) {
      Files.createDirectories(inbox(camera));
    }
  }

  /** Starts an agent of some of the cameras. */
  void start(String name, List<String> cameras, String... settings) {
    Map<String, Path> inboxes = new TreeMap<>();
    cameras.forEach(camera -> inboxes.put(camera, inbox(camera)));
    String[] all =
        Stream.concat(Stream.of("client-id=" + name), Stream.of(settings)).toArray(String[]::new);
    agents.add(RunningAgent.start(folder.resolve(name), mqttPort, inboxes, all));
  }

  private Path inbox(String camera) {
    return folder.resolve(camera);
  }

  /** A file appears in a camera's folder, whole. */
  void drop(String camera, String name, byte[] content) {
    try {
      Path part = inbox(camera).resolve(name + ".part");
      Files.write(part, content);
      Files.move(part, inbox(camera).resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A condition that is looked at again and again. */
  @FunctionalInterface
  interface Condition {
    boolean holds();
  }

  /** Drops wafers into every folder, a few a look, until a condition holds. */
  void driveUntil(List<Path> wafers, Condition over) {
    await()
        .atMost(Duration.ofMinutes(4))
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> {
              for (String camera : CAMERAS) {
                for (int i = 0; i < DROPPED_A_LOOK; i++) {
                  dropped++;
                  Path wafer = wafers.get(dropped * 7 % wafers.size());
                  drop(camera, "w" + dropped + ".png", Files.readAllBytes(wafer));
                }
              }
              return over.holds();
            });
  }

  /** Brings a model all the way to champion; the gate has not passed it, so by override. */
  static String override(RestClient admin, byte[] zip) {
    RestClient.Answer added = admin.postBytes("/api/v1/models", "application/zip", zip);
    assertThat(added.status()).as(added.body()).isBetween(200, 201);
    String id = added.json().get("id").stringValue();
    String path = "/api/v1/models/" + id;
    assertOk(admin.post(path + "/test", Map.of("override", "a test of delivery")));
    assertOk(admin.post(path + "/approval", Map.of("override", "a test of delivery")));
    assertOk(admin.post(path + "/deployment", Map.of()));
    return id;
  }

  static void assertOk(RestClient.Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
  }

  static String inStage(RestClient admin, String stage) {
    return find(
            admin.json("/api/v1/models"), model -> model.get("stage").stringValue().equals(stage))
        .get("id")
        .stringValue();
  }

  static JsonNode rolloutOf(RestClient admin, String model) {
    return find(
        admin.json("/api/v1/rollouts"),
        rollout -> rollout.get("model").stringValue().equals(model));
  }

  /** The state of a model's rollout; {@code none yet} before there is one. */
  static String rollout(RestClient admin, String model) {
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

  /** The model that each camera uses. */
  static List<String> serving(RestClient admin) {
    return StreamSupport.stream(admin.json("/api/v1/deliveries").get("items").spliterator(), false)
        .map(camera -> camera.at("/agents/0/serving").asString(""))
        .toList();
  }

  /** Waits until every camera has an agent at the hub. */
  static void awaitOnline(RestClient admin) {
    soon()
        .until(
            () ->
                admin.json("/api/v1/devices").findValuesAsString("state").stream()
                        .filter("online"::equals)
                        .count()
                    == CAMERAS.size());
  }

  static ConditionFactory soon() {
    return await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(250));
  }

  @Override
  public void close() {
    agents.forEach(RunningAgent::close);
  }
}
