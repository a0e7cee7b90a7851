package fabwafer.wafer.format;

import fabwafer.wafer.WaferException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.util.Locale;

/**
 * The words, quoted texts and marks of a KLARF file. {@code ;} is always a mark, braces and commas
 * only in KLARF 1.8. The end of the file is an error: {@code EndOfFile} comes before it.
 */
final class KlarfTokens {
  private static final int MAX_TOKEN = 8_192;
  private static final int BUFFER_CHARS = 1 << 16;
  private static final long MAX_BYTES = 8L << 30;

  private final Reader in;
  private final char[] chars = new char[BUFFER_CHARS];
  private final boolean braces;
  private final StringBuilder buffer = new StringBuilder();
  private int at;
  private int end;
  private int line = 1;
  private int tokenLine = 1;
  private boolean quoted;
  private boolean pushedBack;
  private String token = "";

  KlarfTokens(Input input, boolean braces) throws IOException {
    this.in =
        new InputStreamReader(input.atMost(MAX_BYTES, "KLARF file"), Lines.charset(input.head()));
    this.braces = braces;
  }

  /** The next token. */
  String next() throws IOException {
    if (pushedBack) {
      pushedBack = false;
      return token;
    }
    int c = read();
    while (c != -1 && (c <= ' ' || c == '\uFEFF')) {
      c = read();
    }
    if (c == -1) {
      throw error("the file ends here, without EndOfFile: it is cut off");
    }
    tokenLine = line;
    quoted = c == '"';
    buffer.setLength(0);
    if (quoted) {
      quotedText();
    } else if (isMark(c)) {
      buffer.append((char) c);
    } else {
      word(c);
    }
    token = buffer.toString();
    return token;
  }

  private void quotedText() throws IOException {
    int c = read();
    while (c != '"') {
      if (c == -1) {
        throw error("a quoted text is not ended");
      }
      append(c);
      c = read();
    }
  }

  private void word(int first) throws IOException {
    append(first);
    for (int c = peek(); c > ' ' && c != '"' && !isMark(c); c = peek()) {
      append(c);
      at++;
    }
  }

  private void append(int c) {
    if (buffer.length() == MAX_TOKEN) {
      throw error("a text is longer than %,d characters".formatted(MAX_TOKEN));
    }
    buffer.append((char) c);
  }

  private boolean isMark(int c) {
    return c == ';' || (braces && (c == '{' || c == '}' || c == ','));
  }

  /** The next character, which stays; -1 at the end. */
  private int peek() throws IOException {
    if (at == end) {
      at = 0;
      end = Math.max(0, in.read(chars, 0, chars.length));
      if (end == 0) {
        return -1;
      }
    }
    return chars[at];
  }

  private int read() throws IOException {
    int c = peek();
    if (c == -1) {
      return -1;
    }
    at++;
    if (c == '\r') {
      if (peek() == '\n') {
        at++;
      }
      c = '\n';
    }
    line += c == '\n' ? 1 : 0;
    return c;
  }

  /** Whether the last token is a given mark, not a quoted text that looks like it. */
  boolean is(String mark) {
    return !quoted && token.equals(mark);
  }

  /** Hands the last token out again. */
  void back() {
    pushedBack = true;
  }

  /** The next token, which must be a given mark or word. */
  void expect(String wanted) throws IOException {
    next();
    if (!is(wanted)) {
      throw error("expected '%s', got '%s'".formatted(wanted, token));
    }
  }

  /** A whole number in the next token. */
  int whole(String what) throws IOException {
    return whole(what, next());
  }

  int whole(String what, String text) {
    return Numbers.whole(text)
        .orElseThrow(() -> error("%s must be a whole number, got '%s'".formatted(what, text)));
  }

  double decimal(String what, String text) {
    double value = Numbers.decimalOrNaN(text);
    if (Double.isNaN(value)) {
      throw error("%s must be a number, got '%s'".formatted(what, text));
    }
    return value;
  }

  /** Whether a value says that there is none. */
  static boolean isMissing(String text) {
    if (!text.isEmpty() && text.charAt(text.length() - 1) <= '9' && text.length() > 1) {
      return false;
    }
    return switch (text.toUpperCase(Locale.ROOT)) {
      case "NA", "N/A", "NAN", "NULL", "NONE", "-", "*", "" -> true;
      default -> false;
    };
  }

  /** Line of the last token. */
  int line() {
    return tokenLine;
  }

  WaferException error(String message) {
    return new WaferException("line %,d: %s".formatted(tokenLine, message));
  }
}
