package fabwafer.wafer.pickle;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.pickle.Python.Array;
import fabwafer.wafer.pickle.Python.Constant;
import fabwafer.wafer.pickle.Python.Dtype;
import fabwafer.wafer.pickle.Python.Items;
import fabwafer.wafer.pickle.Python.Made;
import fabwafer.wafer.pickle.Python.Members;
import fabwafer.wafer.pickle.Python.Name;
import fabwafer.wafer.pickle.Python.Raw;
import fabwafer.wafer.pickle.Python.Real;
import fabwafer.wafer.pickle.Python.Slice;
import fabwafer.wafer.pickle.Python.Tuple;
import fabwafer.wafer.pickle.Python.Whole;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The columns of a pandas data frame: pandas keeps those of one type together in a block. */
final class DataFrame {
  private static final int MAX_COLUMNS = 1_000;

  /** A label lies in an array in an array; a list may hold itself. */
  private static final int MAX_DEPTH = 4;

  private final PickleInput in;
  private final Map<String, Column> columns = new HashMap<>();
  private int rows = -1;

  /** A column's place in its block. */
  private record Column(Array block, int item, int items) {}

  private DataFrame(PickleInput in) {
    this.in = in;
  }

  /**
   * The data frame that a pickle describes.
   *
   * @throws WaferException if it describes something else
   */
  static DataFrame of(Python value, PickleInput in) throws IOException {
    if (!(value instanceof Made frame)
        || !frame.of.name().equals("DataFrame")
        || !(frame.state instanceof Members members)) {
      throw new WaferException("the pickle holds no pandas data frame");
    }
    Python manager = members.byName.getOrDefault("_mgr", members.byName.get("_data"));
    if (!(manager instanceof Made blocks)) {
      throw new WaferException("the pickle's data frame has no blocks of columns");
    }
    DataFrame result = new DataFrame(in);
    result.readManager(blocks);
    return result;
  }

  private void readManager(Made manager) throws IOException {
    if (manager.state instanceof Tuple state && state.items().getLast() instanceof Members last) {
      // pandas 0.14 to 1.2: the last item of the state says it all.
      Python said = last.byName.get("0.14.1");
      if (said instanceof Members members
          && members.byName.get("axes") instanceof Items axes
          && members.byName.get("blocks") instanceof Items blocks) {
        List<String> names = names(axes.list);
        for (Python block : blocks.list) {
          if (!(block instanceof Members parts)) {
            throw noBlocks();
          }
          take(names, parts.byName.get("values"), parts.byName.get("mgr_locs"));
        }
        return;
      }
    }
    List<Python> given = manager.arguments.items();
    if (given.size() < 2
        || !(given.get(0) instanceof Tuple blocks)
        || !(given.get(1) instanceof Items axes)) {
      throw noBlocks();
    }
    List<String> names = names(axes.list);
    for (Python block : blocks.items()) {
      if (!(block instanceof Made made)
          || !made.of.name().equals("_unpickle_block")
          || made.arguments.items().size() < 2) {
        throw noBlocks();
      }
      take(names, made.arguments.items().get(0), made.arguments.items().get(1));
    }
  }

  private static WaferException noBlocks() {
    return new WaferException(
        "the data frame's blocks are of no pandas version that is read (0.14 to 2.x)");
  }

  /** The names of the columns: {@code _new_Index(Index, {'data': array})}. */
  private List<String> names(List<Python> axes) throws IOException {
    if (axes.isEmpty()
        || !(axes.getFirst() instanceof Made index)
        || !(index.arguments.items().getLast() instanceof Members members)
        || !(members.byName.get("data") instanceof Array array)
        || !(array.values instanceof Items names)
        || names.list.size() > MAX_COLUMNS) {
      throw new WaferException("the data frame does not name its columns");
    }
    List<String> texts = new ArrayList<>();
    for (Python name : names.list) {
      texts.add(text(name));
    }
    return texts;
  }

  private void take(List<String> names, @Nullable Python values, @Nullable Python places)
      throws IOException {
    if (!(values instanceof Array array)
        || array.shape.length != 2
        || array.shape[0] > MAX_COLUMNS) {
      throw new WaferException("a block of columns is no array of two dimensions");
    }
    int[] at = places(places, array.shape[0]);
    if (rows >= 0 && rows != array.shape[1]) {
      throw new WaferException("the data frame's blocks differ in their number of rows");
    }
    rows = array.shape[1];
    if (array.values instanceof Items items && items.list.size() != array.count()) {
      throw new WaferException(
          "a block of %,d values has %,d".formatted(array.count(), items.list.size()));
    }
    for (int item = 0; item < at.length; item++) {
      if (at[item] < 0 || at[item] >= names.size()) {
        throw new WaferException("a block holds a column that the data frame has not");
      }
      columns.put(names.get(at[item]), new Column(array, item, at.length));
    }
  }

  private int[] places(@Nullable Python places, int count) throws IOException {
    int[] at = new int[count];
    if (places instanceof Slice slice) {
      for (int i = 0; i < count; i++) {
        at[i] = Math.clamp(slice.start() + i * slice.step(), -1, MAX_COLUMNS);
      }
      return at;
    }
    if (places instanceof Array array && array.count() == count) {
      for (int i = 0; i < count; i++) {
        at[i] = Math.clamp((long) number(array, i), -1, MAX_COLUMNS);
      }
      return at;
    }
    throw new WaferException("a block does not say which columns it holds");
  }

  int rows() {
    return rows;
  }

  boolean has(String column) {
    return columns.containsKey(column);
  }

  /** A column's value of a row, where the column holds objects; null where it holds numbers. */
  @Nullable Python value(String name, int row) {
    Column column = columns.get(name);
    if (column == null || !(column.block().values instanceof Items items)) {
      return null;
    }
    return items.list.get(index(column, row));
  }

  private int index(Column column, int row) {
    return column.block().fortranOrder
        ? row * column.items() + column.item()
        : column.item() * rows + row;
  }

  /** A column's number of a row; NaN where it is none. */
  double number(String name, int row) throws IOException {
    Column column = columns.get(name);
    if (column == null) {
      return Double.NaN;
    }
    return switch (value(name, row)) {
      case null -> number(column.block(), index(column, row));
      case Whole whole -> whole.value();
      case Real real -> real.value();
      case Constant none -> Double.NaN;
      case Python other -> Double.NaN;
    };
  }

  private double number(Array array, int index) throws IOException {
    Dtype type = array.type;
    if (type == null || !(array.values instanceof Raw raw) || raw.utf8()) {
      return Double.NaN;
    }
    byte[] bytes = new byte[type.bytes];
    if ((long) (index + 1) * type.bytes > raw.length() || type.bytes > 8) {
      throw new WaferException("a column has fewer numbers than rows");
    }
    in.read(raw.offset() + (long) index * type.bytes, bytes, bytes.length);
    long bits = bits(bytes, 0, type);
    return switch (type.kind) {
      case 'f' ->
          type.bytes == 8 ? Double.longBitsToDouble(bits) : Float.intBitsToFloat((int) bits);
      case 'i', 'u', 'b' -> bits;
      default -> Double.NaN;
    };
  }

  /** A value of an array, sign-extended where it is signed. */
  static long bits(byte[] bytes, int at, Dtype type) {
    long value = 0;
    for (int i = 0; i < type.bytes; i++) {
      int from = type.bigEndian ? at + i : at + type.bytes - 1 - i;
      value = value << 8 | (bytes[from] & 0xff);
    }
    int unused = 64 - 8 * type.bytes;
    return type.kind == 'i' ? value << unused >> unused : value;
  }

  /** A text, also one in an array or list of one; empty where there is none. */
  String text(@Nullable Python value) throws IOException {
    return text(value, 0);
  }

  private String text(@Nullable Python value, int depth) throws IOException {
    if (depth > MAX_DEPTH) {
      return "";
    }
    return switch (value) {
      case null -> "";
      case Raw raw -> in.text(raw.offset(), raw.length(), raw.utf8());
      case Items items -> items.list.isEmpty() ? "" : text(items.list.getFirst(), depth + 1);
      case Tuple tuple -> tuple.items().isEmpty() ? "" : text(tuple.items().getFirst(), depth + 1);
      case Array array -> textOf(array, depth);
      case Whole whole -> String.valueOf(whole.value());
      case Real real -> "";
      case Constant constant -> "";
      case Name name -> "";
      case Slice slice -> "";
      case Members members -> "";
      case Made made -> "";
      case Dtype type -> "";
    };
  }

  private String textOf(Array array, int depth) throws IOException {
    Dtype type = array.type;
    if (type == null || array.count() == 0) {
      return "";
    }
    if (array.values instanceof Items items) {
      return text(items, depth + 1);
    }
    if (!(array.values instanceof Raw raw)) {
      return "";
    }
    String all = in.text(raw.offset(), raw.length(), raw.utf8());
    StringBuilder text = new StringBuilder();
    if (type.kind == 'U') {
      // Four bytes a character; labels are ASCII.
      int low = type.bigEndian ? 3 : 0;
      for (int i = 0; i < Math.min(type.bytes, all.length() / 4); i++) {
        text.append(all.charAt(4 * i + low));
      }
    } else if (type.kind == 'S') {
      text.append(all, 0, Math.min(type.bytes, all.length()));
    }
    return text.toString().replace("\0", "");
  }
}
