package fabwafer.wafer.pickle;

import static java.nio.charset.StandardCharsets.UTF_8;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.pickle.Python.Array;
import fabwafer.wafer.pickle.Python.Dtype;
import fabwafer.wafer.pickle.Python.Raw;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * WM-811K as published, {@code LSWMD.pkl}, or as later versions of pandas save it again: opened
 * once, then read row by row. Takes about 200 bytes of memory a row; wafer maps stay in the file.
 */
public final class LswmdFile implements AutoCloseable {
  private static final String MAP = "waferMap";
  private static final int PROTOCOL = 0x80;

  private final String name;
  private final FileChannel channel;
  private final PickleInput in;
  private final DataFrame frame;

  private LswmdFile(String name, FileChannel channel, PickleInput in, DataFrame frame) {
    this.name = name;
    this.channel = channel;
    this.in = in;
    this.frame = frame;
  }

  /** Whether a file may be a pickle, by its first bytes. */
  public static boolean recognises(byte[] head) {
    return head.length > 2 && (head[0] & 0xff) == PROTOCOL && head[1] >= 2 && head[1] <= 5;
  }

  /**
   * Opens a file.
   *
   * @throws WaferException if it is no pickle of a data frame with a column {@code waferMap},
   *     damaged, or names a class that is no part of a data frame
   * @throws IOException if the file is missing or the disk fails
   */
  public static LswmdFile open(Path file) throws IOException {
    String name = String.valueOf(file.getFileName());
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      PickleInput in = new PickleInput(channel);
      DataFrame frame = DataFrame.of(new PickleMachine(in).run(), in);
      if (!frame.has(MAP)) {
        throw new WaferException("the data frame has no column " + MAP);
      }
      return new LswmdFile(name, channel, in, frame);
    } catch (WaferException e) {
      channel.close();
      throw new WaferException(name + ": " + e.getMessage(), e);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Rows. */
  public int rows() {
    return frame.rows();
  }

  /**
   * Reads a row.
   *
   * @param row 0 to {@link #rows()} - 1
   * @throws WaferException if its wafer map is none
   * @throws IOException if the disk fails
   */
  public LswmdRow row(int row) throws IOException {
    try {
      double wafer = frame.number("waferIndex", row);
      String part = frame.text(frame.value("trianTestLabel", row));
      return new LswmdRow(
          row,
          map(row),
          frame.text(frame.value("lotName", row)),
          wafer >= 1 && wafer <= 10_000 ? (int) wafer : 0,
          frame.number("dieSize", row),
          part.isEmpty() ? frame.text(frame.value("trainTestLabel", row)) : part,
          frame.text(frame.value("failureType", row)));
    } catch (WaferException e) {
      throw new WaferException("%s: row %,d: %s".formatted(name, row, e.getMessage()), e);
    }
  }

  private WaferMap map(int row) throws IOException {
    if (!(frame.value(MAP, row) instanceof Array array)
        || array.shape.length != 2
        || array.type == null
        || !(array.values instanceof Raw raw)) {
      throw new WaferException("its wafer map is no array of two dimensions");
    }
    int height = array.shape[0];
    int width = array.shape[1];
    WaferMap.requireSide("height", height);
    WaferMap.requireSide("width", width);
    Dtype type = array.type;
    byte[] values = values(raw, (int) Math.min(raw.length(), Integer.MAX_VALUE - 8L));
    if ((type.kind != 'u' && type.kind != 'i' && type.kind != 'b')
        || type.bytes > 8
        || values.length != height * width * type.bytes) {
      throw new WaferException(
          "its wafer map of %d x %d has %,d bytes of type %s%d"
              .formatted(height, width, values.length, type.kind, type.bytes));
    }
    byte[] cells = new byte[height * width];
    for (int i = 0; i < cells.length; i++) {
      int at = array.fortranOrder ? i % width * height + i / width : i;
      long value = DataFrame.bits(values, at * type.bytes, type);
      cells[i] = value >= 0 && value <= 2 ? (byte) value : -1;
    }
    return WaferMap.of(height, width, cells);
  }

  private byte[] values(Raw raw, int length) throws IOException {
    if (length > WaferMap.MAX_SIDE * WaferMap.MAX_SIDE) {
      throw new WaferException("its wafer map has %,d bytes".formatted(length));
    }
    byte[] bytes = new byte[length];
    in.read(raw.offset(), bytes, length);
    if (!raw.utf8()) {
      return bytes;
    }
    String characters = new String(bytes, UTF_8);
    byte[] values = new byte[characters.length()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) characters.charAt(i);
    }
    return values;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
