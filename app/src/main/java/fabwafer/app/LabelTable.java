package fabwafer.app;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.dataset.DatasetRow;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Labels that stand beside the wafers: a CSV file whose header names {@code label} and one or more
 * of {@code file}, {@code lot} and {@code wafer}. A line tells the label of the wafers that agree
 * with all it states.
 */
final class LabelTable {
  private static final int MAX_LINES = 5_000_000;
  private static final int MAX_LINE = 10_000;
  private static final List<String> FILE = List.of("file", "filename", "path", "source", "name");
  private static final List<String> LOT = List.of("lot", "lotid", "lotname");
  private static final List<String> WAFER = List.of("wafer", "waferid", "waferindex", "slot");
  private static final List<String> LABEL =
      List.of("label", "pattern", "defectpattern", "failuretype", "class", "groundtruth");

  private final Map<Key, String> labels = new HashMap<>();
  private final Set<Key> used = new HashSet<>();

  /** What a line states of a wafer; a text is empty where it states nothing. */
  private record Key(String file, String lot, String wafer) {}

  private LabelTable() {}

  /**
   * Reads a file.
   *
   * @throws WaferException if it has no such columns, a line of another length, or two labels for
   *     the same wafer
   */
  static LabelTable read(Path file) throws IOException {
    LabelTable table = new LabelTable();
    String name = String.valueOf(file.getFileName());
    try (BufferedReader in = Files.newBufferedReader(file)) {
      table.read(name, in);
    } catch (MalformedInputException e) {
      throw new WaferException(name + " is no text in UTF-8", e);
    }
    return table;
  }

  private void read(String name, BufferedReader in) throws IOException {
    String head = in.readLine();
    if (head == null) {
      throw new WaferException(name + " is empty");
    }
    char separator = separator(head);
    List<String> columns =
        fields(head.replace("\uFEFF", ""), separator).stream()
            .map(column -> column.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", ""))
            .toList();
    int file = at(columns, FILE);
    int lot = at(columns, LOT);
    int wafer = at(columns, WAFER);
    int label = at(columns, LABEL);
    if (label < 0 || (file < 0 && lot < 0 && wafer < 0)) {
      throw new WaferException(
          "%s: its header must name label and one of file, lot and wafer, got %s"
              .formatted(name, columns));
    }
    int number = 1;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      if (number > MAX_LINES || line.length() > MAX_LINE) {
        throw new WaferException(
            "%s, line %,d: at most %,d lines of %,d characters are read"
                .formatted(name, number, MAX_LINES, MAX_LINE));
      }
      List<String> fields = fields(line, separator);
      if (fields.size() != columns.size()) {
        throw new WaferException(
            "%s, line %,d: expected %d fields, got %d"
                .formatted(name, number, columns.size(), fields.size()));
      }
      Key key =
          new Key(field(fields, file), number(field(fields, lot)), number(field(fields, wafer)));
      String before = labels.put(key, field(fields, label));
      if (before != null && !before.equals(field(fields, label))) {
        throw new WaferException(
            "%s, line %,d: the same wafer is labelled %s before and %s here"
                .formatted(name, number, before, field(fields, label)));
      }
    }
  }

  private static char separator(String head) {
    for (char separator : new char[] {'\t', ';', ','}) {
      if (head.indexOf(separator) >= 0) {
        return separator;
      }
    }
    return ',';
  }

  /** The fields of a line; quotes as RFC 4180 has them, without line ends in them. */
  private static List<String> fields(String line, char separator) {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        boolean doubled = quoted && i + 1 < line.length() && line.charAt(i + 1) == '"';
        if (doubled) {
          field.append(c);
          i++;
        } else {
          quoted = !quoted;
        }
      } else if (c == separator && !quoted) {
        fields.add(field.toString().strip());
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    fields.add(field.toString().strip());
    return fields;
  }

  private static int at(List<String> columns, List<String> names) {
    for (String name : names) {
      int at = columns.indexOf(name);
      if (at >= 0) {
        return at;
      }
    }
    return -1;
  }

  private static String field(List<String> fields, int at) {
    return at < 0 ? "" : fields.get(at);
  }

  /** {@code 7}, {@code 07} and pandas' {@code 7.0} are one wafer. */
  private static String number(String text) {
    return text.matches("0*[0-9]{1,9}([.]0)?") ? text.replaceAll("^0+(?=[0-9])|[.]0$", "") : text;
  }

  /** The row with the label that the table has for it; as it is where it has none. */
  DatasetRow labelled(DatasetRow row) {
    String label = find(row);
    return label == null ? row : row.withLabel(label);
  }

  /** The line that states most wins. */
  private @Nullable String find(DatasetRow row) {
    String lot = number(row.lot());
    String wafer = number(row.waferId());
    for (String file : files(row)) {
      for (String[] other : new String[][] {{lot, wafer}, {"", wafer}, {lot, ""}, {"", ""}}) {
        Key key = new Key(file, other[0], other[1]);
        String label = labels.get(key);
        if (label != null && !key.equals(new Key("", "", ""))) {
          used.add(key);
          return label;
        }
      }
    }
    return null;
  }

  /** How a table may name a row's file: whole, inside its archive, without folders; or not. */
  private static List<String> files(DatasetRow row) {
    String source = row.source();
    String inside = source.substring(source.lastIndexOf('!') + 1);
    String outside =
        source.substring(0, source.indexOf('!') < 0 ? source.length() : source.indexOf('!'));
    return List.of(source, inside, last(inside), outside, last(outside), row.name(), "");
  }

  private static String last(String path) {
    return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  }

  /** Lines that named no wafer. */
  int unused() {
    return labels.size() - used.size();
  }
}
