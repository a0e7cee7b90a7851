package fabwafer.hub.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import fabwafer.hub.HubException;
import fabwafer.hub.database.Database;
import fabwafer.hub.pipeline.PipelineRun.Stage;
import fabwafer.hub.pipeline.PipelineRun.State;
import fabwafer.hub.registry.ModelException;
import fabwafer.hub.snapshot.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.Optional;

/** What is known of the runs: their rows, and a log of everything each did. */
final class RunJournal {
  private final Path folder;
  private final Database database;
  private final InstantSource clock;

  /**
   * The journal of a pipeline.
   *
   * @param folder of the logs; made when a run goes on
   */
  RunJournal(Path folder, Database database, InstantSource clock) {
    this.folder = folder;
    this.database = database;
    this.clock = clock;
  }

  /** The pipeline's folder, of trainings and logs. */
  Path folder() {
    return folder;
  }

  /**
   * A run.
   *
   * @throws ModelException if there is none
   */
  PipelineRun require(long id) {
    return database
        .read(handle -> PipelineRows.find(handle, id))
        .orElseThrow(
            () ->
                new ModelException(
                    ModelException.Reason.NOT_FOUND, "there is no run " + id + " of the pipeline"));
  }

  /** One log of everything a run did. */
  Path log(long id) {
    return folder.resolve("run-" + id + ".log");
  }

  /** A snapshot was made for a run that trains from {@code parent}. */
  void snapshotMade(PipelineRun run, Snapshot made, String parent) {
    database.change(
        handle -> PipelineRows.setSnapshot(handle, run.id(), made.id(), made.lastLabel(), parent));
  }

  void epochDone(PipelineRun run, int epoch, int epochs) {
    database.change(handle -> PipelineRows.setEpoch(handle, run.id(), epoch, epochs));
  }

  void candidateMade(PipelineRun run, String model) {
    database.change(handle -> PipelineRows.setCandidate(handle, run.id(), model));
  }

  /** The run goes on with that stage. */
  void move(PipelineRun run, Stage stage) {
    move(run, stage, State.RUNNING, Optional.empty());
  }

  /**
   * The run is at that stage.
   *
   * @param message how far it is, or what it waits for
   */
  void move(PipelineRun run, Stage stage, State state, Optional<String> message) {
    database.change(handle -> PipelineRows.move(handle, run.id(), stage, state, message));
  }

  void end(PipelineRun run, State state, String message) {
    tell(run, state.word() + ": " + message);
    database.change(
        handle -> PipelineRows.end(handle, run.id(), state, Optional.of(message), clock.millis()));
  }

  /** Adds a line to the run's log. */
  void tell(PipelineRun run, String line) {
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
