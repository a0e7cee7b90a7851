package fabwafer.hub.analytics;

import fabwafer.wafer.WaferMap;
import java.io.ByteArrayOutputStream;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Wafer maps of one grid laid on each other: how many dies, and how many failing ones, at each
 * position. Grids with more than {@link #MAX_SIDE} dies along a side are kept coarser: a square of
 * dies is one position.
 *
 * <p>In the database: dies of all positions, row by row, then failing dies of all, each number in
 * groups of seven bits, the lowest first, the eighth bit set where another group follows; deflated.
 */
final class DieStack {
  /** Most positions along a side: no screen shows more. */
  static final int MAX_SIDE = 200;

  private static final int SEVEN_BITS = 0x7f;
  private static final int MORE = 0x80;

  private final int height;
  private final int width;
  private final int factor;
  private final long[] dies;
  private final long[] failing;
  private long wafers;

  /** An empty one for wafer maps of a size. */
  DieStack(int height, int width) {
    this.height = height;
    this.width = width;
    this.factor = Math.ceilDiv(Math.max(height, width), MAX_SIDE);
    this.dies = new long[rows() * columns()];
    this.failing = new long[rows() * columns()];
  }

  /** Positions from top to bottom. */
  int rows() {
    return Math.ceilDiv(height, factor);
  }

  /** Positions from left to right. */
  int columns() {
    return Math.ceilDiv(width, factor);
  }

  /** Dies along the side of a position. */
  int factor() {
    return factor;
  }

  int height() {
    return height;
  }

  int width() {
    return width;
  }

  long wafers() {
    return wafers;
  }

  /** Dies at each position, row by row; not a copy. */
  long[] dies() {
    return dies;
  }

  /** Failing dies at each position, row by row; not a copy. */
  long[] failing() {
    return failing;
  }

  /** Lays a wafer map of the same size on top. */
  void add(WaferMap map) {
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        int code = map.code(row, column);
        int at = row / factor * columns() + column / factor;
        dies[at] += code > 0 ? 1 : 0;
        failing[at] += code == 2 ? 1 : 0;
      }
    }
    wafers++;
  }

  /**
   * Lays an encoded stack of the same size on top.
   *
   * @throws IllegalStateException if it is none of that size
   */
  void add(byte[] encoded, long itsWafers) {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(encoded);
      Reader reader = new Reader(inflater);
      for (int i = 0; i < dies.length; i++) {
        dies[i] += reader.next();
      }
      for (int i = 0; i < failing.length; i++) {
        failing[i] += reader.next();
      }
    } catch (DataFormatException e) {
      throw new IllegalStateException(
          "a stored stack of %d x %d cannot be read".formatted(height, width), e);
    } finally {
      inflater.end();
    }
    wafers += itsWafers;
  }

  /** Takes another stack of the same size off; what lies in no wafer map of it stays. */
  void subtract(DieStack other) {
    for (int i = 0; i < dies.length; i++) {
      dies[i] = Math.max(0, dies[i] - other.dies[i]);
      failing[i] = Math.max(0, failing[i] - other.failing[i]);
    }
    wafers = Math.max(0, wafers - other.wafers);
  }

  /** For the database. */
  byte[] encode() {
    ByteArrayOutputStream plain = new ByteArrayOutputStream(2 * dies.length);
    write(plain, dies);
    write(plain, failing);
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    try {
      deflater.setInput(plain.toByteArray());
      deflater.finish();
      ByteArrayOutputStream out = new ByteArrayOutputStream(dies.length);
      byte[] buffer = new byte[8192];
      while (!deflater.finished()) {
        out.write(buffer, 0, deflater.deflate(buffer));
      }
      return out.toByteArray();
    } finally {
      deflater.end();
    }
  }

  private static void write(ByteArrayOutputStream out, long[] numbers) {
    for (long number : numbers) {
      long left = number;
      while (left > SEVEN_BITS) {
        out.write((int) (left & SEVEN_BITS) | MORE);
        left >>>= 7;
      }
      out.write((int) left);
    }
  }

  private static final class Reader {
    private final Inflater inflater;
    private final byte[] buffer = new byte[8192];
    private int at;
    private int filled;

    Reader(Inflater inflater) {
      this.inflater = inflater;
    }

    long next() throws DataFormatException {
      long number = 0;
      int shift = 0;
      int group;
      do {
        group = nextByte();
        number |= (long) (group & SEVEN_BITS) << shift;
        shift += 7;
      } while ((group & MORE) != 0);
      return number;
    }

    private int nextByte() throws DataFormatException {
      if (at == filled) {
        filled = inflater.inflate(buffer);
        at = 0;
        if (filled == 0) {
          throw new DataFormatException("it ends early");
        }
      }
      return buffer[at++];
    }
  }
}
