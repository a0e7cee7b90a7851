package fabwafer.hub.web;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.hub.audit.Actor;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrustedProxiesTest {
  private static final TrustedProxies OURS =
      new TrustedProxies(List.of(Network.of("10.0.0.5"), Network.of("fd00::/8")));

  @ParameterizedTest
  @CsvSource({
    // connection from, said, client
    "10.0.0.5, 203.0.113.7, 203.0.113.7",
    "10.0.0.5, '1.2.3.4, 203.0.113.7', 203.0.113.7",
    "10.0.0.5, '203.0.113.7, fd00::9', 203.0.113.7",
    "10.0.0.5, '203.0.113.7,10.0.0.5', 203.0.113.7",
    "10.0.0.5, '1.2.3.4, not an address', 10.0.0.5",
    "10.0.0.5, '1.2.3.4, hub.fab.example, fd00::9', 'fd00:0:0:0:0:0:0:9'",
    "10.0.0.5, '', 10.0.0.5",
    "fd00::1, '2001:db8::1', '2001:db8:0:0:0:0:0:1'",
    "10.0.0.6, 203.0.113.7, 10.0.0.6",
    "192.0.2.1, 10.0.0.5, 192.0.2.1",
  })
  void client_isTheNearestThatIsNoProxyOfOurs(String remote, String said, String client) {
    assertThat(OURS.clientOf(remote, List.of(said))).isEqualTo(client);
  }

  @Test
  void lines_areOneList_theLastLineNearest() {
    assertThat(OURS.clientOf("10.0.0.5", List.of("1.2.3.4", "203.0.113.7")))
        .isEqualTo("203.0.113.7");
  }

  @Test
  void throttleAndAudit_seeTheClientBehindATrustedProxy(@TempDir Path folder) {
    WebConfig config =
        new WebConfig(
            "127.0.0.1",
            0,
            Optional.empty(),
            false,
            Optional.empty(),
            Optional.empty(),
            List.of(Network.of("127.0.0.0/8")));
    try (TestHub hub = TestHub.start(folder, config)) {
      hub.accounts.create(Actor.HUB, "eva", TestHub.PASSWORD, Role.VIEWER);
      TestClient guesser = hub.anyone().with("X-Forwarded-For", "eva was here, 198.51.100.1");
      TestClient eva = hub.anyone().with("X-Forwarded-For", "198.51.100.2");
      for (int i = 0; i < 5; i++) {
        assertThat(guesser.login("eva", "guess number " + i).status()).isEqualTo(401);
      }
      assertThat(guesser.login("eva", TestHub.PASSWORD).status()).isEqualTo(429);
      assertThat(eva.login("eva", TestHub.PASSWORD).status()).isEqualTo(200);

      assertThat(hub.as(Role.ADMIN).get("/api/v1/audit").text())
          .contains("\"from\":\"198.51.100.1\"", "\"from\":\"198.51.100.2\"");
    }
  }

  @Test
  void withoutATrustedProxy_theHeaderIsAnybodysWord(@TempDir Path folder) {
    try (TestHub hub = TestHub.start(folder)) {
      hub.accounts.create(Actor.HUB, "eva", TestHub.PASSWORD, Role.VIEWER);
      for (int i = 0; i < 5; i++) {
        hub.anyone().with("X-Forwarded-For", "198.51.100." + i).login("eva", "guess " + i);
      }
      assertThat(
              hub.anyone()
                  .with("X-Forwarded-For", "198.51.100.9")
                  .login("eva", TestHub.PASSWORD)
                  .status())
          .isEqualTo(429);
    }
  }
}
