package fabwafer.hub.oidc;

import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.Nonce;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The logins that browsers are about to do at the provider; each can be finished once. */
final class PendingLogins {
  /** How long a person may take at the provider. */
  static final Duration LIFETIME = Duration.ofMinutes(10);

  /** Most at a time; the oldest are forgotten first. */
  static final int MAX_PENDING = 1_000;

  private static final int ID_BYTES = 32;

  /** What one login's answer must fit. */
  record Pending(State state, Nonce nonce, CodeVerifier verifier, long sinceMillis) {}

  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Pending> pending =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Pending> eldest) {
          return size() > MAX_PENDING;
        }
      };

  PendingLogins(InstantSource clock) {
    this.clock = clock;
  }

  /** What the browser holds meanwhile, and what it sends the provider. */
  record Begun(String id, Pending pending) {}

  synchronized Begun begin() {
    byte[] bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    String id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    Pending login = new Pending(new State(), new Nonce(), new CodeVerifier(), clock.millis());
    pending.put(id, login);
    return new Begun(id, login);
  }

  /** Takes a login out, if it is there and not too old. */
  synchronized Optional<Pending> end(String id) {
    return Optional.ofNullable(pending.remove(id))
        .filter(login -> clock.millis() - login.sinceMillis <= LIFETIME.toMillis());
  }
}
