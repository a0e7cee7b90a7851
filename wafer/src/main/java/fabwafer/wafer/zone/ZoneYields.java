package fabwafer.wafer.zone;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The yields of a wafer's zones. Each zone is held against the rest of the wafer by Fisher's exact
 * test. As many zones are tested at once, p-values are adjusted by Holm's step-down form of
 * Bonferroni's correction (S. Holm, A simple sequentially rejective multiple test procedure, 1979):
 * it holds however the zones depend on each other, and rings and sectors overlap.
 *
 * <p>The test's chance wafer has its failing dies anywhere. On real wafers neighbours fail
 * together, so that a small cluster may make a zone significant: it says that the zone is worse,
 * not why.
 *
 * @param exclusion outermost part of the radius that is left out, in [0, {@value #MAX_EXCLUSION}]
 * @param dies those that count
 * @param failing those of them that fail
 * @param excludedDies those left out
 * @param excludedFailing those of them that fail
 * @param zones rings from the middle outwards, then sectors clockwise from the top
 */
public record ZoneYields(
    double exclusion,
    int dies,
    int failing,
    int excludedDies,
    int excludedFailing,
    List<ZoneYield> zones) {
  /** Of all wafers whose failing dies lie by chance, at most this share has a significant zone. */
  public static final double LEVEL = 0.05;

  /** More would leave out a part that is no edge any more. */
  public static final double MAX_EXCLUSION = 0.3;

  public ZoneYields {
    zones = List.copyOf(zones);
  }

  /**
   * The yields of a wafer map's zones.
   *
   * @param exclusion outermost part of the radius to leave out, in [0, {@value #MAX_EXCLUSION}]; 3
   *     mm of a 300 mm wafer are 0.02
   * @throws WaferException if the part is out of range
   */
  public static ZoneYields of(WaferMap wafer, double exclusion) {
    if (!(exclusion >= 0 && exclusion <= MAX_EXCLUSION)) {
      throw new WaferException(
          "the edge exclusion must be 0 to %s of the radius, got %s"
              .formatted(MAX_EXCLUSION, exclusion));
    }
    int[][] rings = new int[Zone.RINGS][2];
    int[][] sectors = new int[Zone.SECTORS][2];
    int[] excluded = new int[2];
    double most = (1 - exclusion) * (1 - exclusion);
    byte[] cells = wafer.cells();
    for (int row = 0; row < wafer.height(); row++) {
      double y = (2 * row + 1.0) / wafer.height() - 1;
      for (int column = 0; column < wafer.width(); column++) {
        int code = cells[row * wafer.width() + column];
        if (code > 0) {
          double x = (2 * column + 1.0) / wafer.width() - 1;
          if (exclusion > 0 && x * x + y * y > most) {
            excluded[code - 1]++;
          } else {
            rings[Zone.ring(x, y)][code - 1]++;
            sectors[Zone.sector(x, y)][code - 1]++;
          }
        }
      }
    }
    int failing = Arrays.stream(rings).mapToInt(counts -> counts[1]).sum();
    int dies = Arrays.stream(rings).mapToInt(counts -> counts[0] + counts[1]).sum();
    List<ZoneYield> tested = new ArrayList<>();
    addTested(tested, Zone.Kind.RING, rings, dies, failing);
    addTested(tested, Zone.Kind.SECTOR, sectors, dies, failing);
    return new ZoneYields(
        exclusion, dies, failing, excluded[0] + excluded[1], excluded[1], adjusted(tested));
  }

  /** How the p-values were made, for whoever reads them. */
  public String method() {
    return "Fisher's exact test of each zone against the rest of the wafer, two-sided;"
        + " Holm-Bonferroni over %d zones".formatted(zones.size());
  }

  private static void addTested(
      List<ZoneYield> tested, Zone.Kind kind, int[][] counts, int dies, int failing) {
    for (int i = 0; i < counts.length; i++) {
      int inZone = counts[i][0] + counts[i][1];
      double p = Hypergeometric.twoSided(dies, failing, inZone, counts[i][1]);
      tested.add(new ZoneYield(new Zone(kind, i), inZone, counts[i][1], p, p));
    }
  }

  private static List<ZoneYield> adjusted(List<ZoneYield> tested) {
    List<Integer> byP =
        IntStream.range(0, tested.size())
            .boxed()
            .sorted(Comparator.comparingDouble(i -> tested.get(i).pValue()))
            .toList();
    ZoneYield[] all = tested.toArray(ZoneYield[]::new);
    double before = 0;
    for (int rank = 0; rank < all.length; rank++) {
      ZoneYield one = all[byP.get(rank)];
      before = Math.clamp((all.length - rank) * one.pValue(), before, 1);
      all[byP.get(rank)] =
          new ZoneYield(one.zone(), one.dies(), one.failing(), one.pValue(), before);
    }
    return List.of(all);
  }
}
