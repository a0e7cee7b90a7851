package fabwafer.hub.classification;

import fabwafer.hub.HubException;
import fabwafer.wafer.WaferMap;

/**
 * The size of a wafer map in dies, 1 to {@value fabwafer.wafer.WaferMap#MAX_SIDE} each.
 *
 * @param height rows
 * @param width columns
 */
public record MapSize(int height, int width) {
  /** Most characters of one as text. */
  public static final int MAX_CHARS = 11;

  public MapSize {
    if (Math.min(height, width) < 1 || Math.max(height, width) > WaferMap.MAX_SIDE) {
      throw new HubException(
          "size must be rows x columns of 1 to %d dies, got %dx%d"
              .formatted(WaferMap.MAX_SIDE, height, width));
    }
  }

  /**
   * Rows and columns as {@code 38x36}.
   *
   * @throws HubException if the text is no size
   */
  public static MapSize parse(String text) {
    int between = text.indexOf('x');
    try {
      return new MapSize(
          Integer.parseInt(text, 0, Math.max(0, between), 10),
          Integer.parseInt(text, between + 1, text.length(), 10));
    } catch (NumberFormatException e) {
      throw new HubException("size must be rows x columns, as 38x36, got " + text, e);
    }
  }

  @Override
  public String toString() {
    return height + "x" + width;
  }
}
