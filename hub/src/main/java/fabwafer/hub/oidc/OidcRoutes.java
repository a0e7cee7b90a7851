package fabwafer.hub.oidc;

import fabwafer.hub.account.Accounts;
import fabwafer.hub.audit.Actor;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.audit.RepeatedEvents;
import fabwafer.hub.web.Access;
import fabwafer.hub.web.Exchange;
import fabwafer.hub.web.Json;
import fabwafer.hub.web.ProblemException;
import fabwafer.hub.web.Role;
import fabwafer.hub.web.Route;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.Routes;
import java.net.URI;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** Logging in at an OpenID provider, where one is configured. */
public final class OidcRoutes implements RouteSource {
  private static final String PATH = "/api/v1/session/oidc";
  private static final String COOKIE = "fabwafer_oidc";

  /** Sessions whose ID token is kept to log out with; of an older one the provider asks. */
  private static final int MAX_ID_TOKENS = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger(OidcRoutes.class);

  private final Optional<OidcConfig> config;
  private final Optional<OidcProvider> provider;
  private final Accounts accounts;
  private final RepeatedEvents strangers;
  private final PendingLogins pending;
  private final Map<String, String> idTokens =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > MAX_ID_TOKENS;
        }
      };

  public OidcRoutes(
      Optional<OidcConfig> config,
      Accounts accounts,
      RepeatedEvents strangers,
      InstantSource clock) {
    this.config = config;
    this.provider = config.map(given -> new OidcProvider(given, clock));
    this.accounts = accounts;
    this.strangers = strangers;
    this.pending = new PendingLogins(clock);
  }

  @Override
  public void addTo(Routes routes) {
    routes.add(Route.get("/api/v1/session/ways", Access.OPEN, this::ways));
    routes.add(Route.get(PATH, Access.OPEN, this::begin));
    // Those of the standards, and what providers in use add.
    routes.add(
        Route.get(OidcConfig.CALLBACK_PATH, Access.OPEN, this::finish)
            .query(
                "code",
                "state",
                "iss",
                "session_state",
                "error",
                "error_description",
                "error_uri",
                "scope",
                "authuser",
                "prompt",
                "hd",
                "client_id"));
  }

  /** Where a session's browser logs out of the provider; the session is forgotten here. */
  public Optional<URI> logoutAddress(String session) {
    Optional<String> idToken;
    synchronized (idTokens) {
      idToken = Optional.ofNullable(idTokens.remove(session));
    }
    return idToken.flatMap(
        token -> provider.orElseThrow().logoutAddress(token, home(config.orElseThrow())));
  }

  private void ways(Exchange exchange) {
    ObjectNode answer = Json.object().put("password", true);
    config.ifPresentOrElse(
        given -> answer.putObject("oidc").put("label", given.label()).put("url", PATH),
        () -> answer.putNull("oidc"));
    exchange.json(answer);
  }

  private void begin(Exchange exchange) {
    OidcProvider known = requireProvider();
    PendingLogins.Begun begun = pending.begin();
    try {
      String target = known.loginAddress(begun.pending()).toString();
      exchange.laxCookie(COOKIE, begun.id(), PATH, PendingLogins.LIFETIME);
      exchange.sendTo(target);
    } catch (OidcException e) {
      refused(exchange, e);
    }
  }

  private void finish(Exchange exchange) {
    OidcProvider known = requireProvider();
    OidcConfig given = config.orElseThrow();
    Optional<String> id = exchange.cookie(COOKIE);
    exchange.laxCookie(COOKIE, "", PATH, PendingLogins.LIFETIME);
    try {
      PendingLogins.Pending login =
          id.flatMap(pending::end)
              .orElseThrow(
                  () ->
                      new OidcException(
                          OidcException.Reason.EXPIRED,
                          "no login was begun in this browser in the last minutes"));
      OidcProvider.Person person = known.finish(answer(exchange, given), login);
      Accounts.Login session = login(exchange, given, person);
      synchronized (idTokens) {
        idTokens.put(session.session(), person.idToken());
      }
      exchange.session().ifPresent(old -> accounts.logout(old, exchange.address()));
      exchange.startSession(session.session());
      exchange.sendTo("/");
    } catch (OidcException e) {
      refused(exchange, e);
    }
  }

  private Accounts.Login login(Exchange exchange, OidcConfig given, OidcProvider.Person person) {
    Role role =
        given
            .roleOf(person.groups())
            .orElseThrow(
                () ->
                    new OidcException(
                        OidcException.Reason.NO_ROLE,
                        "none of the %d groups of %s has a role in hub.oidc-roles"
                            .formatted(person.groups().size(), person.name())));
    try {
      return accounts.loginFederated(
          given.issuer().toString(),
          person.subject(),
          person.name().toLowerCase(Locale.ROOT),
          role,
          exchange.address());
    } catch (ProblemException e) {
      throw new OidcException(
          OidcException.Reason.NAME, person.name() + " has no account: " + e.getMessage(), e);
    }
  }

  private void refused(Exchange exchange, OidcException e) {
    LOG.warn("a login at the OpenID provider did not succeed: {}", e.getMessage());
    strangers.note(
        Actor.anyone(exchange.address()),
        "session.refused",
        "oidc",
        AuditLog.detail().put("reason", e.reason().word()).put("why", e.getMessage()));
    exchange.sendTo("/?login=" + e.reason().word());
  }

  private OidcProvider requireProvider() {
    return provider.orElseThrow(
        () -> ProblemException.notFound("no OpenID provider is configured; hub.oidc-issuer"));
  }

  private static URI answer(Exchange exchange, OidcConfig given) {
    return URI.create(given.callback() + "?" + exchange.parameters().queryText());
  }

  private static URI home(OidcConfig given) {
    return given.callback().resolve("/");
  }
}
