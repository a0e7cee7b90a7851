package fabwafer.hub.delivery;

import fabwafer.hub.HubException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How models are delivered.
 *
 * @param signingKey PEM file of an Ed25519 key of one's own; empty: the hub makes one
 * @param stages shares of the cameras that have a new champion after each stage, in percent, rising
 * @param rules when a rollout goes on, and when it goes back
 */
public record DeliveryConfig(Optional<Path> signingKey, List<Integer> stages, Rules rules) {
  /** Most stages of a rollout. */
  public static final int MAX_STAGES = 10;

  private static final int WHOLE = 100;

  /** One camera of ten, half of them, all. */
  public static final DeliveryConfig DEFAULT =
      new DeliveryConfig(Optional.empty(), List.of(10, 50, 100), Rules.DEFAULT);

  /**
   * What a new model may do on devices.
   *
   * @param probation wafers a camera shows to the model before, too
   * @param soak how long a stage waits for cameras that see fewer wafers
   * @param maxErrorShare most wafers of a camera that the model fails on, in [0, 1]
   * @param maxDisagreementShare most wafers of a camera that it labels otherwise than the model
   *     before, in [0, 1]
   * @param maxSlowdown most times the mean time of the model before, at least 1
   */
  public record Rules(
      int probation,
      Duration soak,
      double maxErrorShare,
      double maxDisagreementShare,
      double maxSlowdown) {
    /** Two good models of one data set disagree on some 3 % of wafers. */
    public static final Rules DEFAULT = new Rules(200, Duration.ofMinutes(10), 0.01, 0.15, 3);
  }

  public DeliveryConfig {
    stages = List.copyOf(stages);
    int before = 0;
    for (int share : stages) {
      if (share <= before || share > WHOLE) {
        throw new HubException(
            "rollout-stages must be rising percentages up to 100, got " + stages);
      }
      before = share;
    }
    if (stages.isEmpty() || stages.size() > MAX_STAGES) {
      throw new HubException(
          "rollout-stages must be 1 to %d, got %d".formatted(MAX_STAGES, stages.size()));
    }
  }
}
