package fabwafer.hub.web;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.hub.HubException;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.following.Following;
import fabwafer.hub.following.FollowingConfig;
import fabwafer.hub.following.WaferFollower;
import fabwafer.hub.registry.TestModels;
import fabwafer.hub.review.ReviewConfig;
import fabwafer.hub.similarity.EmbeddingFollower;
import fabwafer.hub.similarity.SeenWafer;
import fabwafer.hub.watch.CoverageWatch;
import fabwafer.hub.watch.DriftWatch;
import fabwafer.hub.watch.TightenedSets;
import fabwafer.hub.watch.WatchConfig;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.PredictionMessage;
import fabwafer.protocol.Topic;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.image.WaferImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class WatchTest {
  private static final DeviceName STEADY = new DeviceName("faba", "steady");
  private static final DeviceName DIRTY = new DeviceName("faba", "dirty");
  private static final DeviceName RESIZED = new DeviceName("faba", "resized");
  private static final WatchConfig CONFIG = new WatchConfig(200, 100, 0.01);
  private static final ReviewConfig EVERY_WAFER =
      new ReviewConfig(1, 20, 10, 5, 1, Duration.ofMinutes(10));

  @TempDir private Path folder;
  private final Random random = new Random(7);
  private TestHub hub;
  private int named;

  @BeforeEach
  void start() {
    hub = TestHub.start(folder);
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private WaferMap wafer(int side, double failing) {
    byte[] cells = new byte[side * side];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = (byte) (random.nextDouble() < failing ? 2 : 1);
    }
    return WaferMap.of(side, side, cells);
  }

  private Classification classification(DeviceName camera, String label) {
    named++;
    return Classification.of(
        PredictionMessage.of(camera, "w" + named, TestHub.NOW + named, label, 0.9),
        true,
        TestHub.NOW);
  }

  private void seen(DriftWatch watch, DeviceName camera, int wafers, int side, double failing) {
    hub.database.change(
        handle -> {
          for (int i = 0; i < wafers; i++) {
            String label = random.nextInt(10) == 0 ? "Loc" : "none";
            watch.seen(
                handle,
                new SeenWafer(
                    classification(camera, label),
                    Optional.of(wafer(side, failing * (0.5 + random.nextDouble()))),
                    Optional.empty()));
          }
        });
  }

  private DriftWatch watch() {
    return new DriftWatch(hub.alarmsAtWork.system(), CONFIG);
  }

  private JsonNode camera(DeviceName camera) {
    for (JsonNode each : hub.as(Role.VIEWER).get("/api/v1/watch").json().get("cameras")) {
      if (each.get("camera").stringValue().equals(camera.camera())) {
        return each;
      }
    }
    throw new AssertionError(camera + " is not watched");
  }

  private static boolean drifts(JsonNode camera, String measure) {
    for (JsonNode each : camera.get("inputs")) {
      if (each.get("measure").stringValue().equals(measure)) {
        return each.get("drifting").booleanValue();
      }
    }
    throw new AssertionError(measure);
  }

  @Test
  void aCameraThatFailsMore_andOneOfOtherSize_raiseOneAlarmEach_andASteadyOneRaisesNone() {
    DriftWatch watch = watch();
    seen(watch, STEADY, 3_000, 20, 0.1);
    seen(watch, DIRTY, 500, 20, 0.1);
    seen(watch, RESIZED, 500, 20, 0.1);
    assertThat(hub.alarms.systemAlarms()).isZero();

    seen(watch, DIRTY, 300, 20, 0.25);
    seen(watch, RESIZED, 300, 24, 0.1);
    seen(watch, STEADY, 300, 20, 0.1);

    assertThat(hub.alarms.systemAlarms()).isEqualTo(2);
    assertThat(drifts(camera(DIRTY), "failing share")).isTrue();
    assertThat(drifts(camera(DIRTY), "map size")).isFalse();
    assertThat(drifts(camera(RESIZED), "map size")).isTrue();
    assertThat(camera(STEADY).at("/outputs/drifting").booleanValue()).isFalse();
    assertThat(camera(STEADY).at("/reference/wafers").longValue()).isEqualTo(200);
    assertThat(hub.as(Role.VIEWER).get("/api/v1/alarms?kind=system").text())
        .contains("the last 100 wafers of faba/dirty are unlike its first 200: failing share");

    seen(watch, DIRTY, 100, 20, 0.1);
    assertThat(hub.alarms.systemAlarms()).isEqualTo(1);
    assertThat(drifts(camera(DIRTY), "failing share")).isFalse();
  }

  @Test
  void aPersonWhoSaysThatACameraIsAsItShouldBe_endsItsAlarm_andIsInTheAudit() {
    DriftWatch watch = watch();
    seen(watch, RESIZED, 200, 20, 0.1);
    seen(watch, RESIZED, 100, 24, 0.1);
    assertThat(hub.alarms.systemAlarms()).isEqualTo(1);
    String body = "{\"fab\":\"faba\",\"camera\":\"resized\"}";
    assertThat(hub.as(Role.VIEWER).post("/api/v1/watch/reference", body).status()).isEqualTo(403);

    assertThat(hub.as(Role.APPROVER).post("/api/v1/watch/reference", body).status()).isEqualTo(200);

    assertThat(hub.alarms.systemAlarms()).isZero();
    assertThat(hub.as(Role.ADMIN).get("/api/v1/audit").text())
        .contains("watch.reference-begun", "camera:faba/resized");
    seen(watch, RESIZED, 400, 24, 0.1);
    assertThat(hub.alarms.systemAlarms()).isZero();
    assertThat(
            hub.as(Role.APPROVER)
                .post("/api/v1/watch/reference", "{\"fab\":\"faba\",\"camera\":\"nobody\"}")
                .problem())
        .isEqualTo("not-found");
  }

  @Test
  void storedWafers_areWatchedOnce_overAKill() throws IOException {
    for (int i = 0; i < 40; i++) {
      String imgid = "stored" + i;
      hub.archived(imgid, TestHub.NOW, WaferImages.toPng(wafer(12, 0.1)));
      Classification wafer =
          Classification.of(
              PredictionMessage.of(TestHub.CAMERA1, imgid, TestHub.NOW, "none", 0.9),
              true,
              TestHub.NOW);
      hub.database.change(handle -> hub.classifications.store(handle, wafer));
    }
    int[] left = {20};
    WaferFollower follower =
        new EmbeddingFollower(
            hub.embeddings,
            hub.similar,
            Optional::empty,
            List.of(
                watch(),
                (_, wafer) -> {
                  if (left[0]-- == 0) {
                    throw new IllegalStateException("killed at " + wafer.key());
                  }
                }));

    for (int tries = 0; tries < 3; tries++) {
      try {
        following(follower).catchUp();
      } catch (HubException e) {
        assertThat(e).hasMessageContaining("killed");
      }
    }

    JsonNode camera = camera(TestHub.CAMERA1);
    assertThat(left[0]).isNegative();
    assertThat(camera.at("/reference/wafers").longValue()).isEqualTo(40);
    assertThat(camera.at("/inputs/0/value").isNull()).isTrue();
    assertThat(camera.get("outputs").isNull()).isTrue();
  }

  private Following following(WaferFollower follower) {
    return new Following(
        hub.database,
        hub.archive,
        List.of(follower),
        new FollowingConfig(
            8, Duration.ofMillis(1), Duration.ofSeconds(60), Duration.ZERO, Duration.ZERO),
        hub.metrics.registry(),
        hub.clock);
  }

  /** The champion: its sets hold a class from a probability of 0.5 on, for 90 % of the wafers. */
  private String champion() throws IOException {
    Path model = TestModels.make(folder, "covering");
    Path card = model.resolve("model.json");
    StringBuilder least = new StringBuilder();
    for (String label :
        List.of(
            "Center", "Donut", "Edge-Loc", "Edge-Ring", "Loc", "Near-full", "Random", "Scratch")) {
      least.append("\"%s\": 0.5, ".formatted(label));
    }
    Files.writeString(
        card,
        Files.readString(card)
            .replaceFirst(
                "\"thresholds\"",
                "\"conformal\": {\"coverage\": 0.9, \"least\": {%s\"none\": 0.5}, \"fittedOn\": \"a test\"}, \"thresholds\""
                    .formatted(least)));
    hub.registry.welcome(model);
    return hub.registry.champion().orElseThrow().id();
  }

  private PredictionMessage said(String model, String imgid, double loc) {
    ObjectNode more =
        (ObjectNode)
            Json.parse(
                """
                {"model": "%s", "probabilities": {"Loc": %s, "none": %s},
                 "conformalSet": ["%s"], "decision": "accept"}
                """
                    .formatted(model, loc, 1 - loc, loc >= 0.5 ? "Loc" : "none"));
    return new PredictionMessage(
        new Topic.Prediction(TestHub.CAMERA1, imgid),
        TestHub.NOW,
        loc >= 0.5 ? "Loc" : "none",
        Math.max(loc, 1 - loc),
        more);
  }

  private void reviewed(String model, String imgid, double loc) {
    Classification wafer = Classification.of(said(model, imgid, loc), true, TestHub.NOW);
    hub.database.change(handle -> hub.classifications.store(handle, wafer));
    hub.groundTruths.add(wafer, "Loc", "eva", Optional.empty(), TestHub.NOW);
  }

  @Test
  void setsThatMissALabelTooOften_raiseOneAlarm_andAreWidened_untilThatIsOver() throws IOException {
    String model = champion();
    TightenedSets tightened = new TightenedSets();
    CoverageWatch.Parts parts =
        new CoverageWatch.Parts(
            hub.database, hub.classifications, hub.registry, hub.alarmsAtWork.system());
    PredictionMessage unsure = said(model, "unsure", 0.35);
    try (CoverageWatch watch = new CoverageWatch(parts, EVERY_WAFER, tightened)) {
      for (int i = 0; i < 20; i++) {
        reviewed(model, "good" + i, 0.9);
      }
      watch.catchUp();
      assertThat(hub.alarms.systemAlarms()).isZero();
      assertThat(tightened.of(unsure)).isEqualTo(unsure);
      for (int i = 0; i < 20; i++) {
        reviewed(model, "bad" + i, 0.3);
      }
      watch.catchUp();
      watch.catchUp();
    }
    assertThat(hub.alarms.systemAlarms()).isEqualTo(1);
    JsonNode loc = hub.as(Role.VIEWER).get("/api/v1/watch").json().at("/coverage/0");
    assertThat(loc.get("label").stringValue()).isEqualTo("Loc");
    assertThat(loc.get("reviewed").longValue()).isEqualTo(40);
    assertThat(loc.get("covered").longValue()).isEqualTo(20);
    assertThat(loc.get("slipping").booleanValue()).isTrue();
    assertThat(loc.get("tightened").booleanValue()).isTrue();
    assertThat(loc.get("least").doubleValue()).isLessThan(0.3);

    // Another start of the hub widens what slipped before.
    TightenedSets anew = new TightenedSets();
    try (CoverageWatch watch = new CoverageWatch(parts, EVERY_WAFER, anew)) {
      PredictionMessage stated = anew.of(unsure);
      assertThat(stated.assessment().conformalSet()).contains(List.of("none", "Loc"));
      assertThat(stated.more().get("decision").stringValue()).isEqualTo("review");
      assertThat(stated.assessment().reasons()).containsExactly("may be Loc: its coverage slipped");
      assertThat(stated.more().at("/sent/decision").stringValue()).isEqualTo("accept");
      assertThat(anew.of(said("0".repeat(64), "foreign", 0.35)).more().has("sent")).isFalse();
      for (int i = 0; i < 200; i++) {
        reviewed(model, "better" + i, 0.9);
      }
      watch.catchUp();
    }
    assertThat(hub.alarms.systemAlarms()).isZero();
    assertThat(anew.of(unsure)).isEqualTo(unsure);
  }
}
