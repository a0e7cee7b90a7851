package fabwafer.hub.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.hub.HubException;
import fabwafer.hub.audit.Actor;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.gate.GateRules;
import fabwafer.hub.pipeline.Pipeline;
import fabwafer.hub.pipeline.PipelineConfig;
import fabwafer.hub.pipeline.PipelineRun;
import fabwafer.hub.pipeline.PipelineRun.Stage;
import fabwafer.hub.pipeline.PipelineRun.State;
import fabwafer.hub.registry.ModelRegistry.Arrival;
import fabwafer.hub.registry.ModelStage;
import fabwafer.hub.registry.Promotion.Signer;
import fabwafer.hub.registry.RegisteredModel;
import fabwafer.hub.registry.TestModels;
import fabwafer.hub.rule.RuleReplay;
import fabwafer.hub.shadow.ShadowRules;
import fabwafer.hub.snapshot.Snapshot;
import fabwafer.hub.snapshot.Snapshots;
import fabwafer.protocol.DeviceName;
import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.WaferDataset;
import fabwafer.wafer.dataset.WaferDatasets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class PipelineTest {
  private static final long NOW = TestHub.NOW;
  private static final Path HOME = Path.of(System.getProperty("basedir", "."), "..").normalize();
  private static final int LOTS = 20;

  /** Whatever a model says is good enough. */
  private static final GateRules ANYTHING =
      new GateRules(
          1, 1, 1, 0, 1, Map.of(), Map.of(), false, Long.MAX_VALUE, 60_000, 99, 99, 1_000);

  /** Nobody waits for wafers in shadow. */
  private static final ShadowRules NOT_LONG = new ShadowRules(0, Duration.ZERO);

  @TempDir private Path folder;
  private TestHub hub;

  @BeforeEach
  void start() throws IOException {
    hub = TestHub.start(folder);
    hub.registry.welcome(TestModels.make(folder, "first"));
    for (int lot = 0; lot < LOTS; lot++) {
      reviewed("donut" + lot, lot, "Donut", "samples/Donut");
      reviewed("none" + lot, lot, "none", "samples/none");
    }
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private Classification arrived(String imgid, int lot, String samples) throws IOException {
    try (var files = Files.list(HOME.resolve(samples))) {
      List<Path> pngs = files.filter(f -> f.toString().endsWith(".png")).sorted().toList();
      hub.archived(imgid, NOW + lot, Files.readAllBytes(pngs.get(lot % pngs.size())));
    }
    return hub.classified(imgid, NOW + lot, "Loc", "{\"lot\":\"LOT%02d\"}".formatted(lot));
  }

  private void labelled(Classification wafer, String label, String reviewer) {
    hub.groundTruths.add(wafer, label, reviewer, Optional.empty(), NOW);
  }

  private void reviewed(String imgid, int lot, String label, String samples) throws IOException {
    labelled(arrived(imgid, lot, samples), label, "eva");
  }

  private Snapshots snapshots() {
    return new Snapshots(folder, hub.database, hub.archive, hub.clock);
  }

  private Pipeline pipeline(PipelineConfig config) {
    return new Pipeline(
        folder,
        new Pipeline.Parts(
            hub.database,
            hub.audit,
            hub.archive,
            hub.registry,
            hub.promotion,
            hub.alarmsAtWork.system()),
        config,
        0.5,
        hub.clock);
  }

  private static PipelineConfig judging(GateRules rules) {
    PipelineConfig usual = PipelineConfig.DEFAULT;
    return new PipelineConfig(
        usual.program(),
        usual.recipe(),
        usual.settings(),
        usual.replay(),
        30,
        usual.every(),
        rules,
        NOT_LONG);
  }

  private RegisteredModel candidate() {
    return hub.registry.add(
        Actor.HUB, TestModels.make(folder, "next"), Arrival.imported(Optional.empty()));
  }

  @Test
  void aSnapshot_keepsLotsWhole_settlesByTwoOfThree_andCountsWhatItLeavesOut() throws IOException {
    Classification split = arrived("split", 1, "samples/Loc");
    labelled(split, "Loc", "eva");
    labelled(split, "Center", "adam");
    Classification settled = arrived("settled", 2, "samples/Loc");
    labelled(settled, "Center", "eva");
    labelled(settled, "Loc", "adam");
    labelled(settled, "Loc", "ada");
    labelled(arrived("new", 3, "samples/Loc"), "Comet", "eva");
    labelled(hub.classified("no-image", NOW, "Loc"), "Loc", "eva");

    Snapshot snapshot = snapshots().make();

    assertThat(snapshot.training() + snapshot.heldOut()).isEqualTo(2 * LOTS + 1);
    assertThat(snapshot.settled()).isEqualTo(1);
    assertThat(snapshot.labels()).containsEntry("Loc", 1).containsEntry("Donut", LOTS);
    assertThat(snapshot.leftOut())
        .containsEntry("reviewers disagree", 1)
        .containsEntry("no image", 1);
    assertThat(snapshot.newLabels()).containsExactly(Map.entry("Comet", 1));
    WaferDataset training = WaferDatasets.read(snapshot.trainingFile());
    WaferDataset heldOut = WaferDatasets.read(snapshot.heldOutFile().orElseThrow());
    assertThat(heldOut.size()).isPositive();
    assertThat(groups(training)).doesNotContainAnyElementsOf(groups(heldOut));
    assertThat(snapshots().make()).isEqualTo(snapshot);
    assertThat(snapshots().find(snapshot.id())).isEqualTo(snapshot);
  }

  private static Set<Integer> groups(WaferDataset dataset) {
    return dataset.wafers().stream().map(LabelledWafer::group).collect(Collectors.toSet());
  }

  @Test
  void aRunWithAModel_isJudged_waitsForTwoPersons_thenMakesItTheChampion()
      throws InterruptedException, IOException {
    Pipeline pipeline = pipeline(judging(ANYTHING));
    RegisteredModel model = candidate();
    PipelineRun run = pipeline.begin(Actor.HUB, "a test", Optional.of(model.id()));
    assertThatThrownBy(() -> pipeline.begin(Actor.HUB, "again", Optional.empty()))
        .hasMessageContaining("one runs at a time");

    run = pipeline.advance(run.id());
    assertThat(run.stage()).isEqualTo(Stage.APPROVAL);
    assertThat(run.state()).isEqualTo(State.WAITING);
    assertThat(hub.registry.challenger().orElseThrow().id()).isEqualTo(model.id());
    approve("eva", model);
    assertThat(pipeline.advance(run.id()).state()).isEqualTo(State.WAITING);
    approve("adam", model);

    // Another process goes on with it.
    assertThat(pipeline(judging(ANYTHING)).advance(run.id()).state()).isEqualTo(State.DONE);
    assertThat(hub.registry.champion().orElseThrow().id()).isEqualTo(model.id());
    assertThat(Files.readString(pipeline.log(run.id()), UTF_8))
        .contains("gate: held-out wafers PASS", "gate: no class worse", "is the champion");
  }

  private void approve(String person, RegisteredModel model) {
    hub.promotion.approve(
        new Signer(person, Actor.HUB), model.id(), Optional.empty(), Optional.empty());
  }

  @Test
  void aModelThatTheGateDoesNotPass_goesNoFurther_andTheReasonsAreKept()
      throws InterruptedException {
    Pipeline pipeline = pipeline(judging(GateRules.DEFAULT));
    RegisteredModel model = candidate();

    PipelineRun run =
        pipeline.advance(pipeline.begin(Actor.HUB, "a test", Optional.of(model.id())).id());

    assertThat(run.state()).isEqualTo(State.FAILED);
    assertThat(run.message().orElseThrow()).contains("the gate did not pass it", "macro-F1 (");
    assertThat(hub.registry.require(model.id()).stage()).isEqualTo(ModelStage.CANDIDATE);
    JsonNode shown = hub.as(Role.VIEWER).get("/api/v1/models/" + model.id()).json();
    assertThat(shown.at("/gate/passed").booleanValue()).isFalse();
    assertThat(shown.at("/verdict/rules").size()).isGreaterThan(8);
    assertThat(shown.at("/verdict/figures/macroF1").doubleValue()).isBetween(0.0, 0.5);
    JsonNode rule = shown.at("/verdict/rules/1");
    assertThat(rule.get("name").stringValue()).isEqualTo("macro-F1");
    assertThat(rule.get("limit").doubleValue()).isEqualTo(GateRules.DEFAULT.macroF1());
    assertThat(rule.get("measured").doubleValue()).isLessThan(rule.get("limit").doubleValue());
    assertThatThrownBy(() -> hub.promotion.test(Actor.HUB, model.id(), Optional.empty()))
        .hasMessageContaining("the gate did not pass model");
  }

  @Test
  void aFailedGate_raisesAnAlarm_andAnOverrideLetsItsRunGoOn() throws InterruptedException {
    Pipeline pipeline = pipeline(judging(GateRules.DEFAULT));
    RegisteredModel model = candidate();
    long id = pipeline.begin(Actor.HUB, "a test", Optional.of(model.id())).id();
    pipeline.advance(id);
    assertThat(hub.as(Role.VIEWER).get("/api/v1/alarms?kind=system").text())
        .contains("gate-failed", "the gate did not pass it", model.shortId());
    assertThat(pipeline.overridden()).isEmpty();

    hub.promotion.test(Actor.HUB, model.id(), Optional.of("two tools wait for it"));

    PipelineRun run = pipeline.overridden().orElseThrow();
    assertThat(run.id()).isEqualTo(id);
    assertThat(run.state()).isEqualTo(State.RUNNING);
    run = pipeline.advance(id);
    assertThat(run.stage()).isIn(Stage.TEST, Stage.APPROVAL);
    assertThat(run.open()).isTrue();
    assertThat(pipeline.overridden()).isEmpty();
  }

  @Test
  void onlyAConfirmedAlarm_isAnExcursion() throws InterruptedException {
    hub.database.change(handle -> hub.rules.judge(handle, said("donut0", "Loc", 0.99)));
    hub.database.change(
        handle ->
            handle.execute(
                "update alarms set wafers = 3, last_seen = ? where pattern = 'Loc'", NOW + LOTS));
    RegisteredModel model = candidate();

    assertThat(judged(model)).contains("none has wafers in the archive");
    hub.database.change(handle -> handle.execute("update alarms set cause = 'confirmed'"));
    assertThat(judged(model)).contains("past excursions found").doesNotContain("none has wafers");
  }

  /** What the gate says of a model. */
  private String judged(RegisteredModel model) throws InterruptedException {
    Pipeline pipeline = pipeline(judging(ANYTHING));
    PipelineRun run = pipeline.begin(Actor.HUB, "a test", Optional.of(model.id()));
    pipeline.advance(run.id());
    pipeline.cancel(Actor.HUB, run.id());
    return hub.as(Role.VIEWER).get("/api/v1/models/" + model.id()).text();
  }

  @Test
  void rulesInForce_areReplayedOnWhatAnotherModelSays() {
    RuleReplay replay = new RuleReplay(hub.database);
    List<Classification> wafers =
        List.of(said("a", "Loc", 0.3), said("b", "none", 0.99), said("c", "Loc", 0.9));

    assertThat(replay.firstAlarm(wafers, "Loc")).hasValue(3);
    assertThat(replay.firstAlarm(wafers.subList(0, 2), "Loc")).isEmpty();
    assertThat(replay.firstAlarm(wafers, "Donut")).isEmpty();
  }

  private static Classification said(String imgid, String label, double probability) {
    return new Classification(
        imgid, NOW, new DeviceName("faba", "camera1"), label, probability, "{}", true, NOW);
  }

  @Test
  void aRejectedModel_endsItsRun() throws InterruptedException {
    Pipeline pipeline = pipeline(judging(ANYTHING));
    RegisteredModel model = candidate();
    PipelineRun run =
        pipeline.advance(pipeline.begin(Actor.HUB, "a test", Optional.of(model.id())).id());

    hub.promotion.reject(Actor.HUB, model.id(), "too slow");

    run = pipeline.advance(run.id());
    assertThat(run.state()).isEqualTo(State.FAILED);
    assertThat(run.message()).contains("rejected: too slow");
  }

  @Test
  void aRunThatCannotTrain_saysWhy_andOneByRest_isCancelledByRest() throws InterruptedException {
    PipelineRun run = hub.pipeline.begin(Actor.HUB, "a test", Optional.empty());
    run = hub.pipeline.advance(run.id());
    assertThat(run.stage()).isEqualTo(Stage.TRAIN);
    assertThat(run.message().orElseThrow()).contains("this hub cannot train");
    TestClient approver = hub.as(Role.APPROVER);

    JsonNode begun = approver.post("/api/v1/pipeline", "{}").json();
    assertThat(begun.get("stage").stringValue()).isEqualTo("snapshot");
    assertThat(approver.post("/api/v1/pipeline", "{}").problem()).isEqualTo("conflict");
    String path = "/api/v1/pipeline/" + begun.get("id").longValue();
    assertThat(approver.post(path + "/cancellation", "").json().get("state").stringValue())
        .isEqualTo("cancelled");
    assertThat(approver.post(path + "/cancellation", "").problem()).isEqualTo("conflict");
    JsonNode runs = approver.get("/api/v1/pipeline").json();
    assertThat(runs.get("items")).hasSize(2);
    assertThat(runs.at("/outlook/trains").booleanValue()).isFalse();
    assertThat(runs.at("/outlook/newLabels").intValue()).as("the first run knew all").isZero();
    JsonNode resumed = approver.post(path + "/resumption", "").json();
    assertThat(resumed.get("state").stringValue()).isEqualTo("running");
    assertThat(resumed.get("endedAt").isNull()).isTrue();
    assertThat(approver.post("/api/v1/pipeline/1/resumption", "").detail())
        .contains("one runs at a time");
    assertThat(approver.post(path + "/resumption", "").detail()).contains("only one that failed");
    String snapshot = runs.at("/items/1/snapshot").stringValue();
    JsonNode counts = approver.get("/api/v1/snapshots/" + snapshot).json();
    assertThat(counts.at("/labels/Donut").intValue()).isEqualTo(LOTS);
    assertThat(approver.get("/api/v1/snapshots/..").status()).isEqualTo(404);
    assertThat(approver.get("/api/v1/pipeline/1/log").text()).contains("snapshot ");
    assertThat(approver.get("/api/v1/pipeline/99").problem()).isEqualTo("not-found");
  }

  @Test
  void nothingToLearnFrom_isToldWithItsReason(@TempDir Path empty) {
    try (TestHub other = TestHub.start(empty)) {
      assertThatThrownBy(
              () -> new Snapshots(empty, other.database, other.archive, other.clock).make())
          .isInstanceOf(HubException.class)
          .hasMessageContaining("no reviewed wafer can be learnt from");
    }
  }
}
