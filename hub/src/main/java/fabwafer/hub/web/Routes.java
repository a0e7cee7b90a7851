package fabwafer.hub.web;

import java.util.ArrayList;
import java.util.List;

/** The routes of the server, gathered before it starts. */
public final class Routes {
  private final List<Route> all = new ArrayList<>();

  Routes() {}

  /** Every route of some sources. */
  static List<Route> of(List<RouteSource> sources) {
    Routes routes = new Routes();
    sources.forEach(source -> source.addTo(routes));
    return List.copyOf(routes.all);
  }

  /**
   * Adds a route.
   *
   * @throws IllegalArgumentException if there is one of the same method and path
   */
  public Routes add(Route route) {
    for (Route other : all) {
      if (other.method() == route.method() && other.path().equals(route.path())) {
        throw new IllegalArgumentException(
            "there are two routes " + route.method() + " " + route.path());
      }
    }
    all.add(route);
    return this;
  }
}
