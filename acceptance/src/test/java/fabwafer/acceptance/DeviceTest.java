package fabwafer.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fabwafer.hub.certificate.CertificateAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Nobody in: the real hub with its TLS listener, a real agent that enrolled, and an MQTT client
 * that is not ours which tries what it may not.
 */
class DeviceTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int TLS_PORT = Program.freePort();
  private static final String HUB_CLIENT = "fabwafer-hub";

  @TempDir private static Path folder;
  private static RunningHub hub;
  private static RestClient admin;
  private static Path credential;
  private static Path inbox;
  private static RunningAgent agent;
  private static String token;
  private static String password;

  @BeforeAll
  static void start() throws IOException {
    hub =
        RunningHub.start(
            folder.resolve("hub"), "mqtt-tls-host=127.0.0.1", "mqtt-tls-port=" + TLS_PORT);
    admin = hub.admin();
    token = added("agent-a", "token", "--camera", "camera1");
    credential = folder.resolve("credential");
    Program.Finished enrolled = enrol(token, credential);
    assertThat(enrolled.exit()).as(enrolled.printed()).isZero();
    password = added("scanner7", "password", "--password");

    inbox = Files.createDirectories(folder.resolve("inbox"));
    agent = agent("agent", credential);
  }

  @AfterAll
  static void stop() {
    if (agent != null) {
      agent.close();
    }
    hub.close();
  }

  @Test
  void enrolledAgent_sendsItsWafersByTls_andItsKeyIsItsOwnersAlone() throws IOException {
    Path wafer = Samples.all().getFirst();
    Files.copy(wafer, inbox.resolve("by-tls.png"));

    await()
        .atMost(SOON)
        .until(
            () ->
                admin.items("/api/v1/images?fab=faba").stream()
                    .anyMatch(item -> item.get("imgid").stringValue().startsWith("by-tls")));
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(credential.resolve("key.pem"))))
        .isEqualTo("rw-------");
    await().atMost(SOON).until(() -> device("agent-a").get("lastSeenAt").isString());
    assertThat(device("agent-a").get("state").stringValue()).isEqualTo("active");
  }

  @Test
  void deviceOfFaba_thatWritesToFabb_readsAnothersModel_orReplaysAnothersImage_isRefused()
      throws IOException {
    for (String topic :
        List.of(
            "fabwafer/fabb/camera1/img/x",
            "fabwafer/faba/camera2/img/x",
            "fabwafer/faba/camera2/prediction/x",
            "fabwafer/faba/camera1/model/desired")) {
      Program.Finished published = publish("agent-a/1", topic, "-m", "{}");
      assertThat(published.printed()).as(topic).containsIgnoringCase("not authorized");
    }
    Program.Finished read =
        run("mosquitto_sub", "agent-a/2", "-t", "fabwafer/fabb/camera1/model/#", "-W", "5");
    assertThat(read.printed()).containsIgnoringCase("denied");

    awaitAudit("broker.publish-refused", "fabwafer/fabb/camera1/img/x");
    awaitAudit("broker.subscribe-refused", "fabwafer/fabb/camera1/model/#");
    assertThat(admin.items("/api/v1/images?fab=fabb")).isEmpty();
  }

  @Test
  void foreignClientId_andForeignLastWill_areRefused_andInTheAudit() {
    for (String clientId : List.of("scanner7", "agent-b/1", HUB_CLIENT)) {
      Program.Finished published = publish(clientId, "fabwafer/faba/camera1/img/x", "-m", "{}");
      assertThat(published.exit()).as(clientId + published.printed()).isNotZero();
    }
    Program.Finished will =
        publish(
            "agent-a/3",
            "fabwafer/faba/camera1/img/x",
            "-m",
            "{}",
            "--will-topic",
            "fabwafer/fabb/camera1/status",
            "--will-payload",
            "x");
    assertThat(will.exit()).as(will.printed()).isNotZero();

    awaitAudit("broker.connect-refused", "client id must be");
    awaitAudit("broker.will-refused", "fabwafer/fabb/camera1/status");
  }

  @Test
  void withoutCredential_orWithAWrongPassword_nobodyIsLetIn() {
    List<String> nobody = List.of("-i", "nobody", "-t", "fabwafer/faba/camera1/img/x", "-m", "{}");
    assertThat(pub(nobody).exit()).isNotZero();
    List<String> wrong = new ArrayList<>(nobody);
    wrong.addAll(List.of("-u", "scanner7", "-P", "wrong", "-i", "scanner7"));
    assertThat(pub(wrong).exit()).isNotZero();
    List<String> right =
        List.of(
            "-i",
            "scanner7",
            "-u",
            "scanner7",
            "-P",
            password,
            "-t",
            "fabwafer/faba/c/img/x",
            "-m",
            "{}");
    await().atMost(SOON).until(() -> pub(right).exit() == 0);
  }

  @Test
  void usedToken_andOneOfAnotherHub_enrolNobody() {
    Program.Finished again = enrol(token, folder.resolve("again"));
    assertThat(again.exit()).isNotZero();
    assertThat(again.printed()).contains("was used");
    assertThat(folder.resolve("again")).doesNotExist();
    awaitAudit("device.enrolment-refused", "was used");
  }

  @Test
  void revokedAgent_isOutWithinSeconds_andKeepsItsWafers() throws IOException {
    Path leaving = folder.resolve("leaving");
    assertThat(enrol(added("agent-c", "token"), leaving).exit()).isZero();
    try (RunningAgent other = agent("agent-c", leaving)) {
      await().atMost(SOON).until(() -> device("agent-c").get("lastSeenAt").isString());
      Program.Finished revoked = device("revoke", "agent-c", List.of());
      assertThat(revoked.exit()).as(revoked.printed()).isZero();
      long at = System.nanoTime();

      other.program().awaitPrinted("broker: ended the connection: not authorized");

      assertThat(Duration.ofNanos(System.nanoTime() - at)).isLessThan(Duration.ofSeconds(10));
      other.program().awaitPrinted("refuses the connection: not authorized");
    }
    awaitAudit("device.revoked", "");
    assertThat(device("agent-c").get("state").stringValue()).isEqualTo("revoked");
  }

  @Test
  void hubOfAnotherAuthority_isRefusedByTheAgent_withAClearMessage() throws IOException {
    Path wrong = Files.createDirectories(folder.resolve("wrong"));
    try (Stream<Path> files = Files.list(credential)) {
      for (Path file : files.toList()) {
        Files.copy(file, wrong.resolve(file.getFileName()));
      }
    }
    CertificateAuthority other =
        CertificateAuthority.open(
            Files.createDirectories(folder.resolve("other-hub")), Clock.systemUTC());
    Files.writeString(wrong.resolve("ca.pem"), other.pem());

    try (RunningAgent misled = agent("misled", wrong)) {
      misled
          .program()
          .awaitPrinted("its certificate is not of the authority in \\S+ca.pem: it is another hub");
    }
  }

  @Test
  void secrets_areInNoLog_andInNoListOfProcesses() throws IOException {
    List<String> secrets =
        List.of(
            token,
            password,
            hub.adminPassword(),
            Files.readAllLines(credential.resolve("key.pem")).get(1),
            Files.readAllLines(hub.data().resolve("certificates/ca-key.pem")).get(1));
    String logs =
        hub.printed().replaceFirst("(?m)^password .*$", "")
            + agent.printed()
            + commandLines(hub)
            + commandLines(agent);
    secrets.forEach(secret -> assertThat(logs).doesNotContain(secret));
    assertThat(admin.get("/api/v1/audit").body()).doesNotContain(token).doesNotContain(password);
  }

  private static String commandLines(RunningHub running) throws IOException {
    return Files.readString(Path.of("/proc", Long.toString(running.program().pid()), "cmdline"));
  }

  private static String commandLines(RunningAgent running) throws IOException {
    return Files.readString(Path.of("/proc", Long.toString(running.program().pid()), "cmdline"));
  }

  private static RunningAgent agent(String name, Path known) throws IOException {
    Path home = Files.createDirectories(folder.resolve("agents").resolve(name));
    Path watched = name.equals("agent") ? inbox : Files.createDirectories(home.resolve("inbox"));
    Path config =
        Files.writeString(
            home.resolve("agent.conf"),
            """
            agent {
              fab = faba
              cameras { camera1 = "%s" }
              credential = "%s"
              spool = "%s"
            }
            """
                .formatted(watched, known, home.resolve("spool")));
    return RunningAgent.start(home, config);
  }

  /** Adds a device by the command line; answers what it printed as {@code kind}. */
  private static String added(String name, String kind, String... more) {
    List<String> arguments = new ArrayList<>(List.of("--fab", "faba"));
    arguments.addAll(List.of(more));
    Program.Finished finished = device("add", name, arguments);
    assertThat(finished.exit()).as(finished.printed()).isZero();
    var matcher =
        java.util.regex.Pattern.compile("(?m)^" + kind + " +(\\S+)$").matcher(finished.printed());
    assertThat(matcher.find()).as(finished.printed()).isTrue();
    return matcher.group(1);
  }

  private static Program.Finished device(String what, String name, List<String> more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Program.home().resolve("fabwafer").toString(),
                "device",
                what,
                name,
                "--data",
                hub.data().toString()));
    command.addAll(more);
    return Program.run(Map.of(), command.toArray(String[]::new));
  }

  private static Program.Finished enrol(String with, Path into) {
    return Program.run(
        Map.of("FABWAFER_TOKEN", with),
        Program.home().resolve("fabwafer").toString(),
        "agent",
        "enrol",
        "--hub",
        hub.address(),
        "--data",
        into.toString());
  }

  private static Program.Finished publish(String clientId, String topic, String... more) {
    List<String> arguments = new ArrayList<>(List.of("-t", topic, "-q", "1"));
    arguments.addAll(List.of(more));
    return run("mosquitto_pub", clientId, arguments.toArray(String[]::new));
  }

  /** Runs one of mosquitto's clients with agent-a's certificate. */
  private static Program.Finished run(String program, String clientId, String... more) {
    List<String> command = new ArrayList<>(List.of(program, "-i", clientId));
    command.addAll(
        List.of(
            "--cert",
            credential.resolve("certificate.pem").toString(),
            "--key",
            credential.resolve("key.pem").toString()));
    command.addAll(List.of(more));
    return tls(command);
  }

  private static Program.Finished pub(List<String> more) {
    List<String> command = new ArrayList<>(List.of("mosquitto_pub", "-q", "1"));
    command.addAll(more);
    return tls(command);
  }

  private static Program.Finished tls(List<String> command) {
    List<String> whole = new ArrayList<>(command);
    whole.addAll(
        List.of(
            "-V",
            "mqttv5",
            "-h",
            "127.0.0.1",
            "-p",
            Integer.toString(TLS_PORT),
            "--cafile",
            hub.data().resolve("certificates/ca.pem").toString()));
    return Program.run(Map.of(), whole.toArray(String[]::new));
  }

  private static JsonNode device(String name) {
    for (JsonNode item : admin.json("/api/v1/devices/credentials").get("items")) {
      if (item.get("device").stringValue().equals(name)) {
        return item;
      }
    }
    throw new AssertionError("no device " + name);
  }

  private static void awaitAudit(String action, String detail) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(admin.items("/api/v1/audit?action=" + action))
                    .anySatisfy(
                        entry -> assertThat(entry.get("detail").toString()).contains(detail)));
  }
}
