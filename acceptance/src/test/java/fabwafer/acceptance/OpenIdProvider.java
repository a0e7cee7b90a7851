package fabwafer.acceptance;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.oidc.endpoint.OidcParameterNames;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;

/**
 * A real OpenID provider (Spring Authorization Server) with three people, in this process. It takes
 * the hub as a client that must use PKCE.
 */
final class OpenIdProvider implements AutoCloseable {
  static final String CLIENT = "hub";
  static final String SECRET = "the secret of the client hub";
  static final String PASSWORD = "a password of the provider";

  /** Person → groups. */
  private static final Map<String, List<String>> PEOPLE =
      Map.of(
          "eva", List.of("engineers", "fab-admins"),
          "tom", List.of("engineers"),
          "guest", List.of("visitors"));

  private final ConfigurableApplicationContext context;
  private final String issuer;

  private OpenIdProvider(ConfigurableApplicationContext context, String issuer) {
    this.context = context;
    this.issuer = issuer;
  }

  /** Starts the provider on a port for a hub at an address; some seconds. */
  static OpenIdProvider start(int port, String hub) {
    System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
    SpringApplication application = new SpringApplication(Provider.class);
    String issuer = "http://localhost:" + port;
    ConfigurableApplicationContext context =
        application.run(
            "--server.address=127.0.0.1",
            "--server.port=" + port,
            "--spring.main.banner-mode=off",
            "--provider.issuer=" + issuer,
            "--provider.hub=" + hub);
    return new OpenIdProvider(context, issuer);
  }

  String issuer() {
    return issuer;
  }

  @Override
  public void close() {
    context.close();
  }

  @SpringBootConfiguration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Provider {
    @Bean
    RegisteredClientRepository clients(Environment environment) {
      String hub = environment.getRequiredProperty("provider.hub");
      return new InMemoryRegisteredClientRepository(
          RegisteredClient.withId(UUID.randomUUID().toString())
              .clientId(CLIENT)
              .clientSecret("{noop}" + SECRET)
              .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
              .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
              .redirectUri(hub + "/api/v1/session/oidc/callback")
              .postLogoutRedirectUri(hub + "/")
              .scope("openid")
              .scope("profile")
              .scope("email")
              .clientSettings(ClientSettings.builder().requireProofKey(true).build())
              .build());
    }

    @Bean
    UserDetailsService people() {
      return new InMemoryUserDetailsManager(
          PEOPLE.keySet().stream()
              .map(
                  name ->
                      User.withUsername(name).password("{noop}" + PASSWORD).roles("USER").build())
              .toList());
    }

    @Bean
    AuthorizationServerSettings settings(Environment environment) {
      return AuthorizationServerSettings.builder()
          .issuer(environment.getRequiredProperty("provider.issuer"))
          .build();
    }

    @Bean
    OAuth2TokenCustomizer<JwtEncodingContext> groups() {
      return context -> {
        if (context.getTokenType().getValue().equals(OidcParameterNames.ID_TOKEN)) {
          Authentication principal = context.getPrincipal();
          String name = Objects.requireNonNull(principal).getName();
          context.getClaims().claim("preferred_username", name);
          context.getClaims().claim("groups", PEOPLE.getOrDefault(name, List.of()));
        }
      };
    }
  }
}
