package fabwafer.classifier.evaluation;

import java.util.List;
import java.util.Locale;

/** HTML text that is built up; what is not markup of ours goes through {@link #escape}. */
final class Html {
  private final StringBuilder html = new StringBuilder();

  /**
   * Appends markup of ours.
   *
   * @param values numbers, and texts: these are escaped
   */
  Html add(String format, Object... values) {
    Object[] escaped = new Object[values.length];
    for (int i = 0; i < values.length; i++) {
      escaped[i] = values[i] instanceof CharSequence text ? escape(text.toString()) : values[i];
    }
    html.append(String.format(Locale.ROOT, format, escaped)).append('\n');
    return this;
  }

  /** Appends markup that another builder made. */
  Html add(Html other) {
    html.append(other.html);
    return this;
  }

  /**
   * Opens a table; {@link #endTable} closes it. Wide ones scroll by themselves, so that a phone
   * shows the page without scrolling it sideways.
   *
   * @param caption what it shows
   * @param columns heads of its columns
   */
  Html table(String style, String caption, List<String> columns) {
    add("<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"%s\">", caption);
    add("<table class=\"%s\"><caption>%s</caption><thead><tr>", style, caption);
    columns.forEach(column -> add("<th scope=\"col\">%s</th>", column));
    return add("</tr></thead><tbody>");
  }

  Html endTable() {
    return add("</tbody></table></div>");
  }

  /** Begins a row with its head. */
  Html row(String head) {
    return add("<tr><th scope=\"row\">%s</th>", head);
  }

  static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.appendCodePoint(c);
              }
            });
    return escaped.toString();
  }

  @Override
  public String toString() {
    return html.toString();
  }
}
