package fabwafer.hub.oidc;

import fabwafer.hub.web.Role;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An OpenID provider, and what its users may do here.
 *
 * @param issuer its name, an https address below which its configuration is found
 * @param clientId who the hub is to it
 * @param clientSecret what proves that; empty for a public client, which PKCE protects alone
 * @param callback the hub's address that it sends browsers back to
 * @param label what the button on the login page says
 * @param scopes what is asked for beside {@code openid}
 * @param userClaim the claim that becomes an account's name
 * @param groupsClaim the claim that lists a person's groups
 * @param roles group → role; the greatest of a person's groups counts
 * @param otherwise the role of those without such a group; empty: they are refused
 */
public record OidcConfig(
    URI issuer,
    String clientId,
    Optional<String> clientSecret,
    URI callback,
    String label,
    List<String> scopes,
    String userClaim,
    String groupsClaim,
    Map<String, Role> roles,
    Optional<Role> otherwise) {
  /** The path of {@link #callback}. */
  public static final String CALLBACK_PATH = "/api/v1/session/oidc/callback";

  public OidcConfig {
    scopes = List.copyOf(scopes);
    roles = Map.copyOf(roles);
  }

  /** The role of somebody with these groups. */
  Optional<Role> roleOf(List<String> groups) {
    return groups.stream()
        .flatMap(group -> Optional.ofNullable(roles.get(group)).stream())
        .max(Role::compareTo)
        .or(() -> otherwise);
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "OidcConfig[issuer=%s, clientId=%s, callback=%s]".formatted(issuer, clientId, callback);
  }
}
