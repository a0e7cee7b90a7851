package fabwafer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ClassBalanceTest {
  private static final int[] SEEN = {400, 100, 25, 100, 100, 100, 100, 100, 900};
  private static final int[] THERE = {400, 100, 25, 100, 100, 100, 100, 100, 3600};

  @Test
  void weights_areInverseSquareRoots_andTheirMeanIsOne() {
    ClassBalance balance = ClassBalance.of(SEEN, THERE, 1);
    assertThat(balance.weight(1) / balance.weight(0)).isCloseTo(2, within(1e-12));
    assertThat(balance.weight(2) / balance.weight(8)).isCloseTo(6, within(1e-12));
    double sum = 0;
    int wafers = 0;
    for (int c = 0; c < SEEN.length; c++) {
      sum += SEEN[c] * balance.weight(c);
      wafers += SEEN[c];
    }
    assertThat(sum / wafers).isCloseTo(1, within(1e-12));
  }

  @Test
  void logitShift_makesThePriorThatWasLearnedThePriorThatIsWanted() {
    // What a network without eyes would learn: the weighed mix of classes.
    ClassBalance balance = ClassBalance.of(SEEN, THERE, 4);
    double[] shift = balance.logitShift();
    double[] mix = new double[SEEN.length];
    double sum = 0;
    for (int c = 0; c < SEEN.length; c++) {
      mix[c] = SEEN[c] * balance.weight(c) * Math.exp(shift[c]);
      sum += mix[c];
    }
    double all = 1025 + 4 * 3600;
    assertThat(mix[0] / sum).isCloseTo(400 / all, within(1e-12));
    assertThat(mix[8] / sum).isCloseTo(4 * 3600 / all, within(1e-12));
  }

  @Test
  void of_aClassWithoutAWafer_staysFinite() {
    ClassBalance balance = ClassBalance.of(new int[9], new int[9], 1);
    assertThat(balance.logitShift()).doesNotContain(Double.NaN, Double.NEGATIVE_INFINITY);
  }
}
