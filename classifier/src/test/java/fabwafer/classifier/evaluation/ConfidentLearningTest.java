package fabwafer.classifier.evaluation;

import static fabwafer.wafer.DefectPattern.CENTER;
import static fabwafer.wafer.DefectPattern.NONE;
import static fabwafer.wafer.DefectPattern.SCRATCH;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import fabwafer.classifier.evaluation.LabelDoubts.OfLabel;
import fabwafer.classifier.evaluation.LabelDoubts.Suspect;
import fabwafer.classifier.evaluation.LabelDoubts.Trust;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.WaferDataset.Labelling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ConfidentLearningTest {
  private static final Offset<Double> EXACTLY = within(1e-12);

  private static LabelledWafer wafer(Set<DefectPattern> truth, String name) {
    return Made.wafer(truth, 1, 1, LabelledWafer.UNKNOWN, name);
  }

  private static Outcome outcome(
      DefectPattern truth, String name, double center, double scratch, double none) {
    return Made.of(wafer(Set.of(truth), name), center, scratch, none);
  }

  /** Thresholds: Center (0.9 + 0.7 + 0.1 + 0.5) / 4 = 0.55, none (0.9 + 0.8 + 0.1) / 3 = 0.6. */
  private static List<Outcome> seven() {
    return List.of(
        outcome(CENTER, "row000001", 0.9, 0.05, 0.05),
        outcome(CENTER, "row000002", 0.7, 0.1, 0.2),
        // Counted as none, by 0.75 - 0.1.
        outcome(CENTER, "row000003", 0.1, 0.15, 0.75),
        // Reaches no threshold.
        outcome(CENTER, "row000004", 0.5, 0.0, 0.5),
        outcome(NONE, "row000005", 0.05, 0.05, 0.9),
        outcome(NONE, "row000006", 0.1, 0.1, 0.8),
        // Counted as Center, by 0.85 - 0.1.
        outcome(NONE, "row000007", 0.85, 0.05, 0.1));
  }

  private static LabelDoubts doubts(Labelling labelling, List<Outcome> outcomes) {
    return LabelDoubts.of(Made.answers(labelling, outcomes), Made.protocol(1)).orElseThrow();
  }

  @Test
  void suspects_areAsSureOfAnotherLabelAsItsOwnWafersAre_largestMarginFirst() {
    assertThat(doubts(Labelling.SINGLE, seven()).suspects())
        .extracting(one -> one.outcome().wafer().name(), Suspect::label, Suspect::suggested)
        .containsExactly(
            tuple("row000007", "none", "Center"), tuple("row000003", "Center", "none"));
    assertThat(doubts(Labelling.SINGLE, seven()).suspects().getLast().margin())
        .isCloseTo(0.65, EXACTLY);
  }

  @Test
  void theShareOfALabel_isOfItsWafersThatAreCountedAtAll() {
    List<OfLabel> labels = doubts(Labelling.SINGLE, seven()).ofLabels();
    assertThat(labels.stream().map(OfLabel::label)).containsExactly("Center", "none");
    OfLabel center = labels.getFirst();
    // Two counted as Center, one as none, one nowhere.
    assertThat(center.share()).isCloseTo(1 / 3.0, EXACTLY);
    assertThat(center.wafers()).isEqualTo(4);
    assertThat(center.doubted()).isEqualTo(1);
    assertThat(center.suggestedFor()).isEqualTo(1);
    assertThat(center.selfConfidence()).isCloseTo(0.55, EXACTLY);
    assertThat(center.trust()).isEqualTo(Trust.FEW_WAFERS);
    assertThat(center.interval().orElseThrow().low()).isZero();
  }

  @Test
  void aLabelThatTheModelStillHolds_isNotDoubted() {
    // Threshold of Center 0.3, of Scratch 0.95: the second is counted as Center, yet more Scratch.
    List<Outcome> outcomes =
        List.of(
            outcome(CENTER, "a", 0.3, 0.1, 0.6),
            outcome(SCRATCH, "b", 0.4, 0.6, 0.0),
            outcome(SCRATCH, "c", 0.0, 1.0, 0.0));
    assertThat(doubts(Labelling.SINGLE, outcomes).suspects()).isEmpty();
  }

  @Test
  void trust_needsWafersAndAModelThatKnowsTheLabel() {
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      outcomes.add(outcome(CENTER, "c" + i, 0.9, 0.05, 0.05));
      outcomes.add(outcome(NONE, "n" + i, 0.1, 0.1, 0.8));
    }
    outcomes.add(outcome(SCRATCH, "s", 0, 1, 0));
    assertThat(doubts(Labelling.SINGLE, outcomes).ofLabels().stream().map(OfLabel::trust))
        .containsExactly(Trust.FAIR, Trust.FEW_WAFERS, Trust.MODEL_UNSURE);
  }

  @Test
  void withSeveralPatterns_eachIsAQuestionOfItsOwn() {
    List<Outcome> outcomes =
        List.of(
            Made.withPatterns(wafer(Set.of(CENTER), "a"), 0.9, 0.1),
            Made.withPatterns(wafer(Set.of(CENTER, SCRATCH), "b"), 0.9, 0.9),
            // Center missing: 0.99 where wafers that have it have 0.9 on average.
            Made.withPatterns(wafer(Set.of(SCRATCH), "c"), 0.99, 0.9),
            // Scratch in vain: 0.02 where wafers without it have 0.05 on average.
            Made.withPatterns(wafer(Set.of(SCRATCH), "d"), 0.1, 0.02),
            Made.withPatterns(wafer(Set.of(NONE), "e"), 0.0, 0.0));
    LabelDoubts doubts = doubts(Labelling.MULTIPLE, outcomes);
    assertThat(doubts.suspects())
        .extracting(one -> one.outcome().wafer().name(), Suspect::label, Suspect::suggested)
        .containsExactly(tuple("c", "Scratch", "Center+Scratch"), tuple("d", "Scratch", "none"));
    assertThat(doubts.suspects().getFirst().margin()).isCloseTo(0.98, EXACTLY);
    assertThat(doubts.suspects().getLast().probability()).isCloseTo(0.98, EXACTLY);
    assertThat(doubts.ofLabels().stream().map(OfLabel::label)).containsExactly("Center", "Scratch");
  }

  @Test
  void moreDoubtsThanLabelsCanBeWrong_speakAgainstTheModel() {
    LabelDoubts doubts = doubts(Labelling.SINGLE, seven());
    assertThat(doubts.implausible(7)).isTrue();
    assertThat(doubts.implausible(20)).isFalse();
    Evaluation evaluation =
        Evaluation.of(Made.answers(Labelling.SINGLE, seven()), Made.protocol(1), Map.of());
    assertThat(EvaluationText.write(evaluation)).contains(LabelDoubts.IMPLAUSIBLE);
    assertThat(new String(EvaluationReport.write(evaluation), UTF_8))
        .contains(LabelDoubts.IMPLAUSIBLE);
  }

  @Test
  void oneLabel_cannotDoubtASetOfPatterns() {
    assertThat(LabelDoubts.of(Made.answers(Labelling.MULTIPLE, seven()), Made.protocol(1)))
        .isEqualTo(Optional.empty());
  }

  @Test
  void theTable_hasALineASuspect_andQuotesHostileNames() {
    List<Outcome> outcomes = new ArrayList<>(seven());
    outcomes.add(outcome(NONE, "a,\"b\"\n", 1.0, 0.0, 0.0));
    String csv = new String(Suspects.csv(doubts(Labelling.SINGLE, outcomes)), UTF_8);
    assertThat(csv)
        .isEqualTo(
            """
            name,row,label,suggested,probability,margin
            "a,""b""
            ",,none,Center,1.000000,1.000000
            row000007,7,none,Center,0.850000,0.750000
            row000003,3,Center,none,0.750000,0.650000
            """
                .replace("\n", "\r\n")
                .replace("\"\"\r\n\"", "\"\"\n\""));
  }
}
