package fabwafer.hub.web;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.hub.audit.AuditEntry;
import fabwafer.hub.audit.AuditQuery;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class TokenTest {
  @TempDir private Path folder;
  private TestHub hub;

  @BeforeEach
  void start() {
    hub = TestHub.start(folder);
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  @Test
  void aToken_isShownOnce_andKeptAsAHash() {
    TestClient viewer = hub.as(Role.VIEWER);
    JsonNode made = make(viewer, "read").json();
    String secret = made.get("token").stringValue();

    assertThat(secret).matches("fabwafer_[A-Za-z0-9_-]{43}");
    assertThat(viewer.get("/api/v1/tokens").text()).doesNotContain(secret).contains("\"read\"");
    String stored =
        hub.database.read(
            handle -> handle.createQuery("select hash from api_tokens").mapTo(String.class).one());
    assertThat(stored).hasSize(64).doesNotContain(secret);
    assertThat(audited()).noneMatch(entry -> entry.toString().contains(secret));
  }

  @Test
  void aToken_mayDoWhatItsScopesSay_andItNeedsNoOwnPageHeader() {
    hub.classified("img1", TestHub.NOW, "Donut");
    TestClient reader = bearer(make(hub.as(Role.REVIEWER), "read"));
    assertThat(reader.get("/api/v1/images").status()).isEqualTo(200);
    TestClient.Answer refused = reader.post("/api/v1/groundtruth", "{}");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.detail()).isEqualTo("this needs the scope review; the token has read");

    TestClient reviewer = bearer(make(hub.as(Role.REVIEWER), "review"));
    assertThat(
            reviewer
                .post(
                    "/api/v1/groundtruth",
                    """
                    {"imgid": "img1", "timestamp": %d, "fab": "faba", "camera": "camera1",
                     "ground_truth": "Loc"}\
                    """
                        .formatted(TestHub.NOW))
                .status())
        .isEqualTo(201);
    AuditEntry label = audited().getFirst();
    assertThat(label.action()).isEqualTo("label.given");
    assertThat(label.actor()).isEqualTo("token:2 of the-reviewer");
  }

  @Test
  void aToken_isNeverAboveItsOwnersRole() {
    TestClient.Answer above = make(hub.as(Role.VIEWER), "admin");
    assertThat(above.status()).isEqualTo(400);
    assertThat(above.detail())
        .isEqualTo("the scope admin needs the role admin; the-viewer has the role viewer");

    TestClient admin = hub.as(Role.ADMIN);
    TestClient reviewing = bearer(make(hub.as(Role.REVIEWER), "review"));
    assertThat(reviewing.post("/api/v1/alarms/1/acknowledge", "").status()).isEqualTo(404);
    assertThat(admin.patch("/api/v1/accounts/the-reviewer", "{\"role\": \"viewer\"}").status())
        .isEqualTo(200);
    assertThat(reviewing.post("/api/v1/alarms/1/acknowledge", "").status()).isEqualTo(403);
    admin.delete("/api/v1/accounts/the-reviewer");
    assertThat(reviewing.get("/api/v1/devices").status()).isEqualTo(401);
  }

  @Test
  void aToken_endsWhenItsTimeIsOver_orItIsRevoked() {
    TestClient viewer = hub.as(Role.VIEWER);
    TestClient first = bearer(make(viewer, "read"));
    TestClient second = bearer(make(viewer, "read"));
    assertThat(first.get("/api/v1/devices").status()).isEqualTo(200);
    assertThat(viewer.delete("/api/v1/tokens/1").status()).isEqualTo(204);
    assertThat(first.get("/api/v1/devices").status()).isEqualTo(401);
    assertThat(viewer.delete("/api/v1/tokens/1").status()).isEqualTo(404);

    hub.now.addAndGet(Duration.ofDays(90).toMillis());
    TestClient.Answer ended = second.get("/api/v1/devices");
    assertThat(ended.status()).isEqualTo(401);
    assertThat(ended.detail()).isEqualTo("the token is none, or has ended or been revoked");
  }

  @Test
  void peopleSeeTheirOwnTokens_adminsAll() {
    make(hub.as(Role.VIEWER), "read");
    TestClient reviewer = hub.as(Role.REVIEWER);
    assertThat(reviewer.get("/api/v1/tokens").json().get("items")).isEmpty();
    assertThat(reviewer.delete("/api/v1/tokens/1").status()).isEqualTo(404);
    TestClient admin = hub.as(Role.ADMIN);
    assertThat(admin.get("/api/v1/tokens").json().get("items")).hasSize(1);
    assertThat(admin.delete("/api/v1/tokens/1").status()).isEqualTo(204);
  }

  @Test
  void aToken_cannotMakeAnother_norChangeAPassword() {
    TestClient admin = bearer(make(hub.as(Role.ADMIN), "admin"));
    for (String path : List.of("/api/v1/tokens", "/api/v1/session/password")) {
      TestClient.Answer answer = admin.post(path, "{}");
      assertThat(answer.status()).as(path).isEqualTo(403);
      assertThat(answer.detail())
          .isEqualTo("this needs a person who is logged in; a token may not");
    }
    assertThat(admin.get("/api/v1/audit").status()).isEqualTo(200);
  }

  @Test
  void whoSendsAWrongToken_isNotSavedByACookie_andIsInTheAudit() {
    TestClient viewer = hub.as(Role.VIEWER);
    viewer.with("Authorization", "Bearer fabwafer_" + "A".repeat(43));
    assertThat(viewer.get("/api/v1/devices").status()).isEqualTo(401);
    assertThat(audited().getFirst().action()).isEqualTo("token.refused");
  }

  @Test
  void metricsAndInference_haveScopesOfTheirOwn() {
    String path = "/metrics";
    TestClient far = hub.anyone().with("X-Forwarded-For", "10.0.0.1");
    assertThat(far.get(path).status()).isEqualTo(401);
    String metrics = secret(make(hub.as(Role.VIEWER), "metrics"));
    assertThat(far.with("Authorization", "Bearer " + metrics).get(path).status()).isEqualTo(200);
    assertThat(far.get("/api/v1/devices").status()).isEqualTo(403);
    String read = secret(make(hub.as(Role.VIEWER), "read"));
    assertThat(far.with("Authorization", "Bearer " + read).get(path).status()).isEqualTo(403);
  }

  @Test
  void anApprover_mayWhatAReviewerMay_andNotWhatAnAdminMay() {
    TestClient approver = hub.as(Role.APPROVER);
    assertThat(approver.post("/api/v1/alarms/1/acknowledge", "").status()).isEqualTo(404);
    assertThat(approver.get("/api/v1/accounts").status()).isEqualTo(403);
    assertThat(make(approver, "approve").status()).isEqualTo(201);
  }

  @Test
  void aSignedOutBrowser_seesNothing_onAnyRouteThatIsNotOpen() {
    for (Route route : hub.server.routes()) {
      if (route.access() != Access.OPEN) {
        String path = route.path().replaceAll("\\{[a-z]+}", "1");
        TestClient.Answer answer =
            hub.anyone()
                .with("X-Forwarded-For", "10.0.0.1")
                .send(route.method().name(), path, BodyPublishers.noBody());
        assertThat(answer.status()).as(route.method() + " " + path).isEqualTo(401);
      }
    }
    assertThat(
            hub.server.routes().stream()
                .filter(route -> route.access() == Access.OPEN)
                .map(Route::path))
        .containsExactlyInAnyOrder(
            "/api/v1/session",
            "/api/v1/session/logout",
            "/api/v1/session/ways",
            "/api/v1/session/oidc",
            "/api/v1/session/oidc/callback",
            "/api/v1/enrolment",
            "/api/v1/enrolment/renewal",
            "/ca.pem",
            "/model-key.pem",
            "/health",
            "/health/live",
            "/api/v1/openapi.yaml");
  }

  @Test
  void whatPeopleDo_isInTheAudit_withWhoAndFromWhere() {
    TestClient admin = hub.as(Role.ADMIN);
    admin.post(
        "/api/v1/accounts",
        "{\"user\": \"tom\", \"password\": \"a long password\", \"role\": \"viewer\"}");
    admin.patch("/api/v1/accounts/tom", "{\"role\": \"approver\"}");
    admin.delete("/api/v1/accounts/tom");
    hub.anyone().login("the-admin", "wrong password");
    hub.anyone().login("my secret password", "typed in the wrong field");
    admin.get("/api/v1/audit/export?format=csv");
    admin.post("/api/v1/session/logout", "");

    List<AuditEntry> entries = audited();
    assertThat(entries)
        .extracting(AuditEntry::action)
        .containsExactly(
            "session.ended",
            "audit.exported",
            "session.refused",
            "session.refused",
            "account.removed",
            "account.changed",
            "account.created",
            "session.started",
            "account.created");
    AuditEntry changed = entries.get(5);
    assertThat(changed.actor()).isEqualTo("user:the-admin");
    assertThat(changed.from()).contains("127.0.0.1");
    assertThat(changed.object()).isEqualTo("account:tom");
    assertThat(changed.detail())
        .isEqualTo("{\"roleBefore\":\"viewer\",\"role\":\"approver\",\"password\":\"kept\"}");
    assertThat(entries.toString()).doesNotContain("secret password", "a long password");
    JsonNode verdict = hub.as(Role.ADMIN).get("/api/v1/audit/verification").json();
    assertThat(verdict.get("intact").booleanValue()).isTrue();
  }

  @Test
  void theAudit_isReadInPages_byAdminsAlone() {
    TestClient admin = hub.as(Role.ADMIN);
    hub.as(Role.VIEWER);
    JsonNode first = admin.get("/api/v1/audit?limit=2").json();
    assertThat(first.get("items")).hasSize(2);
    JsonNode second =
        admin.get("/api/v1/audit?limit=2&cursor=" + first.get("next").stringValue()).json();
    assertThat(second.get("items").get(0).get("id").longValue())
        .isLessThan(first.get("items").get(1).get("id").longValue());
    assertThat(admin.get("/api/v1/audit?action=account").json().get("items")).hasSize(2);
    assertThat(hub.as(Role.APPROVER).get("/api/v1/audit").status()).isEqualTo(403);
  }

  private List<AuditEntry> audited() {
    return hub.audit.newest(AuditQuery.ALL, Optional.empty(), 100);
  }

  private static TestClient.Answer make(TestClient client, String scope) {
    return client.post("/api/v1/tokens", "{\"name\": \"test\", \"scopes\": [\"" + scope + "\"]}");
  }

  private static String secret(TestClient.Answer made) {
    return made.json().get("token").stringValue();
  }

  /** A program that sends the token and nothing else. */
  private TestClient bearer(TestClient.Answer made) {
    return hub.anyone().without("X-Fabwafer").with("Authorization", "Bearer " + secret(made));
  }
}
