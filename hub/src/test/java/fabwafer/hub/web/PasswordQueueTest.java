package fabwafer.hub.web;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.hub.account.Passwords;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class PasswordQueueTest {
  /** Twice as many as are hashed and may wait. */
  private static final int AT_ONCE = 36;

  @Test
  void moreLoginsThanCanBeHashed_areToldToComeBack_andTheNextIsHashed() throws Exception {
    Passwords passwords = new Passwords();
    String hash = passwords.hash("right");
    // Takes ten times as long, so that they come faster than they are judged.
    Optional<String> slow = Optional.of(hash.replace(",t=2,", ",t=20,"));
    List<Future<Optional<ProblemException>>> logins = new ArrayList<>();
    try (ExecutorService people = Executors.newFixedThreadPool(AT_ONCE)) {
      for (int i = 0; i < AT_ONCE; i++) {
        logins.add(people.submit(() -> login(passwords, slow)));
      }
    }
    List<ProblemException> refused = new ArrayList<>();
    for (Future<Optional<ProblemException>> login : logins) {
      login.get().ifPresent(refused::add);
    }

    assertThat(refused).isNotEmpty().hasSizeLessThan(AT_ONCE);
    for (ProblemException refusal : refused) {
      // The web server answers it with 429 and Retry-After.
      assertThat(refusal.problem()).isEqualTo(Problem.TOO_MANY_REQUESTS);
      assertThat(refusal.detail()).isEqualTo("too many people log in at once");
      assertThat(refusal.retryAfter()).contains(Duration.ofSeconds(5));
    }
    assertThat(passwords.isRight("right", Optional.of(hash))).isTrue();
  }

  private static Optional<ProblemException> login(Passwords passwords, Optional<String> hash) {
    try {
      assertThat(passwords.isRight("wrong", hash)).isFalse();
      return Optional.empty();
    } catch (ProblemException e) {
      return Optional.of(e);
    }
  }
}
