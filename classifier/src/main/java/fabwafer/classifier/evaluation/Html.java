package fabwafer.classifier.evaluation;

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
