package fabwafer.wafer.pickle;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a data frame's pickle is made of: descriptions, nothing that does anything. */
sealed interface Python {

  /** None, true, false: {@code value} is null for None. */
  record Constant(@Nullable Boolean value) implements Python {}

  /** A whole number. */
  record Whole(long value) implements Python {}

  /** A float. */
  record Real(double value) implements Python {}

  /**
   * Bytes or characters that lie in the file.
   *
   * @param offset where in the file
   * @param length in bytes
   * @param utf8 whether they are characters in UTF-8; as bytes each then stands for its code point
   */
  record Raw(long offset, long length, boolean utf8) implements Python {}

  /** A class or function by its name. */
  record Name(String module, String name) implements Python {}

  /** A tuple. */
  record Tuple(List<Python> items) implements Python {}

  /** A slice. */
  record Slice(long start, long stop, long step) implements Python {}

  /** A list, which grows. */
  final class Items implements Python {
    final List<Python> list = new ArrayList<>();
  }

  /** A dictionary, which grows; its keys are texts. */
  final class Members implements Python {
    final Map<String, Python> byName = new LinkedHashMap<>();
  }

  /** What a class or function was given; nothing was called. */
  final class Made implements Python {
    final Name of;
    final Tuple arguments;
    @Nullable Python state;

    Made(Name of, Tuple arguments) {
      this.of = of;
      this.arguments = arguments;
    }
  }

  /** The type of an array's values. */
  final class Dtype implements Python {
    final char kind;
    final int bytes;
    boolean bigEndian;

    /**
     * A type.
     *
     * @param kind NumPy's letter: u, i, f, b, U, S, O
     * @param bytes of a value; of a character for U and S it is the text's length
     */
    Dtype(char kind, int bytes) {
      this.kind = kind;
      this.bytes = bytes;
    }
  }

  /** An array: its shape, and where its values are. */
  final class Array implements Python {
    @Nullable Dtype type;
    int[] shape = new int[0];
    boolean fortranOrder;
    @Nullable Python values;

    /** Values in all; 0 where a side is 0. */
    long count() {
      long count = 1;
      for (int side : shape) {
        count *= side;
      }
      return count;
    }
  }
}
