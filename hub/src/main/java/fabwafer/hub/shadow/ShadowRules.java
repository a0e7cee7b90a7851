package fabwafer.hub.shadow;

import fabwafer.hub.HubException;
import java.time.Duration;

/**
 * How long a model runs in shadow before people are asked to approve it: until one of the two.
 *
 * @param wafers that it answered; 0: nobody waits
 * @param soak since it was put into test
 */
public record ShadowRules(int wafers, Duration soak) {
  /** Most wafers that may be asked for. */
  public static final int MOST_WAFERS = 1_000_000;

  /** As hubs run. */
  public static final ShadowRules DEFAULT = new ShadowRules(50, Duration.ofHours(1));

  public ShadowRules {
    if (wafers < 0 || wafers > MOST_WAFERS) {
      throw new HubException(
          "wafers in shadow must be 0 to %,d, got %,d".formatted(MOST_WAFERS, wafers));
    }
  }
}
