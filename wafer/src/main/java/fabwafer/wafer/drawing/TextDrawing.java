package fabwafer.wafer.drawing;

import fabwafer.wafer.WaferMap;

/** Draws a wafer map with characters. */
final class TextDrawing {
  private static final String SHARES = ".:+#";
  private static final String RESET = "\u001b[0m";
  private static final char UPPER_HALF = '\u2580';
  private static final char LOWER_HALF = '\u2584';

  private final Thumbnail thumbnail;
  private final boolean trueColour;
  private final StringBuilder out = new StringBuilder();

  private TextDrawing(Thumbnail thumbnail, boolean trueColour) {
    this.thumbnail = thumbnail;
    this.trueColour = trueColour;
  }

  static String draw(WaferMap wafer, TextStyle style, int columns) {
    return switch (style) {
      case TRUE_COLOUR -> new TextDrawing(new Thumbnail(wafer, columns), true).halfBlocks();
      case COLOURS_256 -> new TextDrawing(new Thumbnail(wafer, columns), false).halfBlocks();
      case ASCII -> characters(wafer, columns);
    };
  }

  /** A character is about twice as high as wide: two of them a die where there is room. */
  private static String characters(WaferMap wafer, int columns) {
    int each = 2 * wafer.width() <= columns ? 2 : 1;
    Thumbnail thumbnail = new Thumbnail(wafer, columns / each);
    StringBuilder out = new StringBuilder();
    for (int row = 0; row < thumbnail.height(); row++) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < thumbnail.width(); column++) {
        char sign = ' ';
        if (thumbnail.shows(row, column)) {
          float share = thumbnail.failing(row, column);
          sign = SHARES.charAt(Math.min(SHARES.length() - 1, (int) (share * SHARES.length())));
        }
        line.repeat(sign, each);
      }
      out.append(line.toString().stripTrailing()).append('\n');
    }
    return out.toString();
  }

  /** Two cells a character: the upper in the foreground's colour, the lower in the background's. */
  private String halfBlocks() {
    for (int row = 0; row < thumbnail.height(); row += 2) {
      String painted = RESET;
      for (int column = 0; column < thumbnail.width(); column++) {
        boolean upper = thumbnail.shows(row, column);
        boolean lower = thumbnail.shows(row + 1, column);
        String colours;
        if (upper && lower) {
          colours = colour(38, row, column) + colour(48, row + 1, column);
        } else if (upper || lower) {
          colours = RESET + colour(38, upper ? row : row + 1, column);
        } else {
          colours = RESET;
        }
        if (!colours.equals(painted)) {
          out.append(colours);
          painted = colours;
        }
        out.append(upper ? UPPER_HALF : lower ? LOWER_HALF : ' ');
      }
      out.append(painted.equals(RESET) ? "" : RESET).append('\n');
    }
    return out.toString();
  }

  /** An escape sequence; 38 sets the foreground, 48 the background. */
  private String colour(int ground, int row, int column) {
    int rgb = WaferDrawing.blend(thumbnail.failing(row, column));
    int red = (rgb >> 16) & 0xff;
    int green = (rgb >> 8) & 0xff;
    int blue = rgb & 0xff;
    if (trueColour) {
      return "\u001b[%d;2;%d;%d;%dm".formatted(ground, red, green, blue);
    }
    // The 6 x 6 x 6 cube of xterm starts at 16.
    int index = 16 + 36 * sixth(red) + 6 * sixth(green) + sixth(blue);
    return "\u001b[%d;5;%dm".formatted(ground, index);
  }

  /** Step of the cube nearest to a level: 0, 95, 135, 175, 215, 255. */
  private static int sixth(int level) {
    if (level < 48) {
      return 0;
    }
    return level < 115 ? 1 : Math.min(5, (level - 35) / 40);
  }
}
