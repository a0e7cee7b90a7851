package fabwafer.app;

import fabwafer.hub.oidc.OidcConfig;
import fabwafer.hub.web.Role;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the hub's settings of an OpenID provider; docs/hub.md lists them. */
final class OidcSettings {
  private static final String ISSUER = "oidc-issuer";
  private static final String ROLES = "oidc-roles";

  private final Settings settings;

  private OidcSettings(Settings settings) {
    this.settings = settings;
  }

  /**
   * Reads them; the mistakes are the settings' to tell.
   *
   * @param publicUrl the address by which browsers know the hub
   */
  static Optional<OidcConfig> read(Settings settings, Optional<URI> publicUrl) {
    return new OidcSettings(settings).config(publicUrl);
  }

  private Optional<OidcConfig> config(Optional<URI> publicUrl) {
    Optional<String> issuer = settings.text(ISSUER);
    Optional<String> client = settings.text("oidc-client-id");
    Optional<String> secret = settings.text("oidc-client-secret");
    String label = settings.text("oidc-label", "single sign-on");
    List<String> scopes = settings.texts("oidc-scopes", List.of("profile", "email"));
    String userClaim = settings.text("oidc-user-claim", "preferred_username");
    String groupsClaim = settings.text("oidc-groups-claim", "groups");
    Map<String, Role> roles = roles();
    Optional<Role> otherwise = settings.text("oidc-default-role").flatMap(this::role);
    if (issuer.isEmpty()) {
      if (client.isPresent() || secret.isPresent() || !roles.isEmpty()) {
        settings.mistake(ISSUER, "must be given, as other oidc settings are");
      }
      return Optional.empty();
    }
    if (client.isEmpty()) {
      settings.mistake("oidc-client-id", "must say who the hub is to the provider");
    }
    if (publicUrl.isEmpty()) {
      settings.mistake(ISSUER, "needs hub.public-url, where the provider sends browsers back to");
    }
    if (roles.isEmpty() && otherwise.isEmpty()) {
      settings.mistake(ROLES, "or hub.oidc-default-role must say what people may do");
    }
    Optional<URI> address = issuer(issuer.get());
    if (address.isEmpty() || client.isEmpty() || publicUrl.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new OidcConfig(
            address.get(),
            client.get(),
            secret,
            publicUrl.get().resolve(OidcConfig.CALLBACK_PATH),
            label,
            scopes,
            userClaim,
            groupsClaim,
            roles,
            otherwise));
  }

  /** An https address, or one of this machine. */
  private Optional<URI> issuer(String text) {
    try {
      URI address = new URI(text);
      boolean https = "https".equals(address.getScheme());
      boolean here = "http".equals(address.getScheme()) && isLoopback(address.getHost());
      if (address.getHost() != null && (https || here)) {
        return Optional.of(address);
      }
    } catch (URISyntaxException e) {
      settings.mistake(ISSUER, "must be an https address: " + e.getMessage());
      return Optional.empty();
    }
    settings.mistake(ISSUER, "must be an https address, got '" + text + "'");
    return Optional.empty();
  }

  private static boolean isLoopback(String host) {
    try {
      return "localhost".equals(host) || InetAddress.ofLiteral(host).isLoopbackAddress();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** {@code fab-admins=admin, engineers=reviewer}. */
  private Map<String, Role> roles() {
    Map<String, Role> roles = new HashMap<>();
    for (String text : settings.texts(ROLES, List.of())) {
      int equals = text.lastIndexOf('=');
      if (equals < 1) {
        settings.mistake(ROLES, "must be group=role, got '" + text + "'");
      } else {
        role(text.substring(equals + 1).strip())
            .ifPresent(role -> roles.put(text.substring(0, equals).strip(), role));
      }
    }
    return roles;
  }

  private Optional<Role> role(String word) {
    Optional<Role> role = Role.ofWord(word);
    if (role.isEmpty()) {
      settings.mistake(
          ROLES,
          "must name roles of %s, got '%s'"
              .formatted(
                  String.join(", ", Arrays.stream(Role.values()).map(Role::word).toList()), word));
    }
    return role;
  }
}
