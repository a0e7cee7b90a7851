package fabwafer.wafer.pickle;

import static java.nio.charset.StandardCharsets.UTF_8;

import fabwafer.wafer.WaferMap;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Writes data frames as Python 2 with pandas 0.19, and Python 3 with pandas 1.3 and later, do. */
final class PickleWriter {
  private static final List<String> COLUMNS =
      List.of("waferMap", "dieSize", "lotName", "waferIndex", "trianTestLabel", "failureType");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final boolean old;
  private int memo;

  private PickleWriter(boolean old) {
    this.old = old;
  }

  /** A row of a data frame; an empty label is none. */
  record Row(WaferMap map, String lot, double wafer, String part, String label, boolean fortran) {}

  /** A pickle of protocol 2. */
  static byte[] old(List<Row> rows) {
    PickleWriter writer = new PickleWriter(true);
    writer.op(0x80, 2);
    writer.frame(rows);
    return writer.out.toByteArray();
  }

  /** A pickle of protocol 5. */
  static byte[] modern(List<Row> rows) {
    PickleWriter writer = new PickleWriter(false);
    writer.op(0x80, 5);
    writer.frame(rows);
    return writer.out.toByteArray();
  }

  private void frame(List<Row> rows) {
    global("pandas.core.frame", "DataFrame");
    op(')');
    op(0x81);
    memoize();
    op('}');
    memoize();
    op('(');
    text(old ? "_data" : "_mgr");
    if (old) {
      global("pandas.core.internals", "BlockManager");
      op(')');
      op(0x81);
      op('(');
      axes(rows.size());
      op(']');
      op(']');
      op('}');
      op('(');
      text("0.14.1");
      op('}');
      op('(');
      text("axes");
      axes(rows.size());
      text("blocks");
      op(']');
      op('(');
      block(true, rows);
      block(false, rows);
      op('e');
      op('u');
      op('u');
      op('t');
      op('b');
    } else {
      global("pandas.core.internals.managers", "BlockManager");
      block(true, rows);
      block(false, rows);
      op(0x86);
      axes(rows.size());
      op(0x86);
      op('R');
    }
    op('u');
    op('b');
    op('.');
  }

  private void axes(int rows) {
    op(']');
    op('(');
    global(old ? "pandas.indexes.base" : "pandas.core.indexes.base", "_new_Index");
    global(old ? "pandas.indexes.base" : "pandas.core.indexes.base", "Index");
    op('}');
    op('(');
    text("data");
    startObjects(false, COLUMNS.size());
    COLUMNS.forEach(this::text);
    endObjects();
    text("name");
    op('N');
    op('u');
    op(0x86);
    op('R');
    global(old ? "pandas.indexes.base" : "pandas.core.indexes.base", "_new_Index");
    global(old ? "pandas.indexes.range" : "pandas.core.indexes.range", "RangeIndex");
    op('}');
    op('(');
    text("stop");
    number(rows);
    op('u');
    op(0x86);
    op('R');
    op('e');
  }

  private void block(boolean numbers, List<Row> rows) {
    if (old) {
      op('}');
      op('(');
      text("values");
      values(numbers, rows);
      text("mgr_locs");
      places(numbers);
      op('u');
    } else {
      global("pandas._libs.internals", "_unpickle_block");
      values(numbers, rows);
      places(numbers);
      number(2);
      op(0x87);
      op('R');
    }
  }

  private void places(boolean numbers) {
    if (numbers) {
      global(old ? "__builtin__" : "builtins", "slice");
      number(1);
      number(5);
      number(2);
      op(0x87);
      op('R');
      return;
    }
    ByteBuffer places = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    for (long place : new long[] {0, 2, 4, 5}) {
      places.putLong(place);
    }
    array(places.array(), "i8", false, 4);
  }

  private void values(boolean numbers, List<Row> rows) {
    if (numbers) {
      ByteBuffer values = ByteBuffer.allocate(16 * rows.size()).order(ByteOrder.LITTLE_ENDIAN);
      rows.forEach(row -> values.putDouble(row.map().dies()));
      rows.forEach(row -> values.putDouble(row.wafer()));
      array(values.array(), "f8", false, 2, rows.size());
      return;
    }
    startObjects(true, rows.size());
    rows.forEach(row -> map(row));
    rows.forEach(row -> text(row.lot()));
    rows.forEach(row -> label(row.part()));
    rows.forEach(row -> label(row.label()));
    endObjects();
  }

  private void map(Row row) {
    int height = row.map().height();
    int width = row.map().width();
    byte[] cells = row.map().cells();
    if (row.fortran()) {
      byte[] turned = new byte[cells.length];
      for (int i = 0; i < cells.length; i++) {
        turned[i % width * height + i / width] = cells[i];
      }
      cells = turned;
    }
    array(cells, "u1", row.fortran(), height, width);
  }

  private void label(String label) {
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

  private void array(byte[] values, String type, boolean fortran, int... shape) {
    if (old) {
      startArray();
      shape(shape);
      type(type);
      op(fortran ? 0x88 : 0x89);
      raw(values);
      op('t');
      op('b');
    } else {
      global("numpy.core.numeric", "_frombuffer");
      op('(');
      raw(values);
      type(type);
      shape(shape);
      text(fortran ? "F" : "C");
      op('t');
      op('R');
    }
  }

  private void startArray() {
    global("numpy.core.multiarray", "_reconstruct");
    global("numpy", "ndarray");
    number(0);
    op(0x85);
    raw(new byte[] {'b'});
    op(0x87);
    op('R');
    memoize();
    op('(');
    number(1);
  }

  private void startObjects(boolean block, int count) {
    startArray();
    if (block) {
      shape(4, count);
    } else {
      shape(count);
    }
    type("O8");
    op(0x89);
    op(']');
    op('(');
  }

  private void endObjects() {
    op('e');
    op('t');
    op('b');
  }

  private void shape(int... shape) {
    for (int side : shape) {
      number(side);
    }
    op(shape.length == 1 ? 0x85 : 0x86);
  }

  private void type(String name) {
    global("numpy", "dtype");
    text(name);
    number(0);
    number(1);
    op(0x87);
    op('R');
    op('(');
    number(3);
    text("<");
    op('N');
    op('N');
    op('N');
    number(-1);
    number(-1);
    number(0);
    op('t');
    op('b');
  }

  private void global(String module, String name) {
    if (old) {
      op('c');
      out.writeBytes((module + "\n" + name + "\n").getBytes(UTF_8));
    } else {
      text(module);
      text(name);
      op(0x93);
    }
    memoize();
  }

  private void memoize() {
    if (old) {
      op('r');
      out.writeBytes(four(memo));
      memo++;
    } else {
      op(0x94);
    }
  }

  private void text(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    op(old ? 'U' : 0x8c, bytes.length);
    out.writeBytes(bytes);
  }

  private void raw(byte[] bytes) {
    if (old) {
      op('T');
      out.writeBytes(four(bytes.length));
    } else {
      op(0x96);
      out.writeBytes(
          ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(bytes.length).array());
    }
    out.writeBytes(bytes);
  }

  private void number(int value) {
    op('J');
    out.writeBytes(four(value));
  }

  private static byte[] four(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }

  private void op(int... bytes) {
    for (int b : bytes) {
      out.write(b);
    }
  }
}
