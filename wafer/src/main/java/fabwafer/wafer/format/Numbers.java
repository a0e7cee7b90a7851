package fabwafer.wafer.format;

import java.util.OptionalInt;

/** Numbers as files write them, told apart from what only looks like one. */
final class Numbers {
  private static final int MAX_DIGITS = 9;
  private static final int MAX_LENGTH = 80;

  private Numbers() {}

  /** A whole number of at most nine digits, also {@code 7.0}; empty if the text is none. */
  static OptionalInt whole(String text) {
    String clean = text.strip();
    int start = signed(clean) ? 1 : 0;
    int at = digits(clean, start);
    int value = 0;
    for (int i = start; i < at && at - start <= MAX_DIGITS; i++) {
      value = 10 * value + clean.charAt(i) - '0';
    }
    boolean whole = at > start && at - start <= MAX_DIGITS;
    if (whole && at < clean.length()) {
      whole = clean.charAt(at) == '.' && at + 1 < clean.length() && clean.length() <= MAX_LENGTH;
      for (int i = at + 1; i < clean.length() && whole; i++) {
        whole = clean.charAt(i) == '0';
      }
    }
    return whole
        ? OptionalInt.of(start == 1 && clean.charAt(0) == '-' ? -value : value)
        : OptionalInt.empty();
  }

  /** A decimal number; NaN if the text is none. */
  static double decimalOrNaN(String text) {
    String clean = text.strip();
    return isDecimal(clean) ? Double.parseDouble(clean) : Double.NaN;
  }

  /** Sign, digits with a point among them, exponent: what Java and Python alike take for one. */
  private static boolean isDecimal(String text) {
    if (text.length() > MAX_LENGTH) {
      return false;
    }
    int start = signed(text) ? 1 : 0;
    int at = digits(text, start);
    int found = at - start;
    if (at < text.length() && text.charAt(at) == '.') {
      int fraction = digits(text, at + 1);
      found += fraction - at - 1;
      at = fraction;
    }
    if (found == 0) {
      return false;
    }
    if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      int exponent = at + 1;
      if (exponent < text.length()
          && (text.charAt(exponent) == '+' || text.charAt(exponent) == '-')) {
        exponent++;
      }
      at = digits(text, exponent);
      return at > exponent && at - exponent <= 4 && at == text.length();
    }
    return at == text.length();
  }

  private static boolean signed(String text) {
    return !text.isEmpty() && (text.charAt(0) == '-' || text.charAt(0) == '+');
  }

  /** The position after the digits that start at one. */
  private static int digits(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at;
  }
}
