package fabwafer.app;

import fabwafer.wafer.DefectPattern;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What a simulated process does to the next wafer: mostly nothing, now and then a single defect
 * pattern, and every so often an excursion — one pattern on nearly every wafer until somebody mends
 * the tool. Not safe for several threads.
 */
final class SimulatedFab {
  /** Share of wafers with a defect pattern outside excursions. */
  private static final double BACKGROUND_DEFECTS = 0.02;

  /** Share of wafers that show the excursion's pattern while it lasts. */
  private static final double EXCURSION_HITS = 0.85;

  private static final int SHORTEST_EXCURSION = 6;
  private static final int LONGEST_EXCURSION = 14;

  /** What goes wrong for a while in a fab; Near-full and Random wafers come one at a time. */
  private static final List<DefectPattern> EXCURSIONS =
      List.of(
          DefectPattern.EDGE_RING,
          DefectPattern.CENTER,
          DefectPattern.SCRATCH,
          DefectPattern.EDGE_LOC,
          DefectPattern.DONUT,
          DefectPattern.LOC);

  private final RandomGenerator random;
  private final int wafersBetweenExcursions;
  private int untilExcursion;
  private int excursionLeft;
  private int excursions;

  /**
   * A process.
   *
   * @param wafersBetweenExcursions from the end of one to the start of the next, at least 1
   */
  SimulatedFab(RandomGenerator random, int wafersBetweenExcursions) {
    this.random = random;
    this.wafersBetweenExcursions = wafersBetweenExcursions;
    this.untilExcursion = wafersBetweenExcursions;
  }

  /** The pattern on the next wafer. */
  DefectPattern next() {
    if (excursionLeft == 0 && untilExcursion-- == 0) {
      excursionLeft = random.nextInt(SHORTEST_EXCURSION, LONGEST_EXCURSION + 1);
      excursions++;
      untilExcursion = wafersBetweenExcursions;
    }
    if (excursionLeft > 0) {
      excursionLeft--;
      if (random.nextDouble() < EXCURSION_HITS) {
        return EXCURSIONS.get((excursions - 1) % EXCURSIONS.size());
      }
    }
    if (random.nextDouble() < BACKGROUND_DEFECTS) {
      DefectPattern[] patterns = DefectPattern.values();
      return patterns[random.nextInt(patterns.length - 1)];
    }
    return DefectPattern.NONE;
  }
}
