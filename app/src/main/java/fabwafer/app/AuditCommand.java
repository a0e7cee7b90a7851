package fabwafer.app;

import fabwafer.hub.HubException;
import fabwafer.hub.audit.Actor;
import fabwafer.hub.audit.AuditExport;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.audit.AuditQuery;
import fabwafer.hub.audit.AuditVerdict;
import fabwafer.hub.database.Database;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fabwafer audit}: the audit of a hub on this machine, running or not. */
@Command(
    name = "audit",
    description = "Verifies or exports the audit of a hub on this machine.",
    mixinStandardHelpOptions = true,
    subcommands = {AuditCommand.Verify.class, AuditCommand.Export.class})
final class AuditCommand implements Runnable {
  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the spec before it runs the command
  AuditCommand() {}

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "Which command? 'fabwafer audit --help' lists them.");
  }

  /** {@code fabwafer audit verify}. */
  @Command(
      name = "verify",
      description = {
        "Reads every entry; exit code 0: the audit is as it was written, 1: it is not.",
        "Prints its head, which proves later, noted elsewhere, that the end is not cut off."
      },
      mixinStandardHelpOptions = true)
  static final class Verify implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private DataFolderOptions hub;

    @Option(
        names = "--head",
        paramLabel = "ID:HASH",
        description = "A head printed earlier: it must still be there, unless a cut removed it.")
    private @Nullable String head;

    @SuppressWarnings("NullAway.Init") // picocli sets what it injects before it runs the command
    Verify() {}

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      try (Database database = Database.open(hub.usedConfig().data())) {
        AuditLog audit = new AuditLog(database, Clock.systemUTC());
        return switch (audit.verify()) {
          case AuditVerdict.Broken(long id, String why) -> {
            out.println("BROKEN     entry " + id + ": " + why);
            yield Main.FAILED;
          }
          case AuditVerdict.Intact(long first, long last, String newest) -> {
            if (head != null && !audit.holds(requireHead(head), hashOf(head))) {
              out.println("BROKEN     the audit does not go on from the head " + head);
              yield Main.FAILED;
            }
            out.println("intact     entries " + first + " to " + last);
            out.println("head       " + last + ":" + newest);
            yield 0;
          }
        };
      }
    }

    private static long requireHead(String head) {
      if (!head.matches("[0-9]{1,18}:[0-9a-f]{64}")) {
        throw new HubException("--head must be ID:HASH as printed before, got '" + head + "'");
      }
      return Long.parseLong(head.substring(0, head.indexOf(':')));
    }

    private static String hashOf(String head) {
      return head.substring(head.indexOf(':') + 1);
    }
  }

  /** {@code fabwafer audit export}. */
  @Command(
      name = "export",
      description = "Writes every entry, the oldest first.",
      mixinStandardHelpOptions = true)
  static final class Export implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private DataFolderOptions hub;

    @Option(
        names = "--format",
        paramLabel = "csv|jsonl",
        description = "CSV for a spreadsheet, or a JSON object a line (default).")
    private AuditExport.Format format = AuditExport.Format.JSONL;

    @Option(names = "--out", paramLabel = "FILE", description = "A new file.", required = true)
    private Path file;

    @SuppressWarnings("NullAway.Init") // picocli sets what it injects before it runs the command
    Export() {}

    @Override
    public Integer call() throws IOException {
      if (Files.exists(file)) {
        throw new HubException(file + " is there already; --out must name a new file");
      }
      try (Database database = Database.open(hub.usedConfig().data())) {
        AuditLog audit = new AuditLog(database, Clock.systemUTC());
        audit.append(
            Actor.operator(),
            "audit.exported",
            "audit",
            AuditLog.detail().put("format", format.word()));
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
          AuditExport.write(audit, AuditQuery.ALL, format, out);
        }
      }
      spec.commandLine().getOut().println("written    " + file);
      return 0;
    }
  }
}
