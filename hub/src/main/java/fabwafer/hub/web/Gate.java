package fabwafer.hub.web;

import io.javalin.http.Context;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The one place that decides whether a request may reach its route: origin, then role, then query
 * parameters.
 */
final class Gate {
  /** The header that a changing request carries; a foreign page cannot send it. */
  static final String OWN_PAGE_HEADER = "X-Fabwafer";

  private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

  private final WebConfig config;
  private final Authentication authentication;

  Gate(WebConfig config, Authentication authentication) {
    this.config = config;
    this.authentication = authentication;
  }

  /**
   * Judges a request.
   *
   * @return who asks, where an account does
   * @throws ProblemException if it may not pass
   */
  Optional<Caller> admit(Route route, Context context) {
    if (route.method().changes()) {
      requireOwnSite(route, context);
    }
    Optional<Caller> caller = requireRole(route, context);
    requireKnownQuery(route, context);
    return caller;
  }

  private Optional<Caller> requireRole(Route route, Context context) {
    Optional<Role> least = route.access().leastRole();
    if (least.isEmpty()) {
      return Optional.empty();
    }
    if (route.access() == Access.MACHINE && isMachine(context)) {
      return Optional.empty();
    }
    // Whoever sends a token is judged by it alone, whatever cookies the browser adds.
    Optional<String> token = Exchange.bearerOf(context);
    Caller caller =
        token.isPresent()
            ? byToken(route, token.get(), context)
            : Exchange.sessionOf(context)
                .flatMap(authentication::use)
                .orElseThrow(() -> notLoggedIn(route));
    if (!caller.role().includes(least.get())) {
      throw new ProblemException(
          Problem.FORBIDDEN,
          "this needs the role %s; %s has the role %s"
              .formatted(least.get().word(), caller.user(), caller.role().word()));
    }
    return Optional.of(caller);
  }

  private Caller byToken(Route route, String token, Context context) {
    Caller caller =
        authentication
            .token(token, Exchange.addressOf(context))
            .orElseThrow(
                () ->
                    new ProblemException(
                        Problem.NOT_LOGGED_IN, "the token is none, or has ended or been revoked"));
    if (route.scope().isEmpty()) {
      throw new ProblemException(
          Problem.FORBIDDEN, "this needs a person who is logged in; a token may not");
    }
    if (!route.scope().get().isIn(caller.scopes())) {
      throw new ProblemException(
          Problem.FORBIDDEN,
          "this needs the scope %s; the token has %s"
              .formatted(
                  route.scope().get().word(),
                  String.join(", ", caller.scopes().stream().map(Scope::word).sorted().toList())));
    }
    return caller;
  }

  private static ProblemException notLoggedIn(Route route) {
    return new ProblemException(
        Problem.NOT_LOGGED_IN,
        route.access() == Access.MACHINE
            ? "send the machine token or an API token as Authorization: Bearer, or log in at POST"
                + " /api/v1/session"
            : "log in at POST /api/v1/session");
  }

  private boolean isMachine(Context context) {
    Optional<String> token = config.machineToken();
    if (token.isEmpty()) {
      return isThisMachine(context);
    }
    return Exchange.bearerOf(context)
        .filter(given -> MessageDigest.isEqual(bytes(given), bytes(token.get())))
        .isPresent();
  }

  /**
   * Whether a program on this machine asks: from a loopback address, not through a proxy, and by a
   * name that no foreign page can bend to this machine (DNS rebinding).
   */
  private static boolean isThisMachine(Context context) {
    return isLoopback(context.req().getRemoteAddr())
        && context.header("Forwarded") == null
        && context.header("X-Forwarded-For") == null
        && isUnbendable(hostName(context.header("Host")));
  }

  private static boolean isLoopback(String address) {
    try {
      return InetAddress.ofLiteral(address).isLoopbackAddress();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isUnbendable(String host) {
    return host.equals("localhost") || host.startsWith("[") || IPV4.matcher(host).matches();
  }

  private void requireOwnSite(Route route, Context context) {
    String origin = context.header("Origin");
    if (origin != null && !isOwn(origin, context)) {
      throw new ProblemException(
          Problem.CROSS_SITE, "the request comes from a page of " + Texts.shown(origin));
    }
    String site = context.header("Sec-Fetch-Site");
    if (site != null && !List.of("same-origin", "none").contains(site)) {
      throw new ProblemException(Problem.CROSS_SITE, "the request comes from another site's page");
    }
    // A foreign page cannot send a token either.
    boolean needsHeader = route.access() != Access.MACHINE && Exchange.bearerOf(context).isEmpty();
    if (needsHeader && !"1".equals(context.header(OWN_PAGE_HEADER))) {
      throw new ProblemException(
          Problem.CROSS_SITE,
          "a changing request must carry the header " + OWN_PAGE_HEADER + ": 1");
    }
  }

  private boolean isOwn(String origin, Context context) {
    URI from;
    try {
      from = URI.create(origin);
    } catch (IllegalArgumentException e) {
      return false;
    }
    String host = context.header("Host");
    if (from.getAuthority() == null) {
      return false;
    }
    boolean sameHost = host != null && from.getAuthority().equalsIgnoreCase(host);
    return sameHost || config.publicUrl().filter(own -> isSameOrigin(own, from)).isPresent();
  }

  private static boolean isSameOrigin(URI own, URI from) {
    return String.valueOf(own.getScheme()).equalsIgnoreCase(from.getScheme())
        && String.valueOf(own.getAuthority()).equalsIgnoreCase(from.getAuthority());
  }

  private static void requireKnownQuery(Route route, Context context) {
    for (Map.Entry<String, List<String>> given : context.queryParamMap().entrySet()) {
      String name = given.getKey();
      if (!route.query().contains(name)) {
        throw ProblemException.parameter(
            Texts.plain(name),
            route.query().isEmpty()
                ? Texts.shown(name) + " is no parameter here; there is none"
                : "%s is no parameter here; known: %s"
                    .formatted(Texts.shown(name), String.join(", ", new TreeSet<>(route.query()))));
      }
      if (given.getValue().size() > 1) {
        throw ProblemException.parameter(name, name + " is given more than once");
      }
    }
  }

  private static String hostName(@Nullable String header) {
    if (header == null) {
      return "";
    }
    String host = header.toLowerCase(Locale.ROOT);
    int port = host.lastIndexOf(':');
    return port > host.lastIndexOf(']') ? host.substring(0, port) : host;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
