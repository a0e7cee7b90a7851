package fabwafer.hub.web;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Who sends a request.
 *
 * @param user the account's name
 * @param role the account's role at the time of the request
 * @param token the id of the API token that was sent; empty for a session
 * @param scopes what the token may be used for; all for a session
 */
public record Caller(String user, Role role, Optional<Long> token, Set<Scope> scopes) {
  public Caller {
    scopes = Set.copyOf(scopes);
  }

  /** Somebody with a session. */
  public Caller(String user, Role role) {
    this(user, role, Optional.empty(), EnumSet.allOf(Scope.class));
  }

  /** The caller as the audit names it. */
  public String actor() {
    return token.map(id -> "token:" + id + " of " + user).orElse("user:" + user);
  }
}
