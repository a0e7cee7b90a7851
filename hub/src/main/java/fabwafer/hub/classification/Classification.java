package fabwafer.hub.classification;

import fabwafer.protocol.Assessment;
import fabwafer.protocol.AssessmentFields;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.PredictionMessage;
import fabwafer.protocol.WaferFacts;
import fabwafer.protocol.WaferFactsFields;
import fabwafer.wafer.DefectPattern;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

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

  /** What the sender's further fields say of the wafer, as far as they can be read. */
  public Assessment assessment() {
    return AssessmentFields.read(fields());
  }

  /** What the wafer's file says of it, as far as the sender told and it can be read. */
  public WaferFacts facts() {
    return WaferFactsFields.read(fields());
  }

  /** The sender's further fields. */
  public ObjectNode fields() {
    try {
      return JsonMapper.shared().readTree(more) instanceof ObjectNode object
          ? object
          : JsonMapper.shared().createObjectNode();
    } catch (JacksonException e) {
      throw new IllegalStateException("the stored fields of " + imgid + " are no JSON", e);
    }
  }

  /**
   * The patterns on the wafer: those said by the sender, else the prediction; empty where it has
   * none.
   *
   * @param assessment its own, read before
   */
  List<String> patterns(Assessment assessment) {
    return assessment.patterns().orElse(isDefect() ? List.of(prediction) : List.of());
  }

  /** Whether it predicts a pattern, one of the eight or a new one. */
  public boolean isDefect() {
    return !prediction.equals(DefectPattern.NONE.label());
  }
}
