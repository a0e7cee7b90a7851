package fabwafer.app;

import fabwafer.hub.HubConfig;
import fabwafer.hub.HubException;
import fabwafer.hub.backup.Restore;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fabwafer restore}: puts a backup into a new data folder. */
@Command(
    name = "restore",
    description = {
      "Checks a backup, file by file, and puts it into a data folder that is missing or empty.",
      "Start the hub on it afterwards."
    },
    mixinStandardHelpOptions = true)
final class RestoreCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DataFolderOptions hub = new DataFolderOptions();

  @Option(
      names = "--from",
      required = true,
      paramLabel = "DIR",
      description = "A folder that 'fabwafer backup' made.")
  private Path from;

  @SuppressWarnings("NullAway.Init") // picocli fills the fields before it calls
  RestoreCommand() {}

  @Override
  public Integer call() {
    HubConfig config = hub.config();
    if (!config.archive().equals(config.data().resolve("archive"))) {
      throw new HubException(
          "a restore puts the images into <data>/archive: run it without the setting archive, then"
              + " move that folder to "
              + config.archive());
    }
    Restore.Report report = Restore.run(from.toAbsolutePath(), config.data().toAbsolutePath());
    PrintWriter print = spec.commandLine().getOut();
    print.printf("restored   %s%n", config.data().toAbsolutePath());
    print.printf("as of      %s%n", report.madeAt());
    print.printf("files      %,d%n", report.files());
    print.printf("bytes      %,d%n", report.bytes());
    print.flush();
    return 0;
  }
}
