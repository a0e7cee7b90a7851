package fabwafer.classifier;

import fabwafer.wafer.Turn;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Turns an encoded wafer as {@link Turn} turns a wafer map: {@link Preprocessing} makes the same
 * planes of a turned wafer as this makes of its planes. Safe on any thread.
 */
final class TurnedPlanes {
  private static final int BYTE = 0xff;

  private final int side;
  // Made when first wanted: most models never turn a wafer, and the tables of a large side are
  // large. Two threads may both make them, and make the same.
  private volatile @Nullable Map<Turn, int[]> sources;

  TurnedPlanes(int side) {
    this.side = side;
  }

  /**
   * Turns the planes of one wafer.
   *
   * @param from holds the planes, shape [{@link Preprocessing#PLANES}, side, side]
   * @param fromOffset where they begin
   * @param to receives as many bytes; another array
   * @param toOffset where they begin
   */
  void turn(Turn turn, byte[] from, int fromOffset, byte[] to, int toOffset) {
    int[] source = Objects.requireNonNull(sources().get(turn));
    for (int plane = 0; plane < Preprocessing.PLANES; plane++) {
      int fromPlane = fromOffset + plane * source.length;
      int toPlane = toOffset + plane * source.length;
      for (int i = 0; i < source.length; i++) {
        to[toPlane + i] = from[fromPlane + source[i]];
      }
    }
  }

  private Map<Turn, int[]> sources() {
    Map<Turn, int[]> made = sources;
    if (made == null) {
      made = new EnumMap<>(Turn.class);
      for (Turn turn : Turn.values()) {
        made.put(turn, sources(turn));
      }
      sources = made;
    }
    return made;
  }

  /** Of each position of the turned plane the position it comes from: turns the positions. */
  private int[] sources(Turn turn) {
    int[] source = new int[side * side];
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      byte[] digits = new byte[source.length];
      for (int i = 0; i < digits.length; i++) {
        digits[i] = (byte) (i >> shift);
      }
      byte[] turned = turn.apply(digits, side, side);
      for (int i = 0; i < digits.length; i++) {
        source[i] |= (turned[i] & BYTE) << shift;
      }
    }
    return source;
  }
}
