package fabwafer.classifier.evaluation;

import static fabwafer.wafer.DefectPattern.CENTER;
import static fabwafer.wafer.DefectPattern.NONE;
import static fabwafer.wafer.DefectPattern.SCRATCH;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fabwafer.classifier.Prediction;
import fabwafer.classifier.Prediction.Decision;
import fabwafer.classifier.evaluation.Metrics.ClassMetrics;
import fabwafer.classifier.evaluation.Metrics.SetMetrics;
import fabwafer.classifier.evaluation.Metrics.Share;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.WaferDataset.Labelling;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PatternSetsTest {
  private static final Offset<Double> EXACTLY = within(1e-12);

  private static Outcome outcome(Set<DefectPattern> truth, double center, double scratch) {
    return Made.withPatterns(Made.wafer(truth, 1, 1, LabelledWafer.UNKNOWN, "w"), center, scratch);
  }

  /** Both found; one of two found; one too many; none right; none taken for Scratch. */
  private static List<Outcome> five() {
    return List.of(
        outcome(Set.of(CENTER, SCRATCH), 0.9, 0.8),
        outcome(Set.of(CENTER, SCRATCH), 0.7, 0.1),
        outcome(Set.of(CENTER), 0.6, 0.5),
        outcome(Set.of(NONE), 0.2, 0.1),
        outcome(Set.of(NONE), 0.1, 0.9));
  }

  private static Evaluation evaluation(Labelling labelling, double noneWeight) {
    List<Outcome> outcomes =
        labelling == Labelling.MULTIPLE
            ? five()
            : five().stream().filter(one -> one.wafer().patterns().size() == 1).toList();
    return Evaluation.of(Made.answers(labelling, outcomes), Made.protocol(noneWeight), Map.of());
  }

  @Test
  void exactMatch_isTheShareOfWafersWhoseWholeSetIsSaid() {
    Metrics metrics = evaluation(Labelling.MULTIPLE, 1).plain().metrics();
    assertThat(metrics.exactMatch()).isCloseTo(2 / 5.0, EXACTLY);
    assertThat(metrics.accuracy()).isEqualTo(metrics.exactMatch());
    // A wafer of truth none counts 3: 1 + 3 of 3 + 6.
    assertThat(evaluation(Labelling.MULTIPLE, 3).weighted().metrics().exactMatch())
        .isCloseTo(4 / 9.0, EXACTLY);
  }

  @Test
  void perClass_countsAWaferForEachOfItsPatterns() {
    Metrics metrics = evaluation(Labelling.MULTIPLE, 1).plain().metrics();
    // Center: has 3, said 3, both 3. Scratch: has 2, said 3, both 1. none: has 2, said 1, both 1.
    assertThat(metrics.perClass())
        .containsExactly(
            Map.entry("Center", new ClassMetrics(1, 1, 1, 3, 3)),
            Map.entry("Scratch", new ClassMetrics(1 / 3.0, 1 / 2.0, 2 / 5.0, 2, 3)),
            Map.entry("none", new ClassMetrics(1, 1 / 2.0, 2 / 3.0, 2, 1)));
    assertThat(metrics.macroF1()).isCloseTo((1 + 2 / 5.0 + 2 / 3.0) / 3, EXACTLY);
    assertThat(metrics.worstClassRecall()).isEqualTo(0.5);
    assertThat(metrics.binary().precision()).isCloseTo(3 / 4.0, EXACTLY);
    assertThat(metrics.binary().recall()).isEqualTo(1);
  }

  @Test
  void hammingLoss_isTheShareOfWrongDecisionsOnOnePattern() {
    SetMetrics sets = evaluation(Labelling.MULTIPLE, 1).plain().metrics().sets().orElseThrow();
    // One pattern missed, two too many; two patterns on each of five wafers.
    assertThat(sets.hammingLoss()).isCloseTo(3 / 10.0, EXACTLY);
    assertThat(sets.byPatterns())
        .containsExactly(
            Map.entry(0, new Share(0.5, 2)),
            Map.entry(1, new Share(0, 1)),
            Map.entry(2, new Share(0.5, 2)));
    assertThat(sets.byCombination())
        .containsExactly(
            Map.entry("Center", new Share(0, 1)),
            Map.entry("none", new Share(0.5, 2)),
            Map.entry("Center+Scratch", new Share(0.5, 2)));
  }

  @Test
  void theConfidenceOfASet_isTheProductOverAllPatterns() {
    Outcome both = outcome(Set.of(CENTER), 0.9, 0.8);
    assertThat(both.confidence(Labelling.MULTIPLE, Made.PATTERNS)).isCloseTo(0.72, EXACTLY);
    Outcome nothing = outcome(Set.of(CENTER), 0.2, 0.1);
    assertThat(nothing.confidence(Labelling.MULTIPLE, Made.PATTERNS)).isCloseTo(0.72, EXACTLY);
    assertThat(nothing.said(Labelling.MULTIPLE)).containsExactly("none");
    assertThat(both.confidence(Labelling.SINGLE, Made.PATTERNS)).isEqualTo(0.9);
  }

  @Test
  void allThatAModelSays_isTakenOver() {
    Map<String, Double> patterns = new LinkedHashMap<>();
    patterns.put("Center", 0.9);
    patterns.put("Scratch", 0.2);
    Prediction prediction =
        new Prediction(
            "Center",
            0.8,
            Map.of("Center", 0.8),
            List.of(1.0),
            Optional.of(new Prediction.Patterns(patterns, List.of("Center"))),
            Optional.of(List.of("Center", "none")),
            OptionalDouble.of(0.3),
            Optional.of(new Decision(Decision.Kind.REVIEW, List.of("novel"))),
            Optional.empty(),
            8);
    Outcome outcome = Outcome.of(Made.wafer(CENTER), prediction);
    assertThat(outcome.predicted()).isEqualTo("Center");
    assertThat(outcome.probabilities()).containsExactly(0.8);
    assertThat(outcome.saidPatterns()).containsExactly("Center");
    assertThat(outcome.patterns().orElseThrow().probabilities()).containsExactly(0.9, 0.2);
    assertThat(outcome.conformalSet()).contains(List.of("Center", "none"));
    assertThat(outcome.novelty()).hasValue(0.3);
    assertThat(outcome.accepted()).isFalse();
    assertThat(outcome.views()).isEqualTo(8);
  }

  @Test
  void withOneLabelAWafer_accuracyIsOfTheLabel_exactMatchOfTheSet() {
    Metrics metrics = evaluation(Labelling.SINGLE, 1).plain().metrics();
    // The Center with a Scratch too many, the none that is right, the none taken for Scratch.
    assertThat(metrics.accuracy()).isCloseTo(2 / 3.0, EXACTLY);
    assertThat(metrics.exactMatch()).isCloseTo(1 / 3.0, EXACTLY);
    assertThat(metrics.sets()).isEmpty();
  }

  @Test
  void theOneLabel_isHeldAgainstWafersWithAtMostOnePattern() {
    Evaluation evaluation = evaluation(Labelling.MULTIPLE, 1);
    assertThat(evaluation.oneLabel().orElseThrow().wafers()).isEqualTo(3);
    assertThat(evaluation.oneLabel().orElseThrow().accuracy()).isCloseTo(2 / 3.0, EXACTLY);
    assertThat(evaluation(Labelling.SINGLE, 1).oneLabel()).isEmpty();
  }

  @Test
  void theConfusion_hasAColumnForEachAnswer() {
    Confusion confusion = evaluation(Labelling.MULTIPLE, 1).confusion();
    assertThat(confusion.answers().stream().map(Confusion::name))
        .containsExactly("Center", "Scratch", "none", "Center+Scratch");
    assertThat(confusion.wafers().get(confusion.truths().indexOf(Set.of("Center", "Scratch"))))
        .containsExactly(1, 0, 0, 1);
    assertThat(confusion.pairs(9).stream().map(pair -> pair.truth() + ">" + pair.predicted()))
        .containsExactlyInAnyOrder(
            "Center+Scratch>Center", "Center>Center+Scratch", "none>Scratch");
  }

  @Test
  void intervals_areThereForEachCombination() {
    Map<String, Interval> intervals = evaluation(Labelling.MULTIPLE, 1).plain().intervals();
    assertThat(intervals)
        .containsKeys("exactMatch", "hammingLoss", "byPatterns.2", "byCombination.Center+Scratch");
    Interval interval = requireNonNull(intervals.get("exactMatch"));
    assertThat(interval.low()).isLessThan(0.4);
    assertThat(interval.high()).isGreaterThan(0.4);
  }
}
