package fabwafer.hub.classification;

import fabwafer.protocol.DeviceName;
import fabwafer.protocol.PredictionMessage;
import fabwafer.wafer.DefectPattern;

/**
 * A stored prediction.
 *
 * @param imgid which inspection; unique together with the timestamp
 * @param timestampMillis when the wafer was seen, milliseconds since 1970
 * @param device who saw it
 * @param prediction one of the nine labels in their spelling, or a new pattern's name
 * @param probability the prediction's probability, in [0, 1]
 * @param more a JSON object of the sender's further fields; {@code {}} where there were none
 * @param hasImage whether its image has come
 * @param receivedMillis when the hub stored it, milliseconds since 1970
 */
public record Classification(
    String imgid,
    long timestampMillis,
    DeviceName device,
    String prediction,
    double probability,
    String more,
    boolean hasImage,
    long receivedMillis) {

  /** A message as it is stored. */
  public static Classification of(
      PredictionMessage message, boolean hasImage, long receivedMillis) {
    return new Classification(
        message.imgid(),
        message.timestampMillis(),
        message.device(),
        message.label(),
        message.probability(),
        message.more().toString(),
        hasImage,
        receivedMillis);
  }

  /** Whether it predicts a pattern, one of the eight or a new one. */
  public boolean isDefect() {
    return !prediction.equals(DefectPattern.NONE.label());
  }
}
