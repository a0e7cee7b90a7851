package fabwafer.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code fabwafer dataset}: data sets made, looked at, split and handed on. */
@Command(
    name = "dataset",
    description = "Makes a data set of any wafer maps, and looks at, splits and exports data sets.",
    mixinStandardHelpOptions = true,
    subcommands = {
      DatasetImportCommand.class,
      DatasetStatsCommand.class,
      DatasetSplitCommand.class,
      DatasetExportCommand.class,
      DatasetShowCommand.class
    })
final class DatasetCommand implements Runnable {
  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the spec before it runs the command
  DatasetCommand() {}

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "Which command? 'fabwafer dataset --help' lists them.");
  }
}
