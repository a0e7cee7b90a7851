package fabwafer.app;

import fabwafer.hub.HubConfig;
import fabwafer.hub.archive.Archive;
import fabwafer.hub.audit.Actor;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.database.Database;
import fabwafer.hub.retention.Retention;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fabwafer retention}: removes what was kept long enough, as the hub does daily. */
@Command(
    name = "retention",
    description = {
      "Removes what is older than the hub's settings keep-images, keep-classifications,",
      "keep-quarantine and keep-audit say. Wafers with a label or on an open alarm stay."
    },
    mixinStandardHelpOptions = true)
final class RetentionCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DataFolderOptions hub = new DataFolderOptions();

  @Option(names = "--dry-run", description = "Only say what would go.")
  private boolean dryRun;

  @SuppressWarnings("NullAway.Init") // picocli fills the fields before it calls
  RetentionCommand() {}

  @Override
  public Integer call() {
    HubConfig config = hub.usedConfig();
    Clock clock = Clock.systemUTC();
    try (Database database = Database.open(config.data())) {
      Retention retention =
          new Retention(
              config.data(),
              database,
              new Archive(config.archive(), database),
              new AuditLog(database, clock),
              config.retention(),
              clock);
      print(dryRun ? retention.dryRun() : retention.run(Actor.operator()));
    }
    return 0;
  }

  private void print(Retention.Report report) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(dryRun ? "would remove" : "removed");
    out.printf("images           %,d (%,d bytes)%n", report.images(), report.imageBytes());
    out.printf("classifications  %,d%n", report.classifications());
    out.printf("quarantine       %,d%n", report.quarantine());
    out.printf("audit            %,d%n", report.audit());
    out.printf("kept, as a label or an open alarm refers to it: %,d%n", report.held());
    out.flush();
  }
}
