package fabwafer.wafer.format;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What parts the fields of a table. */
enum Separator {
  COMMA(',', "comma"),
  SEMICOLON(';', "semicolon"),
  TAB('\t', "tab"),
  BAR('|', "bar"),
  BLANKS(' ', "blanks");

  private static final int LOOKED_AT = 12;

  private final char mark;
  private final String title;

  Separator(char mark, String title) {
    this.mark = mark;
    this.title = title;
  }

  String title() {
    return title;
  }

  /** The one that gives each of the first lines the same number of fields, at least two. */
  static @Nullable Separator guess(List<String> lines) {
    List<String> first = lines.stream().filter(line -> !isComment(line)).limit(LOOKED_AT).toList();
    Separator best = null;
    int most = 1;
    for (Separator separator : values()) {
      int[] counts = first.stream().mapToInt(line -> separator.split(line).size()).toArray();
      boolean same = counts.length > 0;
      for (int count : counts) {
        same &= count == counts[0];
      }
      if (same && counts[0] > most) {
        most = counts[0];
        best = separator;
      }
    }
    return best;
  }

  static boolean isComment(String line) {
    return line.isBlank() || line.stripLeading().startsWith("#");
  }

  /** The fields of a line; a field in quotes may hold the separator. */
  List<String> split(String line) {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    String text = this == BLANKS ? line.strip() : line;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && isMark(c)) {
        boolean within = this == BLANKS && i > 0 && isMark(text.charAt(i - 1));
        if (!within) {
          fields.add(field.toString().strip());
        }
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    fields.add(field.toString().strip());
    return fields;
  }

  private boolean isMark(char c) {
    return c == mark || (this == BLANKS && c == '\t');
  }
}
