package fabwafer.protocol;

import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a model said of one inspection, as its device sends it to {@link Topic.Prediction}.
 *
 * @param topic whose inspection
 * @param timestampMillis when the wafer was seen, milliseconds since 1970; the same as its image's
 * @param label one of the nine labels in their spelling, or a new pattern's name as it came
 * @param probability the label's probability, in [0, 1]
 * @param more further fields, kept as they came; docs/protocol.md names those that an agent of ours
 *     sends
 */
public record PredictionMessage(
    Topic.Prediction topic,
    long timestampMillis,
    String label,
    double probability,
    ObjectNode more) {
  private static final Set<String> FIELDS =
      Set.of("imgid", "timestamp", "fab", "camera", "prediction", "probability");

  public PredictionMessage {
    label = Labels.require("prediction", label);
    if (!(probability >= 0 && probability <= 1)) {
      throw new MessageException("probability must be in [0, 1], got " + probability);
    }
    JsonFields.requireMore(FIELDS, more);
    more = more.deepCopy();
  }

  /** A prediction message without further fields. */
  public static PredictionMessage of(
      DeviceName device, String imgid, long timestampMillis, String label, double probability) {
    return new PredictionMessage(
        new Topic.Prediction(device, imgid),
        timestampMillis,
        label,
        probability,
        JsonFields.MAPPER.createObjectNode());
  }

  /**
   * Reads a payload.
   *
   * @throws MessageException if it breaks a limit or disagrees with its topic
   */
  public static PredictionMessage parse(Topic.Prediction topic, byte[] payload) {
    JsonFields fields = JsonFields.parse(payload);
    fields.nameAsInTopic("imgid", topic.imgid());
    fields.nameAsInTopic("fab", topic.device().fab());
    fields.nameAsInTopic("camera", topic.device().camera());
    return new PredictionMessage(
        topic,
        fields.timestampMillis(),
        fields.text("prediction"),
        fields.probability(),
        fields.without(FIELDS));
  }

  public DeviceName device() {
    return topic.device();
  }

  public String imgid() {
    return topic.imgid();
  }

  /**
   * What the further fields say of the wafer beside its label, as far as they can be read: a wrong
   * one is passed over here, and stays among {@link #more}.
   */
  public Assessment assessment() {
    return AssessmentFields.read(more);
  }

  /** The payload, JSON in UTF-8. */
  public byte[] toPayload() {
    ObjectNode json = JsonFields.MAPPER.createObjectNode();
    json.put("imgid", imgid());
    json.put("timestamp", JsonFields.timestamp(timestampMillis));
    json.put("fab", device().fab());
    json.put("camera", device().camera());
    json.put("prediction", label);
    json.put("probability", probability);
    json.setAll(more);
    return JsonFields.MAPPER.writeValueAsBytes(json);
  }
}
