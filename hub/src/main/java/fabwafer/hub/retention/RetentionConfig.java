package fabwafer.hub.retention;

import fabwafer.hub.HubException;
import java.time.Duration;
import java.util.Optional;

/**
 * How long what is stored is kept, since the hub received it; empty: for ever.
 *
 * @param images image files; at most as long as classifications, which name them
 * @param classifications predictions, with what statistics and charts counted of them
 * @param quarantine refused messages, since they last came
 * @param audit entries of the audit
 */
public record RetentionConfig(
    Optional<Duration> images,
    Optional<Duration> classifications,
    Optional<Duration> quarantine,
    Optional<Duration> audit) {
  /** Less would remove wafers that people are about to look at. */
  public static final Duration LEAST = Duration.ofDays(1);

  /** Everything is kept for ever. */
  public static final RetentionConfig FOREVER =
      new RetentionConfig(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  public RetentionConfig {
    requireLeast("images", images);
    requireLeast("classifications", classifications);
    requireLeast("quarantine", quarantine);
    requireLeast("audit", audit);
    if (classifications.isPresent()
        && (images.isEmpty() || images.get().compareTo(classifications.get()) > 0)) {
      throw new HubException("images must be kept no longer than their classifications");
    }
  }

  private static void requireLeast(String kind, Optional<Duration> kept) {
    if (kept.isPresent() && kept.get().compareTo(LEAST) < 0) {
      throw new HubException(
          "%s must be kept for at least %s, got %s".formatted(kind, LEAST, kept.get()));
    }
  }
}
