package fabwafer.wafer.format;

import fabwafer.wafer.record.NotchSide;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a format's words and angles put the notch. */
final class Notches {
  private static final Pattern DEGREES = Pattern.compile("(?:^|[^0-9.])([0-9]{1,3})(?![0-9.])");

  private Notches() {}

  /**
   * The side that a text names. A word ({@code DOWN}, {@code Bottom}, {@code L}) goes before an
   * angle, which counts clockwise.
   *
   * @param zero the side that 0 degrees mean in this format
   * @return unknown if the text names none, or several
   */
  static NotchSide of(String text, NotchSide zero) {
    NotchSide found = NotchSide.UNKNOWN;
    for (String word : text.toUpperCase(Locale.ROOT).split("[^A-Z]+", -1)) {
      NotchSide side =
          switch (word) {
            case "U", "UP", "T", "TOP", "N", "NORTH" -> NotchSide.UP;
            case "R", "RIGHT", "E", "EAST" -> NotchSide.RIGHT;
            case "D", "DOWN", "B", "BOT", "BOTTOM", "S", "SOUTH" -> NotchSide.DOWN;
            case "L", "LEFT", "W", "WEST" -> NotchSide.LEFT;
            default -> NotchSide.UNKNOWN;
          };
      if (side != NotchSide.UNKNOWN && found != NotchSide.UNKNOWN && side != found) {
        return NotchSide.UNKNOWN;
      }
      found = side == NotchSide.UNKNOWN ? found : side;
    }
    if (found != NotchSide.UNKNOWN) {
      return found;
    }
    Matcher degrees = DEGREES.matcher(text);
    return degrees.find()
        ? NotchSide.atDegrees(zero, Integer.parseInt(degrees.group(1)))
        : NotchSide.UNKNOWN;
  }
}
