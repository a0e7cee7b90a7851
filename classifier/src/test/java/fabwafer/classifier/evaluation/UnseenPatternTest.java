package fabwafer.classifier.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.dataset.WaferDataset.Labelling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UnseenPatternTest {
  @Test
  void auroc_isTheShareOfPairsInWhichTheUnseenIsMoreNovel_tiesHalf() {
    Certainty certainty =
        certainty(
            Optional.of("Scratch"),
            wafer(DefectPattern.SCRATCH, 0.9, 1),
            wafer(DefectPattern.SCRATCH, 0.4, 2),
            wafer(DefectPattern.CENTER, 0.4, 3),
            wafer(DefectPattern.NONE, 0.1, 4),
            wafer(DefectPattern.NONE, 0.95, 5));
    UnseenPattern unseen = certainty.unseen().orElseThrow();
    // 0.9 beats two of three; 0.4 beats one and ties one.
    assertThat(unseen.auroc()).isCloseTo((2 + 1.5) / 6, within(1e-12));
    assertThat(unseen.wafers()).isEqualTo(2);
    assertThat(unseen.others()).isEqualTo(3);
    assertThat(unseen.interval()).isPresent();
  }

  @Test
  void of_nothingAskedFor_orNoneThere_isEmpty() {
    Outcome centre = wafer(DefectPattern.CENTER, 0.5, 1);
    assertThat(certainty(Optional.empty(), centre).unseen()).isEmpty();
    assertThat(certainty(Optional.of("Scratch"), centre).unseen()).isEmpty();
    assertThat(certainty(Optional.of("Center"), centre).unseen()).isEmpty();
  }

  private static Certainty certainty(Optional<String> unseen, Outcome... outcomes) {
    Protocol protocol = new Protocol("d", "00", "all", false, "m", 1, 200, 1, unseen);
    Answers answers = Made.answers(Labelling.SINGLE, new ArrayList<>(List.of(outcomes)));
    return Evaluation.of(answers, protocol, Map.of()).certainty();
  }

  private static Outcome wafer(DefectPattern truth, double novelty, int group) {
    return new Outcome(
        Made.wafer(Set.of(truth), 1, 1, group, "w" + group),
        "Center",
        0.5,
        List.of(0.5, 0.25, 0.25),
        Optional.empty(),
        Optional.empty(),
        OptionalDouble.of(novelty),
        Optional.empty(),
        1);
  }
}
