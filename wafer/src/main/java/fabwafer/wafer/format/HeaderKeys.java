package fabwafer.wafer.format;

import fabwafer.wafer.WaferException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header of a text: lines such as {@code WAFER_ID=W01}, {@code WAFER:W01} or {@code Wafer ID :
 * W01}. Keys are compared without case, blanks and punctuation, as probers differ in them.
 */
final class HeaderKeys {
  private static final Pattern ENTRY =
      Pattern.compile("([A-Za-z][A-Za-z0-9_ /.#-]{0,39}?)\\s*[=:](.*)");
  private static final Pattern PUNCTUATION = Pattern.compile("[^a-z0-9]");
  private static final Pattern NUMBER = Pattern.compile("\\+?[0-9]{1,6}");

  static final List<String> ROWS =
      List.of("row", "rows", "rowct", "rowcnt", "rowcount", "maprow", "maprows", "nrows", "nlines");
  static final List<String> COLUMNS =
      List.of(
          "col",
          "cols",
          "column",
          "columns",
          "colct",
          "colcnt",
          "colcount",
          "columncount",
          "mapcolumn",
          "mapcolumns",
          "ncols");
  static final List<String> LOT = List.of("lot", "lotid", "lotno", "lotnumber");
  static final List<String> WAFER = List.of("wafer", "waferid", "waferno", "wafernumber");
  static final List<String> PRODUCT =
      List.of("device", "devicename", "deviceid", "product", "productid", "parttype");
  static final List<String> NOTCH =
      List.of("flat", "notch", "flatnotch", "flatlocation", "notchlocation", "fnloc", "fnloc1");
  static final List<String> PATTERN = List.of("pattern", "defectpattern", "label");
  static final List<String> TIME =
      List.of("time", "date", "testdate", "starttime", "endtime", "testtime");

  private final Map<String, String> values = new LinkedHashMap<>();
  private final Map<String, String> spelt = new LinkedHashMap<>();

  /** Takes a line; false if it is none of a header. */
  boolean take(String line) {
    Matcher entry = ENTRY.matcher(line.strip());
    if (!entry.matches()) {
      return false;
    }
    String name = entry.group(1).strip();
    String key = plain(name);
    values.putIfAbsent(key, entry.group(2).strip());
    spelt.putIfAbsent(key, name);
    return true;
  }

  /** A name as it is compared: without case, blanks and punctuation. */
  static String plain(String name) {
    return PUNCTUATION.matcher(name.toLowerCase(Locale.ROOT)).replaceAll("");
  }

  /** The value of the first key that is there and not blank. */
  Optional<String> text(List<String> keys) {
    return keys.stream()
        .map(values::get)
        .filter(value -> value != null && !value.isBlank())
        .findFirst();
  }

  String textOrEmpty(List<String> keys) {
    return text(keys).orElse("");
  }

  /**
   * A whole number.
   *
   * @throws WaferException if there is a value that is none
   */
  Optional<Integer> number(List<String> keys) {
    return text(keys)
        .map(
            value -> {
              if (!NUMBER.matcher(value).matches()) {
                throw new WaferException(
                    "%s must be a whole number, got '%s'".formatted(keys.getFirst(), value));
              }
              return Integer.parseInt(value);
            });
  }

  /** A whole number that must be there. */
  int required(String name, List<String> keys) {
    return number(keys)
        .orElseThrow(() -> new WaferException("the header does not say the number of " + name));
  }

  /** Every entry as it is spelt. */
  Map<String, String> entries() {
    Map<String, String> entries = new LinkedHashMap<>();
    values.forEach((key, value) -> entries.put(spelt.getOrDefault(key, key), value));
    return entries;
  }
}
