package fabwafer.hub.account;

import fabwafer.hub.HubException;
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
import fabwafer.hub.web.Scope;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** API tokens: everybody's own, and for admins all. */
public final class TokenRoutes implements RouteSource {
  private static final String PATH = "/api/v1/tokens";
  private static final int MAX_WORD_CHARS = 20;

  private final ApiTokens tokens;

  public TokenRoutes(ApiTokens tokens) {
    this.tokens = tokens;
  }

  @Override
  public void addTo(Routes routes) {
    // A token must not be able to outlive its end by making another.
    routes.add(Route.post(PATH, Access.VIEWER, this::make).sessionOnly());
    routes.add(Route.get(PATH, Access.VIEWER, this::list));
    routes.add(Route.delete(PATH + "/{id}", Access.VIEWER, this::revoke).sessionOnly());
  }

  private void make(Exchange exchange) throws IOException {
    JsonBody body = exchange.jsonBody("name", "scopes", "days");
    String name = body.text("name", ApiTokens.MAX_NAME_CHARS);
    Set<Scope> scopes = scopes(body);
    int days = (int) body.whole("days", ApiTokens.DEFAULT_DAYS, 1, ApiTokens.MAX_DAYS);
    try {
      ApiTokens.Made made =
          tokens.make(Actor.of(exchange), exchange.caller().user(), name, scopes, days);
      exchange.json(201, json(made.token()).put("token", made.secret()));
    } catch (HubException e) {
      throw ProblemException.field("scopes", String.valueOf(e.getMessage()));
    }
  }

  private static Set<Scope> scopes(JsonBody body) {
    Set<Scope> scopes = EnumSet.noneOf(Scope.class);
    for (String word : body.texts("scopes", Scope.values().length, MAX_WORD_CHARS)) {
      scopes.add(
          Scope.ofWord(word)
              .orElseThrow(
                  () ->
                      ProblemException.field(
                          "scopes",
                          "scopes must be of "
                              + String.join(
                                  ", ", Arrays.stream(Scope.values()).map(Scope::word).toList()))));
    }
    return scopes;
  }

  private void list(Exchange exchange) {
    ObjectNode answer = Json.object();
    ArrayNode items = answer.putArray("items");
    tokens.list(reach(exchange)).forEach(token -> items.add(json(token)));
    exchange.json(answer);
  }

  private void revoke(Exchange exchange) {
    long id = exchange.parameters().idInPath("id");
    if (!tokens.revoke(Actor.of(exchange), id, reach(exchange))) {
      throw ProblemException.notFound("there is no token " + id);
    }
    exchange.noContent();
  }

  /** Whose tokens somebody may see and revoke; empty: everybody's. */
  private static Optional<String> reach(Exchange exchange) {
    return exchange.caller().role() == Role.ADMIN
        ? Optional.empty()
        : Optional.of(exchange.caller().user());
  }

  private static ObjectNode json(ApiToken token) {
    ObjectNode json =
        Json.object().put("id", token.id()).put("owner", token.owner()).put("name", token.name());
    ArrayNode scopes = json.putArray("scopes");
    token.scopes().stream().sorted().map(Scope::word).forEach(scopes::add);
    return json.put("createdAt", Instant.ofEpochMilli(token.createdMillis()).toString())
        .put("expiresAt", Instant.ofEpochMilli(token.expiresMillis()).toString())
        .put(
            "lastUsedAt",
            token.lastUsedMillis().isPresent()
                ? Instant.ofEpochMilli(token.lastUsedMillis().getAsLong()).toString()
                : null);
  }
}
