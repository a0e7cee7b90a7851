/**
 * Logging in at an OpenID provider: authorization code flow with PKCE (OpenID Connect Core 1.0, RFC
 * 7636). {@link fabwafer.hub.oidc.OidcRoutes} is the door; who is whom and may what is the
 * accounts' matter. Safe on any thread.
 */
@NullMarked
package fabwafer.hub.oidc;

import org.jspecify.annotations.NullMarked;
