package fabwafer.hub.account;

import fabwafer.hub.web.Role;
import java.util.Optional;

/**
 * Somebody who may use the hub.
 *
 * @param name in lower case
 * @param role what the account may do
 * @param createdMillis when it was made, milliseconds since 1970
 * @param issuer the OpenID provider that says who it is; empty for one with a password here
 */
public record Account(String name, Role role, long createdMillis, Optional<String> issuer) {}
