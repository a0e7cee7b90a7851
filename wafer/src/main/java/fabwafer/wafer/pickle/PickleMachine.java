package fabwafer.wafer.pickle;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.pickle.Python.Constant;
import fabwafer.wafer.pickle.Python.Items;
import fabwafer.wafer.pickle.Python.Members;
import fabwafer.wafer.pickle.Python.Name;
import fabwafer.wafer.pickle.Python.Raw;
import fabwafer.wafer.pickle.Python.Real;
import fabwafer.wafer.pickle.Python.Tuple;
import fabwafer.wafer.pickle.Python.Whole;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs a pickle's instructions, protocol 2 to 5, twice: first only to learn which of its memo's
 * millions of entries are ever asked for, then to build. Source: Python's {@code pickletools}.
 */
final class PickleMachine {
  private static final int STOP = '.';
  private static final int MAX_MEMO = 200_000_000;
  private static final int MAX_STACK = 50_000_000;
  private static final Constant NONE = new Constant(null);
  private static final Constant TRUE = new Constant(true);
  private static final Constant FALSE = new Constant(false);
  private static final String WITHOUT_ARGUMENTS = "()]}tabRseu0\u0081\u0085\u0086\u0087\u0093";
  private static final int SMALL = 256;
  private static final Whole[] WHOLES = wholes();

  private final PickleInput in;
  private final PickleClasses classes;
  private final BitSet wanted = new BitSet();
  private final Map<Integer, Python> memo = new HashMap<>();
  private final List<Python> stack = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>();
  private int memoized;
  private boolean building;

  PickleMachine(PickleInput in) {
    this.in = in;
    this.classes = new PickleClasses(in);
  }

  private static Whole[] wholes() {
    Whole[] wholes = new Whole[SMALL];
    for (int i = 0; i < SMALL; i++) {
      wholes[i] = new Whole(i);
    }
    return wholes;
  }

  /**
   * The value that the pickle describes.
   *
   * @throws WaferException if it is damaged, past a bound, or asks for a class that is no part of a
   *     data frame
   */
  Python run() throws IOException {
    pass();
    memoized = 0;
    in.position(0);
    building = true;
    pass();
    if (stack.size() != 1) {
      throw new WaferException(
          "the pickle is damaged: it leaves %,d values".formatted(stack.size()));
    }
    return stack.getFirst();
  }

  private void pass() throws IOException {
    int code = in.one();
    while (code != STOP) {
      long at = in.position() - 1;
      if (!memo(code) && !constant(code) && !raw(code) && !framing(code)) {
        if (building) {
          build(code, at);
        } else {
          pass(code, at);
        }
      }
      if (stack.size() > MAX_STACK) {
        throw error(at, "more than %,d values wait".formatted(MAX_STACK));
      }
      code = in.one();
    }
  }

  /** Instructions on the memo. */
  private boolean memo(int code) throws IOException {
    switch (code) {
      case 'q' -> put(in.one());
      case 'r' -> put(in.four());
      case 0x94 -> {
        put(memoized);
        memoized++;
      }
      case 'h' -> get(in.one());
      case 'j' -> get(in.four());
      default -> {
        return false;
      }
    }
    return true;
  }

  private void put(int index) {
    if (building && wanted.get(requireIndex(index))) {
      memo.put(index, top());
    }
  }

  private void get(int index) {
    if (!building) {
      wanted.set(requireIndex(index));
      return;
    }
    Python value = memo.get(index);
    if (value == null) {
      throw error(in.position(), "the memo has no entry %,d".formatted(index));
    }
    stack.add(value);
  }

  private int requireIndex(int index) {
    if (index < 0 || index >= MAX_MEMO) {
      throw error(in.position(), "the memo may have %,d entries".formatted(MAX_MEMO));
    }
    return index;
  }

  /** Numbers and constants. */
  private boolean constant(int code) throws IOException {
    Python value =
        switch (code) {
          case 'K' -> WHOLES[in.one()];
          case 'M' -> whole(in.two());
          case 'J' -> whole(in.four());
          case 0x8a -> whole(longOf(in.one()));
          case 0x8b -> whole(longOf(in.four()));
          case 'G' -> new Real(in.bigEndianDouble());
          case 'N' -> NONE;
          case 0x88 -> TRUE;
          case 0x89 -> FALSE;
          default -> null;
        };
    if (value == null) {
      return false;
    }
    if (building) {
      stack.add(value);
    }
    return true;
  }

  private static Whole whole(long value) {
    return value >= 0 && value < SMALL ? WHOLES[(int) value] : new Whole(value);
  }

  private long longOf(int bytes) throws IOException {
    if (bytes < 0 || bytes > 8) {
      throw error(in.position(), "a whole number of %,d bytes".formatted(bytes));
    }
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (long) in.one() << (8 * i);
    }
    int unused = 64 - 8 * bytes;
    return bytes == 0 ? 0 : value << unused >> unused;
  }

  /** Bytes and texts, which stay where they are. */
  private boolean raw(int code) throws IOException {
    long length =
        switch (code) {
          case 'U', 'C', 0x8c -> in.one();
          case 'T', 'B', 'X' -> in.unsignedFour();
          case 0x8d, 0x8e, 0x96 -> in.eight();
          default -> -1;
        };
    boolean utf8 = code == 'X' || code == 0x8c || code == 0x8d;
    if (length < 0) {
      if (code == 0x8d || code == 0x8e || code == 0x96) {
        throw error(in.position(), "a text of %,d bytes".formatted(length));
      }
      return false;
    }
    if (building) {
      stack.add(new Raw(in.position(), length, utf8));
    }
    in.skip(length);
    return true;
  }

  /** The protocol's number and the lengths of frames, which say nothing here. */
  private boolean framing(int code) throws IOException {
    switch (code) {
      case 0x80 -> {
        int protocol = in.one();
        if (protocol < 2 || protocol > 5) {
          throw error(in.position(), "protocol %d; 2 to 5 are read".formatted(protocol));
        }
      }
      case 0x95 -> in.eight();
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Passes the arguments of an instruction that builds something. */
  private void pass(int code, long at) throws IOException {
    if (code == 'c') {
      in.line();
      in.line();
    } else if (WITHOUT_ARGUMENTS.indexOf(code) < 0) {
      throw unknown(code, at);
    }
  }

  private static WaferException unknown(int code, long at) {
    return error(at, "the instruction 0x%02x is none of a data frame's pickle".formatted(code));
  }

  private void build(int code, long at) throws IOException {
    switch (code) {
      case '(' -> marks.add(stack.size());
      case ')' -> stack.add(new Tuple(List.of()));
      case ']' -> stack.add(new Items());
      case '}' -> stack.add(new Members());
      case 't' -> stack.add(new Tuple(List.copyOf(sinceMark(at))));
      case 0x85 -> stack.add(new Tuple(List.copyOf(last(1, at))));
      case 0x86 -> stack.add(new Tuple(List.copyOf(last(2, at))));
      case 0x87 -> stack.add(new Tuple(List.copyOf(last(3, at))));
      case 'a' -> append(last(1, at), at);
      case 'e' -> append(sinceMark(at), at);
      case 's' -> set(last(2, at), at);
      case 'u' -> set(sinceMark(at), at);
      case 'c' -> stack.add(classes.named(in.line(), in.line()));
      case 0x93 -> {
        List<Python> names = last(2, at);
        stack.add(classes.named(text(names.get(0), at), text(names.get(1), at)));
      }
      case 'R', 0x81 -> {
        List<Python> call = last(2, at);
        stack.add(made(call.get(0), call.get(1), at));
      }
      case 'b' -> {
        Python state = last(1, at).getFirst();
        classes.build(top(), state, at);
      }
      case '0' -> last(1, at);
      default -> throw unknown(code, at);
    }
  }

  private Python made(Python of, Python arguments, long at) throws IOException {
    if (of instanceof Name name && arguments instanceof Tuple tuple) {
      return classes.made(name, tuple, at);
    }
    throw error(at, "something is called that is no class of a data frame");
  }

  private Python top() {
    if (stack.isEmpty()) {
      throw error(in.position(), "a value is missing");
    }
    return stack.getLast();
  }

  private List<Python> sinceMark(long at) {
    if (marks.isEmpty()) {
      throw error(at, "a mark is missing");
    }
    int mark = marks.removeLast();
    return last(stack.size() - mark, at);
  }

  private List<Python> last(int count, long at) {
    if (count < 0 || count > stack.size()) {
      throw error(at, "a value is missing");
    }
    List<Python> tail = stack.subList(stack.size() - count, stack.size());
    List<Python> values = List.copyOf(tail);
    tail.clear();
    return values;
  }

  private void append(List<Python> values, long at) {
    if (!(top() instanceof Items items)) {
      throw error(at, "something is appended to what is no list");
    }
    items.list.addAll(values);
  }

  private void set(List<Python> values, long at) throws IOException {
    if (!(top() instanceof Members members) || values.size() % 2 != 0) {
      throw error(at, "something is put into what is no dictionary");
    }
    for (int i = 0; i < values.size(); i += 2) {
      members.byName.put(text(values.get(i), at), values.get(i + 1));
    }
  }

  private String text(Python value, long at) throws IOException {
    if (value instanceof Raw raw) {
      return in.text(raw.offset(), raw.length(), raw.utf8());
    }
    throw error(at, "a name is no text");
  }

  static WaferException error(long at, String message) {
    return new WaferException("the pickle is damaged at byte %,d: %s".formatted(at, message));
  }
}
