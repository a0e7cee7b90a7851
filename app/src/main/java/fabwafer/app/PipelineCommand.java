package fabwafer.app;

import fabwafer.hub.HubConfig;
import fabwafer.hub.alarm.AlarmStore;
import fabwafer.hub.alarm.Alarms;
import fabwafer.hub.archive.Archive;
import fabwafer.hub.audit.Actor;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.database.Database;
import fabwafer.hub.pipeline.Pipeline;
import fabwafer.hub.pipeline.PipelineRun;
import fabwafer.hub.pipeline.PipelineRun.State;
import fabwafer.hub.registry.ModelRegistry;
import fabwafer.hub.registry.Promotion;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fabwafer pipeline}: from labels to a champion, for people and for CI systems. */
@Command(
    name = "pipeline",
    description = {
      "Trains a model on what people reviewed, judges it, tests it, waits for approval, delivers"
          + " it.",
      "Works on the hub's data folder, also while the hub runs."
    },
    mixinStandardHelpOptions = true)
final class PipelineCommand implements Runnable {
  /** The run ended and did not make a champion. */
  static final int NOT_PASSED = 3;

  /** The run waits for people; the same command goes on with it. */
  static final int WAITING = 4;

  private static final String ROW = "%-5s %-10s %-10s %-20s %-14s %-8s %s%n";
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the spec before it runs the command
  PipelineCommand() {}

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "Which one? 'fabwafer pipeline --help' lists them.");
  }

  @Command(
      name = "run",
      description = {
        "Begins a run, or goes on with the one that is open, until it ends or waits for approval.",
        "Exit code: 0 the model is the champion, 1 failed, 3 the gate or a person said no, or it",
        "was cancelled, 4 waits for approval: the same command goes on."
      },
      mixinStandardHelpOptions = true)
  int go(
      @Mixin DataFolderOptions folder,
      @Option(
              names = "--skip-training",
              paramLabel = "MODEL",
              description = "Judge and deliver this model of the registry instead of training one.")
          @Nullable String model)
      throws IOException, InterruptedException {
    return with(
        folder,
        pipeline -> {
          PipelineRun run =
              pipeline
                  .open()
                  .or(pipeline::overridden)
                  .orElseGet(
                      () ->
                          pipeline.begin(
                              Actor.operator(), "asked for", Optional.ofNullable(model)));
          run = pipeline.advance(run.id());
          // The hub may have begun with it; then this follows what the hub does.
          while (run.state() == State.RUNNING) {
            Thread.sleep(LOOK_EVERY);
            run = pipeline.advance(run.id());
          }
          PrintWriter out = spec.commandLine().getOut();
          out.printf(
              "run %d %s at %s: %s%nlog %s%n",
              run.id(),
              run.state().word(),
              run.stage().word(),
              run.message().orElse("-"),
              pipeline.log(run.id()));
          out.flush();
          return switch (run.state()) {
            case DONE -> 0;
            case WAITING, RUNNING -> WAITING;
            case CANCELLED -> NOT_PASSED;
            case FAILED ->
                switch (run.stage()) {
                  case GATE, APPROVAL -> NOT_PASSED;
                  case SNAPSHOT, TRAIN, TEST, DELIVERY -> Main.FAILED;
                };
          };
        });
  }

  @Command(
      name = "list",
      description = "Lists the runs, the newest first.",
      mixinStandardHelpOptions = true)
  int list(@Mixin DataFolderOptions folder) throws IOException, InterruptedException {
    return with(
        folder,
        pipeline -> {
          PrintWriter out = spec.commandLine().getOut();
          out.printf(ROW, "RUN", "STAGE", "STATE", "BEGAN", "MODEL", "EPOCH", "MESSAGE");
          for (PipelineRun run : pipeline.list()) {
            out.printf(
                ROW,
                run.id(),
                run.stage().word(),
                run.state().word(),
                Instant.ofEpochSecond(run.startedMillis() / 1_000),
                run.candidate().map(id -> id.substring(0, 12)).orElse("-"),
                run.epoch() + "/" + run.epochs(),
                run.message().orElse("-"));
          }
          out.flush();
          return 0;
        });
  }

  @Command(
      name = "cancel",
      description = "Ends a run before its time; a training stops within seconds.",
      mixinStandardHelpOptions = true)
  int cancel(@Mixin DataFolderOptions folder, @Parameters(paramLabel = "RUN") long id)
      throws IOException, InterruptedException {
    return with(
        folder,
        pipeline -> {
          pipeline.cancel(Actor.operator(), id);
          return 0;
        });
  }

  /** Work on the pipeline of a data folder. */
  @FunctionalInterface
  private interface Work {
    int on(Pipeline pipeline) throws IOException, InterruptedException;
  }

  private static int with(DataFolderOptions folder, Work work)
      throws IOException, InterruptedException {
    HubConfig config = folder.usedConfig();
    Clock clock = Clock.systemUTC();
    try (Database database = Database.open(config.data());
        // Its notices lie in the outbox, from which a running hub sends them.
        Alarms alarms =
            new Alarms(
                database,
                new AlarmStore(database),
                config.alarm(),
                "pipeline",
                clock,
                _ -> {},
                Optional.empty())) {
      AuditLog audit = new AuditLog(database, clock);
      ModelRegistry registry = new ModelRegistry(config.data(), database, audit, clock);
      Promotion promotion = new Promotion(registry, audit, config.lifecycle().approvers(), clock);
      Archive archive = new Archive(config.archive(), database);
      return work.on(
          new Pipeline(
              config.data(),
              new Pipeline.Parts(database, audit, archive, registry, promotion, alarms.system()),
              config.pipeline(),
              config.alarm().threshold(),
              clock));
    }
  }
}
