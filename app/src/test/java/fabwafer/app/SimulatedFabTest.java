package fabwafer.app;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.wafer.DefectPattern;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SimulatedFabTest {
  @Test
  void excursion_showsOnePatternOnMostWafersAndThenEnds() {
    SimulatedFab fab = new SimulatedFab(new Random(1), 40);
    long before = Stream.generate(fab::next).limit(40).filter(SimulatedFabTest::isRing).count();
    long during = Stream.generate(fab::next).limit(6).filter(SimulatedFabTest::isRing).count();
    Stream.generate(fab::next).limit(8).forEach(pattern -> {});
    long after = Stream.generate(fab::next).limit(20).filter(SimulatedFabTest::isRing).count();
    assertThat(before).isLessThan(4);
    assertThat(during).isGreaterThan(3);
    assertThat(after).isLessThan(4);
  }

  private static boolean isRing(DefectPattern pattern) {
    return pattern == DefectPattern.EDGE_RING;
  }
}
