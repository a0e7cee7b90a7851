package fabwafer.wafer.pickle;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.pickle.Python.Array;
import fabwafer.wafer.pickle.Python.Constant;
import fabwafer.wafer.pickle.Python.Dtype;
import fabwafer.wafer.pickle.Python.Made;
import fabwafer.wafer.pickle.Python.Name;
import fabwafer.wafer.pickle.Python.Raw;
import fabwafer.wafer.pickle.Python.Slice;
import fabwafer.wafer.pickle.Python.Tuple;
import fabwafer.wafer.pickle.Python.Whole;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The few classes and functions that a data frame's pickle names, over the versions of pandas 0.14
 * to 2 and NumPy 1 and 2. Everything else is refused.
 */
final class PickleClasses {
  private static final Map<String, Set<String>> PANDAS =
      Map.of(
          "pandas.core.frame", Set.of("DataFrame"),
          "pandas.core.internals", Set.of("BlockManager"),
          "pandas.core.internals.managers", Set.of("BlockManager"),
          "pandas._libs.internals", Set.of("_unpickle_block"),
          "pandas.indexes.base", Set.of("Index", "_new_Index"),
          "pandas.indexes.range", Set.of("RangeIndex"),
          "pandas.core.index", Set.of("Index", "Int64Index", "_new_Index"),
          "pandas.core.indexes.base", Set.of("Index", "_new_Index"),
          "pandas.core.indexes.range", Set.of("RangeIndex"),
          "pandas.core.indexes.numeric", Set.of("Int64Index"));
  private static final Map<String, Set<String>> OTHERS =
      Map.of(
          "pandas.indexes.numeric", Set.of("Int64Index"),
          "numpy", Set.of("ndarray", "dtype"),
          "numpy.core.multiarray", Set.of("_reconstruct", "scalar"),
          "numpy._core.multiarray", Set.of("_reconstruct", "scalar"),
          "numpy.core.numeric", Set.of("_frombuffer"),
          "numpy._core.numeric", Set.of("_frombuffer"),
          "_codecs", Set.of("encode"),
          "__builtin__", Set.of("slice"),
          "builtins", Set.of("slice"));

  private static final Pattern TYPE = Pattern.compile("[<>|=]?([uifbUSO])([0-9]{1,5})");
  private static final int MAX_DIMENSIONS = 2;

  private final PickleInput in;

  PickleClasses(PickleInput in) {
    this.in = in;
  }

  /**
   * A class or function.
   *
   * @throws WaferException if it is none of a data frame
   */
  Name named(String module, String name) {
    boolean known =
        PANDAS.getOrDefault(module, Set.of()).contains(name)
            || OTHERS.getOrDefault(module, Set.of()).contains(name);
    if (!known) {
      throw new WaferException(
          "the pickle names %s.%s, which is no part of a data frame; nothing of it was made"
              .formatted(module, name));
    }
    return new Name(module, name);
  }

  /** What a class or function gives for its arguments. */
  Python made(Name of, Tuple arguments, long at) throws IOException {
    List<Python> given = arguments.items();
    return switch (of.name()) {
      case "_reconstruct" -> new Array();
      case "_frombuffer" -> fromBuffer(given, at);
      case "dtype" -> type(given, at);
      case "encode" -> encoded(given, at);
      case "slice" -> slice(given, at);
      case "ndarray", "scalar" ->
          throw PickleMachine.error(at, "%s is not read".formatted(of.name()));
      default -> new Made(of, arguments);
    };
  }

  private Python fromBuffer(List<Python> given, long at) {
    if (given.size() != 4 || !(given.get(1) instanceof Dtype type)) {
      throw PickleMachine.error(at, "an array's buffer without type, shape and order");
    }
    Array array = new Array();
    array.values = given.get(0);
    array.type = type;
    array.shape = shape(given.get(2), at);
    array.fortranOrder = given.get(3) instanceof Raw raw && isF(raw, at);
    requireValues(array, at);
    return array;
  }

  private boolean isF(Raw order, long at) {
    try {
      return in.text(order.offset(), order.length(), true).equals("F");
    } catch (IOException e) {
      throw new WaferException("the pickle cannot be read at byte %,d".formatted(at), e);
    }
  }

  private Python type(List<Python> given, long at) throws IOException {
    if (given.isEmpty() || !(given.getFirst() instanceof Raw raw)) {
      throw PickleMachine.error(at, "a type of values without name");
    }
    String name = in.text(raw.offset(), raw.length(), raw.utf8());
    Matcher type = TYPE.matcher(name);
    if (!type.matches()) {
      throw PickleMachine.error(at, "values of the type '%s' are not read".formatted(name));
    }
    return new Dtype(type.group(1).charAt(0), Integer.parseInt(type.group(2)));
  }

  /** Python 3 writes bytes in protocol 2 as text and the call that turns it back. */
  private static Python encoded(List<Python> given, long at) {
    if (given.isEmpty() || !(given.getFirst() instanceof Raw raw)) {
      throw PickleMachine.error(at, "an encoding of what is no text");
    }
    return raw;
  }

  private static Python slice(List<Python> given, long at) {
    if (given.size() == 3
        && given.get(0) instanceof Whole start
        && given.get(1) instanceof Whole stop) {
      long step = given.get(2) instanceof Whole whole ? whole.value() : 1;
      return new Slice(start.value(), stop.value(), step);
    }
    throw PickleMachine.error(at, "a slice without start and stop");
  }

  /** Gives an object its state. */
  void build(Python object, Python state, long at) throws IOException {
    switch (object) {
      case Array array -> buildArray(array, state, at);
      case Dtype type -> buildType(type, state, at);
      case Made made -> made.state = state;
      default ->
          throw PickleMachine.error(
              at, "a state for a %s".formatted(object.getClass().getSimpleName()));
    }
  }

  /** (version, shape, type, is Fortran order, bytes or list). */
  private static void buildArray(Array array, Python state, long at) {
    if (!(state instanceof Tuple tuple)
        || tuple.items().size() != 5
        || !(tuple.items().get(2) instanceof Dtype type)) {
      throw PickleMachine.error(at, "an array's state without shape, type and values");
    }
    array.shape = shape(tuple.items().get(1), at);
    array.type = type;
    array.fortranOrder =
        tuple.items().get(3) instanceof Constant order && Boolean.TRUE.equals(order.value());
    array.values = tuple.items().get(4);
    requireValues(array, at);
  }

  private static int[] shape(Python value, long at) {
    if (!(value instanceof Tuple tuple) || tuple.items().size() > MAX_DIMENSIONS) {
      throw PickleMachine.error(at, "an array of more than 2 dimensions");
    }
    int[] shape = new int[tuple.items().size()];
    for (int i = 0; i < shape.length; i++) {
      if (!(tuple.items().get(i) instanceof Whole side)
          || side.value() < 0
          || side.value() > Integer.MAX_VALUE) {
        throw PickleMachine.error(at, "an array's side out of range");
      }
      shape[i] = (int) side.value();
    }
    return shape;
  }

  private static void requireValues(Array array, long at) {
    Dtype type = array.type;
    if (type == null || type.kind == 'O') {
      return;
    }
    int each = type.kind == 'U' ? 4 * type.bytes : type.bytes;
    if (array.values instanceof Raw raw && !raw.utf8() && raw.length() != array.count() * each) {
      throw PickleMachine.error(
          at,
          "an array of %,d values of %d bytes has %,d bytes"
              .formatted(array.count(), each, raw.length()));
    }
  }

  /** (version, byte order, ...). */
  private void buildType(Dtype type, Python state, long at) throws IOException {
    if (state instanceof Tuple tuple
        && tuple.items().size() > 1
        && tuple.items().get(1) instanceof Raw raw) {
      type.bigEndian =
          in.text(raw.offset(), raw.length(), raw.utf8()).toLowerCase(Locale.ROOT).equals(">");
      return;
    }
    throw PickleMachine.error(at, "a type's state without byte order");
  }
}
