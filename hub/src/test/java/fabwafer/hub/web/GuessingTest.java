package fabwafer.hub.web;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.hub.audit.Actor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One account's password is guessed from many addresses, behind a proxy that is trusted. */
class GuessingTest {
  /** As many as may be wrong before the account waits. */
  private static final int FREE_TRIES = 20;

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  @TempDir private Path folder;
  private TestHub hub;
  private int addresses;

  @BeforeEach
  void start() {
    WebConfig behindAProxy =
        new WebConfig(
            "127.0.0.1",
            0,
            Optional.empty(),
            false,
            Optional.empty(),
            Optional.empty(),
            List.of(Network.of("127.0.0.0/8")));
    hub = TestHub.start(folder, behindAProxy);
    hub.accounts.create(Actor.HUB, "eva", TestHub.PASSWORD, Role.ADMIN);
    hub.accounts.create(Actor.HUB, "tom", TestHub.PASSWORD, Role.VIEWER);
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  @Test
  void guessesFromManyAddresses_waitForOneAnother() {
    guessUntilTheAccountWaits();

    TestClient.Answer next = stranger().login("eva", "one guess more");
    assertThat(next.status()).isEqualTo(429);
    assertThat(next.header("Retry-After")).isEqualTo("1");
    assertThat(stranger().login("eva", TestHub.PASSWORD).status())
        .as("nor does the right password go through")
        .isEqualTo(429);
    assertThat(stranger().login("tom", TestHub.PASSWORD).status()).isEqualTo(200);
  }

  @Test
  void guessesFromManyAddresses_keepNobodyOut() {
    TestClient desk = from("198.51.100.7");
    assertThat(desk.login("eva", TestHub.PASSWORD).status()).isEqualTo(200);
    guessUntilTheAccountWaits();

    assertThat(stranger().login("eva", TestHub.PASSWORD).status()).isEqualTo(429);
    assertThat(desk.login("eva", TestHub.PASSWORD).status())
        .as("from where the account was logged in to before")
        .isEqualTo(200);
    assertThat(hub.anyone().login("eva", TestHub.PASSWORD).status())
        .as("from the hub's machine")
        .isEqualTo(200);
  }

  @Test
  void theWaitOfAnAccount_doublesUpToHalfAMinute_andIsForgiven() {
    guessUntilTheAccountWaits();
    for (int tries = 1; tries <= 7; tries++) {
      TestClient.Answer early = stranger().login("eva", "a guess too early");
      assertThat(early.header("Retry-After"))
          .isEqualTo(String.valueOf(Math.min(1 << (tries - 1), LONGEST_WAIT.toSeconds())));
      hub.now.addAndGet(LONGEST_WAIT.toMillis());
      assertThat(stranger().login("eva", "a guess after the wait").status()).isEqualTo(401);
    }

    hub.now.addAndGet(LONGEST_WAIT.toMillis());
    assertThat(stranger().login("eva", TestHub.PASSWORD).status()).isEqualTo(200);
  }

  @Test
  void anAddressThatAnAccountKnows_stillWaitsForItsOwnMistakes() {
    TestClient desk = from("198.51.100.7");
    assertThat(desk.login("eva", TestHub.PASSWORD).status()).isEqualTo(200);
    for (int i = 0; i < 5; i++) {
      assertThat(desk.login("eva", "mistake number " + i).status()).isEqualTo(401);
    }

    assertThat(desk.login("eva", TestHub.PASSWORD).status()).isEqualTo(429);
  }

  private void guessUntilTheAccountWaits() {
    for (int i = 0; i < FREE_TRIES; i++) {
      assertThat(stranger().login("eva", "guess number " + i).status()).isEqualTo(401);
    }
  }

  /** Somebody at an address that was not seen before. */
  private TestClient stranger() {
    addresses++;
    return from("203.0.113." + addresses);
  }

  private TestClient from(String address) {
    return hub.anyone().with("X-Forwarded-For", address);
  }
}
