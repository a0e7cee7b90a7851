package fabwafer.wafer.pickle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import fabwafer.wafer.WaferException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** A pickle's bytes, from anywhere in the file, through one buffer. Numbers are little-endian. */
final class PickleInput {
  private static final int BUFFER_BYTES = 1 << 18;

  /** Most bytes of a text that is held in memory: names, labels, lots. */
  private static final int MAX_TEXT = 4_096;

  private final FileChannel file;
  private final long size;
  private final ByteBuffer buffer =
      ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private long bufferStart;

  PickleInput(FileChannel file) throws IOException {
    this.file = file;
    this.size = file.size();
    buffer.limit(0);
  }

  long size() {
    return size;
  }

  long position() {
    return bufferStart + buffer.position();
  }

  /** Goes to a position; what the buffer holds of it is kept. */
  void position(long position) {
    if (position < 0 || position > size) {
      throw cutOff();
    }
    long within = position - bufferStart;
    if (within >= 0 && within <= buffer.limit()) {
      buffer.position((int) within);
    } else {
      bufferStart = position;
      buffer.limit(0);
    }
  }

  void skip(long bytes) {
    if (bytes < 0 || bytes > size - position()) {
      throw cutOff();
    }
    position(position() + bytes);
  }

  private WaferException cutOff() {
    return new WaferException("the pickle is cut off after %,d bytes".formatted(size));
  }

  private void need(int bytes) throws IOException {
    if (buffer.remaining() >= bytes) {
      return;
    }
    bufferStart = position();
    buffer.compact();
    while (buffer.position() < bytes) {
      if (file.read(buffer, bufferStart + buffer.position()) < 0) {
        buffer.flip();
        throw cutOff();
      }
    }
    buffer.flip();
  }

  int one() throws IOException {
    need(1);
    return buffer.get() & 0xff;
  }

  int two() throws IOException {
    need(2);
    return buffer.getShort() & 0xffff;
  }

  int four() throws IOException {
    need(4);
    return buffer.getInt();
  }

  long unsignedFour() throws IOException {
    return four() & 0xffff_ffffL;
  }

  long eight() throws IOException {
    need(8);
    return buffer.getLong();
  }

  double bigEndianDouble() throws IOException {
    return Double.longBitsToDouble(Long.reverseBytes(eight()));
  }

  /** A line without its end; Python ends it with a line feed alone. */
  String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = one(); c != '\n'; c = one()) {
      if (line.length() == MAX_TEXT) {
        throw new WaferException(
            "a name at byte %,d of the pickle is longer than %,d".formatted(position(), MAX_TEXT));
      }
      line.append((char) c);
    }
    return line.toString();
  }

  /**
   * Fills an array from a position on; the position of the instructions is kept, and so is the
   * buffer, as rows are gathered from far apart.
   */
  void read(long from, byte[] target, int count) throws IOException {
    long within = from - bufferStart;
    if (within >= 0 && within + count <= buffer.limit()) {
      buffer.get((int) within, target, 0, count);
      return;
    }
    ByteBuffer filling = ByteBuffer.wrap(target, 0, count);
    while (filling.hasRemaining()) {
      if (file.read(filling, from + filling.position()) < 0) {
        throw cutOff();
      }
    }
  }

  /** A short text of the file. */
  String text(long from, long length, boolean utf8) throws IOException {
    if (length > MAX_TEXT) {
      throw new WaferException(
          "a text of %,d bytes at byte %,d of the pickle is longer than %,d"
              .formatted(length, from, MAX_TEXT));
    }
    byte[] bytes = new byte[(int) length];
    read(from, bytes, bytes.length);
    return new String(bytes, utf8 ? UTF_8 : ISO_8859_1);
  }
}
