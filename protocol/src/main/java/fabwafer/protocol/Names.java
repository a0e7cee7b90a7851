package fabwafer.protocol;

import java.util.regex.Pattern;

/** The one rule for names that become topic levels, file names and keys: fab, camera, imgid. */
public final class Names {
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0," + (Limits.MAX_NAME_CHARS - 1) + "}");
  private static final int SHOWN_CHARS = 40;

  private Names() {}

  /** Whether a text is a name: {@code [A-Za-z0-9._-]{1,128}} without a leading dot. */
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /**
   * Returns the name it was given.
   *
   * @param field what the name is, for the message
   * @throws MessageException if it is not a name
   */
  public static String requireName(String field, String text) {
    if (!isName(text)) {
      throw new MessageException(
          "%s must be 1 to %d of A-Z a-z 0-9 . _ - without a leading dot, got %s"
              .formatted(field, Limits.MAX_NAME_CHARS, shown(text)));
    }
    return text;
  }

  /** A text of a stranger's as a message may show it: quoted, short, without control characters. */
  static String shown(String text) {
    String printable = text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]", "?");
    return printable.length() <= SHOWN_CHARS
        ? "'" + printable + "'"
        : "'" + printable.substring(0, SHOWN_CHARS) + "…' (" + text.length() + " characters)";
  }
}
