package fabwafer.hub.account;

import com.password4j.Argon2Function;
import com.password4j.Password;
import com.password4j.types.Argon2;
import fabwafer.hub.web.ProblemException;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Hashes passwords with Argon2id (RFC 9106). The parameters are the smallest that OWASP's Password
 * Storage Cheat Sheet gives for one lane: 19 MiB and two passes, about 50 ms of one core here, so
 * that a small machine can log people in while it takes in wafers.
 */
public final class Passwords {
  private static final int MEMORY_KIB = 19 * 1024;
  private static final int PASSES = 2;
  private static final int LANES = 1;
  private static final int HASH_BYTES = 32;
  private static final int SALT_BYTES = 16;

  /** Hashes computed at a time: bounds memory and leaves the other cores to the wafers. */
  private static final int AT_A_TIME = 2;

  /** Logins that may wait to be hashed; more would hold the threads that answer everybody else. */
  private static final int WAITING = 16;

  /** How long a login waits for its turn to be hashed. */
  private static final Duration TURN_TIMEOUT = Duration.ofSeconds(5);

  private static final int RANDOM_BYTES = 15;

  private final SecureRandom random = new SecureRandom();
  private final Semaphore turns = new Semaphore(AT_A_TIME);
  private final Semaphore places = new Semaphore(AT_A_TIME + WAITING);
  // What an unknown user's password is compared with, so that it takes as long as a known one's.
  private final String nobodysHash = hash(random());

  /** The hash of a password, with its parameters and a salt of its own. */
  public String hash(String password) {
    return inTurn(
        () ->
            Password.hash(normal(password))
                .addRandomSalt(SALT_BYTES)
                .with(Argon2Function.getInstance(MEMORY_KIB, PASSES, LANES, HASH_BYTES, Argon2.ID))
                .getResult());
  }

  /**
   * Whether a password is the one hashed.
   *
   * @param hash empty for an unknown user: takes as long, and the answer is no
   */
  public boolean isRight(String password, Optional<String> hash) {
    String compared = hash.orElse(nobodysHash);
    boolean right =
        inTurn(
            () ->
                Password.check(normal(password), compared)
                    .with(Argon2Function.getInstanceFromHash(compared)));
    return right && hash.isPresent();
  }

  /** A password nobody guesses, 20 characters that can be typed. */
  public String random() {
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private <T> T inTurn(Supplier<T> work) {
    if (!places.tryAcquire()) {
      throw busy();
    }
    try {
      if (!turns.tryAcquire(TURN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw busy();
      }
      try {
        return work.get();
      } finally {
        turns.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw busy();
    } finally {
      places.release();
    }
  }

  private static ProblemException busy() {
    return ProblemException.tooMany("too many people log in at once", TURN_TIMEOUT);
  }

  /** The same characters, however the keyboard composed them. */
  private static String normal(String password) {
    return Normalizer.normalize(password, Normalizer.Form.NFC);
  }
}
