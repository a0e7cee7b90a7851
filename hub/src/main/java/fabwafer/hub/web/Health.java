package fabwafer.hub.web;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * How the hub's parts are. Parts are added by whoever starts them; each is asked anew for every
 * {@code GET /health}, so its check must answer at once. Anyone may read the details.
 */
public final class Health {
  private static final Logger LOG = LoggerFactory.getLogger(Health.class);

  /**
   * How a part is.
   *
   * @param up whether it works
   * @param detail a few words for a person; no secret
   */
  public record State(boolean up, String detail) {
    /** A part that works. */
    public static State up(String detail) {
      return new State(true, detail);
    }

    /** A part that does not work. */
    public static State down(String detail) {
      return new State(false, detail);
    }
  }

  private record Part(boolean needed, Supplier<State> check) {}

  private final Map<String, Part> parts = new ConcurrentHashMap<>();

  /** Adds a part that the hub cannot do without. */
  public void addNeeded(String name, Supplier<State> check) {
    parts.put(name, new Part(true, check));
  }

  /** Adds a part without which the hub still takes in and shows wafers. */
  public void addOptional(String name, Supplier<State> check) {
    parts.put(name, new Part(false, check));
  }

  record Report(boolean ready, ObjectNode json) {}

  Report check() {
    boolean ready = true;
    ObjectNode states = Json.object();
    for (Map.Entry<String, Part> part : new TreeMap<>(parts).entrySet()) {
      State state = check(part.getKey(), part.getValue());
      ready &= state.up || !part.getValue().needed;
      states
          .putObject(part.getKey())
          .put("status", word(state.up))
          .put("detail", Texts.plain(state.detail));
    }
    ObjectNode json = Json.object().put("status", word(ready));
    json.set("parts", states);
    return new Report(ready, json);
  }

  private static State check(String name, Part part) {
    try {
      return part.check.get();
    } catch (RuntimeException e) {
      LOG.warn("the check of {} failed", name, e);
      return State.down("its check failed; the log says why");
    }
  }

  private static String word(boolean up) {
    return up ? "up" : "down";
  }
}
