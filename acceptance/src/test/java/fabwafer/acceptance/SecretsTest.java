package fabwafer.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real hub and agent at their most talkative, with every kind of secret given as the
 * documentation says, used, and used wrongly: none is in a log or in the list of processes.
 */
class SecretsTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String MAIL_PASSWORD = "a-password-of-the-mail-server";
  private static final String FABWAFER = Program.home().resolve("fabwafer").toString();

  @TempDir private Path folder;
  private final int httpPort = Program.freePort();
  private final int mqttPort = Program.freePort();
  private final int tlsPort = Program.freePort();
  private final String address = "http://127.0.0.1:" + httpPort;

  /** What the hub, the agent and whoever administers them printed on standard error. */
  private final StringBuilder logs = new StringBuilder();

  @Test
  void noSecret_isInALog_orInTheListOfProcesses() throws Exception {
    int providerPort = Program.freePort();
    GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    mail.setUser("hub@fab.example", "hub", MAIL_PASSWORD);
    mail.start();
    Map<String, String> secrets = new LinkedHashMap<>();
    secrets.put("mail password", MAIL_PASSWORD);
    secrets.put("OIDC client secret", OpenIdProvider.SECRET);
    try (OpenIdProvider _ = OpenIdProvider.start(providerPort, address);
        Program hub = hub(mail.getSmtp().getPort(), providerPort)) {
      String first = hub.awaitPrinted("(?m)password:? +(\\S+)\\s*$").group(1);
      secrets.put("admin password", first);
      RestClient.awaitReady(address, hub);
      RestClient admin = RestClient.login(address, "admin", first);
      secrets.put(
          "API token",
          made("token", "token", "add", "--owner=admin", "--name=sweep", "--scopes=read"));
      secrets.put("enrolment token", made("token", "device", "add", "agent-a", "--fab=faba"));
      secrets.put(
          "device password",
          made("password", "device", "add", "agent-b", "--fab=faba", "--password"));

      enrol(secrets.get("enrolment token"));
      try (Program agent = agent(secrets.get("device password"))) {
        Files.copy(Samples.all().getFirst(), folder.resolve("inbox/wafer.png"));
        await().atMost(SOON).until(() -> !admin.items("/api/v1/images?fab=faba").isEmpty());
        alarm();
        await().atMost(SOON).until(() -> mail.getReceivedMessages().length > 0);
        useOnTheWeb(secrets);

        String lists = commandLine(hub) + commandLine(agent);
        logs.append(agent.printed());
        // The one place where it belongs: the first start tells it, once.
        logs.append(hub.printed().replaceFirst("(?m)password:? +\\S+\\s*$", ""));
        logs.append(logFiles());
        logs.append(admin.get("/api/v1/audit?limit=500").body());
        assertThat(logs).contains("CertificateAuthority", "watching", "session.refused");
        assertThat(secrets).hasSize(6);
        secrets.forEach(
            (kind, secret) -> {
              assertThat(logs.indexOf(secret) >= 0).as(kind + " in a log").isFalse();
              assertThat(lists.contains(secret)).as(kind + " in the processes").isFalse();
            });
      }
    } finally {
      mail.stop();
    }
  }

  private Program hub(int mailPort, int providerPort) {
    List<String> command =
        new ArrayList<>(List.of(FABWAFER, "hub", "--log-level=trace", "--data", data().toString()));
    for (String setting :
        List.of(
            "http-port=" + httpPort,
            "mqtt-port=" + mqttPort,
            "mqtt-tls-host=127.0.0.1",
            "mqtt-tls-port=" + tlsPort,
            "public-url=" + address,
            "oidc-issuer=http://localhost:" + providerPort,
            "oidc-client-id=" + OpenIdProvider.CLIENT,
            "oidc-roles=engineers=reviewer",
            "mail-host=127.0.0.1",
            "mail-port=" + mailPort,
            "mail-starttls=false",
            "mail-user=hub",
            "mail-from=hub@fab.example",
            "mail-to=shift@fab.example")) {
      command.addAll(List.of("--set", setting));
    }
    return Program.start(
        folder.resolve("hub.log"),
        Map.of(
            "FABWAFER_HUB_OIDC_CLIENT_SECRET",
            OpenIdProvider.SECRET,
            "FABWAFER_HUB_MAIL_PASSWORD",
            MAIL_PASSWORD),
        command);
  }

  private Program agent(String password) throws IOException {
    Files.createDirectories(folder.resolve("inbox"));
    List<String> command = new ArrayList<>(List.of(FABWAFER, "agent", "--log-level=trace"));
    for (String setting :
        List.of(
            "fab=faba",
            "cameras.camera1=" + folder.resolve("inbox"),
            "spool=" + folder.resolve("spool"),
            "broker-host=127.0.0.1",
            "broker-port=" + tlsPort,
            "broker-tls=true",
            "broker-ca=" + data().resolve("certificates/ca.pem"),
            "broker-user=agent-b")) {
      command.addAll(List.of("--set", setting));
    }
    return Program.start(
        folder.resolve("agent.log"), Map.of("FABWAFER_AGENT_BROKER_PASSWORD", password), command);
  }

  /** Each secret where it belongs, where another belongs, in a broken body and after a change. */
  private void useOnTheWeb(Map<String, String> secrets) throws Exception {
    HttpClient browser = HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
    for (String secret : secrets.values()) {
      send(browser, "/api/v1/session", "{\"user\":\"" + secret + "\",\"password\":\"x\"}");
      send(browser, "/api/v1/session", "{\"user\":\"x\",\"password\":\"" + secret + "\"");
      send(browser, "/api/v1/enrolment", "{\"token\":\"" + secret + "\"}");
      HttpRequest.Builder bearer =
          request("/api/v1/images").header("Authorization", "Bearer " + secret);
      int status = browser.send(bearer.GET().build(), BodyHandlers.discarding()).statusCode();
      assertThat(status).isEqualTo(secret.equals(secrets.get("API token")) ? 200 : 401);
    }
    // A forged answer of the provider: the hub shows its secret there to ask about it.
    HttpResponse<Void> leave =
        browser.send(request("/api/v1/session/oidc").GET().build(), BodyHandlers.discarding());
    Matcher state =
        Pattern.compile("[?&]state=([^&]+)")
            .matcher(leave.headers().firstValue("Location").orElse(""));
    assertThat(state.find()).isTrue();
    HttpRequest back =
        request("/api/v1/session/oidc/callback?code=stolen&state=" + state.group(1)).GET().build();
    assertThat(browser.send(back, BodyHandlers.discarding()).headers().firstValue("Location"))
        .hasValueSatisfying(to -> assertThat(to).endsWith("login=failed"));
  }

  /** A wafer for which the hub sends a mail, with its password. */
  private void alarm() {
    Program.Finished published =
        Program.run(
            Map.of(),
            "mosquitto_pub",
            "-h",
            "127.0.0.1",
            "-p",
            Integer.toString(mqttPort),
            "-q",
            "1",
            "-t",
            "fabwafer/faba/camera2/prediction/img3",
            "-m",
            "{\"imgid\": \"img3\", \"timestamp\": 1554134552946, \"fab\": \"faba\","
                + " \"camera\": \"camera2\", \"prediction\": \"Loc\", \"probability\": \"0.9\"}");
    assertThat(published.exit()).as(published.printed()).isZero();
  }

  private void send(HttpClient browser, String path, String body) throws Exception {
    HttpRequest request =
        request(path)
            .header("Content-Type", "application/json")
            .header("X-Fabwafer", "1")
            .POST(BodyPublishers.ofString(body))
            .build();
    assertThat(browser.send(request, BodyHandlers.discarding()).statusCode()).isBetween(400, 499);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(address + path)).timeout(SOON);
  }

  private void enrol(String token) {
    Program.Finished enrolled =
        Program.run(
            Map.of("FABWAFER_TOKEN", token),
            FABWAFER,
            "agent",
            "enrol",
            "--log-level=trace",
            "--hub",
            address,
            "--data",
            folder.resolve("credential").toString());
    assertThat(enrolled.exit()).as(enrolled.printed()).isZero();
    logs.append(enrolled.printed());
  }

  /** Runs a command that makes a secret; the rest of what it prints belongs to the logs. */
  private String made(String kind, String... command) {
    List<String> whole = new ArrayList<>(List.of(FABWAFER));
    whole.addAll(List.of(command));
    whole.addAll(List.of("--log-level=trace", "--data", data().toString()));
    Program.Finished finished = Program.run(Map.of(), whole.toArray(String[]::new));
    Matcher line = Pattern.compile("(?m)^" + kind + " +(\\S+)$").matcher(finished.printed());
    assertThat(line.find()).as(finished.printed()).isTrue();
    logs.append(finished.printed(), 0, line.start())
        .append(finished.printed().substring(line.end()));
    return line.group(1);
  }

  private Path data() {
    return folder.resolve("data");
  }

  private static String commandLine(Program program) throws IOException {
    return Files.readString(Path.of("/proc", Long.toString(program.pid()), "cmdline"));
  }

  /** Logs that a part of the hub may write by itself. */
  private String logFiles() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(data())) {
      for (Path file : files.filter(path -> path.toString().endsWith(".log")).toList()) {
        all.append(new String(Files.readAllBytes(file), UTF_8));
      }
    }
    return all.toString();
  }
}
