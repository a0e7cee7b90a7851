package fabwafer.hub.web;

/** A feature's routes. */
@FunctionalInterface
public interface RouteSource {
  /** Adds the feature's routes; called once, before the server starts. */
  void addTo(Routes routes);
}
