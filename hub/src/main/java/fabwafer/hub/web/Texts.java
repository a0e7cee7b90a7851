package fabwafer.hub.web;

/** A stranger's text as an answer or a log line may show it. */
final class Texts {
  private static final int SHOWN_CHARS = 40;
  private static final int PLAIN_CHARS = 200;

  private Texts() {}

  /** Quoted, short, without control characters. */
  static String shown(String text) {
    return text.length() <= SHOWN_CHARS
        ? "'" + printable(text) + "'"
        : "'" + printable(text.substring(0, SHOWN_CHARS)) + "…' (" + text.length() + " characters)";
  }

  /** At most 200 characters, none of them a control character. */
  static String plain(String text) {
    return printable(text.length() <= PLAIN_CHARS ? text : text.substring(0, PLAIN_CHARS) + "…");
  }

  private static String printable(String text) {
    return text.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]", "?");
  }
}
