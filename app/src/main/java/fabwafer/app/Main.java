package fabwafer.app;

import fabwafer.agent.AgentException;
import fabwafer.app.Settings.MistakesException;
import fabwafer.classifier.ClassifierException;
import fabwafer.hub.HubException;
import fabwafer.protocol.MessageException;
import fabwafer.protocol.tls.TlsException;
import fabwafer.training.TrainingException;
import fabwafer.wafer.WaferException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The program {@code fabwafer}: picks the subcommand and turns failures into one clear line. */
@Command(
    name = "fabwafer",
    description = "Real-time wafer-map defect detection for semiconductor fabs.",
    mixinStandardHelpOptions = true,
    version = "fabwafer " + Main.VERSION,
    subcommands = {
      DemoCommand.class,
      CommandLine.HelpCommand.class,
      HubCommand.class,
      BackupCommand.class,
      RestoreCommand.class,
      RetentionCommand.class,
      AgentCommand.class,
      DeviceCommand.class,
      TrainCommand.class,
      CalibrateCommand.class,
      EvaluateCommand.class,
      QuantiseCommand.class,
      ClassifyCommand.class,
      ShowCommand.class,
      GenerateCommand.class,
      ConvertCommand.class,
      DatasetCommand.class,
      AuditCommand.class,
      TokenCommand.class,
      ModelCommand.class,
      PipelineCommand.class
    })
final class Main implements Runnable {
  /** The program's version; a trained model's card says it. */
  static final String VERSION = "0.1.0";

  /** Exit code of a run that failed for a reason it told. */
  static final int FAILED = 1;

  private static final List<String> LEVELS = List.of("error", "warn", "info", "debug", "trace");

  @Spec private CommandSpec spec;

  @Option(
      names = "--log",
      scope = CommandLine.ScopeType.INHERIT,
      paramLabel = "text|json",
      description = "How the log looks: lines for a person (default) or a JSON object a line.")
  void logFormat(String format) {
    if (!format.equals("text") && !format.equals("json")) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--log must be text or json, got '" + format + "'");
    }
    System.setProperty(Logging.FORMAT, format);
  }

  @Option(
      names = "--log-level",
      scope = CommandLine.ScopeType.INHERIT,
      paramLabel = "LEVEL",
      description = "error, warn, info (default), debug or trace.")
  void logLevel(String level) {
    if (!LEVELS.contains(level)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--log-level must be one of " + LEVELS + ", got '" + level + "'");
    }
    System.setProperty(Logging.LEVEL, level);
  }

  @SuppressWarnings("NullAway.Init") // picocli sets the spec before it runs the command
  private Main() {}

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "Which command? 'fabwafer --help' lists them.");
  }

  /** Runs one command and exits: 0 done, 1 failed and said why, 2 wrong command line. */
  public static void main(String[] args) {
    // Read when the first TLS connection is made: a client could keep a TLS 1.2 server busy.
    System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setExecutionExceptionHandler(Main::tell)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setAbbreviatedOptionsAllowed(false);
  }

  /** One line for a failure that a person can mend; the whole trace for one that only we can. */
  private static int tell(Exception failure, CommandLine command, ParseResult parsed) {
    PrintWriter err = command.getErr();
    switch (failure) {
      case WaferException e -> err.println("fabwafer: " + e.getMessage());
      case ClassifierException e -> err.println("fabwafer: " + e.getMessage());
      case AgentException e -> err.println("fabwafer: " + e.getMessage());
      case TrainingException e -> err.println("fabwafer: " + e.getMessage());
      case MessageException e -> err.println("fabwafer: " + e.getMessage());
      case TlsException e -> err.println("fabwafer: " + e.getMessage());
      case HubException e -> err.println("fabwafer: " + e.getMessage());
      case MistakesException e -> err.println("fabwafer: " + e.getMessage());
      case NoSuchFileException e -> err.println("fabwafer: no such file: " + e.getFile());
      case AccessDeniedException e -> err.println("fabwafer: no right to use " + e.getFile());
      case IOException e -> err.println("fabwafer: " + e.getMessage());
      default -> {
        err.println("fabwafer: this should not have happened; please report it with what follows");
        failure.printStackTrace(err);
      }
    }
    return FAILED;
  }
}
