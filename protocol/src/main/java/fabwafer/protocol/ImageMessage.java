package fabwafer.protocol;

import java.util.Base64;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** The image file of one inspection, as its device sends it to {@link Topic.Image}. */
public final class ImageMessage {
  private static final Set<String> FIELDS = Set.of("imgid", "timestamp", "fab", "camera", "bytes");

  private final Topic.Image topic;
  private final long timestampMillis;
  private final byte[] bytes;
  private final ObjectNode more;

  private ImageMessage(Topic.Image topic, long timestampMillis, byte[] bytes, ObjectNode more) {
    if (bytes.length == 0 || bytes.length > Limits.MAX_IMAGE_BYTES) {
      throw new MessageException(
          "bytes must hold 1 to %,d bytes, got %,d"
              .formatted(Limits.MAX_IMAGE_BYTES, bytes.length));
    }
    this.topic = topic;
    this.timestampMillis = timestampMillis;
    this.bytes = bytes;
    this.more = more;
  }

  /**
   * An image message.
   *
   * @param timestampMillis when the wafer was seen, milliseconds since 1970
   * @param bytes the image file, 1 to {@link Limits#MAX_IMAGE_BYTES}; copied
   */
  public static ImageMessage of(
      DeviceName device, String imgid, long timestampMillis, byte[] bytes) {
    return new ImageMessage(
        new Topic.Image(device, imgid),
        timestampMillis,
        bytes.clone(),
        JsonFields.MAPPER.createObjectNode());
  }

  /**
   * Reads a payload.
   *
   * @throws MessageException if it breaks a limit, its base64 is invalid, or it disagrees with its
   *     topic
   */
  public static ImageMessage parse(Topic.Image topic, byte[] payload) {
    JsonFields fields = JsonFields.parse(payload);
    fields.nameAsInTopic("imgid", topic.imgid());
    fields.nameAsInTopic("fab", topic.device().fab());
    fields.nameAsInTopic("camera", topic.device().camera());
    return new ImageMessage(
        topic, fields.timestampMillis(), decoded(fields.text("bytes")), fields.without(FIELDS));
  }

  private static byte[] decoded(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new MessageException("bytes is not valid base64: " + e.getMessage(), e);
    }
  }

  public Topic.Image topic() {
    return topic;
  }

  public DeviceName device() {
    return topic.device();
  }

  public String imgid() {
    return topic.imgid();
  }

  /** When the wafer was seen, milliseconds since 1970. */
  public long timestampMillis() {
    return timestampMillis;
  }

  /** The image file as the device had it; a copy. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Fields of the sender's that the protocol does not name. */
  public ObjectNode more() {
    return more.deepCopy();
  }

  /** The payload, JSON in UTF-8. */
  public byte[] toPayload() {
    ObjectNode json = JsonFields.MAPPER.createObjectNode();
    json.put("imgid", imgid());
    json.put("timestamp", JsonFields.timestamp(timestampMillis));
    json.put("fab", device().fab());
    json.put("camera", device().camera());
    json.put("bytes", Base64.getEncoder().encodeToString(bytes));
    json.setAll(more);
    return JsonFields.MAPPER.writeValueAsBytes(json);
  }
}
