package fabwafer.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.agent.AgentConfig;
import fabwafer.agent.AgentException;
import fabwafer.agent.Credential;
import fabwafer.agent.Enrolment;
import fabwafer.hub.Hub;
import fabwafer.hub.certificate.CertificateAuthority;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Enrolment at a real hub over real HTTPS. */
class EnrolmentTest {
  @TempDir private static Path folder;
  private static Hub hub;
  private static Hub.Running running;
  private static URI https;

  @BeforeAll
  static void start() {
    Settings settings =
        Settings.load(
            "hub",
            Optional.empty(),
            Map.of(),
            Map.of(
                "data", folder.resolve("data").toString(),
                "http-port", "0",
                "https-port", "0",
                "mqtt-port", "0",
                "mqtt-tls-host", "127.0.0.1",
                "mqtt-tls-port", "0"));
    var config = HubSettings.read(settings);
    settings.requireNoMistakes();
    hub = new Hub(config, Optional::empty);
    running = hub.start();
    https = URI.create("https://localhost:" + running.httpsPort().orElseThrow());
  }

  @AfterAll
  static void stop() {
    hub.close();
  }

  @Test
  void tokenOfTheHub_getsACertificate_andSettingsOfTheAgent() {
    String token = added("agent-1");
    Path known = folder.resolve("agent-1");

    Credential credential = Enrolment.enrol(https, token, known, Optional.empty());

    assertThat(credential.device()).isEqualTo("agent-1");
    assertThat(credential.brokerPort()).contains(running.brokerTls().orElseThrow().getPort());
    assertThat(credential.tls().certificate().orElseThrow().getSubjectX500Principal().getName())
        .contains("CN=agent-1");
    AgentConfig agent =
        AgentSettings.read(
            Settings.load(
                "agent",
                Optional.empty(),
                Map.of(),
                Map.of(
                    "fab", "faba",
                    "cameras.camera1", folder.toString(),
                    "credential", known.toString())));
    assertThat(agent.broker().host()).isEqualTo("localhost");
    assertThat(agent.broker().port()).isEqualTo(running.brokerTls().orElseThrow().getPort());
    assertThat(agent.broker().clientId()).isEqualTo("agent-1");
    assertThat(agent.broker().tls()).isPresent();

    assertThatThrownBy(
            () -> Enrolment.enrol(https, token, folder.resolve("again"), Optional.empty()))
        .isInstanceOf(AgentException.class)
        .hasMessageContaining("was used");
    assertThat(folder.resolve("again")).doesNotExist();
  }

  @Test
  void hubOfAnotherAuthority_getsNoToken() throws Exception {
    CertificateAuthority other =
        CertificateAuthority.open(
            Files.createDirectories(folder.resolve("other")), Clock.systemUTC());
    String pin =
        java.util.Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(
                java.security.MessageDigest.getInstance("SHA-256")
                    .digest(other.certificate().getPublicKey().getEncoded()));
    String token = added("agent-2").replaceFirst("\\..*", "." + pin);

    assertThatThrownBy(
            () -> Enrolment.enrol(https, token, folder.resolve("agent-2"), Optional.empty()))
        .isInstanceOf(AgentException.class)
        .hasMessageContaining("another hub, or somebody in between");
  }

  @Test
  void hubWithTheCompanysCertificate_isTrustedByTheAuthorityThatIsNamed() {
    Path company = folder.resolve("data/certificates");
    Path data = folder.resolve("company-hub");
    Settings settings =
        Settings.load(
            "hub",
            Optional.empty(),
            Map.of(),
            Map.of(
                "data", data.toString(),
                "http-port", "0",
                "https-port", "0",
                "https-certificate", company.resolve("server.pem").toString(),
                "https-key", company.resolve("server-key.pem").toString(),
                "mqtt-port", "0",
                "mqtt-tls-host", "127.0.0.1",
                "mqtt-tls-port", "0"));
    try (Hub other = new Hub(HubSettings.read(settings), Optional::empty)) {
      URI address = URI.create("https://localhost:" + other.start().httpsPort().orElseThrow());
      String token = added("agent-9", data);
      Path known = folder.resolve("agent-9");
      assertThatThrownBy(() -> Enrolment.enrol(address, token, known, Optional.empty()))
          .isInstanceOf(AgentException.class)
          .hasMessageContaining("another hub, or somebody in between");
      assertThatThrownBy(
              () -> Enrolment.enrol(address, token, known, Optional.of(company.resolve("none"))))
          .isInstanceOf(AgentException.class)
          .hasMessageContaining("cannot be read");

      Credential credential =
          Enrolment.enrol(address, token, known, Optional.of(company.resolve("ca.pem")));

      assertThat(credential.device()).isEqualTo("agent-9");
      assertThat(known.resolve("https-ca.pem")).hasSameTextualContentAs(company.resolve("ca.pem"));
    }
  }

  @Test
  void plainHttpToAnotherMachine_isRefusedBeforeTheTokenIsSent() {
    String token = added("agent-3");
    assertThatThrownBy(
            () ->
                Enrolment.enrol(
                    URI.create("http://192.0.2.1:8080"),
                    token,
                    folder.resolve("agent-3"),
                    Optional.empty()))
        .isInstanceOf(AgentException.class)
        .hasMessageContaining("is not encrypted");
    assertThatThrownBy(
            () -> Enrolment.enrol(https, "nonsense", folder.resolve("agent-3"), Optional.empty()))
        .isInstanceOf(AgentException.class)
        .hasMessageContaining("not as 'fabwafer device add' prints one");
  }

  @Test
  void commands_listAndRevoke_andSayWhatIsWrong() {
    added("agent-4");
    assertThat(run("list")).contains("agent-4", "faba/*", "waiting");
    assertThat(run("revoke", "agent-4")).contains("is revoked");
    assertThat(run("list")).contains("revoked");
    assertThat(run("revoke", "nobody")).contains("there is no such device");
    assertThat(run("rotate", "agent-4")).contains("is revoked; add it again");
  }

  private static String added(String name) {
    return added(name, folder.resolve("data"));
  }

  private static String added(String name, Path data) {
    String printed = run(data, "add", name, "--fab", "faba");
    Matcher token = Pattern.compile("(?m)^token +(\\S+)$").matcher(printed);
    assertThat(token.find()).as(printed).isTrue();
    return token.group(1);
  }

  private static String run(String what, String... more) {
    return run(folder.resolve("data"), what, more);
  }

  private static String run(Path data, String what, String... more) {
    StringWriter printed = new StringWriter();
    var command = Main.commandLine();
    command.setOut(new PrintWriter(printed));
    command.setErr(new PrintWriter(printed));
    String[] arguments = new String[more.length + 4];
    arguments[0] = "device";
    arguments[1] = what;
    System.arraycopy(more, 0, arguments, 2, more.length);
    arguments[more.length + 2] = "--data";
    arguments[more.length + 3] = data.toString();
    command.execute(arguments);
    return printed.toString();
  }
}
