package fabwafer.hub.account;

import fabwafer.hub.web.Role;

/**
 * Somebody who may use the hub.
 *
 * @param name in lower case
 * @param role what the account may do
 * @param createdMillis when it was made, milliseconds since 1970
 */
public record Account(String name, Role role, long createdMillis) {}
