package fabwafer.agent;

import fabwafer.protocol.Limits;
import fabwafer.protocol.MessageException;
import fabwafer.protocol.PredictionMessage;
import fabwafer.protocol.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * How an inspection stands in a spool file, big-endian: {@code FWS1}; the prediction's topic, the
 * prediction's payload and the image, each with its length before it; CRC-32C of all that.
 */
final class SpoolRecord {
  private static final int MAGIC = 0x46575331;
  private static final int LENGTHS = 3;
  private static final int MAX_TOPIC_BYTES = 1_024;

  /**
   * What a record takes beside its image: topic, prediction and lengths stay below it also where
   * every list of labels is as long as a message may hold, and the bins of many dies are told; of
   * our nine classes and a picture they take 1 KB.
   */
  static final int OVERHEAD_BYTES = 80 * 1_024;

  private SpoolRecord() {}

  /** The record, from position 0 to its limit. */
  static ByteBuffer encode(Inspection inspection) {
    byte[] topic = inspection.prediction().topic().toString().getBytes(StandardCharsets.UTF_8);
    byte[] prediction = inspection.prediction().toPayload();
    byte[] image = inspection.image();
    ByteBuffer record =
        ByteBuffer.allocate(
            (2 + LENGTHS) * Integer.BYTES + topic.length + prediction.length + image.length);
    record.putInt(MAGIC);
    record.putInt(topic.length).put(topic);
    record.putInt(prediction.length).put(prediction);
    record.putInt(image.length).put(image);
    record.putInt(checksum(record.array(), record.position()));
    return record.flip();
  }

  /**
   * Reads a record.
   *
   * @throws DamagedException if it is not exactly what {@link #encode} wrote
   */
  static Inspection decode(byte[] bytes) throws DamagedException {
    int checked = bytes.length - Integer.BYTES;
    ByteBuffer record = ByteBuffer.wrap(bytes);
    if (checked < (1 + LENGTHS) * Integer.BYTES || record.getInt() != MAGIC) {
      throw new DamagedException("it does not start as a record of " + bytes.length + " bytes");
    }
    if (record.getInt(checked) != checksum(bytes, checked)) {
      throw new DamagedException("its checksum is wrong");
    }
    record.limit(checked);
    String topic = new String(part(record, MAX_TOPIC_BYTES), StandardCharsets.UTF_8);
    byte[] payload = part(record, Limits.MAX_PAYLOAD_BYTES);
    byte[] image = part(record, Limits.MAX_IMAGE_BYTES);
    if (record.hasRemaining()) {
      throw new DamagedException(record.remaining() + " bytes follow its image");
    }
    try {
      if (!(Topic.parse(topic) instanceof Topic.Prediction predictionTopic)) {
        throw new DamagedException("its topic is no prediction's");
      }
      return new Inspection(PredictionMessage.parse(predictionTopic, payload), image);
    } catch (MessageException e) {
      throw new DamagedException(String.valueOf(e.getMessage()));
    }
  }

  private static byte[] part(ByteBuffer record, int most) throws DamagedException {
    int length = record.remaining() < Integer.BYTES ? -1 : record.getInt();
    if (length < 0 || length > most || length > record.remaining()) {
      throw new DamagedException("a length of " + length + " bytes points past its end");
    }
    byte[] part = new byte[length];
    record.get(part);
    return part;
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  /** A spool file that is not what was written. */
  static final class DamagedException extends IOException {
    private static final long serialVersionUID = 1L;

    DamagedException(String message) {
      super(message);
    }
  }
}
