package fabwafer.wafer.record;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Dies by their source's coordinates, in any order; the grid grows as they come. */
final class DieCollector {
  private static final int SLACK = 8;

  // Far beyond any wafer, and far from where counting overflows.
  private static final int MAX_COORDINATE = 1_000_000;

  private int minX;
  private int minY;
  private int maxX;
  private int maxY;
  private boolean empty = true;

  // The grid that has memory: at least the box of the coordinates seen.
  private int left;
  private int top;
  private int columns;
  private int rows;
  private byte[] states = new byte[0];
  private int[] hardBins = new int[0];
  private int @Nullable [] softBins;

  private final int maxPositions;

  /** An empty grid of at most so many positions. */
  DieCollector(int maxPositions) {
    this.maxPositions = maxPositions;
  }

  /** Makes a position part of the grid, whether or not a die comes to lie there. */
  void include(int x, int y) {
    if (Math.abs((long) x) > MAX_COORDINATE || Math.abs((long) y) > MAX_COORDINATE) {
      throw new WaferException(
          "a die's coordinates must be -%1$,d to %1$,d, got (%2$d, %3$d)"
              .formatted(MAX_COORDINATE, x, y));
    }
    int newMinX = empty ? x : Math.min(minX, x);
    int newMinY = empty ? y : Math.min(minY, y);
    int newMaxX = empty ? x : Math.max(maxX, x);
    int newMaxY = empty ? y : Math.max(maxY, y);
    requireSpan("x", newMinX, newMaxX);
    requireSpan("y", newMinY, newMaxY);
    long cells = ((long) newMaxX - newMinX + 1) * ((long) newMaxY - newMinY + 1);
    if (cells > maxPositions) {
      throw new WaferException(
          "dies lie on %,d positions (x %d to %d, y %d to %d); a wafer may have at most %,d"
              .formatted(cells, newMinX, newMaxX, newMinY, newMaxY, maxPositions));
    }
    minX = newMinX;
    minY = newMinY;
    maxX = newMaxX;
    maxY = newMaxY;
    empty = false;
    if (minX < left || minY < top || maxX >= left + columns || maxY >= top + rows) {
      grow();
    }
  }

  private static void requireSpan(String axis, int min, int max) {
    if ((long) max - min >= WaferMap.MAX_SIDE) {
      throw new WaferException(
          "dies lie at %s from %d to %d; a wafer may have at most %,d along a side"
              .formatted(axis, min, max, WaferMap.MAX_SIDE));
    }
  }

  private void grow() {
    int slackX = Math.max(SLACK, (maxX - minX) / 4);
    int slackY = Math.max(SLACK, (maxY - minY) / 4);
    int newLeft = minX - slackX;
    int newTop = minY - slackY;
    int newColumns = maxX - minX + 1 + 2 * slackX;
    int newRows = maxY - minY + 1 + 2 * slackY;
    byte[] newStates = new byte[newRows * newColumns];
    int[] newHard = new int[newRows * newColumns];
    Arrays.fill(newHard, WaferRecord.NO_BIN);
    int @Nullable [] newSoft = softBins == null ? null : newHard.clone();
    for (int row = 0; row < rows; row++) {
      int y = top + row;
      for (int column = 0; column < columns; column++) {
        int from = row * columns + column;
        if (states[from] != 0) {
          int to = (y - newTop) * newColumns + left + column - newLeft;
          newStates[to] = states[from];
          newHard[to] = hardBins[from];
          if (newSoft != null && softBins != null) {
            newSoft[to] = softBins[from];
          }
        }
      }
    }
    left = newLeft;
    top = newTop;
    columns = newColumns;
    rows = newRows;
    states = newStates;
    hardBins = newHard;
    softBins = newSoft;
  }

  /** Puts a die, over the one that may lie there. */
  DieState put(int x, int y, DieState state, int hardBin, int softBin) {
    include(x, y);
    int at = index(x, y);
    DieState before = DieState.ofCode(states[at]);
    states[at] = state.code();
    hardBins[at] = hardBin;
    if (softBin != WaferRecord.NO_BIN && softBins == null) {
      softBins = new int[states.length];
      Arrays.fill(softBins, WaferRecord.NO_BIN);
    }
    if (softBins != null) {
      softBins[at] = softBin;
    }
    return before;
  }

  /** What lies at a position; absent outside the grid. */
  DieState state(int x, int y) {
    return empty || x < minX || x > maxX || y < minY || y > maxY
        ? DieState.ABSENT
        : DieState.ofCode(states[index(x, y)]);
  }

  int hardBin(int x, int y) {
    return hardBins[index(x, y)];
  }

  int softBin(int x, int y) {
    return softBins == null ? WaferRecord.NO_BIN : softBins[index(x, y)];
  }

  boolean hasSoftBins() {
    return softBins != null;
  }

  private int index(int x, int y) {
    return (y - top) * columns + x - left;
  }

  boolean isEmpty() {
    return empty;
  }

  int minX() {
    return minX;
  }

  int minY() {
    return minY;
  }

  int maxX() {
    return maxX;
  }

  int maxY() {
    return maxY;
  }
}
