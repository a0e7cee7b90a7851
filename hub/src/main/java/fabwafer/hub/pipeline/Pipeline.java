package fabwafer.hub.pipeline;

import fabwafer.hub.HubException;
import fabwafer.hub.alarm.SystemAlarms;
import fabwafer.hub.archive.Archive;
import fabwafer.hub.audit.Actor;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.database.Database;
import fabwafer.hub.gate.ExcursionReplay;
import fabwafer.hub.gate.Gate;
import fabwafer.hub.pipeline.PipelineRun.Stage;
import fabwafer.hub.pipeline.PipelineRun.State;
import fabwafer.hub.registry.ModelException;
import fabwafer.hub.registry.ModelRegistry;
import fabwafer.hub.registry.ModelStage;
import fabwafer.hub.registry.Promotion;
import fabwafer.hub.registry.RegisteredModel;
import fabwafer.hub.snapshot.Snapshot;
import fabwafer.hub.snapshot.Snapshots;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

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

  /** Stages that a model which the gate did not pass has by override alone. */
  private static final Set<ModelStage> TESTED = EnumSet.of(ModelStage.TEST, ModelStage.CHALLENGER);

  private final Path folder;
  private final Database database;
  private final AuditLog audit;
  private final ModelRegistry registry;
  private final Snapshots snapshots;
  private final PipelineConfig config;
  private final RunJournal journal;
  private final RunStages stages;
  private final InstantSource clock;

  /** What a pipeline works with. */
  public record Parts(
      Database database,
      AuditLog audit,
      Archive archive,
      ModelRegistry registry,
      Promotion promotion,
      SystemAlarms alarms) {}

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
    this.snapshots = new Snapshots(data, database, parts.archive(), clock);
    this.config = config;
    this.clock = clock;
    this.journal = new RunJournal(folder, database, clock);
    Gate gate =
        new Gate(config.rules(), new ExcursionReplay(database, parts.archive(), alarmThreshold));
    this.stages =
        new RunStages(
            parts,
            journal,
            config,
            snapshots,
            new GateStage(parts, journal, snapshots, gate, clock),
            clock);
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
    return journal.require(id);
  }

  /**
   * The newest run, where the gate ended it and a person has put its model into test since, by
   * override: it goes on from there.
   */
  public Optional<PipelineRun> overridden() {
    Optional<PipelineRun> revived =
        list().stream()
            .findFirst()
            .filter(run -> run.state() == State.FAILED && run.stage() == Stage.GATE)
            .filter(
                run ->
                    stages
                        .candidate(run)
                        .map(RegisteredModel::stage)
                        .map(TESTED::contains)
                        .orElse(false));
    if (revived.isEmpty()
        || !database.write(handle -> PipelineRows.revive(handle, revived.get().id()))) {
      return Optional.empty();
    }
    journal.tell(revived.get(), "goes on: the gate's verdict was overridden");
    return Optional.of(require(revived.get().id()));
  }

  /** One log of everything a run did. */
  public Path log(long id) {
    return journal.log(id);
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
              requireNoneOpen(handle);
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

  private static void requireNoneOpen(Handle handle) {
    Optional<PipelineRun> open = PipelineRows.open(handle);
    if (open.isPresent()) {
      throw new ModelException(
          ModelException.Reason.CONFLICT,
          "run %d of the pipeline is %s; one runs at a time"
              .formatted(open.get().id(), open.get().state().word()));
    }
  }

  /**
   * Lets a run go on that failed or was cancelled, from the stage where it ended; a training from
   * its last epoch.
   *
   * @throws ModelException if it is open or done, or another run is open
   */
  public PipelineRun resume(Actor actor, long id) {
    audit.write(
        handle -> {
          PipelineRun run = require(id);
          if (run.state() != State.FAILED && run.state() != State.CANCELLED) {
            throw new ModelException(
                ModelException.Reason.CONFLICT,
                "run %d of the pipeline is %s; only one that failed or was cancelled goes on"
                    .formatted(id, run.state().word()));
          }
          requireNoneOpen(handle);
          PipelineRows.reopen(handle, id);
          audit.append(
              handle,
              actor,
              "pipeline.resumed",
              "pipeline:" + id,
              AuditLog.detail().put("stage", run.stage().word()));
          return id;
        });
    journal.tell(require(id), "goes on, asked by " + actor.name());
    return require(id);
  }

  /** What a run would learn from, and when one starts by itself. */
  public Outlook outlook() {
    long labels = snapshots.labelsSince(database.read(PipelineRows::lastLabel));
    Optional<Long> next =
        config
            .every()
            .map(
                every ->
                    list().stream().findFirst().map(PipelineRun::startedMillis).orElse(0L)
                        + every.toMillis());
    return new Outlook(
        !config.program().isEmpty(), labels, config.afterLabels(), config.every(), next);
  }

  /** A snapshot that a run made. */
  public Optional<Snapshot> snapshot(String id) {
    return snapshots.exists(id) ? Optional.of(snapshots.find(id)) : Optional.empty();
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
          boolean goesOn = true;
          while (goesOn && (run.state() == State.RUNNING || approved(run))) {
            goesOn = stages.step(run);
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
        && stages.candidate(run).map(model -> model.stage() != ModelStage.TEST).orElse(true);
  }
}
