package fabwafer.hub.account;

import fabwafer.hub.web.Scope;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a program sends instead of a session. The token itself is shown when it is made, and kept
 * nowhere.
 *
 * @param id its number
 * @param owner the account it acts for; it may never do more than that one
 * @param name what its owner calls it
 * @param scopes what it may be used for
 * @param createdMillis when it was made, milliseconds since 1970
 * @param expiresMillis when it ends, milliseconds since 1970
 * @param lastUsedMillis when it was last used, to the minute
 */
public record ApiToken(
    long id,
    String owner,
    String name,
    Set<Scope> scopes,
    long createdMillis,
    long expiresMillis,
    OptionalLong lastUsedMillis) {
  public ApiToken {
    scopes = Set.copyOf(scopes);
  }
}
