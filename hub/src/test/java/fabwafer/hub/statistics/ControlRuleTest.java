package fabwafer.hub.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.hub.statistics.ControlRule.Violation;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ControlRuleTest {
  @Test
  void onePointBeyondThreeDeviations() {
    assertThat(broken(ControlRule.WE_BEYOND_3, 0, 3, 3.1, -3.1)).containsExactly(2, 3);
  }

  @Test
  void twoOfThreeBeyondTwoDeviations_onOneSide() {
    assertThat(broken(ControlRule.WE_2_OF_3_BEYOND_2, 2.1, 0, 2.1, 0, -2.1, 2.1, 0))
        .containsExactly(2);
    assertThat(broken(ControlRule.WE_2_OF_3_BEYOND_2, 2.1, 0, -2.1)).isEmpty();
  }

  @Test
  void fourOfFiveBeyondOneDeviation_onOneSide() {
    assertThat(broken(ControlRule.WE_4_OF_5_BEYOND_1, -1.1, -1.1, 0, -1.1, -1.1, 0))
        .containsExactly(4);
    assertThat(broken(ControlRule.WE_4_OF_5_BEYOND_1, 1.1, 1.1, 0, -1.1, 1.1)).isEmpty();
  }

  @Test
  void eightOrNineOnOneSide() {
    double[] above = DoubleStream.generate(() -> 0.1).limit(9).toArray();
    assertThat(broken(ControlRule.WE_8_ON_ONE_SIDE, above)).containsExactly(7, 8);
    assertThat(broken(ControlRule.NELSON_9_ON_ONE_SIDE, above)).containsExactly(8);
    above[4] = 0;
    assertThat(broken(ControlRule.WE_8_ON_ONE_SIDE, above)).isEmpty();
  }

  @Test
  void sixInATrend_upOrDown() {
    assertThat(broken(ControlRule.NELSON_6_IN_A_TREND, 0, 1, 2, 3, 4, 5, 5)).containsExactly(5);
    assertThat(broken(ControlRule.NELSON_6_IN_A_TREND, 5, 4, 3, 2, 1, 0)).containsExactly(5);
    assertThat(broken(ControlRule.NELSON_6_IN_A_TREND, 0, 1, 2, 2, 3, 4)).isEmpty();
  }

  @Test
  void fourteenAlternating() {
    double[] zigzag = IntStream.range(0, 15).mapToDouble(i -> i % 2).toArray();
    assertThat(broken(ControlRule.NELSON_14_ALTERNATING, zigzag)).containsExactly(13, 14);
    zigzag[7] = 0;
    assertThat(broken(ControlRule.NELSON_14_ALTERNATING, zigzag)).isEmpty();
  }

  @Test
  void fifteenWithinOneDeviation_andEightBeyondIt() {
    double[] calm = IntStream.range(0, 15).mapToDouble(i -> i % 2 == 0 ? 0.9 : -0.9).toArray();
    assertThat(broken(ControlRule.NELSON_15_WITHIN_1, calm)).containsExactly(14);
    double[] wild = IntStream.range(0, 8).mapToDouble(i -> i % 2 == 0 ? 1.1 : -1.1).toArray();
    assertThat(broken(ControlRule.NELSON_8_BEYOND_1, wild)).containsExactly(7);
    wild[3] = 1;
    assertThat(broken(ControlRule.NELSON_8_BEYOND_1, wild)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(ControlRule.class)
  void noRule_isBrokenByFewerPointsThanItJudges_norByAnAverageRun(ControlRule rule) {
    assertThat(broken(rule, new double[0])).isEmpty();
    assertThat(broken(rule, 0.5, -0.2, 1.2, -0.4, -1.1, 0.3, 0.9, -0.6, 0.1)).isEmpty();
    assertThat(rule.words()).isNotBlank();
  }

  private static List<Integer> broken(ControlRule rule, double... values) {
    return ControlRule.violations(List.of(rule), values).stream().map(Violation::at).toList();
  }
}
