package fabwafer.hub.review;

import fabwafer.hub.HubException;
import fabwafer.hub.classification.ClassificationQuery.Cursor;
import java.time.Duration;

/**
 * What reviewers are given.
 *
 * @param seed decides draws and order: the same wafers and the same seed give the same order
 * @param randomPercent of what is given out, wafers of the random share: by them the model is
 *     measured
 * @param secondPercent wafers that another reviewer judged: by them reviewers are compared
 * @param knownPercent wafers whose label is settled, not told as such: by them a reviewer is
 *     measured
 * @param sampleOneIn one wafer in so many belongs to the random share, at least 1
 * @param lease how long a wafer that was given out is given to nobody else
 */
public record ReviewConfig(
    long seed,
    int randomPercent,
    int secondPercent,
    int knownPercent,
    int sampleOneIn,
    Duration lease) {
  /** As hubs run. */
  public static final ReviewConfig DEFAULT =
      new ReviewConfig(1, 20, 10, 5, 20, Duration.ofMinutes(10));

  static final int HUNDRED = 100;

  /** Whether a wafer is of the random share. */
  public boolean isSampled(Cursor wafer) {
    return Draw.isWithin(new Draw(seed).of(wafer), sampleOneIn);
  }

  public ReviewConfig {
    if (randomPercent < 0
        || secondPercent < 0
        || knownPercent < 0
        || randomPercent + secondPercent + knownPercent > HUNDRED) {
      throw new HubException(
          "the shares of the review queue must be at least 0 and together at most 100, got"
              + " %d random, %d second, %d known"
                  .formatted(randomPercent, secondPercent, knownPercent));
    }
    if (sampleOneIn < 1) {
      throw new HubException(
          "the random share must be one in at least 1, got one in " + sampleOneIn);
    }
    if (lease.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new HubException("a review lease must be at least 1s, got " + lease);
    }
  }
}
