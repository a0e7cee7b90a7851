package fabwafer.hub.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWT;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.GeneralException;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.openid.connect.sdk.AuthenticationErrorResponse;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.AuthenticationResponse;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import com.nimbusds.openid.connect.sdk.LogoutRequest;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.UserInfoResponse;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the hub asks of an OpenID provider, and the checks of what it answers. */
final class OidcProvider {
  private static final int TIMEOUT_MILLIS = 5_000;

  /** Most bytes of the provider's keys. */
  private static final int MAX_KEYS_BYTES = 256 * 1024;

  /** How long the provider's configuration is kept. */
  private static final Duration KEPT = Duration.ofHours(1);

  /** Signatures with a key that the provider alone has. */
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.ES512,
          JWSAlgorithm.EdDSA,
          JWSAlgorithm.Ed25519);

  private final OidcConfig config;
  private final InstantSource clock;
  private @Nullable OIDCProviderMetadata known;
  private long knownSinceMillis;

  OidcProvider(OidcConfig config, InstantSource clock) {
    this.config = config;
    this.clock = clock;
  }

  /** Who logged in, as the provider vouches for. */
  record Person(String subject, String name, List<String> groups, String idToken) {
    /** Without the token. */
    @Override
    public String toString() {
      return "Person[subject=%s, name=%s, groups=%s]".formatted(subject, name, groups);
    }
  }

  /** Where the browser is to go to log in. */
  URI loginAddress(PendingLogins.Pending login) {
    Scope scope = new Scope("openid");
    config.scopes().forEach(scope::add);
    return new AuthenticationRequest.Builder(
            ResponseType.CODE, scope, new ClientID(config.clientId()), config.callback())
        .endpointURI(metadata().getAuthorizationEndpointURI())
        .state(login.state())
        .nonce(login.nonce())
        .codeChallenge(login.verifier(), CodeChallengeMethod.S256)
        .build()
        .toURI();
  }

  /** Where the browser is to go to log out there, too. */
  Optional<URI> logoutAddress(String idToken, URI home) {
    try {
      OIDCProviderMetadata metadata = metadata();
      if (metadata.getEndSessionEndpointURI() == null) {
        return Optional.empty();
      }
      return Optional.of(
          new LogoutRequest(
                  metadata.getEndSessionEndpointURI(),
                  com.nimbusds.jwt.JWTParser.parse(idToken),
                  home,
                  null)
              .toURI());
    } catch (java.text.ParseException | OidcException e) {
      return Optional.empty();
    }
  }

  /**
   * Finishes a login.
   *
   * @param answer the address that the browser came back to, with its parameters
   * @throws OidcException if the provider refused, cannot be reached, or what it says does not hold
   */
  Person finish(URI answer, PendingLogins.Pending login) {
    AuthorizationCode code = code(answer, login);
    try {
      OIDCTokenResponse tokens = tokens(code, login);
      JWT idToken = tokens.getOIDCTokens().getIDToken();
      IDTokenClaimsSet claims = validated(idToken, login);
      Map<String, Object> said = claims.toJSONObject();
      if (!said.containsKey(config.groupsClaim()) || !said.containsKey(config.userClaim())) {
        said = withUserInfo(claims, said, tokens.getOIDCTokens().getAccessToken());
      }
      return new Person(
          claims.getSubject().getValue(),
          String.valueOf(said.getOrDefault(config.userClaim(), claims.getSubject().getValue())),
          groups(said.get(config.groupsClaim())),
          idToken.serialize());
    } catch (IOException | ParseException e) {
      throw failed("the provider's answer cannot be used: " + e.getMessage(), e);
    }
  }

  private AuthorizationCode code(URI answer, PendingLogins.Pending login) {
    AuthenticationResponse response;
    try {
      response = AuthenticationResponseParser.parse(answer);
    } catch (ParseException e) {
      throw failed("the browser brought no answer of the provider", e);
    }
    if (!login.state().equals(response.getState())) {
      throw new OidcException(
          OidcException.Reason.EXPIRED, "the answer's state is not that of the login begun");
    }
    if (response.getIssuer() != null
        && !response.getIssuer().getValue().equals(config.issuer().toString())) {
      throw failed("the answer comes from another issuer");
    }
    if (response instanceof AuthenticationErrorResponse error) {
      throw new OidcException(
          OidcException.Reason.DENIED, "the provider answered " + error.getErrorObject().getCode());
    }
    return response.toSuccessResponse().getAuthorizationCode();
  }

  private OIDCTokenResponse tokens(AuthorizationCode code, PendingLogins.Pending login)
      throws IOException, ParseException {
    URI endpoint = metadata().getTokenEndpointURI();
    AuthorizationCodeGrant grant =
        new AuthorizationCodeGrant(code, config.callback(), login.verifier());
    TokenRequest.Builder request =
        config.clientSecret().isPresent()
            ? new TokenRequest.Builder(endpoint, authentication(config.clientSecret().get()), grant)
            : new TokenRequest.Builder(endpoint, new ClientID(config.clientId()), grant);
    HTTPResponse response = sent(request.build().toHTTPRequest());
    var parsed = OIDCTokenResponseParser.parse(response);
    if (!parsed.indicatesSuccess()) {
      throw failed(
          "the provider gave no tokens: " + parsed.toErrorResponse().getErrorObject().getCode());
    }
    return (OIDCTokenResponse) parsed.toSuccessResponse();
  }

  private ClientAuthentication authentication(String secret) {
    List<ClientAuthenticationMethod> methods = metadata().getTokenEndpointAuthMethods();
    ClientID id = new ClientID(config.clientId());
    boolean postOnly =
        methods != null
            && !methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
            && methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_POST);
    return postOnly
        ? new ClientSecretPost(id, new Secret(secret))
        : new ClientSecretBasic(id, new Secret(secret));
  }

  /** Signature, issuer, audience, times and nonce (OpenID Connect Core 1.0, 3.1.3.7). */
  private IDTokenClaimsSet validated(JWT idToken, PendingLogins.Pending login) {
    if (!(idToken.getHeader().getAlgorithm() instanceof JWSAlgorithm algorithm)
        || !ALGORITHMS.contains(algorithm)) {
      throw failed(
          "the ID token is signed with "
              + idToken.getHeader().getAlgorithm()
              + ", which only the provider's own key could vouch for");
    }
    try {
      return new IDTokenValidator(
              new Issuer(config.issuer()),
              new ClientID(config.clientId()),
              algorithm,
              metadata().getJWKSetURI().toURL(),
              new DefaultResourceRetriever(TIMEOUT_MILLIS, TIMEOUT_MILLIS, MAX_KEYS_BYTES))
          .validate(idToken, login.nonce());
    } catch (BadJOSEException | JOSEException | MalformedURLException e) {
      throw failed("the ID token does not hold: " + e.getMessage(), e);
    }
  }

  private Map<String, Object> withUserInfo(
      IDTokenClaimsSet claims, Map<String, Object> said, AccessToken token)
      throws IOException, ParseException {
    URI endpoint = metadata().getUserInfoEndpointURI();
    if (endpoint == null) {
      return said;
    }
    UserInfoResponse response =
        UserInfoResponse.parse(sent(new UserInfoRequest(endpoint, token).toHTTPRequest()));
    if (!response.indicatesSuccess() || response.toSuccessResponse().getUserInfo() == null) {
      return said;
    }
    var info = response.toSuccessResponse().getUserInfo();
    if (!info.getSubject().equals(claims.getSubject())) {
      throw failed("the provider tells of another person than the ID token");
    }
    Map<String, Object> all = info.toJSONObject();
    all.putAll(said);
    return all;
  }

  private static List<String> groups(@Nullable Object claim) {
    List<String> groups = new ArrayList<>();
    if (claim instanceof Iterable<?> many) {
      many.forEach(group -> groups.add(String.valueOf(group)));
    } else if (claim instanceof String one) {
      groups.add(one);
    }
    return groups;
  }

  private synchronized OIDCProviderMetadata metadata() {
    long now = clock.millis();
    OIDCProviderMetadata kept = known;
    if (kept != null && Math.abs(now - knownSinceMillis) < KEPT.toMillis()) {
      return kept;
    }
    try {
      OIDCProviderMetadata found =
          OIDCProviderMetadata.resolve(new Issuer(config.issuer()), TIMEOUT_MILLIS, TIMEOUT_MILLIS);
      known = found;
      knownSinceMillis = now;
      return found;
    } catch (GeneralException | IOException e) {
      throw failed(
          "the configuration of " + config.issuer() + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static HTTPResponse sent(HTTPRequest request) throws IOException {
    request.setConnectTimeout(TIMEOUT_MILLIS);
    request.setReadTimeout(TIMEOUT_MILLIS);
    request.setFollowRedirects(false);
    return request.send();
  }

  private static OidcException failed(String message) {
    return new OidcException(OidcException.Reason.FAILED, message);
  }

  private static OidcException failed(String message, Throwable cause) {
    return new OidcException(OidcException.Reason.FAILED, message, cause);
  }
}
