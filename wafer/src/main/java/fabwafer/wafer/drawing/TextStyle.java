package fabwafer.wafer.drawing;

import java.util.Locale;
import java.util.Map;

/** What a terminal can show. */
public enum TextStyle {
  /** Half blocks in 24-bit colours. */
  TRUE_COLOUR,
  /** Half blocks in the 256 colours of xterm. */
  COLOURS_256,
  /** Plain characters: {@code .} pass, {@code #} fail, blank no die. */
  ASCII;

  /**
   * The most a terminal shows, as far as its environment tells.
   *
   * @param environment such as {@link System#getenv()}: {@code NO_COLOR}, {@code COLORTERM}, {@code
   *     TERM}, and the locale for whether block characters may be used
   * @param terminal whether the output is a terminal and not a file or pipe
   */
  public static TextStyle of(Map<String, String> environment, boolean terminal) {
    String term = environment.getOrDefault("TERM", "dumb");
    boolean plain =
        !terminal || term.equals("dumb") || !environment.getOrDefault("NO_COLOR", "").isEmpty();
    if (plain || !unicode(environment)) {
      return ASCII;
    }
    String colours = environment.getOrDefault("COLORTERM", "");
    return colours.equals("truecolor") || colours.equals("24bit") ? TRUE_COLOUR : COLOURS_256;
  }

  private static boolean unicode(Map<String, String> environment) {
    for (String variable : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
      String locale = environment.getOrDefault(variable, "");
      if (!locale.isEmpty()) {
        String lower = locale.toLowerCase(Locale.ROOT);
        return lower.contains("utf-8") || lower.contains("utf8");
      }
    }
    return false;
  }
}
