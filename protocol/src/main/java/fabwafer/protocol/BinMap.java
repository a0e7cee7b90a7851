package fabwafer.protocol;

import fabwafer.wafer.record.WaferRecord;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Which hard bin each die of a wafer map is in, as a text that a message can carry: base64 of zlib
 * (RFC 1950) of two bytes a position, row by row; first the high bytes of all positions, then the
 * low ones, of the bin's number plus one; 0 where there is no die or no bin.
 */
public final class BinMap {
  /** Most characters of the text: some 100,000 dies in bins as testers give them. */
  public static final int MAX_CHARS = 32_768;

  /** In place of a bin: there is none. */
  public static final int NO_BIN = WaferRecord.NO_BIN;

  private static final int BYTE = 8;
  private static final int MAX_VALUE = 0xffff;

  private BinMap() {}

  /** The bins of a record's dies; empty where it has none, or too many to be carried. */
  static String encode(WaferRecord record) {
    int height = record.map().height();
    int width = record.map().width();
    byte[] planes = new byte[2 * height * width];
    boolean any = false;
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        int value = record.hardBin(row, column) + 1;
        if (value > 0 && value <= MAX_VALUE) {
          any = true;
          planes[row * width + column] = (byte) (value >> BYTE);
          planes[height * width + row * width + column] = (byte) value;
        }
      }
    }
    return any ? packed(planes) : "";
  }

  private static String packed(byte[] planes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
    try {
      deflater.setInput(planes);
      deflater.finish();
      byte[] buffer = new byte[1 << 13];
      while (!deflater.finished() && out.size() <= MAX_CHARS) {
        out.write(buffer, 0, deflater.deflate(buffer));
      }
    } finally {
      deflater.end();
    }
    String text = Base64.getEncoder().encodeToString(out.toByteArray());
    return text.length() <= MAX_CHARS ? text : "";
  }

  /**
   * The bins of a wafer map of some size.
   *
   * @param text what {@link #encode} wrote, of a device's message: it may hold anything
   * @param positions height times width of its wafer map
   * @return a bin's number or {@link #NO_BIN} a position, row by row; empty where the text is none
   *     of a wafer map of that size
   */
  public static Optional<int[]> decode(String text, int positions) {
    if (text.isEmpty() || text.length() > MAX_CHARS) {
      return Optional.empty();
    }
    byte[] planes = new byte[2 * positions];
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(Base64.getDecoder().decode(text));
      int filled = 0;
      while (filled < planes.length && !inflater.finished()) {
        int read = inflater.inflate(planes, filled, planes.length - filled);
        if (read == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
          return Optional.empty();
        }
        filled += read;
      }
      // What goes on behind the last position is of another wafer map.
      boolean whole = filled == planes.length && inflater.inflate(new byte[1]) == 0;
      return whole ? Optional.of(bins(planes, positions)) : Optional.empty();
    } catch (DataFormatException | IllegalArgumentException e) {
      return Optional.empty();
    } finally {
      inflater.end();
    }
  }

  private static int[] bins(byte[] planes, int positions) {
    int[] bins = new int[positions];
    Arrays.setAll(bins, i -> ((planes[i] & 0xff) << BYTE | (planes[positions + i] & 0xff)) - 1);
    return bins;
  }
}
