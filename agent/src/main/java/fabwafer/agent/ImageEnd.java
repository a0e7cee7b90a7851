package fabwafer.agent;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Whether an image file has its end: a camera that writes slowly, or a copy over a slow network,
 * leaves a file that stands still before it is whole. Looks at the file's structure only; whether a
 * whole file shows a wafer is not asked here.
 */
enum ImageEnd {
  /** From signature to end marker. */
  WHOLE,
  /** Nothing is wrong so far, but the end is missing. */
  MISSING,
  /** Not the start of a PNG or JPEG file. */
  UNKNOWN;

  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff};
  private static final byte[] JPEG_END = {(byte) 0xff, (byte) 0xd9};
  private static final int IEND = 0x49454e44;
  private static final int CHUNK_FRAME_BYTES = 3 * Integer.BYTES;

  static ImageEnd of(byte[] file) {
    if (startsAs(file, PNG)) {
      return pngEnd(file);
    }
    if (startsAs(file, JPEG)) {
      return endsAs(file, JPEG_END) ? WHOLE : MISSING;
    }
    // Some copying programs make a file of its final size first and fill it afterwards.
    int first = Math.min(file.length, PNG.length);
    return Arrays.equals(file, 0, first, new byte[first], 0, first) ? MISSING : UNKNOWN;
  }

  /** The media type of an image file, by its first bytes. */
  static String mediaType(byte[] file) {
    return startsAs(file, JPEG) ? "image/jpeg" : "image/png";
  }

  /** Walks the chunks: length, type, content, checksum (PNG specification, section 5.3). */
  private static ImageEnd pngEnd(byte[] file) {
    if (file.length < PNG.length) {
      return MISSING;
    }
    ByteBuffer chunks = ByteBuffer.wrap(file).position(PNG.length);
    while (chunks.remaining() >= CHUNK_FRAME_BYTES) {
      int length = chunks.getInt();
      int type = chunks.getInt();
      if (length < 0 || length > chunks.remaining() - Integer.BYTES) {
        return MISSING;
      }
      if (type == IEND) {
        return WHOLE;
      }
      chunks.position(chunks.position() + length + Integer.BYTES);
    }
    return MISSING;
  }

  /** Whether a file, as far as it goes, starts so. */
  private static boolean startsAs(byte[] file, byte[] start) {
    int known = Math.min(file.length, start.length);
    return known > 0 && Arrays.equals(file, 0, known, start, 0, known);
  }

  private static boolean endsAs(byte[] file, byte[] end) {
    return file.length >= end.length
        && Arrays.equals(file, file.length - end.length, file.length, end, 0, end.length);
  }
}
