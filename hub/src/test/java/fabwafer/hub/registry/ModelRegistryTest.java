package fabwafer.hub.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.classifier.Classifier;
import fabwafer.classifier.ModelCard;
import fabwafer.classifier.TestVectors;
import fabwafer.hub.audit.Actor;
import fabwafer.hub.audit.AuditEntry;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.audit.AuditQuery;
import fabwafer.hub.database.Database;
import fabwafer.hub.registry.ModelRegistry.Arrival;
import fabwafer.hub.registry.ModelRegistry.InUse;
import fabwafer.hub.registry.Promotion.Signer;
import fabwafer.hub.registry.RegisteredModel.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelRegistryTest {
  private static final Actor EVA = new Actor("user:eva", Optional.empty());
  private static final Clock CLOCK = Clock.systemUTC();

  @TempDir private Path folder;
  private Database database;
  private AuditLog audit;
  private ModelRegistry registry;
  private Promotion promotion;
  private RegisteredModel first;

  @BeforeEach
  void open() {
    database = Database.open(folder.resolve("data"));
    audit = new AuditLog(database, CLOCK);
    registry = new ModelRegistry(folder.resolve("data"), database, audit, CLOCK);
    promotion = new Promotion(registry, audit, 1, CLOCK);
    registry.welcome(TestModels.make(folder, "first"));
    first = registry.champion().orElseThrow();
  }

  @AfterEach
  void close() {
    database.close();
  }

  private RegisteredModel imported(String name) {
    return registry.add(
        EVA, TestModels.make(folder, name), Arrival.imported(Optional.of("from the line")));
  }

  private void judged(RegisteredModel model, boolean passed) {
    promotion.judged(
        Actor.HUB, model.id(), new Verdict(Optional.of(first.id()), 1, passed, "{\"why\":[]}"));
  }

  private void deployed(RegisteredModel model) {
    judged(model, true);
    promotion.test(EVA, model.id(), Optional.empty());
    promotion.approve(signer("eva"), model.id(), Optional.empty(), Optional.empty());
    promotion.deploy(EVA, model.id());
  }

  private static Signer signer(String person) {
    return new Signer(person, new Actor("user:" + person, Optional.empty()));
  }

  @Test
  void theProgramsModel_isTheFirstChampion_andALaterOneOfItACandidate() {
    assertThat(first.origin()).isEqualTo(ModelOrigin.PROGRAM);
    registry.welcome(TestModels.make(folder, "first"));
    registry.welcome(TestModels.make(folder, "second"));

    assertThat(registry.list())
        .extracting(RegisteredModel::stage)
        .containsExactlyInAnyOrder(ModelStage.CHAMPION, ModelStage.CANDIDATE);
    assertThat(registry.champion().orElseThrow()).isEqualTo(first);
  }

  @Test
  void aKeptModel_isOneZip_thatRuns_andHasItsTestVectors() {
    Path zip = registry.file(first.id());

    try (Classifier classifier = Classifier.open(zip)) {
      assertThat(classifier.card()).isEqualTo(first.card());
      TestVectors.read(zip).orElseThrow().require(classifier);
    }
    assertThat(zip).hasSize(first.bytes());
    assertThat(imported("first")).isEqualTo(first);
  }

  @Test
  void aModelThatDoesNotGiveWhatItsVectorsSay_isRefused_andLeavesNothing() throws IOException {
    Path model = TestModels.make(folder, "wrong");
    Path vectors = model.resolve(TestVectors.FILE_NAME);
    Files.writeString(
        vectors,
        Files.readString(vectors).replaceFirst("\"logits\":\\[[^,]*,", "\"logits\":[99.5,"));

    assertThatThrownBy(() -> registry.add(EVA, model, Arrival.imported(Optional.empty())))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("test vector 0: logit 0 must be 99.5");
    Files.delete(vectors);
    assertThatThrownBy(() -> registry.add(EVA, model, Arrival.imported(Optional.empty())))
        .hasMessageContaining("the model has no vectors.json");
    Path truncated = Files.write(folder.resolve("half.zip"), new byte[] {'P', 'K', 3, 4});
    assertThatThrownBy(() -> registry.add(EVA, truncated, Arrival.imported(Optional.empty())))
        .hasMessageContaining("neither a model's folder nor its zip");
    assertThat(registry.list()).containsExactly(first);
    assertThat(folder.resolve("data/models")).isDirectoryContaining("glob:**.zip");
    assertThat(folder.resolve("data/models").toFile().list()).hasSize(1);
  }

  @Test
  void anotherCardForTheSameGraph_isRefused() throws IOException {
    Path model = TestModels.make(folder, "first");
    Path card = model.resolve(ModelCard.FILE_NAME);
    Files.writeString(card, Files.readString(card).replace("\"seed\" : 0", "\"seed\" : 1"));

    assertThatThrownBy(() -> registry.add(EVA, model, Arrival.imported(Optional.empty())))
        .hasMessageContaining("registered with another card");
  }

  @Test
  void aModel_goesFromCandidateToChampion_andEveryStepIsInTheAudit() {
    List<InUse> told = new ArrayList<>();
    registry.onChange(told::add);
    RegisteredModel next = imported("next");
    assertThat(next.stage()).isEqualTo(ModelStage.CANDIDATE);

    deployed(next);

    assertThat(registry.champion().orElseThrow().id()).isEqualTo(next.id());
    assertThat(registry.require(first.id()).stage()).isEqualTo(ModelStage.RETIRED);
    assertThat(told)
        .containsExactly(
            new InUse(Optional.of(first.id()), Optional.of(next.id())),
            new InUse(Optional.of(next.id()), Optional.empty()));
    assertThat(registry.events(next.id()))
        .extracting(RegisteredModel.Event::action)
        .containsExactly(
            "model.deployed", "model.approved", "model.testing", "model.judged", "model.added");
    assertThat(audit.newest(AuditQuery.ALL, Optional.empty(), 10))
        .extracting(AuditEntry::action)
        .startsWith("model.deployed", "model.approved", "model.testing");
  }

  @Test
  void aModelThatTheGateDidNotPass_needsAnOverride_whichTheAuditKeeps() {
    RegisteredModel next = imported("next");
    assertThatThrownBy(() -> promotion.test(EVA, next.id(), Optional.empty()))
        .hasMessageContaining("the gate has not judged model");
    judged(next, false);
    assertThatThrownBy(() -> promotion.test(EVA, next.id(), Optional.empty()))
        .hasMessageContaining("the gate did not pass model");

    promotion.test(EVA, next.id(), Optional.of("scratches matter more here"));
    assertThatThrownBy(
            () -> promotion.approve(signer("eva"), next.id(), Optional.empty(), Optional.empty()))
        .hasMessageContaining("it needs an override with a reason");
    promotion.approve(
        signer("eva"), next.id(), Optional.empty(), Optional.of("agreed with the line"));

    assertThat(registry.require(next.id()).stage()).isEqualTo(ModelStage.CHALLENGER);
    assertThat(audit.newest(AuditQuery.ALL, Optional.empty(), 1).getFirst().detail())
        .contains("\"override\":\"agreed with the line\"");
  }

  @Test
  void twoPersons_mustApprove_whereThatIsConfigured() {
    promotion = new Promotion(registry, audit, 2, CLOCK);
    RegisteredModel next = imported("next");
    judged(next, true);
    promotion.test(EVA, next.id(), Optional.empty());
    promotion.approve(signer("eva"), next.id(), Optional.empty(), Optional.empty());

    assertThatThrownBy(
            () -> promotion.approve(signer("eva"), next.id(), Optional.empty(), Optional.empty()))
        .hasMessageContaining("eva has approved model")
        .hasMessageContaining("1 of 2 persons");
    assertThatThrownBy(() -> promotion.deploy(EVA, next.id()))
        .hasMessageContaining("only a model that is challenger can be deployed");
    promotion.approve(signer("adam"), next.id(), Optional.of("good"), Optional.empty());
    assertThat(promotion.deploy(EVA, next.id()).stage()).isEqualTo(ModelStage.CHAMPION);
  }

  @Test
  void rollback_leadsToTheChampionBefore_neverToOneThatWasTakenBack() {
    RegisteredModel bad = imported("bad");
    deployed(bad);
    assertThat(promotion.rollback(Actor.HUB, "errors rose").id()).isEqualTo(first.id());
    assertThat(registry.require(bad.id()).note()).contains("errors rose");
    assertThatThrownBy(() -> promotion.rollback(EVA, "again"))
        .hasMessageContaining("no champion before");

    RegisteredModel good = imported("good");
    deployed(good);
    assertThat(promotion.rollback(EVA, "a test").id()).isEqualTo(first.id());
  }

  @Test
  void onlyOneModelIsInTest_theEarlierOneGoesBack_withoutItsApprovals() {
    RegisteredModel one = imported("one");
    RegisteredModel two = imported("two");
    judged(one, true);
    judged(two, true);
    promotion.test(EVA, one.id(), Optional.empty());
    promotion.approve(signer("eva"), one.id(), Optional.empty(), Optional.empty());

    promotion.test(EVA, two.id(), Optional.empty());

    assertThat(registry.challenger().orElseThrow().id()).isEqualTo(two.id());
    assertThat(registry.require(one.id()).stage()).isEqualTo(ModelStage.CANDIDATE);
    assertThat(registry.require(one.id()).approvals()).isEmpty();
  }

  @Test
  void aRejectedModel_isRetired_andACandidateAgainOnceItIsImportedAgain() {
    RegisteredModel next = imported("next");
    promotion.reject(EVA, next.id().substring(0, 8), "too slow");
    assertThat(registry.require(next.id()).stage()).isEqualTo(ModelStage.RETIRED);
    assertThatThrownBy(() -> promotion.reject(EVA, "champion", "no"))
        .hasMessageContaining("is champion");
    assertThat(imported("next").stage()).isEqualTo(ModelStage.CANDIDATE);
  }

  @Test
  void whatAnotherProcessChanged_isSeen() {
    RegisteredModel next = imported("next");
    judged(next, true);
    List<InUse> told = new ArrayList<>();
    registry.refresh();
    registry.onChange(told::add);
    ModelRegistry other = new ModelRegistry(folder.resolve("data"), database, audit, CLOCK);
    new Promotion(other, audit, 1, CLOCK).test(EVA, next.id(), Optional.empty());

    registry.refresh();
    registry.refresh();

    assertThat(told).containsExactly(new InUse(Optional.of(first.id()), Optional.of(next.id())));
  }
}
