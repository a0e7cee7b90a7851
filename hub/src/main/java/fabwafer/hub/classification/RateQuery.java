package fabwafer.hub.classification;

import fabwafer.hub.HubException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Which counts of wafers: from the hourly rollups, so both ends are widened to whole hours.
 *
 * @param fab only this fab's
 * @param camera only this camera's; needs the fab
 * @param fromMillis from this hour on, milliseconds since 1970
 * @param toMillis up to and with this hour, milliseconds since 1970
 * @param bucket width of a bucket, whole hours, counted from 1970 (UTC)
 */
public record RateQuery(
    Optional<String> fab,
    Optional<String> camera,
    long fromMillis,
    long toMillis,
    Duration bucket) {
  /** Most rows that a query may make. */
  static final int MAX_BUCKETS = 50_000;

  static final long HOUR_MILLIS = Duration.ofHours(1).toMillis();

  public RateQuery {
    if (bucket.toMillis() < HOUR_MILLIS || bucket.toMillis() % HOUR_MILLIS != 0) {
      throw new HubException("bucket must be whole hours, got " + bucket);
    }
    if (camera.isPresent() && fab.isEmpty()) {
      throw new HubException("camera needs its fab");
    }
  }

  /**
   * What one camera saw in one bucket.
   *
   * @param startMillis begin of the bucket, milliseconds since 1970
   * @param wafers all that were classified
   * @param defects those not predicted none
   * @param byPrediction label → wafers
   */
  public record Bucket(
      String fab,
      String camera,
      long startMillis,
      long wafers,
      long defects,
      Map<String, Long> byPrediction) {

    /** Share of defects, in [0, 1]. */
    public double defectRate() {
      return wafers == 0 ? 0 : (double) defects / wafers;
    }
  }
}
