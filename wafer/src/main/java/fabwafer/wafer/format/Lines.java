package fabwafer.wafer.format;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import fabwafer.wafer.WaferException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a text, ended by CR LF, LF or CR, mixed as they may be. UTF-8 or UTF-16, with or
 * without a byte order mark; what is neither becomes replacement characters.
 */
final class Lines {
  /** Most characters of a line: 4,096 dies of five characters are 20,480. */
  static final int MAX_LINE = 65_536;

  private static final char MARK = '\uFEFF';

  private final BufferedReader in;
  private int number;
  private @Nullable String again;

  Lines(Input input) throws IOException {
    this.in =
        new BufferedReader(
            new InputStreamReader(
                input.atMost(Input.MAX_TEXT_BYTES, "text"), charset(input.head())));
  }

  /** The charset that a byte order mark tells, or how the first two characters lie; else UTF-8. */
  static Charset charset(byte[] head) {
    if (head.length >= 2 && head[0] == (byte) 0xff && head[1] == (byte) 0xfe) {
      return UTF_16LE;
    }
    if (head.length >= 2 && head[0] == (byte) 0xfe && head[1] == (byte) 0xff) {
      return UTF_16BE;
    }
    if (head.length >= 4 && head[1] == 0 && head[3] == 0 && head[0] >= '\t' && head[2] >= '\t') {
      return UTF_16LE;
    }
    if (head.length >= 4 && head[0] == 0 && head[2] == 0 && head[1] >= ' ' && head[3] >= '\t') {
      return UTF_16BE;
    }
    return UTF_8;
  }

  /** The head of a text as characters, without byte order mark. */
  static String decoded(byte[] head) {
    String text = new String(head, charset(head));
    return !text.isEmpty() && text.charAt(0) == MARK ? text.substring(1) : text;
  }

  /** The next line without its end, or null after the last. */
  @Nullable String next() throws IOException {
    if (again != null) {
      String line = again;
      again = null;
      number++;
      return line;
    }
    StringBuilder line = new StringBuilder();
    int c = in.read();
    if (c == -1) {
      return null;
    }
    number++;
    while (c != -1 && c != '\n' && c != '\r') {
      if (line.length() == MAX_LINE) {
        throw new WaferException(
            "line %,d is longer than %,d characters".formatted(number, MAX_LINE));
      }
      if (c != MARK || number > 1) {
        line.append((char) c);
      }
      c = in.read();
    }
    if (c == '\r') {
      in.mark(1);
      if (in.read() != '\n') {
        in.reset();
      }
    }
    return line.toString();
  }

  /** Hands the last line out again. */
  void back(String line) {
    again = line;
    number--;
  }

  /** The number of the last line, from 1. */
  int number() {
    return number;
  }
}
