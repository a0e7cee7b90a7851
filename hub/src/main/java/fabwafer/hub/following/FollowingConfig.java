package fabwafer.hub.following;

import fabwafer.hub.HubException;
import java.time.Duration;

/**
 * The bounds of following.
 *
 * @param batch most wafers of one transaction, at least 1: ingest may have to wait for as many
 * @param poll how long to rest when there is nothing to follow
 * @param imagePatience how long a classification waits for its image before it is followed without
 * @param firstRetry how long a follower rests that failed; twice as long each time
 * @param longestRetry but never longer
 */
public record FollowingConfig(
    int batch, Duration poll, Duration imagePatience, Duration firstRetry, Duration longestRetry) {
  /** As hubs run. */
  public static final FollowingConfig DEFAULT =
      new FollowingConfig(
          32,
          Duration.ofMillis(250),
          Duration.ofMinutes(2),
          Duration.ofMillis(500),
          Duration.ofMinutes(1));

  public FollowingConfig {
    if (batch < 1) {
      throw new HubException("a batch of followed wafers must be at least 1, got " + batch);
    }
  }
}
