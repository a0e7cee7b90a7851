package fabwafer.hub.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import fabwafer.classifier.Classifier;
import fabwafer.classifier.ClassifierException;
import fabwafer.hub.HubException;
import fabwafer.hub.archive.Archive;
import fabwafer.hub.audit.Actor;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.database.Database;
import fabwafer.hub.gate.ExcursionReplay;
import fabwafer.hub.gate.Gate;
import fabwafer.hub.gate.GateVerdict;
import fabwafer.hub.pipeline.PipelineRun.Stage;
import fabwafer.hub.pipeline.PipelineRun.State;
import fabwafer.hub.registry.ModelException;
import fabwafer.hub.registry.ModelOrigin;
import fabwafer.hub.registry.ModelRegistry;
import fabwafer.hub.registry.ModelRegistry.Arrival;
import fabwafer.hub.registry.ModelStage;
import fabwafer.hub.registry.Promotion;
import fabwafer.hub.registry.RegisteredModel;
import fabwafer.hub.registry.RegisteredModel.Verdict;
import fabwafer.hub.snapshot.Snapshot;
import fabwafer.hub.snapshot.Snapshots;
import fabwafer.wafer.dataset.WaferDataset;
import fabwafer.wafer.dataset.WaferDatasets;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Takes a run from stage to stage: labels become a snapshot, the champion learns them, the gate
 * judges, the candidate runs in test, people approve, it is delivered. Each stage's end is in the
 * database before the next begins, and each can be done again; so a run goes on after a kill.
 */
public final class Pipeline {
  /** The folder of trainings and logs in the data folder. */
  public static final String FOLDER = "pipeline";

  private static final String LOCK = "lock";
  private static final int MAX_LISTED = 50;

  private final Path folder;
  private final Database database;
  private final AuditLog audit;
  private final ModelRegistry registry;
  private final Promotion promotion;
  private final Snapshots snapshots;
  private final Gate gate;
  private final PipelineConfig config;
  private final InstantSource clock;

  /** What a pipeline works with. */
  public record Parts(
      Database database,
      AuditLog audit,
      Archive archive,
      ModelRegistry registry,
      Promotion promotion) {}

  /**
   * The pipeline of a data folder.
   *
   * @param data the hub's data folder
   * @param alarmThreshold a wafer is alarming above this probability
   */
  public Pipeline(
      Path data, Parts parts, PipelineConfig config, double alarmThreshold, InstantSource clock) {
    this.folder = data.resolve(FOLDER).toAbsolutePath();
    this.database = parts.database();
    this.audit = parts.audit();
    this.registry = parts.registry();
    this.promotion = parts.promotion();
    this.snapshots = new Snapshots(data, database, parts.archive(), clock);
    this.gate =
        new Gate(config.rules(), new ExcursionReplay(database, parts.archive(), alarmThreshold));
    this.config = config;
    this.clock = clock;
  }

  /** The runs, the newest first. */
  public List<PipelineRun> list() {
    return database.read(handle -> PipelineRows.newest(handle, MAX_LISTED));
  }

  /** The run that something may still come of. */
  public Optional<PipelineRun> open() {
    return database.read(PipelineRows::open);
  }

  /**
   * A run.
   *
   * @throws ModelException if there is none
   */
  public PipelineRun require(long id) {
    return database
        .read(handle -> PipelineRows.find(handle, id))
        .orElseThrow(
            () ->
                new ModelException(
                    ModelException.Reason.NOT_FOUND, "there is no run " + id + " of the pipeline"));
  }

  /** One log of everything a run did. */
  public Path log(long id) {
    return folder.resolve("run-" + id + ".log");
  }

  /**
   * Begins a run; {@link #advance} does its work.
   *
   * @param model a model to take instead of training one; empty to train
   * @throws ModelException if another run is open, or there is no such model
   */
  public PipelineRun begin(Actor actor, String why, Optional<String> model) {
    Optional<String> candidate = model.map(name -> registry.require(name).id());
    Stage first = candidate.isPresent() ? Stage.GATE : Stage.SNAPSHOT;
    long begun =
        audit.write(
            handle -> {
              Optional<PipelineRun> open = PipelineRows.open(handle);
              if (open.isPresent()) {
                throw new ModelException(
                    ModelException.Reason.CONFLICT,
                    "run %d of the pipeline is %s; one runs at a time"
                        .formatted(open.get().id(), open.get().state().word()));
              }
              long id =
                  PipelineRows.insert(handle, first, clock.millis(), actor.name(), why, candidate);
              audit.append(
                  handle,
                  actor,
                  "pipeline.begun",
                  "pipeline:" + id,
                  AuditLog.detail().put("why", why));
              return id;
            });
    return require(begun);
  }

  /**
   * Ends a run before its time; a training stops within seconds.
   *
   * @throws ModelException if it has ended
   */
  public PipelineRun cancel(Actor actor, long id) {
    audit.write(
        handle -> {
          PipelineRun run = require(id);
          if (!run.open()) {
            throw new ModelException(
                ModelException.Reason.CONFLICT,
                "run %d of the pipeline is %s".formatted(id, run.state().word()));
          }
          PipelineRows.end(
              handle,
              id,
              State.CANCELLED,
              Optional.of("cancelled by " + actor.name()),
              clock.millis());
          audit.append(handle, actor, "pipeline.cancelled", "pipeline:" + id, AuditLog.detail());
          return id;
        });
    return require(id);
  }

  /**
   * Does a run's stages until it ends or waits for people. Does nothing where another process does
   * them.
   *
   * @return the run as it stands then
   * @throws InterruptedException if the thread is interrupted; the run stays open
   */
  public PipelineRun advance(long id) throws InterruptedException {
    try {
      Files.createDirectories(folder);
      try (FileChannel channel =
          FileChannel.open(
              folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        if (isLocked(channel)) {
          PipelineRun run = require(id);
          while (run.state() == State.RUNNING || approved(run)) {
            step(run);
            run = require(id);
          }
        }
      }
    } catch (IOException e) {
      throw new HubException("the pipeline cannot use " + folder + ": " + e, e);
    }
    return require(id);
  }

  /** Whether labels or time ask for a run; the reason, for people. */
  public Optional<String> due() {
    if (config.program().isEmpty() || open().isPresent()) {
      return Optional.empty();
    }
    long labels = snapshots.labelsSince(database.read(PipelineRows::lastLabel));
    if (config.afterLabels() > 0 && labels >= config.afterLabels()) {
      return Optional.of("%,d new labels".formatted(labels));
    }
    long last = list().stream().findFirst().map(PipelineRun::startedMillis).orElse(0L);
    return config
        .every()
        .filter(every -> labels > 0 && clock.millis() - last >= every.toMillis())
        .map(every -> "%s after the run before".formatted(every));
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private boolean approved(PipelineRun run) {
    return run.state() == State.WAITING
        && candidate(run).map(model -> model.stage() != ModelStage.TEST).orElse(true);
  }

  private void step(PipelineRun run) throws InterruptedException {
    try {
      switch (run.stage()) {
        case SNAPSHOT -> snapshot(run);
        case TRAIN -> train(run);
        case GATE -> judge(run);
        case TEST -> test(run);
        case APPROVAL -> approval(run);
        case DELIVERY -> deliver(run);
      }
    } catch (HubException | ClassifierException e) {
      end(run, State.FAILED, String.valueOf(e.getMessage()));
    }
  }

  private void snapshot(PipelineRun run) {
    RegisteredModel champion =
        registry.champion().orElseThrow(() -> new HubException("there is no champion to train"));
    Snapshot made = snapshots.make();
    database.change(
        handle ->
            PipelineRows.setSnapshot(handle, run.id(), made.id(), made.lastLabel(), champion.id()));
    tell(
        run,
        "snapshot %s: %,d wafers of %,d lots to learn from %s, %,d held out, left out %s"
            .formatted(
                made.id(),
                made.training(),
                made.lots(),
                made.labels(),
                made.heldOut(),
                made.leftOut()));
    move(run, Stage.TRAIN);
  }

  private void train(PipelineRun run) throws InterruptedException {
    Snapshot snapshot = snapshots.find(run.snapshot().orElseThrow());
    Path out = folder.resolve("model-" + run.id());
    tell(run, "training from " + run.parent().orElseThrow());
    boolean trained =
        new TrainingProcess(config, out, log(run.id()))
            .run(
                snapshot.trainingFile().toAbsolutePath(),
                registry.file(run.parent().orElseThrow()).toAbsolutePath(),
                () -> !require(run.id()).open(),
                (epoch, epochs) ->
                    database.change(
                        handle -> PipelineRows.setEpoch(handle, run.id(), epoch, epochs)));
    if (!trained) {
      tell(run, "the training was cancelled");
      return;
    }
    RegisteredModel added =
        registry.add(
            Actor.HUB,
            out,
            new Arrival(ModelOrigin.TRAINING, run.snapshot(), Optional.of(run.why())));
    database.change(handle -> PipelineRows.setCandidate(handle, run.id(), added.id()));
    tell(run, "trained " + added.id());
    move(run, Stage.GATE);
  }

  private void judge(PipelineRun run) throws InterruptedException {
    RegisteredModel model = candidate(run).orElseThrow(() -> new HubException("no candidate"));
    // A model that was brought is measured on what the last snapshot held out.
    Snapshot snapshot = run.snapshot().map(snapshots::find).orElseGet(snapshots::make);
    GateVerdict verdict = judged(model, snapshot);
    promotion.judged(
        Actor.HUB,
        model.id(),
        new Verdict(
            registry.champion().map(RegisteredModel::id),
            clock.millis(),
            verdict.passed(),
            verdict.json().put("snapshot", snapshot.id()).toString()));
    verdict
        .rules()
        .forEach(
            rule ->
                tell(run, "gate: %s %s: %s".formatted(rule.name(), rule.says(), rule.reason())));
    if (verdict.passed()) {
      move(run, Stage.TEST);
    } else {
      end(
          run,
          State.FAILED,
          "the gate did not pass it: "
              + verdict.rules().stream()
                  .filter(rule -> rule.says() == GateVerdict.Says.FAIL)
                  .map(rule -> rule.name() + " (" + rule.reason() + ")")
                  .collect(Collectors.joining("; ")));
    }
  }

  private GateVerdict judged(RegisteredModel model, Snapshot snapshot) throws InterruptedException {
    Path heldOut =
        snapshot
            .heldOutFile()
            .orElseThrow(
                () ->
                    new HubException(
                        "snapshot %s holds out no wafer to judge by; review wafers of more lots"
                            .formatted(snapshot.id())));
    Optional<RegisteredModel> champion =
        registry.champion().filter(other -> !other.id().equals(model.id()));
    try (Classifier candidate = Classifier.open(registry.file(model.id()))) {
      WaferDataset wafers = WaferDatasets.read(heldOut);
      String sha256 = Archive.sha256(Files.readAllBytes(heldOut));
      if (champion.isEmpty()) {
        return gate.judge(candidate, Optional.empty(), wafers, sha256, model.bytes());
      }
      try (Classifier other = Classifier.open(registry.file(champion.get().id()))) {
        return gate.judge(candidate, Optional.of(other), wafers, sha256, model.bytes());
      }
    } catch (IOException e) {
      throw new HubException("cannot read the held-out wafers " + heldOut + ": " + e, e);
    }
  }

  private void test(PipelineRun run) {
    RegisteredModel model = candidate(run).orElseThrow(() -> new HubException("no candidate"));
    if (model.stage() == ModelStage.CANDIDATE) {
      promotion.test(Actor.HUB, model.id(), Optional.empty());
    }
    tell(run, "in test; waits for %d to approve".formatted(promotion.approvers()));
    database.change(
        handle ->
            PipelineRows.move(
                handle,
                run.id(),
                Stage.APPROVAL,
                State.WAITING,
                Optional.of("approve or reject model " + model.shortId())));
  }

  private void approval(PipelineRun run) {
    RegisteredModel model = candidate(run).orElseThrow(() -> new HubException("no candidate"));
    switch (model.stage()) {
      case CHALLENGER, CHAMPION -> move(run, Stage.DELIVERY);
      case TEST -> {}
      case CANDIDATE -> end(run, State.FAILED, "another model took its place in test");
      case RETIRED -> end(run, State.FAILED, "rejected: " + model.note().orElse("no reason given"));
    }
  }

  private void deliver(PipelineRun run) {
    RegisteredModel model = candidate(run).orElseThrow(() -> new HubException("no candidate"));
    if (model.stage() == ModelStage.CHALLENGER) {
      promotion.deploy(Actor.HUB, model.id());
    }
    tell(run, "delivered: " + model.id() + " is the champion");
    end(run, State.DONE, "model " + model.shortId() + " is the champion");
  }

  private Optional<RegisteredModel> candidate(PipelineRun run) {
    return run.candidate().map(registry::require);
  }

  private void move(PipelineRun run, Stage stage) {
    database.change(
        handle -> PipelineRows.move(handle, run.id(), stage, State.RUNNING, Optional.empty()));
  }

  private void end(PipelineRun run, State state, String message) {
    tell(run, state.word() + ": " + message);
    database.change(
        handle -> PipelineRows.end(handle, run.id(), state, Optional.of(message), clock.millis()));
  }

  private void tell(PipelineRun run, String line) {
    try {
      Files.writeString(
          log(run.id()),
          clock.instant() + " " + line + "\n",
          UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new HubException("cannot write " + log(run.id()) + ": " + e, e);
    }
  }
}
