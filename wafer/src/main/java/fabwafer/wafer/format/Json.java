package fabwafer.wafer.format;

import fabwafer.wafer.WaferException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A JSON value. Source: RFC 8259. */
sealed interface Json {

  /** An object; of members of one name the first counts. */
  record Members(Map<String, Json> byName) implements Json {}

  /** An array. */
  record Items(List<Json> list) implements Json {}

  /** A text. */
  record Text(String value) implements Json {}

  /** A number, true, false or null, as it is written. */
  record Word(String value) implements Json {}

  /**
   * The value that a text holds.
   *
   * @throws WaferException if it is no JSON; says where
   */
  static Json parse(String text) {
    Parser parser = new Parser(text);
    Json value = parser.value(0);
    parser.end();
    return value;
  }

  /** Reads downwards through a text. */
  final class Parser {
    private static final int MAX_DEPTH = 32;

    /** Most values that are kept one by one: a megabyte of brackets must not take a gigabyte. */
    private static final int MAX_KEPT = 1_000_000;

    /** Words and short texts that are kept once: bins, coordinates, results. */
    private static final int MAX_SHARED = 100_000;

    private static final int MAX_SHARED_CHARS = 12;

    private final Map<String, Word> words = new HashMap<>();
    private final Map<String, Text> texts = new HashMap<>();
    private final String text;
    private int kept;
    private int at;

    private Parser(String text) {
      this.text = text;
    }

    private Json value(int depth) {
      if (depth > MAX_DEPTH) {
        throw error("values are nested more than %d deep".formatted(MAX_DEPTH));
      }
      return switch (peek()) {
        case '{' -> members(depth);
        case '[' -> items(depth);
        case '"' -> shared(texts, string(), Text::new);
        default -> shared(words, word(), Word::new);
      };
    }

    private <T extends Json> T shared(
        Map<String, T> known, String value, Function<String, T> make) {
      T found = known.get(value);
      if (found != null) {
        return found;
      }
      keep();
      T made = make.apply(value);
      if (value.length() <= MAX_SHARED_CHARS && known.size() < MAX_SHARED) {
        known.put(value, made);
      }
      return made;
    }

    private void keep() {
      kept++;
      if (kept > MAX_KEPT) {
        throw error("it holds more than %,d values".formatted(MAX_KEPT));
      }
    }

    private Json members(int depth) {
      keep();
      Map<String, Json> members = new LinkedHashMap<>();
      at++;
      if (peek() == '}') {
        at++;
        return new Members(members);
      }
      while (true) {
        if (peek() != '"') {
          throw error("expected a member's name");
        }
        String name = string();
        expect(':');
        members.putIfAbsent(name, value(depth + 1));
        if (more('}')) {
          return new Members(members);
        }
      }
    }

    private Json items(int depth) {
      keep();
      List<Json> items = new ArrayList<>();
      at++;
      if (peek() == ']') {
        at++;
        return new Items(items);
      }
      while (true) {
        items.add(value(depth + 1));
        if (more(']')) {
          return new Items(items);
        }
      }
    }

    /** Whether the list ended; else a comma was passed. */
    private boolean more(char end) {
      char next = peek();
      if (next != ',' && next != end) {
        throw error("expected , or %s".formatted(end));
      }
      at++;
      return next == end;
    }

    private void expect(char mark) {
      if (peek() != mark) {
        throw error("expected %s".formatted(mark));
      }
      at++;
    }

    private char peek() {
      while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
      if (at == text.length()) {
        throw error("the text ends here");
      }
      return text.charAt(at);
    }

    private void end() {
      while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
      if (at < text.length()) {
        throw error("something follows the end");
      }
    }

    private String word() {
      int start = at;
      while (at < text.length()
          && (Character.isLetterOrDigit(text.charAt(at)) || "+-.".indexOf(text.charAt(at)) >= 0)) {
        at++;
      }
      String word = text.substring(start, at);
      boolean known = word.equals("true") || word.equals("false") || word.equals("null");
      if (!known && Double.isNaN(Numbers.decimalOrNaN(word))) {
        at = start;
        throw error("expected a value");
      }
      return word;
    }

    private String string() {
      StringBuilder value = new StringBuilder();
      at++;
      while (true) {
        if (at >= text.length()) {
          throw error("a text is not ended");
        }
        char c = text.charAt(at);
        at++;
        if (c == '"') {
          return value.toString();
        }
        value.append(c == '\\' ? escaped() : c);
      }
    }

    private char escaped() {
      if (at >= text.length()) {
        throw error("a text is not ended");
      }
      char c = text.charAt(at);
      at++;
      return switch (c) {
        case '"', '\\', '/' -> c;
        case 'b' -> '\b';
        case 'f' -> '\f';
        case 'n' -> '\n';
        case 'r' -> '\r';
        case 't' -> '\t';
        case 'u' -> {
          String digits = text.substring(at, Math.min(text.length(), at + 4));
          if (!digits.matches("[0-9A-Fa-f]{4}")) {
            throw error("\\u needs four hexadecimal digits");
          }
          at += 4;
          yield (char) Integer.parseInt(digits, 16);
        }
        default -> throw error("\\%s is no escape".formatted(c));
      };
    }

    private WaferException error(String message) {
      int line = 1;
      for (int i = 0; i < at && i < text.length(); i++) {
        line += text.charAt(i) == '\n' ? 1 : 0;
      }
      return new WaferException(
          "the JSON is damaged at line %,d, character %,d: %s".formatted(line, at + 1, message));
    }
  }
}
