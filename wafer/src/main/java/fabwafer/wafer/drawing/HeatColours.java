package fabwafer.wafer.drawing;

import fabwafer.wafer.Die;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;

/**
 * The colours of a wafer map whose failing dies each have a value in [-1, 1]: from grey by amber to
 * dark red for what speaks for something, from grey by light to dark blue for what speaks against
 * it. Stronger is darker on either side, so that lightness alone tells how much, and red and blue
 * are told apart by everyone.
 */
final class HeatColours {
  /** Colours on each side of grey. */
  static final int STEPS = 8;

  /** No die, a passing die, then the failing ones from the strongest against to that for. */
  static final int COLOURS = 2 + STEPS + 1 + STEPS;

  private static final int NO_DIE = 0;
  private static final int PASSING = 1;
  private static final int NEUTRAL = 2 + STEPS;

  private static final int PASSING_RGB = 0xe6eaec;
  private static final int NEUTRAL_RGB = 0xb4bdc2;
  private static final int LITTLE_FOR = 0xf0c069;
  private static final int ALL_FOR = 0x7f1307;
  private static final int LITTLE_AGAINST = 0x9cc3e8;
  private static final int ALL_AGAINST = 0x0f2c78;

  private HeatColours() {}

  /**
   * The colour of each cell, an index in 0 to {@link #COLOURS} - 1, shape [height, width].
   *
   * @param values shape [height, width]; those of dies that do not fail are not looked at
   * @throws WaferException if there are not as many values as cells, or one is not in [-1, 1]
   */
  static byte[] indices(WaferMap wafer, float[] values) {
    byte[] cells = wafer.cells();
    if (values.length != cells.length) {
      throw new WaferException(
          "a %d x %d wafer map needs %d values, got %d"
              .formatted(wafer.height(), wafer.width(), cells.length, values.length));
    }
    byte[] indices = new byte[cells.length];
    for (int i = 0; i < cells.length; i++) {
      if (cells[i] != Die.FAIL.code()) {
        indices[i] = (byte) (cells[i] == Die.PASS.code() ? PASSING : NO_DIE);
      } else if (values[i] >= -1 && values[i] <= 1) {
        indices[i] = (byte) (NEUTRAL + Math.round(values[i] * STEPS));
      } else {
        throw new WaferException("a die's value must be in [-1, 1], got " + values[i]);
      }
    }
    return indices;
  }

  /** The colour of an index from 1 on, as RGB. */
  static int rgb(int index) {
    if (index == PASSING) {
      return PASSING_RGB;
    }
    int strength = index - NEUTRAL;
    if (strength == 0) {
      return NEUTRAL_RGB;
    }
    float share = (Math.abs(strength) - 1f) / (STEPS - 1);
    return strength > 0
        ? mixed(LITTLE_FOR, ALL_FOR, share)
        : mixed(LITTLE_AGAINST, ALL_AGAINST, share);
  }

  /** A colour between two, as RGB. */
  static int mixed(int from, int to, float share) {
    int rgb = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int start = (from >> shift) & 0xff;
      int end = (to >> shift) & 0xff;
      rgb |= Math.round(start + (end - start) * share) << shift;
    }
    return rgb;
  }
}
