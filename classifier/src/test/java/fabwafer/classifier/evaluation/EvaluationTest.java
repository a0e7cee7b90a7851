package fabwafer.classifier.evaluation;

import static fabwafer.wafer.DefectPattern.CENTER;
import static fabwafer.wafer.DefectPattern.DONUT;
import static fabwafer.wafer.DefectPattern.NONE;
import static fabwafer.wafer.DefectPattern.SCRATCH;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fabwafer.classifier.evaluation.Evaluation.ConfusedPair;
import fabwafer.classifier.evaluation.Metrics.ClassMetrics;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.Split;
import fabwafer.wafer.dataset.WaferDataset.Labelling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class EvaluationTest {
  private static final Offset<Double> EXACTLY = within(1e-12);
  private static final List<String> CLASSES = List.of("Center", "Scratch", "none");
  private static final WaferMap WAFER = WaferMap.of(1, 1, new byte[] {1});

  private static Protocol protocol(double noneWeight) {
    return new Protocol("d", "00", "all", false, "m", noneWeight, 200, 1);
  }

  private static Outcome outcome(
      Set<DefectPattern> truth, DefectPattern predicted, double probability, int group) {
    return new Outcome(
        new LabelledWafer(WAFER, truth, group, 0, Split.UNSPLIT, "w"),
        predicted.label(),
        probability);
  }

  private static Outcome outcome(DefectPattern truth, DefectPattern predicted, double probability) {
    return outcome(Set.of(truth), predicted, probability, LabelledWafer.UNKNOWN);
  }

  /** Ten wafers: 3 Center (2 right), 2 Scratch (1 right), 5 none (4 right). */
  private static List<Outcome> ten() {
    return List.of(
        outcome(CENTER, CENTER, 0.9),
        outcome(CENTER, CENTER, 0.8),
        outcome(CENTER, NONE, 0.6),
        outcome(SCRATCH, SCRATCH, 0.7),
        outcome(SCRATCH, CENTER, 0.95),
        outcome(NONE, NONE, 1),
        outcome(NONE, NONE, 1),
        outcome(NONE, NONE, 0.9),
        outcome(NONE, NONE, 0.8),
        outcome(NONE, SCRATCH, 0.5));
  }

  private static Evaluation evaluation(List<Outcome> outcomes, double noneWeight) {
    return Evaluation.of(answers(outcomes, Labelling.SINGLE), protocol(noneWeight), Map.of());
  }

  private static Answers answers(List<Outcome> outcomes, Labelling labelling) {
    return new Answers("m", CLASSES, List.of(), OptionalDouble.empty(), labelling, outcomes);
  }

  @Test
  void plainFigures_areThoseOfTheFormulas() {
    Metrics metrics = evaluation(ten(), 1).plain().metrics();
    assertThat(metrics.accuracy()).isCloseTo(7 / 10.0, EXACTLY);
    // said: Center 3, Scratch 2, none 5
    assertThat(metrics.perClass())
        .containsExactly(
            Map.entry("Center", new ClassMetrics(2 / 3.0, 2 / 3.0, 4 / 6.0, 3, 3)),
            Map.entry("Scratch", new ClassMetrics(1 / 2.0, 1 / 2.0, 2 / 4.0, 2, 2)),
            Map.entry("none", new ClassMetrics(4 / 5.0, 4 / 5.0, 8 / 10.0, 5, 5)));
    assertThat(metrics.macroF1()).isCloseTo((4 / 6.0 + 1 / 2.0 + 4 / 5.0) / 3, EXACTLY);
    assertThat(metrics.weightedF1())
        .isCloseTo((3 * 4 / 6.0 + 2 * 1 / 2.0 + 5 * 4 / 5.0) / 10, EXACTLY);
    assertThat(metrics.worstClassRecall()).isEqualTo(0.5);
    assertThat(metrics.worstClass()).isEqualTo("Scratch");
    // 5 defects, of which 4 are said to be one; 5 none, of which 1 is said to be one.
    assertThat(metrics.binary().accuracy()).isCloseTo(8 / 10.0, EXACTLY);
    assertThat(metrics.binary().precision()).isCloseTo(4 / 5.0, EXACTLY);
    assertThat(metrics.binary().recall()).isCloseTo(4 / 5.0, EXACTLY);
  }

  @Test
  void theWeightOfNone_countsInEveryFigure() {
    Evaluation evaluation = evaluation(ten(), 3);
    Metrics metrics = evaluation.weighted().metrics();
    // Weights: Center 3 x 1, Scratch 2 x 1, none 5 x 3 = 20.
    assertThat(metrics.accuracy()).isCloseTo((2 + 1 + 12) / 20.0, EXACTLY);
    ClassMetrics none = requireNonNull(metrics.perClass().get("none"));
    assertThat(none.precision()).isCloseTo(12 / 13.0, EXACTLY);
    assertThat(none.recall()).isCloseTo(12 / 15.0, EXACTLY);
    assertThat(none.f1()).isCloseTo(24 / 28.0, EXACTLY);
    assertThat(none.support()).isEqualTo(5);
    ClassMetrics scratch = requireNonNull(metrics.perClass().get("Scratch"));
    assertThat(scratch.precision()).isCloseTo(1 / 4.0, EXACTLY);
    assertThat(scratch.recall()).isCloseTo(1 / 2.0, EXACTLY);
    assertThat(scratch.f1()).isCloseTo(2 / 6.0, EXACTLY);
    assertThat(metrics.macroF1()).isCloseTo((4 / 6.0 + 2 / 6.0 + 24 / 28.0) / 3, EXACTLY);
    assertThat(metrics.weightedF1())
        .isCloseTo((3 * 4 / 6.0 + 2 * 2 / 6.0 + 15 * 24 / 28.0) / 20, EXACTLY);
    assertThat(metrics.binary().accuracy()).isCloseTo((4 + 12) / 20.0, EXACTLY);
    assertThat(metrics.binary().precision()).isCloseTo(4 / 7.0, EXACTLY);
    assertThat(metrics.binary().recall()).isCloseTo(4 / 5.0, EXACTLY);
    assertThat(evaluation.plain().metrics().accuracy()).isCloseTo(0.7, EXACTLY);
  }

  @Test
  void ece_isTheMeanGapOfTheBins() {
    // Bins of 1/15: 0.9 in (13/15, 14/15], 1.0 and 0.95 in the last, 0.62 in (9/15, 10/15].
    List<Outcome> outcomes =
        List.of(
            outcome(CENTER, CENTER, 0.9),
            outcome(NONE, CENTER, 0.9),
            outcome(NONE, NONE, 1),
            outcome(CENTER, SCRATCH, 0.95),
            outcome(NONE, NONE, 0.62));
    double gap14 = Math.abs(1 - 1.8);
    double gap15 = Math.abs(1 - 1.95);
    double gap10 = Math.abs(1 - 0.62);
    Evaluation evaluation = evaluation(outcomes, 2);
    assertThat(evaluation.plain().metrics().ece()).isCloseTo((gap14 + gap15 + gap10) / 5, EXACTLY);
    // With none counting 2: 0.9 + 2 x 0.9 against 1; 2 x 1 + 0.95 against 2; 2 x 0.62 against 2.
    assertThat(evaluation.weighted().metrics().ece())
        .isCloseTo((1.7 + 0.95 + 0.76) / (2 + 6), EXACTLY);
    ReliabilityBin bin = evaluation.weighted().reliability().get(13);
    assertThat(bin.wafers()).isEqualTo(2);
    assertThat(bin.confidence()).isCloseTo(0.9, EXACTLY);
    assertThat(bin.accuracy()).isCloseTo(1 / 3.0, EXACTLY);
  }

  @Test
  void bins_holdTheirUpperEnd() {
    assertThat(Tally.binOf(0)).isEqualTo(0);
    assertThat(Tally.binOf(1 / 15.0)).isEqualTo(0);
    assertThat(Tally.binOf(0.0667)).isEqualTo(1);
    assertThat(Tally.binOf(1)).isEqualTo(14);
  }

  @Test
  void selectivePoints_takeTheSurestFirst_andEqualOnesTogether() {
    List<Outcome> byConfidence =
        List.of(
            outcome(NONE, NONE, 1),
            outcome(NONE, NONE, 0.9),
            outcome(CENTER, NONE, 0.9),
            outcome(CENTER, CENTER, 0.6));
    List<Answer> judged = answers(byConfidence, Labelling.SINGLE).judged();
    assertThat(SelectivePoint.of(judged, 1))
        .containsExactly(
            new SelectivePoint(1, 1 / 4.0, 0.6), new SelectivePoint(3 / 4.0, 1 / 3.0, 0.9));
    assertThat(SelectivePoint.of(judged, 3))
        .containsExactly(
            new SelectivePoint(1, 1 / 8.0, 0.6), new SelectivePoint(7 / 8.0, 1 / 7.0, 0.9));
  }

  @Test
  void theConfusionMatrix_hasTruthInRows() {
    Evaluation evaluation = evaluation(ten(), 1);
    Confusion confusion = evaluation.confusion();
    assertThat(confusion.truths())
        .containsExactly(Set.of("Center"), Set.of("Scratch"), Set.of("none"));
    assertThat(confusion.answers()).isEqualTo(confusion.truths());
    assertThat(confusion.wafers())
        .containsExactly(List.of(2, 0, 1), List.of(1, 1, 0), List.of(0, 1, 4));
    assertThat(evaluation.confusedPairs())
        .containsExactlyInAnyOrder(
            new ConfusedPair("Center", "none", 1, 3),
            new ConfusedPair("Scratch", "Center", 1, 2),
            new ConfusedPair("none", "Scratch", 1, 5));
    assertThat(evaluation.worstMistakes().stream().map(Outcome::probability))
        .containsExactly(0.95, 0.6, 0.5);
  }

  @Test
  void aClassThatNeitherOccursNorIsSaid_staysOutOfTheMeans() {
    List<Outcome> outcomes = List.of(outcome(CENTER, CENTER, 1), outcome(NONE, NONE, 1));
    Metrics metrics = evaluation(outcomes, 1).plain().metrics();
    assertThat(metrics.macroF1()).isEqualTo(1);
    assertThat(metrics.worstClassRecall()).isEqualTo(1);
    assertThat(metrics.perClass().get("Scratch")).isEqualTo(new ClassMetrics(0, 0, 0, 0, 0));
    assertThat(metrics.values()).doesNotContainKey("perClass.Scratch.recall");
  }

  @Test
  void aClassThatTheModelCannotSay_countsAsMissed() {
    Metrics metrics = evaluation(List.of(outcome(DONUT, CENTER, 1)), 1).plain().metrics();
    assertThat(metrics.perClass().get("Donut")).isEqualTo(new ClassMetrics(0, 0, 0, 1, 0));
    assertThat(metrics.worstClass()).isEqualTo("Donut");
    assertThat(metrics.accuracy()).isZero();
  }

  @Test
  void withSeveralPatterns_onlyTheWholeSetIsRight() {
    List<Outcome> outcomes =
        List.of(
            outcome(Set.of(CENTER, SCRATCH), CENTER, 0.9, LabelledWafer.UNKNOWN),
            outcome(Set.of(CENTER, SCRATCH), NONE, 0.5, LabelledWafer.UNKNOWN),
            outcome(CENTER, CENTER, 0.8),
            outcome(NONE, NONE, 0.9));
    Evaluation evaluation =
        Evaluation.of(answers(outcomes, Labelling.MULTIPLE), protocol(1), Map.of());
    Metrics metrics = evaluation.plain().metrics();
    assertThat(metrics.accuracy()).isEqualTo(2 / 4.0);
    assertThat(evaluation.saidOneOfThem()).isEqualTo(3 / 4.0);
    assertThat(metrics.perClass().get("Center"))
        .isEqualTo(new ClassMetrics(1, 2 / 3.0, 4 / 5.0, 3, 2));
    assertThat(metrics.perClass().get("Scratch")).isEqualTo(new ClassMetrics(0, 0, 0, 2, 0));
    assertThat(metrics.binary().recall()).isCloseTo(2 / 3.0, EXACTLY);
    assertThat(evaluation.confusion().truths().stream().map(Confusion::name))
        .containsExactly("Center", "Scratch", "none", "Center+Scratch");
    assertThat(evaluation.confusion().wafers().get(3)).containsExactly(1, 0, 1);
  }

  @Test
  void intervals_drawWholeGroups() {
    // Two groups, one all right and one all wrong: a sample's accuracy is 0, 1/2 or 1.
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      outcomes.add(outcome(Set.of(CENTER), CENTER, 0.9, 7));
      outcomes.add(outcome(Set.of(CENTER), NONE, 0.9, 8));
    }
    Evaluation grouped = evaluation(outcomes, 1);
    assertThat(grouped.groups()).isEqualTo(2);
    assertThat(grouped.plain().intervals().get("accuracy")).isEqualTo(new Interval(0, 1));
    // Drawn one by one, a hundred wafers half of them right: 0.5 +- 2 x 0.05.
    List<Outcome> alone =
        outcomes.stream()
            .map(
                o ->
                    outcome(
                        o.wafer().patterns(),
                        DefectPattern.ofLabel(o.predicted()).get(),
                        o.probability(),
                        LabelledWafer.UNKNOWN))
            .toList();
    Interval narrow = requireNonNull(evaluation(alone, 1).plain().intervals().get("accuracy"));
    assertThat(narrow.low()).isBetween(0.36, 0.44);
    assertThat(narrow.high()).isBetween(0.56, 0.64);
  }

  @Test
  void intervals_areTheSameForTheSameSeed() {
    assertThat(evaluation(ten(), 2)).isEqualTo(evaluation(ten(), 2));
    assertThat(evaluation(ten(), 2).weighted().intervals())
        .containsOnlyKeys(evaluation(ten(), 2).weighted().metrics().values().keySet());
  }

  @Test
  void aPercentile_isInterpolated() {
    double[] samples = new double[41];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = 40 - i;
    }
    assertThat(Interval.of(samples).low()).isCloseTo(1, EXACTLY);
    assertThat(Interval.of(samples).high()).isCloseTo(39, EXACTLY);
    assertThat(Interval.of(new double[] {0, 1}).low()).isCloseTo(0.025, EXACTLY);
    assertThat(Interval.of(new double[] {3})).isEqualTo(new Interval(3, 3));
  }

  @Test
  void aProtocol_hasBounds() {
    assertThatThrownBy(() -> protocol(0)).hasMessageContaining("weight of none must be above 0");
    assertThatThrownBy(() -> new Protocol("d", "00", "all", false, "m", 1, 0, 1))
        .hasMessageContaining("bootstrap samples must be 1 to 100,000");
  }
}
