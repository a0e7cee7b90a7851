package fabwafer.wafer.image;

import fabwafer.wafer.WaferException;

/**
 * Where dies begin and end along one side of a drawn wafer map.
 *
 * @param start the first die's first pixel, also between two
 * @param pitch pixels from a die to the next
 * @param cells dies along the side
 * @param sharpness how much of the change along the side lies at dies' borders, 0 to 1
 */
record DieLattice(double start, double pitch, int cells, double sharpness) {
  private static final double MIN_PITCH = 2;
  private static final double FINEST = 0.01;

  /** A pitch that explains this much of what the best one does is taken where it is larger. */
  private static final double NEARLY = 0.9;

  /**
   * The lattice of a side.
   *
   * @param changes how much changes from pixel i - 1 to pixel i, shape [pixels + 1]
   */
  static DieLattice of(double[] changes) {
    int first = 0;
    int last = changes.length - 1;
    double most = 0;
    for (double change : changes) {
      most = Math.max(most, change);
    }
    while (first < last && changes[first] < most * 0.02) {
      first++;
    }
    while (last > first && changes[last] < most * 0.02) {
      last--;
    }
    if (last - first < 4 * MIN_PITCH) {
      throw new WaferException("no wafer map: nothing changes along one of its sides");
    }
    double span = last - first;
    double best = 0;
    double bestFit = Double.NEGATIVE_INFINITY;
    int mostCells = (int) (span / MIN_PITCH);
    double[] fits = new double[mostCells + 1];
    for (int cells = 4; cells <= mostCells; cells++) {
      fits[cells] = fit(changes, first, span / cells, cells);
      if (fits[cells] > bestFit) {
        bestFit = fits[cells];
        best = cells;
      }
    }
    // Half the pitch explains as much: the fewest dies that nearly do are the dies.
    for (int cells = 4; cells < best; cells++) {
      if (fits[cells] > bestFit * NEARLY && bestFit > FINEST) {
        best = cells;
        break;
      }
    }
    return new DieLattice(first, span / best, (int) best, Math.clamp(bestFit, 0, 1));
  }

  /**
   * How much more of the change lies at the borders than would by chance: 1 all of it, 0 no more.
   */
  private static double fit(double[] changes, int first, double pitch, int cells) {
    boolean[] near = new boolean[changes.length];
    int width = 0;
    for (int i = 0; i <= cells; i++) {
      int at = (int) Math.round(first + i * pitch);
      for (int x = Math.max(0, at - 1); x <= Math.min(changes.length - 1, at + 1); x++) {
        width += near[x] ? 0 : 1;
        near[x] = true;
      }
    }
    double inside = 0;
    double all = 0;
    for (int x = 0; x < changes.length; x++) {
      all += changes[x];
      inside += near[x] ? changes[x] : 0;
    }
    double chance = Math.min(1, width / (cells * pitch + 1));
    return all == 0 || chance > NEARLY ? 0 : (inside / all - chance) / (1 - chance);
  }

  /** The first pixel of the middle of a die. */
  int middleFrom(int cell) {
    return (int) Math.round(start + (cell + 0.3) * pitch);
  }

  /** The pixel after the middle of a die; at least one is in it. */
  int middleTo(int cell) {
    return Math.max(middleFrom(cell) + 1, (int) Math.round(start + (cell + 0.7) * pitch));
  }
}
