package fabwafer.wafer.dataset;

import fabwafer.wafer.WaferException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Reads the values of one NPY array in the order they are stored, any integer type. */
final class NpyValues implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final NpyHeader header;
  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private long left;

  /**
   * Reads the header.
   *
   * @param name the entry, for messages
   * @param in closed with this object
   */
  NpyValues(String name, InputStream in) throws IOException {
    this.in = in;
    this.header = NpyHeader.read(name, in);
    this.left = header.values();
  }

  NpyHeader header() {
    return header;
  }

  /**
   * The next values as cell codes.
   *
   * @throws WaferException if a value is not 0 to 255
   */
  void nextBytes(byte[] target, int offset, int count) throws IOException {
    take(count);
    if (header.bytesEach() == 1 && header.kind() != 'i') {
      int read = in.readNBytes(target, offset, count);
      requireRead(read, count);
      return;
    }
    int at = offset;
    int end = offset + count;
    while (at < end) {
      int chunk = fill(end - at);
      for (int i = 0; i < chunk; i++) {
        long value = value(i);
        if (value < 0 || value > 255) {
          throw new WaferException(
              "%s: a value must be 0 to 255, got %d".formatted(header.name(), value));
        }
        target[at++] = (byte) value;
      }
    }
  }

  /** The next values; the caller has bounded their number. */
  long[] nextLongs(int count) throws IOException {
    take(count);
    long[] values = new long[count];
    int at = 0;
    while (at < count) {
      int chunk = fill(count - at);
      for (int i = 0; i < chunk; i++) {
        values[at++] = value(i);
      }
    }
    return values;
  }

  /** Passes over values that nobody wants. */
  void skip(long count) throws IOException {
    take(count);
    try {
      in.skipNBytes(Math.multiplyExact(count, (long) header.bytesEach()));
    } catch (EOFException e) {
      throw new WaferException(header.name() + " ends before its last value", e);
    }
  }

  /** Reads to the end, so that the entry's checksum is compared; refuses bytes past the values. */
  void finish() throws IOException {
    skip(left);
    if (in.read() != -1) {
      throw new WaferException(header.name() + " goes on after its last value");
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private void take(long count) {
    if (count > left) {
      throw new WaferException(
          "%s has %,d values, more are asked for".formatted(header.name(), header.values()));
    }
    left -= count;
  }

  private int fill(int wanted) throws IOException {
    int chunk = Math.min(wanted, BUFFER_BYTES / header.bytesEach());
    int bytes = chunk * header.bytesEach();
    requireRead(in.readNBytes(buffer, 0, bytes), bytes);
    return chunk;
  }

  private void requireRead(int read, int wanted) {
    if (read < wanted) {
      throw new WaferException(header.name() + " ends before its last value");
    }
  }

  private long value(int index) {
    int size = header.bytesEach();
    int at = index * size;
    long value = 0;
    for (int i = 0; i < size; i++) {
      int position = header.bigEndian() ? at + i : at + size - 1 - i;
      value = (value << 8) | (buffer[position] & 0xff);
    }
    if (size == 8) {
      if (header.kind() == 'u' && value < 0) {
        throw new WaferException(header.name() + ": a value is past 2^63");
      }
      return value;
    }
    int unused = 64 - 8 * size;
    return header.kind() == 'i' ? (value << unused) >> unused : value;
  }
}
