package fabwafer.hub.web;

import java.util.List;
import java.util.stream.Collectors;

/** Rows of CSV (RFC 4180) that a spreadsheet takes for text, whoever wrote what is in them. */
public final class Csv {
  /** What makes a spreadsheet take a cell for a formula; OWASP's list for CSV injection. */
  private static final String FORMULA_STARTS = "=+-@\t\r\n\0＝＋－＠";

  private Csv() {}

  /** One row with its line end; every cell is quoted, and one that would be a formula is not. */
  public static String row(List<String> cells) {
    return cells.stream().map(Csv::cell).collect(Collectors.joining(",", "", "\r\n"));
  }

  private static String cell(String text) {
    String harmless =
        !text.isEmpty() && FORMULA_STARTS.indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    return '"' + harmless.replace("\"", "\"\"") + '"';
  }
}
