package fabwafer.training;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.training.EpochPlan.Sample;
import fabwafer.training.TrainingOptions.Sampling;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.Turn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EpochPlanTest {
  /** 10 defect wafers, then 12 labelled none. */
  private static final int[] LABELS =
      IntStream.range(0, 22).map(i -> i < 10 ? i % 8 : DefectPattern.NONE.id()).toArray();

  @Test
  void of_seesEveryDefectWaferOnceAndTheAskedForNumberOfOthers() {
    List<Integer> wafers = wafers(EpochPlan.of(LABELS, none(4), 1, 0));
    assertThat(wafers).hasSize(14).doesNotHaveDuplicates();
    assertThat(wafers).containsAll(IntStream.range(0, 10).boxed().toList());
  }

  @Test
  void of_epochsInARow_seeAllWafersLabelledNoneEquallyOften() {
    int[] seen = new int[LABELS.length];
    for (int epoch = 0; epoch < 6; epoch++) {
      wafers(EpochPlan.of(LABELS, none(4), 1, epoch)).forEach(wafer -> seen[wafer]++);
    }
    assertThat(Arrays.copyOfRange(seen, 10, 22)).containsOnly(2);
  }

  @Test
  void of_zero_seesAll() {
    assertThat(wafers(EpochPlan.of(LABELS, none(0), 1, 3))).hasSize(22).doesNotHaveDuplicates();
  }

  @Test
  void of_followsFromSeedAndEpochAlone() {
    EpochPlan plan = EpochPlan.of(LABELS, none(4), 1, 7);
    assertThat(EpochPlan.of(LABELS, none(4), 1, 7)).isEqualTo(plan);
    assertThat(EpochPlan.of(LABELS, none(4), 1, 8)).isNotEqualTo(plan);
    assertThat(EpochPlan.of(LABELS, none(4), 2, 7)).isNotEqualTo(plan);
  }

  @Test
  void of_usesAllEightTurns() {
    List<Turn> turns = new ArrayList<>();
    for (int epoch = 0; epoch < 20; epoch++) {
      EpochPlan.of(LABELS, none(0), 1, epoch).samples().forEach(sample -> turns.add(sample.turn()));
    }
    for (Turn turn : Turn.values()) {
      assertThat(turns.stream().filter(turn::equals).count()).isBetween(25L, 85L);
    }
  }

  private static Sampling none(int perEpoch) {
    return new Sampling(perEpoch, 0, 0, 0);
  }

  private static List<Integer> wafers(EpochPlan plan) {
    return plan.samples().stream().map(Sample::wafer).toList();
  }
}
