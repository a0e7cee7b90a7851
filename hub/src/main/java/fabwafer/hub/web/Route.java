package fabwafer.hub.web;

import java.util.Optional;
import java.util.Set;

/**
 * One route. It cannot be made without saying who may call it.
 *
 * @param method how it is called; GET routes answer HEAD too
 * @param path with {@code {parameter}}s, as in openapi.yaml
 * @param access who may call it
 * @param scope what an API token needs to call it; empty: no token may
 * @param query the query parameters it knows; a request with another is refused
 * @param handler what answers
 */
public record Route(
    Method method,
    String path,
    Access access,
    Optional<Scope> scope,
    Set<String> query,
    Handler handler) {
  /** The methods a route may have. */
  public enum Method {
    GET,
    POST,
    PATCH,
    DELETE;

    boolean changes() {
      return this != GET;
    }
  }

  public Route {
    query = Set.copyOf(query);
  }

  public static Route get(String path, Access access, Handler handler) {
    return of(Method.GET, path, access, handler);
  }

  public static Route post(String path, Access access, Handler handler) {
    return of(Method.POST, path, access, handler);
  }

  public static Route patch(String path, Access access, Handler handler) {
    return of(Method.PATCH, path, access, handler);
  }

  public static Route delete(String path, Access access, Handler handler) {
    return of(Method.DELETE, path, access, handler);
  }

  /** This route with the query parameters it knows. */
  public Route query(String... names) {
    return new Route(method, path, access, scope, Set.of(names), handler);
  }

  /** This route for API tokens of another scope than its access says. */
  public Route scope(Scope other) {
    return new Route(method, path, access, Optional.of(other), query, handler);
  }

  /** This route for people alone: no API token may call it. */
  public Route sessionOnly() {
    return new Route(method, path, access, Optional.empty(), query, handler);
  }

  private static Route of(Method method, String path, Access access, Handler handler) {
    return new Route(method, path, access, Optional.of(access.scope()), Set.of(), handler);
  }

  /** Whether a request's path is one of this route's, whatever its method. */
  boolean matches(String requestPath) {
    String[] mine = path.split("/", -1);
    String[] theirs = requestPath.split("/", -1);
    if (mine.length != theirs.length) {
      return false;
    }
    for (int i = 0; i < mine.length; i++) {
      boolean parameter = mine[i].startsWith("{");
      if (parameter ? theirs[i].isEmpty() : !mine[i].equals(theirs[i])) {
        return false;
      }
    }
    return true;
  }
}
