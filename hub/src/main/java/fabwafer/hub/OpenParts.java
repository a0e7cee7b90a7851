package fabwafer.hub;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts that are open, in the order in which they were opened; the last opened is closed first.
 * Of one thread.
 */
final class OpenParts implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OpenParts.class);

  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  /** Notes a part that was just opened. */
  <T extends AutoCloseable> T add(T part) {
    open.addLast(part);
    return part;
  }

  /** Closes every part; one that does not close cleanly is logged and keeps no other open. */
  @Override
  public void close() {
    while (!open.isEmpty()) {
      AutoCloseable part = open.removeLast();
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("{} did not stop cleanly", part.getClass().getSimpleName(), e);
      }
    }
  }
}
