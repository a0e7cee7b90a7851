package fabwafer.hub.web;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.hub.account.Accounts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionTest {
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
  void firstStart_makesAnAdminOnce_whosePasswordIsStoredNowhere() {
    Optional<String> password = hub.accounts.makeFirstAdmin();

    assertThat(password).hasValueSatisfying(text -> assertThat(text).hasSizeGreaterThan(15));
    assertThat(hub.accounts.makeFirstAdmin()).isEmpty();
    TestClient.Answer login = hub.anyone().login(Accounts.FIRST_ADMIN, password.orElseThrow());
    assertThat(login.status()).isEqualTo(200);
    assertThat(login.json().get("role").stringValue()).isEqualTo("admin");
    String stored =
        hub.database.read(
            handle ->
                handle.createQuery("select password_hash from accounts").mapTo(String.class).one());
    assertThat(stored).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
  }

  @Test
  void login_givesACookieThatScriptsAndOtherSitesCannotUse() {
    TestClient client = hub.as(Role.VIEWER);
    TestClient.Answer login = client.login("THE-VIEWER", TestHub.PASSWORD);

    assertThat(login.header("Set-Cookie"))
        .matches("fabwafer_session=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Strict");
    assertThat(client.get("/api/v1/session").json().get("user").stringValue())
        .isEqualTo("the-viewer");
  }

  @Test
  void wrongPassword_andUnknownUser_areAnsweredAlike() {
    hub.as(Role.VIEWER);
    TestClient.Answer wrong = hub.anyone().login("the-viewer", "not the password");
    TestClient.Answer unknown = hub.anyone().login("nobody", "not the password");

    assertThat(wrong.status()).isEqualTo(401);
    assertThat(wrong.problem()).isEqualTo("wrong-password");
    assertThat(unknown.text()).isEqualTo(wrong.text());
    assertThat(wrong.header("Set-Cookie")).isEmpty();
  }

  @Test
  void guessing_isSlowedDown_andForgivenInTime() {
    hub.as(Role.VIEWER);
    for (int i = 0; i < 5; i++) {
      assertThat(hub.anyone().login("the-viewer", "guess number " + i).status()).isEqualTo(401);
    }

    TestClient.Answer next = hub.anyone().login("the-viewer", TestHub.PASSWORD);
    assertThat(next.status()).isEqualTo(429);
    assertThat(next.problem()).isEqualTo("too-many-requests");
    assertThat(next.header("Retry-After")).isEqualTo("1");

    hub.now.addAndGet(1_000);
    assertThat(hub.anyone().login("the-viewer", TestHub.PASSWORD).status()).isEqualTo(200);
    assertThat(hub.anyone().login("the-viewer", "a mistake").status()).isEqualTo(401);
  }

  @Test
  void aSessionThatSomebodyElseChose_isNeverLoggedIn() {
    hub.as(Role.VIEWER);
    String planted = "A".repeat(43);
    TestClient victim = hub.anyone().with("Cookie", "fabwafer_session=" + planted);
    TestClient.Answer login = victim.login("the-viewer", TestHub.PASSWORD);

    assertThat(login.header("Set-Cookie")).doesNotContain(planted);
    assertThat(
            hub.anyone()
                .with("Cookie", "fabwafer_session=" + planted)
                .get("/api/v1/session")
                .status())
        .isEqualTo(401);
  }

  @Test
  void loggingOut_endsTheSessionInTheHubToo() {
    TestClient client = hub.as(Role.VIEWER);
    String cookie =
        client.login("the-viewer", TestHub.PASSWORD).header("Set-Cookie").split(";", 2)[0];
    assertThat(client.post("/api/v1/session/logout", "").status()).isEqualTo(204);

    assertThat(hub.anyone().with("Cookie", cookie).get("/api/v1/session").status()).isEqualTo(401);
  }

  @Test
  void sessions_endWhenIdle_andAfterAWeekInAnyCase() {
    TestClient client = hub.as(Role.VIEWER);
    hub.now.addAndGet(Duration.ofHours(8).toMillis() - 1);
    assertThat(client.get("/api/v1/session").status()).isEqualTo(200);
    for (int hours = 0; hours < 7 * 24 - 14; hours += 7) {
      hub.now.addAndGet(Duration.ofHours(7).toMillis());
      assertThat(client.get("/api/v1/session").status()).isEqualTo(200);
    }
    hub.now.addAndGet(Duration.ofHours(7).toMillis());
    assertThat(client.get("/api/v1/session").status()).isEqualTo(401);

    TestClient idle = hub.as(Role.VIEWER);
    hub.now.addAndGet(Duration.ofHours(8).toMillis());
    assertThat(idle.get("/api/v1/session").status()).isEqualTo(401);
  }

  @Test
  void changingOnesPassword_needsTheCurrentOne_andEndsOtherSessions() {
    TestClient here = hub.as(Role.VIEWER);
    TestClient there = hub.as(Role.VIEWER);
    String path = "/api/v1/session/password";

    TestClient.Answer wrong =
        here.post(path, "{\"currentPassword\":\"no\",\"newPassword\":\"a new password\"}");
    assertThat(wrong.status()).isEqualTo(403);
    TestClient.Answer shortOne =
        here.post(
            path, "{\"currentPassword\":\"" + TestHub.PASSWORD + "\",\"newPassword\":\"short\"}");
    assertThat(shortOne.detail()).isEqualTo("newPassword must be 12 to 256 characters, got 5");

    TestClient.Answer right =
        here.post(
            path,
            "{\"currentPassword\":\""
                + TestHub.PASSWORD
                + "\",\"newPassword\":\"a new password\"}");
    assertThat(right.status()).isEqualTo(204);
    assertThat(here.get("/api/v1/session").status()).isEqualTo(200);
    assertThat(there.get("/api/v1/session").status()).isEqualTo(401);
    assertThat(hub.anyone().login("the-viewer", "a new password").status()).isEqualTo(200);
  }

  @Test
  void anAdmin_makesChangesAndRemovesAccounts_butNotTheLastAdmin() {
    TestClient admin = hub.as(Role.ADMIN);
    TestClient.Answer made =
        admin.post(
            "/api/v1/accounts",
            "{\"user\":\"Eva\",\"password\":\"eva's password\",\"role\":\"viewer\"}");
    assertThat(made.status()).isEqualTo(201);
    assertThat(made.json().get("user").stringValue()).isEqualTo("eva");
    TestClient eva = hub.anyone();
    eva.login("eva", "eva's password");
    assertThat(eva.get("/api/v1/accounts").status()).isEqualTo(403);

    assertThat(admin.patch("/api/v1/accounts/eva", "{\"role\":\"reviewer\"}").status())
        .isEqualTo(200);
    assertThat(eva.get("/api/v1/session").status()).isEqualTo(401);

    TestClient.Answer last = admin.patch("/api/v1/accounts/the-admin", "{\"role\":\"viewer\"}");
    assertThat(last.status()).isEqualTo(409);
    assertThat(last.detail()).contains("the-admin is the last admin");
    assertThat(admin.delete("/api/v1/accounts/the-admin").status()).isEqualTo(409);
    assertThat(admin.delete("/api/v1/accounts/eva").status()).isEqualTo(204);
    assertThat(admin.delete("/api/v1/accounts/eva").status()).isEqualTo(404);
    assertThat(admin.get("/api/v1/accounts").json().get("items")).hasSize(1);
  }

  @Test
  void aNameThatIsTaken_orNoName_isRefused() {
    TestClient admin = hub.as(Role.ADMIN);
    String body = "{\"user\":\"%s\",\"password\":\"a good password\",\"role\":\"viewer\"}";

    assertThat(admin.post("/api/v1/accounts", body.formatted("THE-ADMIN")).status()).isEqualTo(409);
    TestClient.Answer noName = admin.post("/api/v1/accounts", body.formatted("../x"));
    assertThat(noName.status()).isEqualTo(400);
    assertThat(noName.json().get("parameter").stringValue()).isEqualTo("user");
  }
}
