package fabwafer.classifier.evaluation;

import static fabwafer.wafer.DefectPattern.CENTER;
import static fabwafer.wafer.DefectPattern.NONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import fabwafer.classifier.Prediction.Decision;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.dataset.WaferDataset.Labelling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class CertaintyTest {
  private static final Offset<Double> EXACTLY = within(1e-12);

  private static Outcome said(DefectPattern truth, double center) {
    return Made.of(Made.wafer(truth), center, 0, 1 - center);
  }

  private static Certainty certainty(double noneWeight, Outcome... outcomes) {
    return Evaluation.of(
            Made.answers(Labelling.SINGLE, List.of(outcomes)), Made.protocol(noneWeight), Map.of())
        .certainty();
  }

  private static Outcome judged(
      DefectPattern truth, double center, List<String> set, boolean accepted, double novelty) {
    Outcome plain = said(truth, center);
    return new Outcome(
        plain.wafer(),
        plain.predicted(),
        plain.probability(),
        plain.probabilities(),
        plain.patterns(),
        Optional.of(set),
        OptionalDouble.of(novelty),
        Optional.of(
            accepted
                ? new Decision(Decision.Kind.ACCEPT, List.of())
                : new Decision(
                    Decision.Kind.REVIEW, List.of("confidence " + center + " is below 0.97"))),
        accepted ? 1 : 8);
  }

  @Test
  void theAreaUnderErrorOverCoverage_isTheMeanErrorOfAllCoverages() {
    // Surest first: right, wrong, right, right: errors 0, 1/2, 1/3, 1/4.
    CoverageRisk risk =
        certainty(1, said(CENTER, 0.99), said(NONE, 0.9), said(CENTER, 0.8), said(NONE, 0.3))
            .coverageRisk();
    assertThat(risk.area()).isCloseTo((0 + 1 / 2.0 + 1 / 3.0 + 1 / 4.0) / 4, EXACTLY);
    assertThat(risk.curve()).hasSize(4);
    assertThat(risk.curve().getLast()).isEqualTo(new SelectivePoint(1, 1 / 4.0, 0.7));
  }

  @Test
  void wafersOfOneConfidence_shareTheirError_inTheArea() {
    CoverageRisk risk = certainty(1, said(CENTER, 0.9), said(NONE, 0.9)).coverageRisk();
    assertThat(risk.area()).isCloseTo(0.5, EXACTLY);
  }

  @Test
  void theLeastArea_isThatOfAModelThatKnowsItsMistakes() {
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      // One in ten is wrong, and the model is less sure of each of these.
      outcomes.add(
          said(i % 10 == 0 ? NONE : CENTER, i % 10 == 0 ? 0.6 + i * 1e-5 : 0.9 + i * 1e-5));
    }
    CoverageRisk risk = certainty(1, outcomes.toArray(Outcome[]::new)).coverageRisk();
    assertThat(risk.leastArea()).isCloseTo(0.1 + 0.9 * Math.log(0.9), EXACTLY);
    assertThat(risk.area()).isCloseTo(risk.leastArea(), within(1e-4));
    assertThat(risk.curve().size()).isLessThanOrEqualTo(CoverageRisk.MAX_POINTS);
    assertThat(risk.curve().getLast().coverage()).isEqualTo(1);
  }

  @Test
  void calibrationOfAClass_isItsProbabilityAgainstItsShare() {
    List<ClassCalibration> labels =
        certainty(3, said(CENTER, 0.8), said(NONE, 0.8), said(NONE, 0.1)).perClass();
    ClassCalibration center = labels.getFirst();
    assertThat(center.label()).isEqualTo("Center");
    assertThat(center.said()).isEqualTo(2);
    // A wafer of truth none counts 3.
    assertThat(center.confidence()).isCloseTo(0.8, EXACTLY);
    assertThat(center.precision()).isCloseTo(1 / 4.0, EXACTLY);
    assertThat(center.meanProbability()).isCloseTo((4 * 0.8 + 3 * 0.1) / 7, EXACTLY);
    assertThat(center.share()).isCloseTo(1 / 7.0, EXACTLY);
    assertThat(center.ece()).isCloseTo((Math.abs(4 * 0.8 - 1) + 3 * 0.1) / 7, EXACTLY);
    assertThat(labels.get(1).said()).isZero();
  }

  @Test
  void conformalSets_areCountedByGroundTruth() {
    ConformalCheck check =
        certainty(
                3,
                judged(CENTER, 0.9, List.of("Center"), true, 0),
                judged(CENTER, 0.6, List.of("Center", "none"), true, 0),
                judged(CENTER, 0.2, List.of(), true, 0),
                judged(NONE, 0.1, List.of("none"), true, 0))
            .conformal()
            .orElseThrow();
    assertThat(check.perClass())
        .extracting(ConformalCheck.OfClass::label, ConformalCheck.OfClass::wafers)
        .containsExactly(tuple("Center", 3), tuple("none", 1));
    assertThat(check.perClass().getFirst().coverage()).isCloseTo(2 / 3.0, EXACTLY);
    assertThat(check.perClass().getFirst().meanSize()).isCloseTo(1, EXACTLY);
    // Weights 1, 1, 1 and 3.
    assertThat(check.coverage()).isCloseTo(5 / 6.0, EXACTLY);
    assertThat(check.empty()).isCloseTo(1 / 6.0, EXACTLY);
    assertThat(check.single()).isCloseTo(4 / 6.0, EXACTLY);
    assertThat(check.multiple()).isCloseTo(1 / 6.0, EXACTLY);
    assertThat(check.promised()).isEmpty();
  }

  @Test
  void theDecision_isJudgedByWhatItLetsThrough() {
    Certainty certainty =
        certainty(
            1,
            judged(CENTER, 0.99, List.of(), true, 0),
            judged(NONE, 0.98, List.of(), true, 0),
            judged(NONE, 0.7, List.of(), false, 0),
            judged(NONE, 0.3, List.of(), false, 0));
    DecisionCheck check = certainty.decision().orElseThrow();
    assertThat(check.coverage()).isEqualTo(0.5);
    assertThat(check.error()).isEqualTo(0.5);
    assertThat(check.reviewError()).isEqualTo(0.5);
    assertThat(check.errorsSeen()).isEqualTo(0.5);
    // A wafer's own numbers are no reason of their own.
    assertThat(check.reasons()).containsExactly(Map.entry("confidence … is below …", 2));
    assertThat(certainty.turned()).isEqualTo(0.5);
  }

  @Test
  void novelty_isCountedForRightAndForWrongAnswers() {
    NoveltyHistogram histogram =
        certainty(
                1,
                judged(CENTER, 0.9, List.of(), true, 0),
                judged(CENTER, 0.9, List.of(), true, 0.05),
                judged(NONE, 0.9, List.of(), true, 1))
            .novelty()
            .orElseThrow();
    assertThat(histogram.right().subList(0, 3)).containsExactly(1, 1, 0);
    assertThat(histogram.wrong().getLast()).isEqualTo(1);
    assertThat(histogram.meanRight()).isCloseTo(0.025, EXACTLY);
    assertThat(histogram.meanWrong()).isEqualTo(1);
  }

  @Test
  void whatAModelDoesNotSay_isNotJudged() {
    Certainty certainty = certainty(1, said(CENTER, 0.9));
    assertThat(certainty.conformal()).isEmpty();
    assertThat(certainty.decision()).isEmpty();
    assertThat(certainty.novelty()).isEmpty();
    assertThat(certainty.turned()).isZero();
  }
}
