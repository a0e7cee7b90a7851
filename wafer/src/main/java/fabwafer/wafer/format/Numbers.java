package fabwafer.wafer.format;

import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Numbers as files write them, told apart from what only looks like one. */
final class Numbers {
  private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]{1,9}(?:\\.0{1,9})?");
  private static final Pattern DECIMAL =
      Pattern.compile(
          "[+-]?(?:[0-9]{1,40}(?:\\.[0-9]{0,40})?|\\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,4})?");

  private Numbers() {}

  /** A whole number, also {@code 7.0}; empty if the text is none. */
  static OptionalInt whole(String text) {
    String clean = text.strip();
    if (!WHOLE.matcher(clean).matches()) {
      return OptionalInt.empty();
    }
    int point = clean.indexOf('.');
    return OptionalInt.of(Integer.parseInt(point < 0 ? clean : clean.substring(0, point)));
  }

  /** A decimal number; NaN if the text is none. */
  static double decimalOrNaN(String text) {
    String clean = text.strip();
    return DECIMAL.matcher(clean).matches() ? Double.parseDouble(clean) : Double.NaN;
  }
}
