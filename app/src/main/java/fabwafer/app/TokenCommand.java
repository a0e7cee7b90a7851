package fabwafer.app;

import fabwafer.hub.HubException;
import fabwafer.hub.account.ApiToken;
import fabwafer.hub.account.ApiTokens;
import fabwafer.hub.audit.Actor;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.audit.RepeatedEvents;
import fabwafer.hub.database.Database;
import fabwafer.hub.web.Scope;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fabwafer token}: what programs send a hub on this machine instead of a password. */
@Command(
    name = "token",
    description = "Makes, lists and revokes API tokens of a hub on this machine.",
    mixinStandardHelpOptions = true,
    subcommands = {TokenCommand.Add.class, TokenCommand.Show.class, TokenCommand.Revoke.class})
final class TokenCommand implements Runnable {
  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the spec before it runs the command
  TokenCommand() {}

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "Which command? 'fabwafer token --help' lists them.");
  }

  private static void with(DataFolderOptions hub, Consumer<ApiTokens> work) {
    Clock clock = Clock.systemUTC();
    try (Database database = Database.open(hub.usedConfig().data())) {
      AuditLog audit = new AuditLog(database, clock);
      try (RepeatedEvents strangers = new RepeatedEvents(audit, clock)) {
        work.accept(new ApiTokens(database, clock, audit, strangers));
      }
    }
  }

  private static String scopes(Set<Scope> scopes) {
    return String.join(",", scopes.stream().sorted().map(Scope::word).toList());
  }

  /** {@code fabwafer token add}. */
  @Command(
      name = "add",
      description = "Makes a token and prints it, once: the hub keeps only a hash of it.",
      mixinStandardHelpOptions = true)
  static final class Add implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private DataFolderOptions hub;

    @Option(
        names = "--owner",
        paramLabel = "USER",
        required = true,
        description = "The account it acts for; it may never do more than that one.")
    private String owner;

    @Option(
        names = "--name",
        paramLabel = "TEXT",
        required = true,
        description = "What it is for, to tell it from others.")
    private String name;

    @Option(
        names = "--scopes",
        paramLabel = "SCOPE",
        split = ",",
        required = true,
        description = "read, review, approve, ingest, metrics, classify, admin.")
    private List<String> scopes;

    @Option(
        names = "--days",
        paramLabel = "N",
        description = "How long it lasts, at most 366; default: ${DEFAULT-VALUE}.")
    private int days = ApiTokens.DEFAULT_DAYS;

    @SuppressWarnings("NullAway.Init") // picocli sets what it injects before it runs the command
    Add() {}

    @Override
    public Integer call() {
      Set<Scope> wanted = EnumSet.noneOf(Scope.class);
      scopes.forEach(word -> wanted.add(scope(word)));
      PrintWriter out = spec.commandLine().getOut();
      with(
          hub,
          tokens -> {
            ApiTokens.Made made = tokens.make(Actor.operator(), owner, name, wanted, days);
            out.println("token      " + made.secret());
            out.println("           (printed this once: the hub keeps only a hash of it)");
            out.println("id         " + made.token().id());
            out.println("expires    " + Instant.ofEpochMilli(made.token().expiresMillis()));
          });
      return 0;
    }

    private static Scope scope(String word) {
      return Scope.ofWord(word.strip())
          .orElseThrow(
              () ->
                  new HubException(
                      "--scopes must be of %s, got '%s'"
                          .formatted(
                              String.join(
                                  ", ", Arrays.stream(Scope.values()).map(Scope::word).toList()),
                              word)));
    }
  }

  /** {@code fabwafer token list}. */
  @Command(
      name = "list",
      description = "Lists the tokens that last, the newest first.",
      mixinStandardHelpOptions = true)
  static final class Show implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private DataFolderOptions hub;

    @SuppressWarnings("NullAway.Init") // picocli sets what it injects before it runs the command
    Show() {}

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      with(hub, tokens -> tokens.list(Optional.empty()).forEach(token -> print(out, token)));
      return 0;
    }

    private static void print(PrintWriter out, ApiToken token) {
      out.printf(
          "%d  %s  %s  %s  until %s  used %s%n",
          token.id(),
          token.owner(),
          scopes(token.scopes()),
          token.name(),
          Instant.ofEpochMilli(token.expiresMillis()),
          token.lastUsedMillis().isPresent()
              ? Instant.ofEpochMilli(token.lastUsedMillis().getAsLong())
              : "never");
    }
  }

  /** {@code fabwafer token revoke}. */
  @Command(name = "revoke", description = "Ends a token at once.", mixinStandardHelpOptions = true)
  static final class Revoke implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private DataFolderOptions hub;

    @Parameters(paramLabel = "ID", description = "As token list tells it.")
    private long id;

    @SuppressWarnings("NullAway.Init") // picocli sets what it injects before it runs the command
    Revoke() {}

    @Override
    public Integer call() {
      with(
          hub,
          tokens -> {
            if (!tokens.revoke(Actor.operator(), id, Optional.empty())) {
              throw new HubException("there is no token " + id);
            }
          });
      spec.commandLine().getOut().println("revoked    " + id);
      return 0;
    }
  }
}
