package fabwafer.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import fabwafer.wafer.WaferMap;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Writes a data frame as Python 2 with pandas 0.19 pickles it, row by row: the structure of
 * WM-811K's {@code LSWMD.pkl}, with maps in Fortran order. 400 rows of 1,000 are labelled.
 */
final class LswmdWriter {
  private static final List<String> COLUMNS =
      List.of("waferMap", "dieSize", "lotName", "waferIndex", "trianTestLabel", "failureType");
  private static final int WAFERS_A_LOT = 25;

  private final OutputStream out;

  LswmdWriter(OutputStream out) {
    this.out = out;
  }

  void write(int rows, IntFunction<WaferMap> maps) throws IOException {
    op(0x80, 2);
    global("pandas.core.frame", "DataFrame");
    op(')', 0x81, '}', '(');
    text("_data");
    global("pandas.core.internals", "BlockManager");
    op(')', 0x81, '(');
    axes(rows);
    op(']', ']', '}', '(');
    text("0.14.1");
    op('}', '(');
    text("axes");
    axes(rows);
    text("blocks");
    op(']', '(');
    numbers(rows, maps);
    objects(rows, maps);
    op('e', 'u', 'u', 't', 'b', 'u', 'b', '.');
  }

  private void axes(int rows) throws IOException {
    op(']', '(');
    global("pandas.indexes.base", "_new_Index");
    global("pandas.indexes.base", "Index");
    op('}', '(');
    text("data");
    startArray();
    number(COLUMNS.size());
    op(0x85);
    type("O8");
    op(0x89, ']', '(');
    for (String column : COLUMNS) {
      text(column);
    }
    op('e', 't', 'b');
    text("name");
    op('N', 'u', 0x86, 'R');
    global("pandas.indexes.base", "_new_Index");
    global("pandas.indexes.range", "RangeIndex");
    op('}', '(');
    text("stop");
    number(rows);
    op('u', 0x86, 'R', 'e');
  }

  /** Columns 1 and 3: a block of floating-point numbers. */
  private void numbers(int rows, IntFunction<WaferMap> maps) throws IOException {
    op('}', '(');
    text("values");
    startArray();
    number(2);
    number(rows);
    op(0x86);
    type("f8");
    op(0x89, 'T');
    four(16 * rows);
    for (int row = 0; row < rows; row++) {
      eight(Double.doubleToLongBits(maps.apply(row).dies()));
    }
    for (int row = 0; row < rows; row++) {
      eight(Double.doubleToLongBits(1 + row % WAFERS_A_LOT));
    }
    op('t', 'b');
    text("mgr_locs");
    global("__builtin__", "slice");
    number(1);
    number(5);
    number(2);
    op(0x87, 'R', 'u');
  }

  /** Columns 0, 2, 4 and 5: a block of objects. */
  private void objects(int rows, IntFunction<WaferMap> maps) throws IOException {
    op('}', '(');
    text("values");
    startArray();
    number(4);
    number(rows);
    op(0x86);
    type("O8");
    op(0x89, ']', '(');
    for (int row = 0; row < rows; row++) {
      map(maps.apply(row));
    }
    for (int row = 0; row < rows; row++) {
      text("lot" + (1 + row / WAFERS_A_LOT));
    }
    for (int row = 0; row < rows; row++) {
      label(row % 1_000 < 400 ? (row % 3 == 0 ? "Test" : "Training") : "");
    }
    for (int row = 0; row < rows; row++) {
      label(row % 1_000 < 400 ? (row % 10 == 0 ? "Edge-Ring" : "none") : "");
    }
    op('e', 't', 'b');
    text("mgr_locs");
    ByteBuffer places = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    places.putLong(0).putLong(2).putLong(4).putLong(5);
    array(places.array(), "i8", false, 4);
    op('u');
  }

  private void map(WaferMap map) throws IOException {
    byte[] cells = map.cells();
    byte[] byColumn = new byte[cells.length];
    for (int i = 0; i < cells.length; i++) {
      byColumn[i % map.width() * map.height() + i / map.width()] = cells[i];
    }
    array(byColumn, "u1", true, map.height(), map.width());
  }

  private void label(String label) throws IOException {
    if (label.isEmpty()) {
      array(new byte[0], "f8", false, 0, 0);
      return;
    }
    byte[] characters = new byte[4 * label.length()];
    for (int i = 0; i < label.length(); i++) {
      characters[4 * i] = (byte) label.charAt(i);
    }
    array(characters, "U" + label.length(), false, 1, 1);
  }

  private void array(byte[] values, String type, boolean fortran, int... shape) throws IOException {
    startArray();
    for (int side : shape) {
      number(side);
    }
    op(shape.length == 1 ? 0x85 : 0x86);
    type(type);
    op(fortran ? 0x88 : 0x89, 'T');
    four(values.length);
    out.write(values);
    op('t', 'b');
  }

  private void startArray() throws IOException {
    global("numpy.core.multiarray", "_reconstruct");
    global("numpy", "ndarray");
    number(0);
    op(0x85, 'T');
    four(1);
    op('b', 0x87, 'R', '(');
    number(1);
  }

  private void type(String name) throws IOException {
    global("numpy", "dtype");
    text(name);
    number(0);
    number(1);
    op(0x87, 'R', '(');
    number(3);
    text("<");
    op('N', 'N', 'N');
    number(-1);
    number(-1);
    number(0);
    op('t', 'b');
  }

  private void global(String module, String name) throws IOException {
    op('c');
    out.write((module + "\n" + name + "\n").getBytes(UTF_8));
  }

  private void text(String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    op('U', bytes.length);
    out.write(bytes);
  }

  private void number(int value) throws IOException {
    op('J');
    four(value);
  }

  private void four(int value) throws IOException {
    for (int i = 0; i < Integer.SIZE; i += Byte.SIZE) {
      out.write(value >> i);
    }
  }

  private void eight(long value) throws IOException {
    for (int i = 0; i < Long.SIZE; i += Byte.SIZE) {
      out.write((int) (value >> i));
    }
  }

  private void op(int... bytes) throws IOException {
    for (int b : bytes) {
      out.write(b);
    }
  }
}
