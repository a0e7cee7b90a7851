package fabwafer.hub.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.hub.HubException;
import fabwafer.hub.audit.Actor;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RoutesTest {
  private TestHub hub;

  @BeforeAll
  void start(@TempDir Path folder) {
    hub =
        TestHub.start(
            folder,
            WebConfig.loopback(0),
            routes ->
                routes.add(
                    Route.get(
                        "/api/v1/broken",
                        Access.OPEN,
                        exchange -> {
                          throw new IllegalStateException("a secret of the hub");
                        })));
  }

  @AfterAll
  void stop() {
    hub.close();
  }

  @Test
  void everyRoute_isClosedToThoseWithoutItsRole() {
    TestClient viewer = hub.as(Role.VIEWER);
    TestClient reviewer = hub.as(Role.REVIEWER);
    List<Route> closed =
        hub.server.routes().stream()
            .filter(route -> !List.of(Access.OPEN, Access.MACHINE).contains(route.access()))
            .toList();

    assertThat(closed).hasSizeGreaterThan(15);
    for (Route route : closed) {
      String path = route.path().replaceAll("\\{[a-z]+}", "1");
      String method = route.method().name();
      TestClient.Answer answer = hub.anyone().send(method, path, BodyPublishers.noBody());
      assertThat(answer.status()).as(method + " " + path).isEqualTo(401);
      assertThat(answer.problem()).isEqualTo("not-logged-in");
      if (route.access() != Access.VIEWER) {
        answer = viewer.send(method, path, BodyPublishers.noBody());
        assertThat(answer.status()).as(method + " " + path).isEqualTo(403);
        assertThat(answer.detail()).endsWith("the-viewer has the role viewer");
      }
      if (route.access() == Access.ADMIN) {
        assertThat(reviewer.send(method, path, BodyPublishers.noBody()).status()).isEqualTo(403);
      }
    }
  }

  @Test
  void head_asksTheGateToo_andHasNoBody() {
    assertThat(hub.anyone().send("HEAD", "/api/v1/devices", BodyPublishers.noBody()).status())
        .isEqualTo(401);
    TestClient.Answer head =
        hub.as(Role.VIEWER).send("HEAD", "/api/v1/devices", BodyPublishers.noBody());
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.text()).isEmpty();
    assertThat(head.header("Content-Type")).isEqualTo("application/json");
  }

  @Test
  void whatIsNoRoute_isAProblem_inTheApi() {
    TestClient.Answer answer = hub.anyone().with("Accept", "text/html").get("/api/v1/nothing");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.problem()).isEqualTo("not-found");
    assertThat(answer.detail()).isEqualTo("there is nothing at '/api/v1/nothing'");
  }

  @Test
  void aWrongMethod_isToldTheRightOnes() {
    TestClient.Answer answer = hub.anyone().delete("/api/v1/groundtruth");
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.problem()).isEqualTo("method-not-allowed");
    assertThat(answer.header("Allow")).isEqualTo("POST, GET, HEAD");
  }

  @Test
  void aFailureOfTheHub_isTold_withoutWhatItIs() {
    TestClient.Answer answer = hub.anyone().get("/api/v1/broken");
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.problem()).isEqualTo("failed");
    assertThat(answer.text()).doesNotContain("secret");
  }

  @Test
  void badParameters_areNamedWithTheirLimits() {
    TestClient viewer = hub.as(Role.VIEWER);
    assertParameter(viewer, "limit=501", "limit", "limit must be 1 to 500, got '501'");
    assertParameter(viewer, "limit=x", "limit", "limit must be 1 to 500, got 'x'");
    assertParameter(viewer, "fromts=yesterday", "fromts", "fromts must be seconds or");
    assertParameter(viewer, "tots=1e999999999", "tots", "tots must be seconds or");
    assertParameter(viewer, "fab=a/b", "fab", "fab must be 1 to 128 of A-Z");
    assertParameter(viewer, "camera=c", "camera", "camera needs its fab");
    assertParameter(viewer, "cursor=no", "cursor", "cursor is none that this hub gave out");
    assertParameter(viewer, "state=odd", "state", "state must be one of unreviewed, reviewed");
    assertParameter(viewer, "from=1", "from", "'from' is no parameter here; known: camera,");
    assertParameter(viewer, "limit=1&limit=2", "limit", "limit is given more than once");
  }

  private static void assertParameter(
      TestClient client, String query, String parameter, String detail) {
    TestClient.Answer answer = client.get("/api/v1/images?" + query);
    assertThat(answer.status()).as(query).isEqualTo(400);
    assertThat(answer.problem()).isEqualTo("bad-parameter");
    assertThat(answer.json().get("parameter").stringValue()).isEqualTo(parameter);
    assertThat(answer.detail()).startsWith(detail);
  }

  @Test
  void everyAnswer_carriesTheSecurityHeaders() {
    for (String path : List.of("/", "/main.js", "/api/v1/devices", "/api/v1/nothing", "/health")) {
      TestClient.Answer answer = hub.anyone().get(path);
      assertThat(answer.header("Content-Security-Policy"))
          .as(path)
          .contains("default-src 'none'", "script-src 'self';", "frame-ancestors 'none'");
      assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
      assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
      assertThat(answer.header("Server")).isEmpty();
    }
    assertThat(hub.anyone().get("/api/v1/devices").header("Cache-Control")).isEqualTo("no-store");
  }

  @Test
  void thePortal_isServed_andItsViewsAreItsPage() {
    TestClient anyone = hub.anyone();
    TestClient.Answer page = anyone.get("/");
    assertThat(page.header("Content-Type")).startsWith("text/html");
    assertThat(page.text()).contains("portal of the tests");
    assertThat(anyone.get("/main.js").header("Content-Type")).startsWith("text/javascript");
    TestClient.Answer view =
        hub.anyone().with("Accept", "text/html,*/*").get("/wafers/faba/img3.x");
    assertThat(view.text()).isEqualTo(page.text());
    assertThat(anyone.get("/missing.js").status()).isEqualTo(404);

    TestClient again = hub.anyone().with("If-None-Match", page.header("ETag"));
    assertThat(again.get("/").status()).isEqualTo(304);
    assertThat(anyone.post("/main.js", "{}").status()).isEqualTo(404);
  }

  @Test
  void health_namesItsParts_andANeededOneDecides() {
    assertThat(hub.anyone().get("/health").json().get("status").stringValue()).isEqualTo("up");
    hub.health.addOptional("model", () -> Health.State.down("no model"));
    assertThat(hub.anyone().get("/health").status()).isEqualTo(200);
    hub.health.addNeeded(
        "broker",
        () -> {
          throw new IllegalStateException("odd");
        });
    TestClient.Answer answer = hub.anyone().get("/health");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.json().at("/parts/model/detail").stringValue()).isEqualTo("no model");
    assertThat(answer.json().at("/parts/broker/status").stringValue()).isEqualTo("down");
    assertThat(hub.anyone().get("/health/live").status()).isEqualTo(200);
    hub.health.addNeeded("broker", () -> Health.State.up(""));
  }

  @Test
  void metrics_countRequestsByRoute_andKnowTheJvm() {
    hub.anyone().get("/api/v1/devices");
    String metrics = hub.anyone().get("/metrics").text();
    assertThat(metrics)
        .contains(
            "fabwafer_http_requests_seconds_count{method=\"GET\",route=\"/api/v1/devices\","
                + "status=\"401\"}")
        .contains("jvm_memory_used_bytes");
  }

  @Test
  void theContract_isServed() {
    TestClient.Answer answer = hub.anyone().get("/api/v1/openapi.yaml");
    assertThat(answer.header("Content-Type")).isEqualTo("application/yaml");
    assertThat(answer.text()).startsWith("openapi: 3.1.0");
  }

  @Test
  void twoRoutesOfOneAddress_cannotBeRegistered() {
    Route route = Route.get("/x", Access.OPEN, exchange -> {});
    assertThatThrownBy(() -> new Routes().add(route).add(route))
        .hasMessage("there are two routes GET /x");
  }

  @Test
  void aPortInUse_isToldInOneLine() {
    WebConfig taken = WebConfig.loopback(hub.server.port());
    assertThatThrownBy(
            () ->
                WebServer.start(
                    taken,
                    Optional.empty(),
                    hub.accounts,
                    new Health(),
                    hub.metrics,
                    new LiveEvents(),
                    List.of()))
        .isInstanceOf(HubException.class)
        .hasMessage(
            "cannot listen on 127.0.0.1 port "
                + hub.server.port()
                + ": Address already in use; hub.http-port sets another port");
  }

  @Test
  void aConfigurationOutsideItsLimits_isRefused() {
    assertUnusable(
        WebConfig.loopback(65_536),
        "the web server needs a host and a port of 0 to 65535, got '127.0.0.1' and 65536");
    assertUnusable(
        new WebConfig("0.0.0.0", 0, Optional.empty(), true, Optional.of("short"), Optional.empty()),
        "the machine token must be at least 32 characters");
    assertUnusable(
        new WebConfig(
            "0.0.0.0",
            0,
            Optional.empty(),
            true,
            Optional.empty(),
            Optional.of(URI.create("ftp://hub"))),
        "the public URL must be http://… or https://…, got ftp://hub");
  }

  private void assertUnusable(WebConfig config, String message) {
    assertThatThrownBy(
            () ->
                WebServer.start(
                    config,
                    Optional.empty(),
                    hub.accounts,
                    new Health(),
                    hub.metrics,
                    new LiveEvents(),
                    List.of()))
        .isInstanceOf(HubException.class)
        .hasMessage(message);
  }

  @Test
  void behindHttps_theCookieIsSecure_andTheBrowserIsToldToStay(@TempDir Path other) {
    WebConfig https =
        new WebConfig(
            "127.0.0.1",
            0,
            Optional.empty(),
            false,
            Optional.empty(),
            Optional.of(URI.create("https://fabwafer.example")));
    try (TestHub behindProxy = TestHub.start(other, https)) {
      behindProxy.accounts.create(Actor.HUB, "eva", TestHub.PASSWORD, Role.VIEWER);
      TestClient.Answer login =
          behindProxy
              .anyone()
              .with("Origin", "https://fabwafer.example")
              .login("eva", TestHub.PASSWORD);
      assertThat(login.header("Set-Cookie")).endsWith("; SameSite=Strict; Secure");
      assertThat(login.header("Strict-Transport-Security")).isEqualTo("max-age=31536000");
    }
  }
}
