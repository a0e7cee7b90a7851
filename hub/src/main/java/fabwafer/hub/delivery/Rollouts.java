package fabwafer.hub.delivery;

import fabwafer.hub.alarm.SystemAlarms;
import fabwafer.hub.audit.Actor;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.catalogue.Camera;
import fabwafer.hub.catalogue.Catalogue;
import fabwafer.hub.database.Database;
import fabwafer.hub.delivery.Judge.Seen;
import fabwafer.hub.delivery.Judge.Verdict;
import fabwafer.hub.delivery.Rollout.Member;
import fabwafer.hub.delivery.Rollout.State;
import fabwafer.hub.web.Problem;
import fabwafer.hub.web.ProblemException;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.StatusMessage;
import fabwafer.protocol.model.ModelManifest;
import fabwafer.protocol.model.ModelManifest.ModelFile;
import fabwafer.protocol.model.SignedManifest;
import java.security.KeyPair;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who gets which model when. Every decision is one transaction with its orders, so that a kill
 * leaves it made or not. Safe on any thread; calls wait for each other.
 */
final class Rollouts {
  /** Kind of the alarm that tells of a model that went back by itself. */
  static final String ALARM = "model-rollback";

  private static final String EVERYWHERE = "100 %";
  private static final String INSTALLED = "as installed";
  private static final String AT_ONCE = "all at once";
  private static final Logger LOG = LoggerFactory.getLogger(Rollouts.class);

  private final Database database;
  private final AuditLog audit;
  private final Catalogue catalogue;
  private final Champions champions;
  private final SystemAlarms alarms;
  private final ModelParts parts;
  private final KeyPair key;
  private final DeliveryConfig config;
  private final Judge judge;
  private final InstantSource clock;

  Rollouts(DeliveryTools tools, ModelParts parts, KeyPair key, DeliveryConfig config) {
    this.database = tools.database();
    this.audit = tools.audit();
    this.catalogue = tools.catalogue();
    this.champions = tools.champions();
    this.alarms = tools.alarms();
    this.clock = tools.clock();
    this.parts = parts;
    this.key = key;
    this.config = config;
    this.judge = new Judge(config.rules());
  }

  /** The stages that a new champion goes through unless a person says otherwise. */
  List<String> usualStages() {
    return config.stages().stream().map(share -> share + " %").toList();
  }

  /**
   * The registry has a champion. A new one goes out in stages; one that was everywhere before goes
   * at once to those that were told to use another. The very first is what agents came with.
   */
  synchronized void champion(String model) {
    Optional<Rollout> last = database.read(RolloutRows::last);
    if (last.isEmpty()) {
      database.change(handle -> note(handle, model, INSTALLED));
      return;
    }
    boolean isOut =
        last.get().model().equals(model)
            && (last.get().state() == State.RUNNING || last.get().state() == State.DONE);
    if (isOut) {
      return;
    }
    if (database.read(handle -> RolloutRows.wasDone(handle, model))) {
      backAtOnce(model);
    } else {
      start(Actor.HUB, model, usualStages());
    }
  }

  private void note(Handle handle, String model, String how) {
    long now = clock.millis();
    Rollout noted =
        RolloutRows.insert(handle, model, Optional.empty(), List.of(how), Actor.HUB.name(), now);
    RolloutRows.end(handle, noted.id(), State.DONE, Optional.empty(), now);
  }

  private void backAtOnce(String model) {
    List<ModelFile> files = parts.ready(champions.file(model));
    database.change(
        handle -> {
          stopRunning(handle, Actor.HUB, "model %s is the champion again".formatted(model));
          OrderRows.all(handle).values().stream()
              .filter(order -> !order.model().equals(model))
              .forEach(order -> order(handle, order.device(), model, files, 0));
          note(handle, model, AT_ONCE);
          audit.append(handle, Actor.HUB, "rollout.at-once", "model:" + model, AuditLog.detail());
        });
  }

  /**
   * Begins a rollout; one that runs is stopped where it is.
   *
   * @param stages each a share of the cameras such as {@code 10 %}, or names of cameras with commas
   * @throws ProblemException if a stage is neither, or names a camera without an agent
   */
  synchronized Rollout start(Actor actor, String model, List<String> stages) {
    List<ModelFile> files = parts.ready(champions.file(model));
    List<DeviceName> agents = agents();
    List<List<DeviceName>> groups = Stages.groups(model, stages, agents);
    return audit.write(
        handle -> {
          stopRunning(handle, actor, "another rollout began");
          Optional<String> before =
              RolloutRows.newest(handle, Integer.MAX_VALUE).stream()
                  .filter(old -> old.state() == State.DONE && !old.model().equals(model))
                  .map(Rollout::model)
                  .findFirst();
          Rollout rollout =
              RolloutRows.insert(handle, model, before, stages, actor.name(), clock.millis());
          Map<DeviceName, Order> orders = OrderRows.all(handle);
          for (int stage = 0; stage < groups.size(); stage++) {
            for (DeviceName device : groups.get(stage)) {
              Optional<String> had =
                  Optional.ofNullable(orders.get(device))
                      .map(order -> order.model().equals(model) ? null : order.model());
              RolloutRows.addMember(handle, rollout.id(), new Member(device, stage, had));
            }
          }
          audit.append(
              handle,
              actor,
              "rollout.started",
              "model:" + model,
              AuditLog.detail()
                  .put("rollout", rollout.id())
                  .put("cameras", agents.size())
                  .put("stages", String.join("; ", stages)));
          orderStage(handle, rollout, 0, files);
          LOG.info("rollout {}: model {} in {}", rollout.id(), model, stages);
          return rollout;
        });
  }

  private void stopRunning(Handle handle, Actor actor, String why) {
    RolloutRows.running(handle)
        .ifPresent(
            running -> {
              RolloutRows.end(
                  handle, running.id(), State.STOPPED, Optional.of(why), clock.millis());
              audit.append(
                  handle,
                  actor,
                  "rollout.stopped",
                  "model:" + running.model(),
                  AuditLog.detail().put("rollout", running.id()).put("reason", why));
            });
  }

  private void orderStage(Handle handle, Rollout rollout, int stage, List<ModelFile> files) {
    for (Member member : RolloutRows.members(handle, rollout.id())) {
      if (member.stage() == stage) {
        order(handle, member.device(), rollout.model(), files, config.rules().probation());
      }
    }
  }

  private void order(
      Handle handle, DeviceName device, String model, List<ModelFile> files, int probation) {
    long now = clock.millis();
    Optional<Order> present = OrderRows.of(handle, device);
    if (present.map(Order::model).filter(model::equals).isPresent()) {
      return;
    }
    ModelManifest manifest =
        new ModelManifest(
            device,
            OrderRows.nextSequence(handle, now),
            model,
            files,
            List.of(),
            probation,
            Instant.ofEpochMilli(now));
    OrderRows.put(handle, SignedManifest.sign(manifest, key), present.map(Order::model), now);
  }

  /**
   * Takes a rollout back, by a person's decision.
   *
   * @throws ProblemException if it is not the last one, or was taken back
   */
  synchronized Rollout rollBack(Actor actor, long id, String reason) {
    Rollout rollout =
        database
            .read(handle -> RolloutRows.find(handle, id))
            .orElseThrow(() -> ProblemException.notFound("there is no rollout " + id));
    boolean last = database.read(RolloutRows::last).filter(newest -> newest.id() == id).isPresent();
    if (!last || rollout.state() == State.ROLLED_BACK || rollout.champion().isEmpty()) {
      throw new ProblemException(
          Problem.CONFLICT,
          "rollout %d is %s and cannot be taken back".formatted(id, rollout.state().word()));
    }
    takeBack(actor, rollout, reason);
    return database.read(handle -> RolloutRows.find(handle, id)).orElseThrow();
  }

  /**
   * Leaves a rollout where it is: cameras that have the model keep it, no other gets it.
   *
   * @throws ProblemException if it does not run
   */
  synchronized Rollout stop(Actor actor, long id, String reason) {
    audit.write(
        handle -> {
          Rollout rollout =
              RolloutRows.find(handle, id)
                  .orElseThrow(() -> ProblemException.notFound("there is no rollout " + id));
          if (rollout.state() != State.RUNNING) {
            throw new ProblemException(
                Problem.CONFLICT,
                "rollout %d is %s; only one that runs can be stopped"
                    .formatted(id, rollout.state().word()));
          }
          stopRunning(handle, actor, reason);
          return id;
        });
    return database.read(handle -> RolloutRows.find(handle, id)).orElseThrow();
  }

  /** What the present stage of the rollout that runs waits for, for people; empty without one. */
  List<String> waitsFor() {
    return database
        .read(RolloutRows::running)
        .map(rollout -> judge.waitsFor(rollout.model(), seen(rollout), isSoaked(rollout)))
        .orElse(List.of());
  }

  private void takeBack(Actor actor, Rollout rollout, String reason) {
    List<Member> members =
        database.read(handle -> RolloutRows.members(handle, rollout.id())).stream()
            .filter(member -> member.stage() <= rollout.stage())
            .toList();
    Map<String, List<ModelFile>> files = new HashMap<>();
    members.stream()
        .map(member -> member.before().or(rollout::champion))
        .flatMap(Optional::stream)
        .distinct()
        .forEach(model -> files.put(model, parts.ready(champions.file(model))));
    database.change(
        handle -> {
          for (Member member : members) {
            member
                .before()
                .or(rollout::champion)
                .ifPresent(
                    model ->
                        order(
                            handle,
                            member.device(),
                            model,
                            Objects.requireNonNull(files.get(model)),
                            0));
          }
          RolloutRows.end(
              handle, rollout.id(), State.ROLLED_BACK, Optional.of(reason), clock.millis());
          audit.append(
              handle,
              actor,
              "rollout.rolled-back",
              "model:" + rollout.model(),
              AuditLog.detail().put("rollout", rollout.id()).put("reason", reason));
          if (actor.equals(Actor.HUB)) {
            alarms.raise(handle, ALARM, rollout.model(), "a model went back: " + reason);
          }
        });
    LOG.warn("rollout {} of model {} is taken back: {}", rollout.id(), rollout.model(), reason);
    champions.goBack(rollout.model(), reason);
  }

  /** Looks how the rollout is; goes on, or back. */
  synchronized void look() {
    Optional<Rollout> running = database.read(RolloutRows::running);
    if (running.isEmpty()) {
      welcomeNewcomers();
      return;
    }
    Rollout rollout = running.get();
    switch (judge.judge(rollout.model(), seen(rollout), isSoaked(rollout))) {
      case Verdict.Waiting() -> {}
      case Verdict.Bad(String reason) -> takeBack(Actor.HUB, rollout, reason);
      case Verdict.Over() -> goOn(rollout);
    }
  }

  private boolean isSoaked(Rollout rollout) {
    return clock.millis() - rollout.stageSinceMillis() >= config.rules().soak().toMillis();
  }

  private List<Seen> seen(Rollout rollout) {
    Set<DeviceName> online = new HashSet<>();
    catalogue.cameras().stream()
        .filter(camera -> camera.state().filter(StatusMessage.State.ONLINE::equals).isPresent())
        .forEach(camera -> online.add(camera.device()));
    return database.read(
        handle -> {
          Map<DeviceName, Order> orders = OrderRows.all(handle);
          List<ReportRows.Reported> reports = ReportRows.all(handle);
          List<Seen> seen = new ArrayList<>();
          for (Member member : RolloutRows.members(handle, rollout.id())) {
            Order order = orders.get(member.device());
            if (member.stage() <= rollout.stage() && order != null) {
              seen.add(
                  new Seen(
                      member.device(),
                      online.contains(member.device()),
                      reports.stream()
                          .filter(report -> report.device().equals(member.device()))
                          .map(ReportRows.Reported::report)
                          .filter(report -> report.desiredSequence() == order.sequence())
                          .toList()));
            }
          }
          return seen;
        });
  }

  private void goOn(Rollout rollout) {
    List<ModelFile> files = parts.ready(champions.file(rollout.model()));
    database.change(
        handle -> {
          long now = clock.millis();
          if (rollout.isLastStage()) {
            RolloutRows.end(handle, rollout.id(), State.DONE, Optional.empty(), now);
            alarms.clear(handle, ALARM, rollout.model());
          } else {
            RolloutRows.setStage(handle, rollout.id(), rollout.stage() + 1, now);
            orderStage(handle, rollout, rollout.stage() + 1, files);
          }
          audit.append(
              handle,
              Actor.HUB,
              rollout.isLastStage() ? "rollout.done" : "rollout.advanced",
              "model:" + rollout.model(),
              AuditLog.detail().put("rollout", rollout.id()).put("stage", rollout.stage() + 1));
        });
  }

  /** Cameras that came after a rollout that was for all. */
  private void welcomeNewcomers() {
    Optional<Rollout> last = database.read(RolloutRows::last);
    if (last.isEmpty()
        || last.get().state() != State.DONE
        || !last.get().stages().getLast().equals(EVERYWHERE)) {
      return;
    }
    Set<DeviceName> told = database.read(handle -> Set.copyOf(OrderRows.all(handle).keySet()));
    List<DeviceName> newcomers =
        agents().stream().filter(device -> !told.contains(device)).toList();
    if (newcomers.isEmpty()) {
      return;
    }
    String model = last.get().model();
    List<ModelFile> files = parts.ready(champions.file(model));
    database.change(handle -> newcomers.forEach(device -> order(handle, device, model, files, 0)));
  }

  /** Cameras that an agent speaks for; those of uploads and foreign devices take no models. */
  private List<DeviceName> agents() {
    return catalogue.cameras().stream()
        .filter(camera -> camera.model().isPresent())
        .map(Camera::device)
        .sorted(Comparator.comparing(DeviceName::toString))
        .toList();
  }
}
