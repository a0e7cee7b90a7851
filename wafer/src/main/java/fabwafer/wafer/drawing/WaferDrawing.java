package fabwafer.wafer.drawing;

import fabwafer.wafer.Die;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.image.PngWriter;
import fabwafer.wafer.image.WaferImages;
import java.util.function.IntPredicate;

/**
 * Draws wafer maps. Passing dies are a light green, failing ones a dark red, never green: they
 * differ in lightness too, so that nobody needs to see red and green apart. Where there is no die,
 * nothing is drawn.
 */
public final class WaferDrawing {
  /** Most pixels a die. */
  public static final int MAX_DIE_SIDE = 64;

  /** Fewest columns of a terminal. */
  public static final int MIN_COLUMNS = 8;

  private static final int PASS = 0xa6d8bf;
  private static final int FAIL = 0xbf3a1c;
  private static final int OPAQUE = 0xff << 24;
  private static final int TRANSPARENT_WHITE = 0x00ffffff;

  private WaferDrawing() {}

  /**
   * A PNG picture with square dies, without a gap between them.
   *
   * @param dieSide pixels along a die's side, 1 to {@link #MAX_DIE_SIDE}
   * @throws WaferException if the side is out of range or the picture would be larger than {@link
   *     WaferImages} reads
   */
  public static byte[] toPng(WaferMap wafer, int dieSide) {
    return png(wafer, wafer.cells(), dieSide, TRANSPARENT_WHITE, OPAQUE | PASS, OPAQUE | FAIL);
  }

  /**
   * A PNG picture as {@link #toPng(WaferMap, int)} makes it, in which the colour of each failing
   * die tells a value: amber to dark red above 0, light to dark blue below, grey next to 0.
   *
   * @param values shape [height, width], those of failing dies in [-1, 1]; the others are not
   *     looked at
   * @throws WaferException if there are not as many values as cells, one is out of range, or as
   *     {@link #toPng(WaferMap, int)}
   */
  public static byte[] toPng(WaferMap wafer, float[] values, int dieSide) {
    int[] palette = new int[HeatColours.COLOURS];
    palette[0] = TRANSPARENT_WHITE;
    for (int i = 1; i < palette.length; i++) {
      palette[i] = OPAQUE | HeatColours.rgb(i);
    }
    return png(wafer, HeatColours.indices(wafer, values), dieSide, palette);
  }

  private static byte[] png(WaferMap wafer, byte[] colours, int dieSide, int... palette) {
    if (dieSide < 1 || dieSide > MAX_DIE_SIDE) {
      throw new WaferException(
          "a die's side must be 1 to %d pixels, got %d".formatted(MAX_DIE_SIDE, dieSide));
    }
    if (!fits(wafer, dieSide)) {
      throw new WaferException(
          "a picture must have at most %,d pixels a side and %,d in all; %d x %d dies of %d x %d are more"
              .formatted(
                  WaferImages.MAX_PIXEL_SIDE,
                  WaferImages.MAX_PIXELS,
                  wafer.height(),
                  wafer.width(),
                  dieSide,
                  dieSide));
    }
    int height = wafer.height() * dieSide;
    int width = wafer.width() * dieSide;
    byte[] pixels = new byte[height * width];
    for (int y = 0; y < height; y++) {
      int row = y / dieSide * wafer.width();
      for (int x = 0; x < width; x++) {
        pixels[y * width + x] = colours[row + x / dieSide];
      }
    }
    return PngWriter.palette(height, width, pixels, palette);
  }

  /** The largest die side up to a wish at which {@link #toPng} stays within its bounds. */
  public static int dieSide(WaferMap wafer, int wished) {
    int side = Math.clamp(wished, 1, MAX_DIE_SIDE);
    while (side > 1 && !fits(wafer, side)) {
      side--;
    }
    return side;
  }

  private static boolean fits(WaferMap wafer, int dieSide) {
    long height = (long) wafer.height() * dieSide;
    long width = (long) wafer.width() * dieSide;
    return Math.max(height, width) <= WaferImages.MAX_PIXEL_SIDE
        && height * width <= WaferImages.MAX_PIXELS;
  }

  /**
   * An SVG picture, a unit a die, that fills what it is put in: an element {@code svg} to stand in
   * a page or a file of its own. Neighbouring dies are joined, so that its size grows with the
   * pattern and not with the wafer.
   */
  public static String toSvg(WaferMap wafer) {
    return """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges" \
    role="img"><title>%d x %d dies, %d failing of %d</title><path fill="#%06x" d="%s"/>\
    <path fill="#%06x" d="%s"/></svg>
    """
        .formatted(
            wafer.width(),
            wafer.height(),
            wafer.height(),
            wafer.width(),
            wafer.failingDies(),
            wafer.dies(),
            PASS,
            runs(wafer, Die.PASS.code()),
            FAIL,
            runs(wafer, Die.FAIL.code()));
  }

  /**
   * An SVG picture as {@link #toSvg(WaferMap)} makes it, in the colours of {@link #toPng(WaferMap,
   * float[], int)}.
   *
   * @throws WaferException if there are not as many values as cells, or one is out of range
   */
  public static String toSvg(WaferMap wafer, float[] values) {
    byte[] colours = HeatColours.indices(wafer, values);
    StringBuilder paths = new StringBuilder();
    for (int i = 1; i < HeatColours.COLOURS; i++) {
      int colour = i;
      String runs = runs(wafer, cell -> colours[cell] == colour);
      if (!runs.isEmpty()) {
        paths.append("<path fill=\"#%06x\" d=\"%s\"/>".formatted(HeatColours.rgb(i), runs));
      }
    }
    return """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges" \
    role="img"><title>%d x %d dies, %d failing of %d, coloured by their values</title>%s</svg>
    """
        .formatted(
            wafer.width(),
            wafer.height(),
            wafer.height(),
            wafer.width(),
            wafer.failingDies(),
            wafer.dies(),
            paths);
  }

  /** Rows of dies with at least a code; failing ones are painted over passing ones. */
  private static String runs(WaferMap wafer, int atLeast) {
    byte[] cells = wafer.cells();
    return runs(wafer, cell -> cells[cell] >= atLeast);
  }

  /** Rows of the cells chosen, neighbours joined. */
  private static String runs(WaferMap wafer, IntPredicate chosen) {
    StringBuilder path = new StringBuilder();
    for (int row = 0; row < wafer.height(); row++) {
      int first = row * wafer.width();
      int column = 0;
      while (column < wafer.width()) {
        int start = column;
        while (column < wafer.width() && chosen.test(first + column)) {
          column++;
        }
        if (column > start) {
          int length = column - start;
          path.append('M').append(start).append(' ').append(row);
          path.append('h').append(length).append("v1h").append(-length).append('z');
        } else {
          column++;
        }
      }
    }
    return path.toString();
  }

  /**
   * Lines of text for a terminal, each ended by a line feed. A wafer map that is too wide is made
   * smaller; then a colour or character stands for the failing share of several dies.
   *
   * @param columns the terminal's width, at least {@link #MIN_COLUMNS}
   * @throws WaferException if it is narrower
   */
  public static String toText(WaferMap wafer, TextStyle style, int columns) {
    if (columns < MIN_COLUMNS) {
      throw new WaferException(
          "a terminal must have at least %d columns, got %d".formatted(MIN_COLUMNS, columns));
    }
    return TextDrawing.draw(wafer, style, columns);
  }

  /** The colour of a failing share in [0, 1], as RGB. */
  static int blend(float failing) {
    return HeatColours.mixed(PASS, FAIL, failing);
  }
}
