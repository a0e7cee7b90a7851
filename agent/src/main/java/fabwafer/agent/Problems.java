package fabwafer.agent;

import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is wrong with one camera just now, for its status and, once for each that comes, changes or
 * goes, for the log. Safe on any thread.
 */
final class Problems {
  /** Most problems that stand at once; the oldest gives way. */
  static final int MOST = 100;

  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

  /** An error that was told, and when. */
  record Told(String message, Instant at) {}

  private final String camera;
  private final Clock clock;
  private final Map<String, String> standing = new LinkedHashMap<>();
  private Optional<Told> last = Optional.empty();

  /**
   * @param camera whose problems, for the log
   */
  Problems(String camera, Clock clock) {
    this.camera = camera;
    this.clock = clock;
  }

  /**
   * Something is wrong.
   *
   * @param subject what it is about, such as {@code broker} or a file; a later report about it
   *     replaces this one, {@link #clear} ends it
   */
  synchronized void report(String subject, String message) {
    if (message.equals(standing.put(subject, message))) {
      return;
    }
    last = Optional.of(new Told(message, clock.instant()));
    if (standing.size() > MOST) {
      standing.remove(standing.keySet().iterator().next());
    }
    LOG.error("{}: {}", camera, message);
  }

  /** A subject is well again. */
  synchronized void clear(String subject) {
    String message = standing.remove(subject);
    if (message != null) {
      LOG.info("{}: over: {}", camera, message);
    }
  }

  /** What is wrong just now, oldest first. */
  synchronized List<String> standing() {
    return List.copyOf(standing.values());
  }

  /** The last error that was told, whether or not it is over. */
  synchronized Optional<Told> last() {
    return last;
  }
}
