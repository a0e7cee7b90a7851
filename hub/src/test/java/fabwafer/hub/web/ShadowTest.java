package fabwafer.hub.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.classifier.ClassifierException;
import fabwafer.classifier.Prediction;
import fabwafer.classifier.explanation.Explanation;
import fabwafer.hub.HubException;
import fabwafer.hub.audit.Actor;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.following.FollowedWafer;
import fabwafer.hub.following.Following;
import fabwafer.hub.following.FollowingConfig;
import fabwafer.hub.following.WaferFollower;
import fabwafer.hub.gate.GateRules;
import fabwafer.hub.inference.ServedModel;
import fabwafer.hub.pipeline.Pipeline;
import fabwafer.hub.pipeline.PipelineConfig;
import fabwafer.hub.pipeline.PipelineRun;
import fabwafer.hub.pipeline.PipelineRun.Stage;
import fabwafer.hub.pipeline.PipelineRun.State;
import fabwafer.hub.registry.ModelRegistry.Arrival;
import fabwafer.hub.registry.RegisteredModel;
import fabwafer.hub.registry.TestModels;
import fabwafer.hub.shadow.ShadowFollower;
import fabwafer.hub.shadow.ShadowRules;
import fabwafer.protocol.PredictionMessage;
import fabwafer.wafer.WaferMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ShadowTest {
  private static final Path HOME = Path.of(System.getProperty("basedir", "."), "..").normalize();
  private static final int WAFERS = 10;

  @TempDir private Path folder;
  private final AtomicReference<Optional<ServedModel>> inTest =
      new AtomicReference<>(Optional.empty());
  private TestHub hub;
  private byte[] image;

  @BeforeEach
  void start() throws IOException {
    hub = TestHub.start(folder);
    hub.registry.welcome(TestModels.make(folder, "first"));
    try (var files = Files.list(HOME.resolve("samples/Donut"))) {
      image =
          Files.readAllBytes(
              files.filter(f -> f.toString().endsWith(".png")).sorted().findFirst().orElseThrow());
    }
    follow(follower());
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  /** A model that says of each wafer map in turn what it is told to. */
  private record Scripted(String id, Function<WaferMap, String> says) implements ServedModel {
    @Override
    public List<String> labels() {
      return List.of("Donut", "none");
    }

    @Override
    public Prediction classify(WaferMap wafer) {
      String label = says.apply(wafer);
      return new Prediction(label, 1, Map.of(label, 1.0), List.of(1.0));
    }

    @Override
    public Explanation explain(WaferMap wafer, String label) {
      throw new UnsupportedOperationException();
    }
  }

  private WaferFollower follower() {
    return new ShadowFollower(inTest::get, hub.metrics.registry());
  }

  private void follow(WaferFollower follower) {
    new Following(
            hub.database,
            hub.archive,
            List.of(follower),
            new FollowingConfig(
                4, Duration.ofMillis(1), Duration.ofSeconds(60), Duration.ZERO, Duration.ZERO),
            hub.metrics.registry(),
            hub.clock)
        .catchUp();
  }

  private RegisteredModel candidate(String name) {
    return hub.registry.add(
        Actor.HUB, TestModels.make(folder, name), Arrival.imported(Optional.empty()));
  }

  private RegisteredModel testing(String name, Function<WaferMap, String> says) {
    RegisteredModel model = candidate(name);
    hub.promotion.test(Actor.HUB, model.id(), Optional.of("a test"));
    inTest.set(Optional.of(new Scripted(model.id(), says)));
    return model;
  }

  private Classification arrived(String imgid, String label) throws IOException {
    hub.archived(imgid, TestHub.NOW, image);
    Classification wafer =
        Classification.of(
            PredictionMessage.of(TestHub.CAMERA1, imgid, TestHub.NOW, label, 0.9),
            true,
            hub.now.get());
    hub.database.change(handle -> hub.classifications.store(handle, wafer));
    return wafer;
  }

  private JsonNode figures(RegisteredModel model) {
    return hub.as(Role.VIEWER).get("/api/v1/models/" + model.id() + "/shadow").json();
  }

  @Test
  void aModelThatDisagrees_isShownAsSuch_besideWhatReviewersSay() throws IOException {
    RegisteredModel model = testing("next", map -> "Donut");
    for (int i = 0; i < WAFERS; i++) {
      Classification wafer = arrived("w" + i, i < 4 ? "Donut" : "none");
      if (i >= 8) {
        hub.groundTruths.add(wafer, "Donut", "eva", Optional.empty(), TestHub.NOW);
      }
    }
    follow(follower());

    JsonNode shown = figures(model);
    assertThat(shown.get("champion").stringValue())
        .isEqualTo(hub.registry.champion().orElseThrow().id());
    assertThat(shown.get("wafers").longValue()).isEqualTo(WAFERS);
    assertThat(shown.get("same").longValue()).isEqualTo(4);
    assertThat(shown.get("agreement").doubleValue()).isEqualTo(0.4);
    assertThat(shown.get("labels").toString())
        .contains(
            "{\"label\":\"Donut\",\"champion\":4,\"candidate\":10,\"same\":4}",
            "{\"label\":\"none\",\"champion\":6,\"candidate\":0,\"same\":0}");
    assertThat(shown.at("/reviewed/wafers").longValue()).isEqualTo(2);
    assertThat(shown.at("/reviewed/championRight").longValue()).isZero();
    assertThat(shown.at("/reviewed/candidateRight").longValue()).isEqualTo(2);
    assertThat(shown.get("differing")).hasSize(6);
    assertThat(shown.at("/differing/0/imgid").stringValue()).isEqualTo("w9");
    assertThat(shown.at("/differing/0/review").stringValue()).isEqualTo("Donut");
    assertThat(shown.at("/differing/5/review").isNull()).isTrue();
  }

  /** As a kill does: what was written before it was committed is gone, and done again. */
  private record Killed(WaferFollower follower) implements WaferFollower {
    @Override
    public String name() {
      return follower.name();
    }

    @Override
    public void prepare(List<FollowedWafer> wafers) throws Exception {
      follower.prepare(wafers);
    }

    @Override
    public void follow(Handle handle, FollowedWafer wafer) throws Exception {
      followAll(handle, List.of(wafer));
    }

    @Override
    public void followAll(Handle handle, List<FollowedWafer> wafers) throws Exception {
      follower.followAll(handle, wafers);
      if (wafers.stream().anyMatch(wafer -> wafer.classification().imgid().equals("w6"))) {
        throw new HubException("killed before the commit");
      }
    }
  }

  @Test
  void wafersCountOnce_overAKill() throws IOException {
    RegisteredModel model = testing("next", map -> "none");
    for (int i = 0; i < WAFERS; i++) {
      arrived("w" + i, "Donut");
    }

    assertThatThrownBy(() -> follow(new Killed(follower()))).hasMessageContaining("killed");
    assertThat(figures(model).get("wafers").longValue()).isLessThan(WAFERS);
    follow(follower());
    follow(follower());

    assertThat(figures(model).get("wafers").longValue()).isEqualTo(WAFERS);
    assertThat(figures(model).get("differing")).hasSize(WAFERS);
  }

  @Test
  void aWaferThatTheModelFailsOn_isCounted_andAnotherModelInTest_beginsAnew() throws IOException {
    RegisteredModel failing =
        testing(
            "failing",
            map -> {
              throw new ClassifierException("the graph broke");
            });
    arrived("a", "Donut");
    hub.classified("no-image", TestHub.NOW, "none");
    hub.now.addAndGet(Duration.ofMinutes(5).toMillis());
    follow(follower());
    assertThat(figures(failing).get("failed").longValue()).isEqualTo(1);
    assertThat(figures(failing).get("unseen").longValue()).isEqualTo(1);
    assertThat(figures(failing).get("wafers").longValue()).isZero();

    RegisteredModel next = testing("next", map -> "Donut");
    assertThat(figures(next).get("wafers").longValue()).isZero();
    arrived("b", "Donut");
    follow(follower());

    assertThat(figures(next).get("same").longValue()).isEqualTo(1);
    assertThat(figures(failing).get("failed").longValue()).isEqualTo(1);
    TestClient viewer = hub.as(Role.VIEWER);
    assertThat(viewer.get("/api/v1/models/%s/shadow".formatted(candidate("never").id())).problem())
        .isEqualTo("not-found");
  }

  @Test
  void aRunWaitsForWafersInShadow_beforeItAsksForApproval_andSaysWhatTheyShowed()
      throws IOException, InterruptedException {
    ShadowRules rules = new ShadowRules(3, Duration.ofHours(1));
    Pipeline pipeline = pipeline(rules);
    RegisteredModel model = candidate("next");
    reviewed();
    PipelineRun run = pipeline.begin(Actor.HUB, "a test", Optional.of(model.id()));

    run = pipeline.advance(run.id());
    assertThat(run.stage()).isEqualTo(Stage.TEST);
    assertThat(run.state()).isEqualTo(State.RUNNING);
    assertThat(run.message()).contains("in shadow: 0 of 3 wafers");
    inTest.set(Optional.of(new Scripted(model.id(), map -> "Donut")));
    arrived("a", "Donut");
    arrived("b", "none");
    follow(follower());
    assertThat(pipeline.advance(run.id()).message()).contains("in shadow: 2 of 3 wafers");
    arrived("c", "Donut");
    follow(follower());

    run = pipeline.advance(run.id());
    assertThat(run.stage()).isEqualTo(Stage.APPROVAL);
    assertThat(run.state()).isEqualTo(State.WAITING);
    assertThat(Files.readString(pipeline.log(run.id()), UTF_8))
        .contains("shadow: 3 wafers, 2 as published (66.7 %)", "waits for 2 to approve");
  }

  @Test
  void aRunWithoutWafers_asksForApprovalAfterItsSoak_andOneThatLostItsPlaceInTestEnds()
      throws IOException, InterruptedException {
    Pipeline pipeline = pipeline(new ShadowRules(3, Duration.ofHours(1)));
    reviewed();
    PipelineRun run = pipeline.begin(Actor.HUB, "a test", Optional.of(candidate("next").id()));
    assertThat(pipeline.advance(run.id()).state()).isEqualTo(State.RUNNING);
    hub.now.addAndGet(Duration.ofMinutes(61).toMillis());
    assertThat(pipeline.advance(run.id()).state()).isEqualTo(State.WAITING);
    pipeline.cancel(Actor.HUB, run.id());

    run = pipeline.begin(Actor.HUB, "a test", Optional.of(candidate("third").id()));
    assertThat(pipeline.advance(run.id()).state()).isEqualTo(State.RUNNING);
    testing("other", map -> "Donut");
    run = pipeline.advance(run.id());
    assertThat(run.state()).isEqualTo(State.FAILED);
    assertThat(run.message()).contains("another model took its place in test");
  }

  /** Some wafers of several lots, so that a snapshot has something held out. */
  private void reviewed() throws IOException {
    for (int lot = 0; lot < 20; lot++) {
      String imgid = "lot" + lot;
      hub.archived(imgid, TestHub.NOW, image);
      Classification wafer =
          hub.classified(imgid, TestHub.NOW, "Loc", "{\"lot\":\"LOT%02d\"}".formatted(lot));
      hub.groundTruths.add(wafer, "Donut", "eva", Optional.empty(), TestHub.NOW);
    }
    follow(follower());
  }

  private Pipeline pipeline(ShadowRules shadow) {
    PipelineConfig usual = PipelineConfig.DEFAULT;
    GateRules anything =
        new GateRules(
            1, 1, 1, 0, 1, Map.of(), Map.of(), false, Long.MAX_VALUE, 60_000, 99, 99, 1_000);
    return new Pipeline(
        folder,
        new Pipeline.Parts(
            hub.database,
            hub.audit,
            hub.archive,
            hub.registry,
            hub.promotion,
            hub.alarmsAtWork.system()),
        new PipelineConfig(
            usual.program(),
            usual.recipe(),
            usual.settings(),
            usual.replay(),
            0,
            usual.every(),
            anything,
            shadow),
        0.5,
        hub.clock);
  }
}
