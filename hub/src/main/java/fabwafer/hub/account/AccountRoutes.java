package fabwafer.hub.account;

import fabwafer.hub.audit.Actor;
import fabwafer.hub.web.Access;
import fabwafer.hub.web.Exchange;
import fabwafer.hub.web.Json;
import fabwafer.hub.web.JsonBody;
import fabwafer.hub.web.ProblemException;
import fabwafer.hub.web.Role;
import fabwafer.hub.web.Route;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.Routes;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Logging in and out, and the accounts for admins. */
public final class AccountRoutes implements RouteSource {
  private static final String ACCOUNTS = "/api/v1/accounts";
  private static final String SESSION = "/api/v1/session";

  private final Accounts accounts;
  private final Function<String, Optional<URI>> providerLogout;

  /**
   * The routes.
   *
   * @param providerLogout where a session's browser logs out of the OpenID provider, too; the
   *     session is forgotten there
   */
  public AccountRoutes(Accounts accounts, Function<String, Optional<URI>> providerLogout) {
    this.accounts = accounts;
    this.providerLogout = providerLogout;
  }

  @Override
  public void addTo(Routes routes) {
    routes.add(Route.post(SESSION, Access.OPEN, this::login));
    routes.add(Route.get(SESSION, Access.VIEWER, AccountRoutes::me));
    routes.add(Route.post(SESSION + "/logout", Access.OPEN, this::logout));
    routes.add(
        Route.post(SESSION + "/password", Access.VIEWER, this::changeOwnPassword).sessionOnly());
    routes.add(Route.get(ACCOUNTS, Access.ADMIN, this::list));
    routes.add(Route.post(ACCOUNTS, Access.ADMIN, this::create));
    routes.add(Route.patch(ACCOUNTS + "/{user}", Access.ADMIN, this::change));
    routes.add(Route.delete(ACCOUNTS + "/{user}", Access.ADMIN, this::remove));
  }

  private void login(Exchange exchange) throws IOException {
    JsonBody body = exchange.jsonBody("user", "password");
    String user = body.text("user", Accounts.MAX_NAME_CHARS);
    String password = body.text("password", Accounts.MAX_PASSWORD_CHARS);
    Accounts.Login login = accounts.login(user, password, exchange.address());
    // A session that was there before, whoever put it there, is not the one that is logged in.
    exchange.session().ifPresent(session -> accounts.logout(session, exchange.address()));
    exchange.startSession(login.session());
    exchange.json(me(login.account().name(), login.account().role()));
  }

  private static void me(Exchange exchange) {
    exchange.json(me(exchange.caller().user(), exchange.caller().role()));
  }

  private void logout(Exchange exchange) {
    Optional<String> session = exchange.session();
    Optional<URI> elsewhere = session.flatMap(providerLogout);
    session.ifPresent(known -> accounts.logout(known, exchange.address()));
    exchange.endSession();
    if (elsewhere.isPresent()) {
      exchange.json(Json.object().put("providerLogout", elsewhere.get().toString()));
    } else {
      exchange.noContent();
    }
  }

  private void changeOwnPassword(Exchange exchange) throws IOException {
    JsonBody body = exchange.jsonBody("currentPassword", "newPassword");
    accounts.changeOwnPassword(
        exchange.caller().user(),
        body.text("currentPassword", Accounts.MAX_PASSWORD_CHARS),
        body.text("newPassword", Accounts.MAX_PASSWORD_CHARS),
        exchange.session().orElseThrow(),
        exchange.address());
    exchange.noContent();
  }

  private void list(Exchange exchange) {
    ObjectNode answer = Json.object();
    ArrayNode items = answer.putArray("items");
    accounts.list().forEach(account -> items.add(json(account)));
    exchange.json(answer);
  }

  private void create(Exchange exchange) throws IOException {
    JsonBody body = exchange.jsonBody("user", "password", "role");
    Role role = role(body).orElseThrow(() -> ProblemException.field("role", "role is missing"));
    Account account =
        accounts.create(
            Actor.of(exchange),
            body.text("user", Accounts.MAX_NAME_CHARS),
            body.text("password", Accounts.MAX_PASSWORD_CHARS),
            role);
    exchange.json(201, json(account));
  }

  private void change(Exchange exchange) throws IOException {
    JsonBody body = exchange.jsonBody("role", "password");
    Optional<Role> role = role(body);
    Optional<String> password = body.optionalText("password", Accounts.MAX_PASSWORD_CHARS);
    if (role.isEmpty() && password.isEmpty()) {
      throw ProblemException.field("role", "role, password or both must be given");
    }
    String user = exchange.parameters().textInPath("user");
    exchange.json(
        json(accounts.change(Actor.of(exchange), user, role, password, exchange.session())));
  }

  private void remove(Exchange exchange) {
    accounts.remove(Actor.of(exchange), exchange.parameters().textInPath("user"));
    exchange.noContent();
  }

  private static Optional<Role> role(JsonBody body) {
    return body.optionalText("role", Accounts.MAX_NAME_CHARS)
        .map(
            word ->
                Role.ofWord(word)
                    .orElseThrow(
                        () ->
                            ProblemException.field(
                                "role",
                                "role must be one of "
                                    + String.join(
                                        ", ",
                                        Arrays.stream(Role.values()).map(Role::word).toList()))));
  }

  private static ObjectNode me(String user, Role role) {
    return Json.object().put("user", user).put("role", role.word());
  }

  private static ObjectNode json(Account account) {
    return me(account.name(), account.role())
        .put("way", account.issuer().isPresent() ? "oidc" : "password")
        .put("createdAt", Instant.ofEpochMilli(account.createdMillis()).toString());
  }
}
