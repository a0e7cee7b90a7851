package fabwafer.classifier.evaluation;

import static fabwafer.wafer.DefectPattern.CENTER;
import static fabwafer.wafer.DefectPattern.NONE;
import static fabwafer.wafer.DefectPattern.SCRATCH;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fabwafer.classifier.evaluation.Comparison.Difference;
import fabwafer.classifier.evaluation.Comparison.Verdict;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.dataset.WaferDataset.Labelling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final int GROUPS = 30;
  private static final int WAFERS = 10 * GROUPS;

  /** Wafers of three labels in 30 groups; a wrong answer is the next label. */
  private static Answers answers(IntPredicate wrong) {
    DefectPattern[] truths = {CENTER, SCRATCH, NONE};
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < WAFERS; i++) {
      int truth = i % truths.length;
      int said = wrong.test(i) ? (truth + 1) % truths.length : truth;
      outcomes.add(
          Made.of(
              Made.wafer(Set.of(truths[truth]), 1, 1, i % GROUPS, "w" + i),
              said == 0 ? 0.8 : 0.1,
              said == 1 ? 0.8 : 0.1,
              said == 2 ? 0.8 : 0.1));
    }
    return Made.answers(Labelling.SINGLE, outcomes);
  }

  private static Comparison comparison(IntPredicate firstWrong, IntPredicate secondWrong) {
    return Comparison.of(answers(firstWrong), answers(secondWrong), Made.protocol(1));
  }

  @Test
  void aModelAgainstItself_isNotShownToBeBetter() {
    Comparison comparison = comparison(i -> i % 7 == 0, i -> i % 7 == 0);
    assertThat(comparison.verdict()).isEqualTo(Verdict.UNDECIDED);
    assertThat(comparison.differences()).allMatch(one -> one.value() == 0);
    assertThat(comparison.decidedBy().interval()).isEqualTo(new Interval(0, 0));
    assertThat(comparison.onlyFirstRight()).isZero();
    assertThat(comparison.bothWrong()).isEqualTo(43);
    assertThat(comparison.sentence()).startsWith("These wafers do not show which model is better");
  }

  @Test
  void aModelWithoutTheOthersMistakes_isBetter_andTheOtherWorse() {
    IntPredicate seldom = i -> i < 6;
    IntPredicate often = i -> i < 60;
    Comparison better = comparison(seldom, often);
    assertThat(better.verdict()).isEqualTo(Verdict.BETTER);
    assertThat(better.onlyFirstRight()).isEqualTo(54);
    assertThat(better.onlySecondRight()).isZero();
    assertThat(better.bothWrong()).isEqualTo(6);
    Difference accuracy = better.difference("accuracy").orElseThrow();
    assertThat(accuracy.value()).isCloseTo(54 / 300.0, within(1e-12));
    assertThat(accuracy.first()).isCloseTo(294 / 300.0, within(1e-12));
    assertThat(better.sentence()).startsWith("The model is better: its macro-F1 is higher by 0.1");

    Comparison worse = comparison(often, seldom);
    assertThat(worse.verdict()).isEqualTo(Verdict.WORSE);
    assertThat(worse.lowerRecalls().stream().map(Comparison::labelOf))
        .containsExactlyInAnyOrder("Center", "Scratch", "none");
    assertThat(worse.sentence())
        .startsWith("The model is worse: its macro-F1 is lower by 0.1")
        .contains("Its recall is lower for ");
  }

  @Test
  void aBetterModelThatLosesAClass_saysSo() {
    // The first is wrong on every third Scratch, the second on every none and Center of half.
    Comparison comparison =
        comparison(i -> i % 3 == 1 && i % 4 == 0, i -> i % 3 != 1 && i % 2 == 0);
    assertThat(comparison.verdict()).isEqualTo(Verdict.BETTER);
    assertThat(comparison.lowerRecalls().stream().map(Comparison::labelOf))
        .containsExactly("Scratch");
    assertThat(comparison.sentence()).contains("Its recall is lower for Scratch by 0.2");
  }

  @Test
  void mistakesThatBothMake_fallOutOfTheDifference() {
    // Whole groups are hard for both; the second has one mistake more in each group.
    IntPredicate hard = i -> i % GROUPS < 8;
    IntPredicate harder = i -> i % GROUPS < 8 || i / GROUPS == 9;
    Comparison comparison = comparison(hard, harder);
    Interval paired = comparison.difference("accuracy").orElseThrow().interval();
    Interval alone =
        requireNonNull(
            Evaluation.of(answers(hard), Made.protocol(1), Map.of())
                .plain()
                .intervals()
                .get("accuracy"));
    assertThat(paired.high() - paired.low()).isLessThan((alone.high() - alone.low()) / 5);
    assertThat(paired.low()).isPositive();
  }

  @Test
  void comparisons_areTheSameForTheSameSeed() {
    assertThat(comparison(i -> i % 7 == 0, i -> i % 9 == 0))
        .isEqualTo(comparison(i -> i % 7 == 0, i -> i % 9 == 0));
  }

  @Test
  void otherWafers_areRefused() {
    Answers all = answers(i -> false);
    Answers fewer = Made.answers(Labelling.SINGLE, all.outcomes().subList(0, WAFERS - 1));
    assertThatThrownBy(() -> Comparison.of(all, fewer, Made.protocol(1)))
        .hasMessage("two models are compared on the same wafers, got 300 and 299");
    List<Outcome> swapped = new ArrayList<>(all.outcomes());
    swapped.set(3, all.outcomes().get(6));
    assertThatThrownBy(
            () -> Comparison.of(all, Made.answers(Labelling.SINGLE, swapped), Made.protocol(1)))
        .hasMessageContaining("wafer 3 is w3 and w6");
  }
}
