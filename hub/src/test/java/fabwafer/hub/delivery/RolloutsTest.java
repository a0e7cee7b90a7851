package fabwafer.hub.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.classifier.ModelCard;
import fabwafer.hub.alarm.AlarmConfig;
import fabwafer.hub.alarm.AlarmStore;
import fabwafer.hub.alarm.Alarms;
import fabwafer.hub.audit.Actor;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.audit.AuditQuery;
import fabwafer.hub.catalogue.Catalogue;
import fabwafer.hub.database.Database;
import fabwafer.hub.delivery.DeliveryConfig.Rules;
import fabwafer.hub.registry.TestModels;
import fabwafer.hub.web.ProblemException;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.StatusMessage;
import fabwafer.protocol.model.ModelReport;
import fabwafer.protocol.model.ModelReport.Counts;
import fabwafer.protocol.model.ModelReport.State;
import fabwafer.protocol.model.SignedManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;

class RolloutsTest {
  private static final Rules RULES = new Rules(50, Duration.ofMinutes(10), 0.01, 0.15, 3);
  private static final int CAMERAS = 10;

  @TempDir private Path folder;
  private final AtomicLong now = new AtomicLong(1_795_428_000_000L);
  private final InstantSource clock = () -> Instant.ofEpochMilli(now.get());
  private final Map<String, Path> models = new HashMap<>();
  private final List<String> wentBack = new ArrayList<>();
  private Database database;
  private AuditLog audit;
  private AlarmStore alarms;
  private Alarms ringing;
  private KeyPair key;
  private Rollouts rollouts;
  private String first;
  private String next;

  @BeforeEach
  void open() {
    database = Database.open(folder.resolve("hub"));
    audit = new AuditLog(database, clock);
    alarms = new AlarmStore(database);
    ringing =
        new Alarms(database, alarms, AlarmConfig.DEFAULT, "hub", clock, _ -> {}, Optional.empty());
    key = SigningKey.open(folder.resolve("hub"), Optional.empty());
    Catalogue catalogue = new Catalogue(database);
    first = model("first");
    next = model("next");
    for (int i = 0; i < CAMERAS; i++) {
      DeviceName device = new DeviceName("faba", "camera" + i);
      database.change(
          handle -> {
            catalogue.seen(handle, device, now.get());
            catalogue.status(
                handle,
                device,
                new StatusMessage(
                    StatusMessage.State.ONLINE,
                    now.get(),
                    JsonNodeFactory.instance
                        .objectNode()
                        .put("agent", "agent-" + device.camera())
                        .put("model", first)),
                now.get());
          });
    }
    Champions champions =
        new Champions() {
          @Override
          public Optional<String> champion() {
            return Optional.of(next);
          }

          @Override
          public Path file(String model) {
            return Objects.requireNonNull(models.get(model));
          }

          @Override
          public void goBack(String bad, String reason) {
            wentBack.add(bad);
          }
        };
    rollouts =
        new Rollouts(
            new DeliveryTools(database, audit, catalogue, champions, ringing.system(), clock),
            new ModelParts(folder.resolve("hub")),
            key,
            new DeliveryConfig(Optional.empty(), List.of(10, 50, 100), RULES));
  }

  @AfterEach
  void close() {
    ringing.close();
    database.close();
  }

  @Test
  void theVeryFirstChampion_isWhatAgentsCameWith() {
    rollouts.champion(first);
    rollouts.look();
    assertThat(orders()).isEmpty();
  }

  @Test
  void aNewChampion_goesOutInStages_eachAfterTheOneBeforeProvedWell() {
    rollouts.champion(first);
    rollouts.champion(next);
    assertThat(orders()).hasSize(1);
    rollouts.look();
    assertThat(orders()).as("nobody reported yet").hasSize(1);
    reportAll(new Counts(50, 0, 50, 1, 2, 2));
    rollouts.look();
    assertThat(orders()).hasSize(5);
    reportAll(new Counts(60, 0, 50, 1, 2, 2));
    rollouts.look();
    assertThat(orders()).hasSize(CAMERAS);
    reportAll(new Counts(60, 0, 50, 1, 2, 2));
    rollouts.look();
    assertThat(last().state()).isEqualTo(Rollout.State.DONE);
    assertThat(orders().values()).allSatisfy(order -> assertThat(order.model()).isEqualTo(next));
  }

  @Test
  void aStageOfFewWafers_isOverAfterItsTime() {
    rollouts.champion(first);
    rollouts.champion(next);
    reportAll(new Counts(3, 0, 3, 0, 2, 2));
    rollouts.look();
    assertThat(orders()).hasSize(1);
    now.addAndGet(RULES.soak().toMillis());
    rollouts.look();
    assertThat(orders()).hasSize(5);
  }

  @Test
  void disagreementWithTheModelBefore_takesItBackByItself_andRaisesAnAlarm() {
    rollouts.champion(first);
    rollouts.champion(next);
    reportAll(new Counts(40, 0, 40, 20, 2, 2));
    rollouts.look();
    assertThat(last().state()).isEqualTo(Rollout.State.ROLLED_BACK);
    assertThat(last().reason().orElseThrow())
        .contains("it disagrees with the model before on 20 of 40 wafers, allowed are 15.0 %");
    assertThat(orders().values()).extracting(Order::model).containsExactly(first);
    assertThat(wentBack).containsExactly(next);
    assertThat(alarms.systemAlarms()).isEqualTo(1);
    assertThat(audit.newest(AuditQuery.ALL, Optional.empty(), 10))
        .extracting(entry -> entry.action())
        .contains("rollout.started", "rollout.rolled-back");
  }

  @Test
  void errors_takeItBack() {
    rollouts.champion(first);
    rollouts.champion(next);
    reportAll(new Counts(100, 5, 0, 0, 2, 2));
    rollouts.look();
    assertThat(last().reason().orElseThrow()).contains("it fails on 5 of 100 wafers");
  }

  @Test
  void slowness_takesItBack() {
    rollouts.champion(first);
    rollouts.champion(next);
    reportAll(new Counts(100, 0, 40, 0, 40, 10));
    rollouts.look();
    assertThat(last().reason().orElseThrow()).contains("it takes 40.0 ms a wafer");
  }

  @Test
  void refusalByADevice_takesItBack() {
    rollouts.champion(first);
    rollouts.champion(next);
    orders().values().forEach(order -> report(order, State.REFUSED, Counts.NONE));
    rollouts.look();
    assertThat(last().state()).isEqualTo(Rollout.State.ROLLED_BACK);
    assertThat(last().reason().orElseThrow()).contains("refuses it: for a test");
  }

  @Test
  void ordersAreSigned_andEveryOneIsNewerThanAllBefore() {
    rollouts.champion(first);
    rollouts.champion(next);
    reportAll(new Counts(40, 0, 40, 20, 2, 2));
    Order order = orders().values().iterator().next();
    rollouts.look();
    Order back = orders().values().iterator().next();
    assertThat(back.sequence()).isGreaterThan(order.sequence());
    byte[] payload =
        database.read(handle -> OrderRows.payload(handle, back.device())).orElseThrow();
    SignedManifest signed = SignedManifest.parse(payload);
    assertThat(signed.isSignedBy(key.getPublic())).isTrue();
    assertThat(signed.manifest().model()).isEqualTo(first);
    assertThat(signed.manifest().device()).isEqualTo(back.device());
  }

  @Test
  void aPersonNamesTheGroups_andTakesItBack() {
    rollouts.champion(first);
    Rollout started =
        rollouts.start(Actor.HUB, next, List.of("faba/camera3, faba/camera4", "100 %"));
    assertThat(orders().keySet())
        .containsExactlyInAnyOrder(
            new DeviceName("faba", "camera3"), new DeviceName("faba", "camera4"));
    rollouts.rollBack(Actor.operator(), started.id(), "the engineers doubt it");
    assertThat(orders().values()).extracting(Order::model).containsOnly(first);
    assertThat(alarms.systemAlarms()).as("a person knows what they did").isZero();
    assertThatThrownBy(() -> rollouts.start(Actor.HUB, next, List.of("faba/nobody")))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("no agent speaks for faba/nobody");
  }

  @Test
  void aStage_saysWhatItWaitsFor_andAStoppedRolloutGoesNoFurther() {
    rollouts.champion(first);
    Rollout started = rollouts.start(Actor.HUB, next, List.of("faba/camera3", "100 %"));
    assertThat(rollouts.waitsFor()).containsExactly("faba/camera3 has not spoken of it yet");
    reportAll(new Counts(12, 0, 12, 0, 2, 2));
    assertThat(rollouts.waitsFor())
        .containsExactly("faba/camera3 has shown 12 of 50 wafers to both models");

    rollouts.stop(Actor.operator(), started.id(), "after the audit");

    reportAll(new Counts(60, 0, 60, 0, 2, 2));
    rollouts.look();
    assertThat(last().state()).isEqualTo(Rollout.State.STOPPED);
    assertThat(last().reason()).contains("after the audit");
    assertThat(orders()).hasSize(1);
    assertThat(rollouts.waitsFor()).isEmpty();
    assertThatThrownBy(() -> rollouts.stop(Actor.operator(), started.id(), "again"))
        .hasMessageContaining("only one that runs can be stopped");
  }

  @Test
  void theKey_isMadeOnce_andItsOwnersAlone() throws IOException {
    Path file = folder.resolve("hub/model-key/model-key.pem");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(SigningKey.open(folder.resolve("hub"), Optional.empty()).getPublic())
        .isEqualTo(key.getPublic());
    Path own = Files.copy(file, folder.resolve("own.pem"));
    assertThat(SigningKey.open(folder.resolve("other"), Optional.of(own)).getPublic())
        .isEqualTo(key.getPublic());
  }

  private void reportAll(Counts counts) {
    orders().values().forEach(order -> report(order, State.SERVING, counts));
  }

  private void report(Order order, State state, Counts counts) {
    ModelReport report =
        new ModelReport(
            "agent-" + order.device().camera(),
            state,
            state == State.SERVING ? order.model() : first,
            order.sequence(),
            order.sequence(),
            0,
            state == State.REFUSED ? Optional.of("for a test") : Optional.empty(),
            Optional.of(first),
            counts);
    database.change(handle -> ReportRows.put(handle, order.device(), report, now.get()));
  }

  private Map<DeviceName, Order> orders() {
    return database.read(OrderRows::all);
  }

  private Rollout last() {
    return database.read(RolloutRows::last).orElseThrow();
  }

  private String model(String name) {
    Path model = TestModels.make(folder.resolve("models"), name);
    String id = ModelCard.read(model.resolve(ModelCard.FILE_NAME)).id();
    models.put(id, model);
    return id;
  }
}
