package fabwafer.classifier.explanation;

import fabwafer.wafer.Die;
import fabwafer.wafer.WaferMap;
import java.util.BitSet;
import java.util.SplittableRandom;

/**
 * Which failing dies are repaired in which run: patches of the wafer, each repaired or left by the
 * toss of a coin. The same wafer map always gets the same patches.
 *
 * <p>Runs come in pairs, where the second repairs what the first leaves: what patches do together
 * then cancels out of the difference of the two. Patches of three sizes lie in grids that are
 * shifted anew for each pair, so that their borders blur away. Source of random patches: V. Petsiuk
 * et al., "RISE: Randomized Input Sampling for Explanation of Black-box Models", BMVC 2018.
 */
final class Repairs {
  /** Pairs of runs; half as many lose a tenth in the deletion test, twice as many gain little. */
  static final int PAIRS = 96;

  /** Patches along the wafer's side; the pairs take turns. */
  private static final int[] PATCHES_A_SIDE = {5, 8, 12};

  private static final long SEED = 20_181_001;

  private final byte[] cells;
  private final int height;
  private final int width;
  private final int[] failing;
  private final BitSet[] left;

  Repairs(WaferMap wafer) {
    this.cells = wafer.cells();
    this.height = wafer.height();
    this.width = wafer.width();
    this.failing = new int[wafer.failingDies()];
    int found = 0;
    for (int i = 0; i < cells.length; i++) {
      if (cells[i] == Die.FAIL.code()) {
        failing[found++] = i;
      }
    }
    SplittableRandom random = new SplittableRandom(SEED);
    this.left = new BitSet[PAIRS];
    for (int pair = 0; pair < PAIRS; pair++) {
      left[pair] = patches(PATCHES_A_SIDE[pair % PATCHES_A_SIDE.length], random);
    }
  }

  /** The failing dies that stay, counted as {@link #dies()} does. */
  private BitSet patches(int side, SplittableRandom random) {
    double shiftDown = random.nextDouble();
    double shiftRight = random.nextDouble();
    // A shifted grid needs one patch more to cover the side.
    boolean[] stays = new boolean[(side + 1) * (side + 1)];
    for (int i = 0; i < stays.length; i++) {
      stays[i] = random.nextBoolean();
    }
    BitSet staying = new BitSet(failing.length);
    for (int i = 0; i < failing.length; i++) {
      int row = failing[i] / width;
      int column = failing[i] % width;
      int down = (int) ((row + 0.5) / height * side + shiftDown);
      int right = (int) ((column + 0.5) / width * side + shiftRight);
      if (stays[down * (side + 1) + right]) {
        staying.set(i);
      }
    }
    return staying;
  }

  /** How many dies fail; they are counted row by row. */
  int dies() {
    return failing.length;
  }

  /** Which failing dies the first run of a pair leaves; its second run repairs these. */
  BitSet left(int pair) {
    return left[pair];
  }

  /** Every failing die. */
  BitSet all() {
    BitSet all = new BitSet(failing.length);
    all.set(0, failing.length);
    return all;
  }

  /** The wafer map of a run: runs 2 p and 2 p + 1 are pair p. */
  WaferMap run(int run) {
    BitSet repaired = (BitSet) left[run / 2].clone();
    if (run % 2 == 0) {
      repaired.flip(0, failing.length);
    }
    return repairing(repaired);
  }

  /** The wafer map in which some of the failing dies pass. */
  WaferMap repairing(BitSet repaired) {
    byte[] mended = cells.clone();
    for (int i = repaired.nextSetBit(0); i >= 0; i = repaired.nextSetBit(i + 1)) {
      mended[failing[i]] = Die.PASS.code();
    }
    return WaferMap.of(height, width, mended);
  }

  /** Values of the failing dies where they lie, shape [height, width]; 0 elsewhere. */
  float[] onGrid(float[] values) {
    float[] grid = new float[cells.length];
    for (int i = 0; i < failing.length; i++) {
      grid[failing[i]] = values[i];
    }
    return grid;
  }
}
