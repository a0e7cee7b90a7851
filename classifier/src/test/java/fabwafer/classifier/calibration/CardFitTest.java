package fabwafer.classifier.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fabwafer.classifier.Classifier.Views;
import fabwafer.classifier.ClassifierException;
import fabwafer.classifier.GraphOutput;
import fabwafer.classifier.Judge;
import fabwafer.classifier.Judgement;
import fabwafer.classifier.Judgement.Patterns;
import fabwafer.classifier.ModelCard;
import fabwafer.classifier.ModelCard.Calibration;
import fabwafer.classifier.ModelCard.Input;
import fabwafer.classifier.ModelCard.Provenance;
import fabwafer.classifier.Prediction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CardFitTest {
  private static final List<String> CLASSES = List.of("Loc", "Scratch", "none");
  private static final FitOptions OPTIONS = new FitOptions(4, 0.9, 0.1, 0.95, "draws");

  private static ModelCard card() {
    return new ModelCard(
        "ab".repeat(32),
        CLASSES,
        new Input("dies", 3, 64, Input.Type.UINT8),
        "area-v1-64",
        new Calibration.None(),
        Map.of(),
        Judgement.NONE.with(new Patterns(CLASSES.subList(0, 2), 1, Map.of(), "nothing")),
        List.of(),
        new Provenance(
            "draws", "cd".repeat(32), "test", 0, Optional.empty(), Instant.EPOCH, "a test"));
  }

  /**
   * Wafers of which a single view is the averaged one and noise. Patterns say the same as the
   * classes, but with log odds that are 3 too low; novelty is uniform in [0, 1].
   */
  private static List<HeldOutWafer> wafers(int count, double noise) {
    Sample sample = Draws.calibrated(21, count, 60, 2, new double[3], 8);
    SplittableRandom random = new SplittableRandom(22);
    List<HeldOutWafer> wafers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] averaged = sample.logits[i];
      double[] single = averaged.clone();
      for (int c = 0; c < single.length; c++) {
        single[c] += noise * random.nextGaussian();
      }
      double[] patterns = {logOdds(averaged, 0) - 3, logOdds(averaged, 1) - 3};
      OptionalDouble novelty = OptionalDouble.of(random.nextDouble());
      String label = CLASSES.get(sample.labels[i]);
      wafers.add(
          new HeldOutWafer(
              new Views(
                  GraphOutput.of(single, patterns, novelty),
                  GraphOutput.of(averaged, patterns, novelty)),
              new HeldOutWafer.Said(0, 0.5),
              OptionalInt.of(sample.labels[i]),
              label.equals("none") ? Set.of() : Set.of(label),
              sample.groups[i]));
    }
    return wafers;
  }

  private static double logOdds(double[] logits, int c) {
    double p = Math.exp(new Scaling(0.5, new double[3]).logProbabilities(logits)[c]);
    return Math.log(p / (1 - p));
  }

  private static Scores atMix(Fitted fitted, int step) {
    return fitted.steps().get(step).atMix();
  }

  @Test
  void theFittedCard_saysOfEachWaferWhatTheTableCounted() {
    List<HeldOutWafer> wafers = wafers(3_000, 6);
    Fitted fitted = CardFit.fit(card(), wafers, OPTIONS);
    ModelCard card = fitted.card();
    Judge judge = Judge.of(card);
    double weight = 0;
    double right = 0;
    double acceptedWeight = 0;
    double held = 0;
    int turned = 0;
    for (HeldOutWafer wafer : wafers) {
      boolean all = judge.wantsAllViews(wafer.views().single());
      turned += all ? 1 : 0;
      Prediction said =
          judge.prediction(all ? wafer.views().averaged() : wafer.views().single(), all ? 8 : 1);
      String label = CLASSES.get(wafer.label().orElseThrow());
      double times = label.equals("none") ? 4 : 1;
      weight += times;
      right += said.label().equals(label) ? times : 0;
      held += said.conformalSet().orElseThrow().contains(label) ? 1 : 0;
      boolean accepted = said.decision().orElseThrow().kind() == Prediction.Decision.Kind.ACCEPT;
      acceptedWeight += accepted ? times : 0;
      assertThat(!accepted || said.novelty().orElseThrow() <= 0.95).isTrue();
    }
    int counted = card.thresholds().isEmpty() ? 4 : 6;
    assertThat(right / weight).isCloseTo(atMix(fitted, counted).accuracy(), within(1e-9));
    assertThat(acceptedWeight / weight)
        .isCloseTo(fitted.decision().orElseThrow().coverage(), within(1e-9));
    assertThat(held / wafers.size()).isBetween(0.89, 0.92);
    assertThat(turned).isBetween(1, wafers.size());
    assertThat(card.metrics().getLast().split()).isEqualTo("draws, cross-fitted");
    assertThat(FittedText.write(fitted))
        .contains("3,000 held-out wafers in 60 groups", "views.below", "Scratch", "exact match");
  }

  @Test
  void averagingThatHelps_isKept_andSparedWhereTheModelIsSure() {
    Fitted fitted = CardFit.fit(card(), wafers(3_000, 6), OPTIONS);
    Fitted.ViewsRow never = fitted.views().getFirst();
    Fitted.ViewsRow always = fitted.views().getLast();
    assertThat(never.share()).isZero();
    assertThat(always.share()).isEqualTo(1);
    assertThat(always.scores().accuracy()).isGreaterThan(never.scores().accuracy() + 0.02);
    assertThat(fitted.card().judgement().views()).isPresent();
  }

  @Test
  void averagingThatChangesNothing_isLeftOut() {
    Fitted fitted = CardFit.fit(card(), wafers(1_000, 0), OPTIONS);
    assertThat(fitted.card().judgement().views()).isEmpty();
  }

  @Test
  void theTemperatureOfTheDraws_andACrossFittedEceNearZero_comeOut() {
    Fitted fitted = CardFit.fit(card(), wafers(4_000, 0), OPTIONS);
    assertThat(fitted.card().calibration().temperature()).isCloseTo(2, within(0.2));
    assertThat(atMix(fitted, 5).ece()).isLessThan(0.02);
    // The answers of before are all the same, with confidence 0.5.
    assertThat(atMix(fitted, 0).ece()).isGreaterThan(0.1);
    assertThat(atMix(fitted, 0).negativeLogLikelihood()).isNaN();
  }

  @Test
  void patternsWhoseLogOddsAreTooLow_getTheirOffsetBack() {
    // At equal weights: the odds were drawn so.
    FitOptions options = new FitOptions(1, 0.9, 0.1, 0.95, "draws");
    Fitted fitted = CardFit.fit(card(), wafers(3_000, 0), options);
    Patterns patterns = fitted.card().judgement().patterns().orElseThrow();
    assertThat(patterns.temperature()).isCloseTo(1, within(0.1));
    assertThat(patterns.bias().get("Loc")).isCloseTo(3, within(0.3));
    assertThat(patterns.bias().get("Scratch")).isCloseTo(3, within(0.3));
    assertThat(patterns.threshold("Loc")).isBetween(0.3, 0.6);
    assertThat(fitted.patterns()).allMatch(row -> row.f1Calibrated() > row.f1Today() + 0.02);
    Fitted.ExactMatch exact = fitted.exactMatch().orElseThrow();
    assertThat(exact.after()).isGreaterThan(exact.before());
  }

  @Test
  void theSameWafers_giveTheSameCard() {
    assertThat(CardFit.fit(card(), wafers(600, 3), OPTIONS).card())
        .isEqualTo(CardFit.fit(card(), wafers(600, 3), OPTIONS).card());
  }

  @Test
  void tooFewWafersOrGroups_areRefused() {
    assertThatThrownBy(() -> CardFit.fit(card(), wafers(150, 1), OPTIONS))
        .isInstanceOf(ClassifierException.class)
        .hasMessage(
            "a card is fitted on at least 200 held-out wafers of one label in 5 groups, got 150 in"
                + " 60");
  }

  @Test
  void options_haveBounds() {
    assertThatThrownBy(() -> new FitOptions(0, 0.9, 0.02, 1, "x"))
        .hasMessage("the weight of none must be above 0 and at most 10,000, got 0.0");
    assertThatThrownBy(() -> new FitOptions(1, 1, 0.02, 1, "x"))
        .hasMessage("the conformal coverage must be above 0 and below 1, got 1.0");
    assertThatThrownBy(() -> new FitOptions(1, 0.9, Double.NaN, 1, "x"))
        .hasMessage("the largest error must be above 0 and below 1, got NaN");
    assertThatThrownBy(() -> new FitOptions(1, 0.9, 0.1, 0, "x"))
        .hasMessage("the largest novelty must be above 0 and below 1, got 0.0");
  }
}
