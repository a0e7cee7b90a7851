package fabwafer.wafer.zone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import org.junit.jupiter.api.Test;

class ZoneYieldsTest {
  private static final int SIDE = 40;

  @Test
  void fishersTest_ofTheTeaTasting_isWhatTheBookSays() {
    assertThat(Hypergeometric.twoSided(8, 4, 4, 4)).isCloseTo(2.0 / 70, within(1e-12));
    assertThat(Hypergeometric.twoSided(8, 4, 4, 0)).isCloseTo(2.0 / 70, within(1e-12));
    assertThat(Hypergeometric.twoSided(8, 4, 4, 3)).isCloseTo(2.0 * 17 / 70, within(1e-12));
    assertThat(Hypergeometric.twoSided(8, 4, 4, 2)).isEqualTo(1);
  }

  @Test
  void aTest_ofTheLargestWafer_isExactAndQuick() {
    int all = 4_096 * 4_096;

    // All 24 failing dies are in the quarter: (1/4)^24, but for drawing without putting back.
    assertThat(Hypergeometric.twoSided(all, 24, all / 4, 24) / (2 * Math.pow(0.25, 24)))
        .isCloseTo(1, within(1e-4));
    assertThat(Hypergeometric.twoSided(all, all / 2, all / 4, all / 8)).isEqualTo(1);
    assertThat(Hypergeometric.twoSided(all, all / 2, all / 4, all / 4)).isPositive();
  }

  @Test
  void everyDie_isInOneRingAndOneSector() {
    ZoneYields yields = ZoneYields.of(disc((x, y) -> x > 0.5 ? 1 : 0), 0);

    for (Zone.Kind kind : Zone.Kind.values()) {
      List<ZoneYield> zones =
          yields.zones().stream().filter(zone -> zone.zone().kind() == kind).toList();
      assertThat(zones.stream().mapToInt(ZoneYield::dies).sum()).isEqualTo(yields.dies());
      assertThat(zones.stream().mapToInt(ZoneYield::failing).sum()).isEqualTo(yields.failing());
      int even = yields.dies() / zones.size();
      assertThat(zones).allSatisfy(zone -> assertThat(zone.dies()).isBetween(even - 30, even + 30));
    }
  }

  @Test
  void aFailingEdge_isFoundAtTheEdge_andAFailingSideAtItsSide() {
    Random chance = new Random(1);
    ZoneYields edge = ZoneYields.of(disc((x, y) -> x * x + y * y > 0.8 ? 0.3 : 0.03, chance), 0);
    ZoneYields right = ZoneYields.of(disc((x, y) -> x > Math.abs(y) * 2.5 ? 0.4 : 0.03, chance), 0);

    assertThat(worst(edge).zone().name()).isEqualTo("edge");
    assertThat(worst(edge).significant()).isTrue();
    assertThat(worst(right).zone().name()).isEqualTo("right");
    assertThat(worst(right).significant()).isTrue();
  }

  @Test
  void wafersThatFailByChance_haveASignificantZone_noOftenerThanTheLevelSays() {
    Random chance = new Random(7);
    int wafers = 400;
    int found = 0;
    int foundUnadjusted = 0;
    for (int i = 0; i < wafers; i++) {
      ZoneYields yields = ZoneYields.of(disc((x, y) -> 0.1, chance), 0);
      found += yields.zones().stream().anyMatch(ZoneYield::significant) ? 1 : 0;
      foundUnadjusted +=
          yields.zones().stream().anyMatch(zone -> zone.pValue() <= ZoneYields.LEVEL) ? 1 : 0;
    }

    assertThat(found).isLessThanOrEqualTo((int) (wafers * ZoneYields.LEVEL));
    assertThat(foundUnadjusted).as("without the correction").isGreaterThan(wafers / 4);
  }

  @Test
  void holmsCorrection_isTheSmallestTimesAllZones_andNeverFalls() {
    List<ZoneYield> zones =
        ZoneYields.of(disc((x, y) -> y > 0.6 ? 0.5 : 0.1, new Random(3)), 0).zones().stream()
            .sorted((a, b) -> Double.compare(a.pValue(), b.pValue()))
            .toList();

    assertThat(zones.getFirst().adjusted()).isEqualTo(12 * zones.getFirst().pValue());
    for (int i = 1; i < zones.size(); i++) {
      assertThat(zones.get(i).adjusted())
          .isBetween(zones.get(i - 1).adjusted(), Math.max(1, zones.get(i - 1).adjusted()));
      assertThat(zones.get(i).adjusted()).isGreaterThanOrEqualTo(zones.get(i).pValue());
    }
  }

  @Test
  void theExcludedEdge_countsInNoZone() {
    WaferMap wafer = disc((x, y) -> x * x + y * y > 0.9 * 0.9 ? 1 : 0);
    ZoneYields with = ZoneYields.of(wafer, 0);
    ZoneYields without = ZoneYields.of(wafer, 0.1);

    assertThat(without.failing()).isZero();
    assertThat(without.excludedFailing()).isEqualTo(with.failing());
    assertThat(without.dies() + without.excludedDies()).isEqualTo(wafer.dies());
    assertThat(without.zones()).allSatisfy(zone -> assertThat(zone.adjusted()).isEqualTo(1));
    assertThatThrownBy(() -> ZoneYields.of(wafer, 0.31))
        .isInstanceOf(WaferException.class)
        .hasMessage("the edge exclusion must be 0 to 0.3 of the radius, got 0.31");
    assertThatThrownBy(() -> ZoneYields.of(wafer, Double.NaN)).isInstanceOf(WaferException.class);
  }

  @Test
  void aWaferOfOneDie_hasNoSignificantZone() {
    ZoneYields yields = ZoneYields.of(WaferMap.of(1, 1, new byte[] {2}), 0);

    assertThat(yields.dies()).isEqualTo(1);
    assertThat(yields.zones()).noneMatch(ZoneYield::significant);
  }

  private static ZoneYield worst(ZoneYields yields) {
    return yields.zones().stream()
        .filter(zone -> zone.yieldRatio() < 0.9)
        .min((a, b) -> Double.compare(a.pValue(), b.pValue()))
        .orElseThrow();
  }

  private static WaferMap disc(DoubleBinaryOperator failing) {
    return disc(failing, new Random(1));
  }

  /** A round wafer whose dies fail as probably as their place says. */
  private static WaferMap disc(DoubleBinaryOperator failing, Random chance) {
    byte[] cells = new byte[SIDE * SIDE];
    for (int i = 0; i < cells.length; i++) {
      double x = (2 * (i % SIDE) + 1.0) / SIDE - 1;
      double y = (2 * (i / SIDE) + 1.0) / SIDE - 1;
      if (x * x + y * y <= 1) {
        cells[i] = (byte) (chance.nextDouble() < failing.applyAsDouble(x, y) ? 2 : 1);
      }
    }
    return WaferMap.of(SIDE, SIDE, cells);
  }
}
