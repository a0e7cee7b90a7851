package fabwafer.app;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.hub.account.AccountConfig;
import fabwafer.hub.account.Accounts;
import fabwafer.hub.account.ApiTokens;
import fabwafer.hub.audit.Actor;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.audit.RepeatedEvents;
import fabwafer.hub.database.Database;
import fabwafer.hub.web.Role;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TokenAndAuditCommandTest {
  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void makeAnAccount() {
    Clock clock = Clock.systemUTC();
    try (Database database = Database.open(folder)) {
      AuditLog audit = new AuditLog(database, clock);
      try (RepeatedEvents strangers = new RepeatedEvents(audit, clock)) {
        ApiTokens tokens = new ApiTokens(database, clock, audit, strangers);
        new Accounts(database, AccountConfig.DEFAULT, clock, audit, strangers, tokens)
            .create(Actor.HUB, "eva", "a long password", Role.REVIEWER);
      }
    }
  }

  @Test
  void aToken_isMadeListedAndRevoked_andTheAuditTellsByWhom() throws IOException {
    assertThat(run("token", "add", "--owner", "eva", "--name", "report", "--scopes", "read,review"))
        .as(err.toString())
        .isZero();
    assertThat(out.toString()).containsPattern("token {6}fabwafer_[A-Za-z0-9_-]{43}");
    assertThat(run("token", "list")).isZero();
    assertThat(out.toString()).contains("1  eva  read,review  report  until ");
    assertThat(run("token", "revoke", "1")).isZero();
    assertThat(run("token", "revoke", "1")).isOne();
    assertThat(err.toString()).contains("there is no token 1");

    Path file = folder.resolve("audit.csv");
    assertThat(run("audit", "export", "--format", "csv", "--out", file.toString())).isZero();
    assertThat(Files.readString(file))
        .contains("\"os:" + System.getProperty("user.name") + "\",\"token.created\",\"token:1\"");
    assertThat(run("audit", "export", "--out", file.toString())).isOne();
  }

  @Test
  void aTokenAboveItsOwner_orWithAnUnknownScope_isRefused() {
    assertThat(run("token", "add", "--owner", "eva", "--name", "x", "--scopes", "admin")).isOne();
    assertThat(err.toString()).contains("the scope admin needs the role admin");
    assertThat(run("token", "add", "--owner", "eva", "--name", "x", "--scopes", "all")).isOne();
    assertThat(err.toString()).contains("--scopes must be of read, review");
    assertThat(run("token", "add", "--owner", "tim", "--name", "x", "--scopes", "read")).isOne();
    assertThat(err.toString()).contains("there is no account of that name");
  }

  @Test
  void verify_tellsTheHead_andHoldsAnEarlierOneAgainstTheAudit() {
    assertThat(run("audit", "verify")).isZero();
    String head = out.toString().replaceFirst("(?s).*head {7}(\\S+)\\s*", "$1");
    run("token", "add", "--owner", "eva", "--name", "x", "--scopes", "read");
    assertThat(run("audit", "verify", "--head", head)).isZero();
    assertThat(run("audit", "verify", "--head", "2:" + head.substring(2))).isOne();
    assertThat(out.toString()).contains("BROKEN     the audit does not go on from the head");
    assertThat(run("audit", "verify", "--head", "nonsense")).isOne();
  }

  private int run(String... arguments) {
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--data";
    all[arguments.length + 1] = folder.toString();
    return command.execute(all);
  }
}
