package fabwafer.app;

import fabwafer.hub.HubConfig;
import fabwafer.hub.audit.Actor;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.backup.Backup;
import fabwafer.hub.database.Database;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fabwafer backup}: copies a hub's data away while it runs. */
@Command(
    name = "backup",
    description = {
      "Copies everything a hub keeps into a new folder: database, images, certificates.",
      "The hub may run meanwhile. docs/operating.md says how to restore it."
    },
    mixinStandardHelpOptions = true)
final class BackupCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DataFolderOptions hub = new DataFolderOptions();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "The folder to be made. On the archive's disk images are hard links.")
  private Path out;

  @SuppressWarnings("NullAway.Init") // picocli fills the fields before it calls
  BackupCommand() {}

  @Override
  public Integer call() {
    HubConfig config = hub.usedConfig();
    Backup.Report report =
        Backup.make(
            config.data().toAbsolutePath(),
            config.archive().toAbsolutePath(),
            out.toAbsolutePath(),
            Clock.systemUTC());
    try (Database database = Database.open(config.data())) {
      new AuditLog(database, Clock.systemUTC())
          .append(
              Actor.operator(),
              "backup.made",
              "",
              AuditLog.detail().put("images", report.images()).put("bytes", report.bytes()));
    }
    PrintWriter print = spec.commandLine().getOut();
    print.printf("backup     %s%n", out.toAbsolutePath());
    print.printf("as of      %s%n", report.madeAt());
    print.printf("images     %,d%n", report.images());
    print.printf("bytes      %,d%n", report.bytes());
    report.damaged().forEach(path -> print.printf("damaged    %s%n", path));
    print.flush();
    return report.damaged().isEmpty() ? 0 : Main.FAILED;
  }
}
