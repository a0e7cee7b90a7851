package fabwafer.hub.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileTest {
  private TestHub hub;

  @BeforeAll
  void start(@TempDir Path folder) {
    hub = TestHub.start(folder);
  }

  @AfterAll
  void stop() {
    hub.close();
  }

  @Test
  void pathTricks_leadNowhere() throws IOException {
    String session = session();
    for (String path :
        List.of(
            "/api/v1/images/faba/camera1/..%2f..%2f..%2fhub.db/image",
            "/api/v1/images/faba/camera1/%2e%2e/image",
            "/api/v1/images/../../hub.db",
            "/api/v1/images/faba/camera1/.hidden/image",
            "/api/v1/images/faba/camera1/a%00b/image",
            "/api/v1/images/faba/camera1/a%5cb/image",
            "/api/v1/images/faba/camera1/;x=1/image",
            "/..%2f..%2fetc/passwd",
            "/../../etc/passwd",
            "/%2e%2e/fabwafer/hub/web/openapi.yaml",
            "/fabwafer/hub/web/WebServer.class",
            "//etc/passwd")) {
      String answer = raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nCookie: " + session + "\r\n");
      assertThat(answer).as(path).matches("(?s)HTTP/1\\.1 (400|404) .*");
      assertThat(answer).contains("application/problem+json").doesNotContain("root:");
    }
  }

  @Test
  void aForeignPage_cannotChangeAnything() {
    String body = "{\"user\":\"eva\",\"password\":\"eva's password\",\"role\":\"admin\"}";
    List<TestClient> foreign =
        List.of(
            hub.as(Role.ADMIN).without("X-Fabwafer"),
            hub.as(Role.ADMIN).with("X-Fabwafer", "0"),
            hub.as(Role.ADMIN).with("Origin", "https://evil.example"),
            hub.as(Role.ADMIN).with("Origin", "null"),
            hub.as(Role.ADMIN).with("Origin", "http://127.0.0.1:1"),
            hub.as(Role.ADMIN).with("Sec-Fetch-Site", "same-site"),
            hub.as(Role.ADMIN).with("Sec-Fetch-Site", "cross-site"));
    for (TestClient page : foreign) {
      TestClient.Answer answer = page.post("/api/v1/accounts", body);
      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.problem()).isEqualTo("cross-site");
    }
    TestClient own =
        hub.as(Role.ADMIN)
            .with("Origin", "http://127.0.0.1:" + hub.server.port())
            .with("Sec-Fetch-Site", "same-origin");
    assertThat(own.post("/api/v1/accounts", body).status()).isEqualTo(201);
  }

  @Test
  void aForeignPage_cannotLogABrowserIn() {
    hub.as(Role.VIEWER);
    TestClient.Answer answer =
        hub.anyone().with("Origin", "https://evil.example").login("the-viewer", TestHub.PASSWORD);
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.header("Set-Cookie")).isEmpty();
  }

  @Test
  void aHugeBody_isRefusedByItsLength_andWithoutOneByWhatComes() throws IOException {
    String session = session();
    String head =
        "POST /api/v1/groundtruth HTTP/1.1\r\nHost: x\r\nX-Fabwafer: 1\r\n"
            + "Content-Type: application/json\r\nCookie: "
            + session
            + "\r\n";
    assertThat(raw(head + "Content-Length: 9999999999\r\n")).contains("413 ", "body-too-large");

    byte[] body = new byte[Exchange.MAX_JSON_BYTES + 1];
    TestClient.Answer answer =
        hub.as(Role.REVIEWER)
            .with("Content-Type", "application/json")
            .send(
                "POST",
                "/api/v1/groundtruth",
                BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(body)));
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.detail()).isEqualTo("the body must be at most 65,536 bytes");
  }

  @Test
  void jsonThatIsDeepDoubledBrokenOrNone_isRefusedWithItsPlace() {
    TestClient client = hub.as(Role.REVIEWER);
    String path = "/api/v1/groundtruth";
    assertThat(client.post(path, "{\"imgid\":" + "[".repeat(30_000)).problem())
        .isEqualTo("malformed-json");
    assertThat(client.post(path, "{\"imgid\":\"a\",\"imgid\":\"b\"}").problem())
        .isEqualTo("malformed-json");
    assertThat(client.post(path, "{\"imgid\":\"a\"} {}").problem()).isEqualTo("malformed-json");
    TestClient.Answer broken = client.post(path, "{\"imgid\": }");
    assertThat(broken.problem()).isEqualTo("malformed-json");
    assertThat(broken.detail()).contains("line 1, column 11");
    assertThat(client.post(path, "[]").detail()).isEqualTo("the body must be a JSON object");
    assertThat(client.post(path, "").status()).isEqualTo(400);
    TestClient.Answer unknown = client.post(path, "{\"reviewer\":\"somebody else\"}");
    assertThat(unknown.status()).isEqualTo(400);
    assertThat(unknown.detail()).startsWith("'reviewer' is no field here; known: camera");
  }

  @Test
  void aWrongContentType_isRefused() {
    TestClient.Answer answer =
        hub.as(Role.REVIEWER)
            .send("POST", "/api/v1/groundtruth", "text/plain", "{}".getBytes(ISO_8859_1));
    assertThat(answer.status()).isEqualTo(415);
    assertThat(answer.detail())
        .isEqualTo("Content-Type must be application/json, got 'text/plain'");
  }

  @Test
  void headersCannotBeInjected_norAnswersSplit() throws IOException {
    String answer =
        raw(
            "GET /api/v1/images/a%0d%0aSet-Cookie:%20x=1/b/c HTTP/1.1\r\nHost: x\r\nCookie: "
                + session()
                + "\r\n");
    assertThat(answer).doesNotContain("\r\nSet-Cookie: x=1").startsWith("HTTP/1.1 400");
  }

  @Test
  void aHeadThatIsTooLargeOrBroken_isAProblemToo() throws IOException {
    assertThat(raw("GET / HTTP/1.1\r\nHost: x\r\nX: " + "y".repeat(20_000) + "\r\n"))
        .startsWith("HTTP/1.1 400")
        .contains("application/problem+json", "status 431");
    assertThat(raw("NONSENSE\r\n")).startsWith("HTTP/1.1 400");
  }

  @Test
  void manyWhoSendSlowly_holdNobodyUp() throws IOException {
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), hub.server.port());
        slow.add(socket);
        String path = i % 2 == 0 ? "/api/v1/session" : "/invocations";
        socket
            .getOutputStream()
            .write(
                String.join(
                        "\r\n",
                        "POST " + path + " HTTP/1.1",
                        "Host: localhost",
                        "X-Fabwafer: 1",
                        "Content-Type: application/json",
                        "Content-Length: 1000",
                        "",
                        "{")
                    .getBytes(ISO_8859_1));
      }
      assertThat(hub.as(Role.VIEWER).get("/api/v1/devices").status()).isEqualTo(200);
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  @Test
  void aBodyOfAHundredMegabytes_isRefused_beforeItIsRead() throws IOException {
    String head =
        String.join(
            "\r\n",
            "POST /api/v1/session HTTP/1.1",
            "Host: localhost",
            "X-Fabwafer: 1",
            "Content-Type: application/json",
            "Content-Length: 104857600",
            "");
    assertThat(raw(head)).startsWith("HTTP/1.1 413 ").contains("the body must be at most 65,536");
  }

  @Test
  void otherMethods_areRefused() throws IOException {
    for (String method : List.of("TRACE", "PUT", "OPTIONS", "FOO", "PROPFIND")) {
      assertThat(raw(method + " /api/v1/devices HTTP/1.1\r\nHost: x\r\n"))
          .as(method)
          .matches("(?s)HTTP/1\\.1 (405|400|501) .*")
          .contains("application/problem+json");
    }
  }

  @Test
  void machineRoutes_areOpenOnThisMachineOnly_unlessAProxyOrAForeignNameIsBetween()
      throws IOException {
    String get = "GET /metrics HTTP/1.1\r\n";
    assertThat(raw(get + "Host: 127.0.0.1:8080\r\n")).startsWith("HTTP/1.1 200");
    assertThat(raw(get + "Host: localhost\r\n")).startsWith("HTTP/1.1 200");
    assertThat(raw(get + "Host: evil.example\r\n")).startsWith("HTTP/1.1 401");
    assertThat(raw(get + "Host: localhost\r\nX-Forwarded-For: 10.0.0.1\r\n"))
        .startsWith("HTTP/1.1 401");
    assertThat(raw(get + "Host: evil.example\r\nCookie: " + session() + "\r\n"))
        .startsWith("HTTP/1.1 200");
  }

  @Test
  void aConfiguredToken_isAskedFor_onThisMachineToo(@TempDir Path other) {
    String token = "0123456789abcdef0123456789abcdef";
    WebConfig config =
        new WebConfig(
            "127.0.0.1", 0, Optional.empty(), false, Optional.of(token), Optional.empty());
    try (TestHub guarded = TestHub.start(other, config)) {
      assertThat(guarded.anyone().get("/metrics").status()).isEqualTo(401);
      assertThat(guarded.anyone().with("Authorization", "Bearer wrong").get("/metrics").status())
          .isEqualTo(401);
      assertThat(guarded.anyone().with("Authorization", "Bearer " + token).get("/metrics").status())
          .isEqualTo(200);
    }
    assertThat(config.toString()).doesNotContain(token);
  }

  private String session() {
    hub.as(Role.REVIEWER);
    return hub.anyone()
        .login("the-reviewer", TestHub.PASSWORD)
        .header("Set-Cookie")
        .split(";", 2)[0];
  }

  /** Sends a head as it stands, ends it, and reads until the server closes. */
  private String raw(String head) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), hub.server.port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write((head + "Connection: close\r\n\r\n").getBytes(ISO_8859_1));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }
}
