package fabwafer.hub;

import fabwafer.hub.web.Health;
import fabwafer.hub.web.LiveEvents;
import fabwafer.hub.web.Metrics;

/** How the hub is watched from outside: health, metrics, live events. */
record Watching(Health health, Metrics metrics, LiveEvents events) {

  static Watching open(OpenParts open) {
    return new Watching(new Health(), open.add(new Metrics()), new LiveEvents());
  }
}
