package fabwafer.hub.upload;

import fabwafer.hub.HubException;

/**
 * The bounds of one upload.
 *
 * @param maxBytes most bytes of a file as it is sent, 1 to {@link #MOST_BYTES}
 * @param maxUnpackedBytes most bytes that its packings give in all, at least 1
 * @param maxWafers most wafers in it, at least 1
 */
public record UploadConfig(int maxBytes, long maxUnpackedBytes, int maxWafers) {
  /** A file is held in memory; larger ones are for an agent. */
  public static final int MOST_BYTES = 512 * 1024 * 1024;

  /** A lot as a tester or an inspection tool writes it. */
  public static final UploadConfig DEFAULT = new UploadConfig(64 << 20, 1L << 30, 500);

  public UploadConfig {
    if (maxBytes < 1 || maxBytes > MOST_BYTES || maxUnpackedBytes < 1 || maxWafers < 1) {
      throw new HubException(
          "an upload must be 1 to %,d bytes, 1 byte unpacked and 1 wafer, got %,d, %,d and %,d"
              .formatted(MOST_BYTES, maxBytes, maxUnpackedBytes, maxWafers));
    }
  }
}
