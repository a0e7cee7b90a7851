package fabwafer.protocol.model;

import fabwafer.protocol.DeviceName;
import fabwafer.protocol.MessageException;
import fabwafer.protocol.Topic;

/**
 * What a device asks for on {@code …/model/reported/want}: the next chunks of a file. The hub
 * answers on {@code …/model/chunk/<sha256>/<offset>} with the bytes as they are. As the device
 * asks, a cut costs no more than the chunks on their way.
 *
 * @param sha256 the file
 * @param offset the first byte wanted
 * @param chunks how many, 1 to {@link #MAX_CHUNKS}, each of {@link #CHUNK_BYTES} but the last
 */
public record ChunkRequest(String sha256, long offset, int chunks) {
  /** Small beside an image, so that a slow line carries wafers between chunks. */
  public static final int CHUNK_BYTES = 64 * 1024;

  /** Most chunks of one request: half a MiB on its way to a device. */
  public static final int MAX_CHUNKS = 8;

  /** What follows {@code model/} in the topic of requests. */
  public static final String TOPIC_REST = "reported/want";

  private static final String CHUNK = "chunk/";
  private static final int SHA_CHARS = 64;

  public ChunkRequest {
    ModelManifest.requireSha256("sha256", sha256);
    if (offset < 0 || offset >= ModelManifest.MAX_FILE_BYTES) {
      throw new MessageException("offset is out of range: " + offset);
    }
    if (chunks < 1 || chunks > MAX_CHUNKS) {
      throw new MessageException("chunks must be 1 to %d, got %d".formatted(MAX_CHUNKS, chunks));
    }
  }

  /**
   * Reads a payload.
   *
   * @throws MessageException if it breaks a limit
   */
  public static ChunkRequest parse(byte[] payload) {
    ModelJson fields = ModelJson.parse("the request", payload);
    return new ChunkRequest(
        fields.text("sha256", SHA_CHARS),
        fields.whole("offset", 0, ModelManifest.MAX_FILE_BYTES),
        (int) fields.whole("chunks", 1, MAX_CHUNKS));
  }

  /** The payload, JSON in UTF-8. */
  public byte[] toPayload() {
    return ModelJson.MAPPER.writeValueAsBytes(
        ModelJson.MAPPER
            .createObjectNode()
            .put("sha256", sha256)
            .put("offset", offset)
            .put("chunks", chunks));
  }

  /** Where a chunk travels. */
  public static Topic.Model chunkTopic(DeviceName device, String sha256, long offset) {
    return new Topic.Model(device, CHUNK + sha256 + "/" + offset);
  }

  /**
   * Which chunk a topic speaks of.
   *
   * @param sha256 the file
   * @param offset of its first byte
   */
  public record ChunkName(String sha256, long offset) {
    /**
     * Reads what follows {@code model/}.
     *
     * @throws MessageException if it is no chunk's
     */
    public static ChunkName parse(String rest) {
      String[] levels = rest.split("/", -1);
      try {
        if (levels.length == 3 && rest.startsWith(CHUNK)) {
          return new ChunkName(levels[1], Long.parseLong(levels[2]));
        }
      } catch (NumberFormatException e) {
        throw new MessageException("a chunk's topic ends with its offset", e);
      }
      throw new MessageException("the topic is no chunk's");
    }
  }
}
