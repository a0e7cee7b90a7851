package fabwafer.classifier.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fabwafer.classifier.ModelCard.Calibration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FitsTest {
  private static final double[] NO_BIAS = new double[4];

  private static double[] bias(Scaling scaling) {
    double[] zero = scaling.logProbabilities(NO_BIAS);
    return Arrays.stream(zero).map(log -> log - zero[0]).toArray();
  }

  private static Sample logProbabilities(Sample sample, Scaling scaling) {
    return sample.withLogits(scaling.logProbabilities(sample.logits));
  }

  @Test
  void theTemperatureOfTheDraws_isFound() {
    Sample sample = Draws.calibrated(1, 20_000, 200, 2.5, NO_BIAS, 6);
    Scaling fitted = ScalingFit.fit(sample, NO_BIAS, Double.POSITIVE_INFINITY);
    assertThat(fitted.temperature()).isCloseTo(2.5, within(0.1));
    assertThat(fitted.calibration(List.of("a", "b", "c", "d"), "draws"))
        .isEqualTo(new Calibration.Temperature(fitted.temperature(), "draws"));
    assertThat(ScalingFit.chooseRidge(sample, NO_BIAS, new GroupFolds(200))).isInfinite();
  }

  @Test
  void aBiasOfTheDraws_isFound_andWorthItsRidge() {
    double[] bias = {0, 1, -1, 0.5};
    Sample sample = Draws.calibrated(2, 20_000, 200, 0.5, bias, 1);
    double ridge = ScalingFit.chooseRidge(sample, NO_BIAS, new GroupFolds(200));
    assertThat(ridge).isFinite();
    Scaling fitted = ScalingFit.fit(sample, NO_BIAS, ridge);
    assertThat(fitted.temperature()).isCloseTo(0.5, within(0.03));
    for (int c = 0; c < bias.length; c++) {
      assertThat(bias(fitted)[c]).isCloseTo(bias[c], within(0.1));
    }
  }

  @Test
  void aBiasThatTheCardHas_staysWhereTheWafersSayNothingElse() {
    double[] bias = {0, 1, -1, 0.5};
    Sample sample = Draws.calibrated(3, 20_000, 200, 2, bias, 4);
    assertThat(ScalingFit.chooseRidge(sample, bias, new GroupFolds(200))).isInfinite();
    Scaling fitted = ScalingFit.fit(sample, bias, Double.POSITIVE_INFINITY);
    assertThat(bias(fitted)[2]).isCloseTo(-1, within(1e-9));
    assertThat(fitted.temperature()).isCloseTo(2, within(0.1));
  }

  @Test
  void aWafersWeight_isThatOfAsManyWafers() {
    Sample once = Draws.calibrated(4, 3_000, 30, 1.5, NO_BIAS, 3);
    int twice = 1_000;
    double[][] logits = Arrays.copyOf(once.logits, once.size() + twice);
    int[] labels = Arrays.copyOf(once.labels, once.size() + twice);
    int[] groups = Arrays.copyOf(once.groups, once.size() + twice);
    double[] weights = new double[once.size() + twice];
    Arrays.fill(weights, 1);
    double[] doubled = once.weights.clone();
    for (int i = 0; i < twice; i++) {
      logits[once.size() + i] = logits[i];
      labels[once.size() + i] = labels[i];
      groups[once.size() + i] = groups[i];
      doubled[i] = 2;
    }
    Scaling byWeight = ScalingFit.fit(once.withWeights(doubled), NO_BIAS, 10);
    Scaling byCopies = ScalingFit.fit(new Sample(logits, labels, weights, groups, 30), NO_BIAS, 10);
    assertThat(byWeight.temperature()).isCloseTo(byCopies.temperature(), within(1e-6));
  }

  @Test
  void thresholds_makeTheMacroF1OfOtherWafersBetter() {
    // Classes 1 to 3 are rare: the most probable class is nearly always 0.
    double[] prior = {4, 0, 0, 0};
    Scaling right = new Scaling(1, prior);
    Sample seen = logProbabilities(Draws.calibrated(5, 8_000, 100, 1, prior, 1.5), right);
    Sample other = logProbabilities(Draws.calibrated(6, 8_000, 100, 1, prior, 1.5), right);
    double[] thresholds = ThresholdFit.fit(seen);
    assertThat(Arrays.stream(thresholds).max()).hasValue(1);
    assertThat(Arrays.stream(thresholds).min().orElseThrow()).isBetween(0.01, 0.6);
    double plain = Scores.of(other, other.weights, Answers.of(other, CardFit.ones(4))).macroF1();
    double fitted = Scores.of(other, other.weights, Answers.of(other, thresholds)).macroF1();
    assertThat(fitted).isGreaterThan(plain + 0.05);
  }

  @Test
  void thresholds_areOneWhereEveryAnswerIsRight() {
    Sample sample = Draws.calibrated(7, 500, 10, 1, NO_BIAS, 1);
    double[][] sure = new double[sample.size()][4];
    for (int i = 0; i < sure.length; i++) {
      Arrays.fill(sure[i], Math.log(0.1));
      sure[i][sample.labels[i]] = Math.log(0.7);
    }
    assertThat(ThresholdFit.fit(sample.withLogits(sure))).containsExactly(1, 1, 1, 1);
  }

  @Test
  void theSweepFindsTheBestThreshold_thatTryingAllFinds() {
    Sample sample =
        logProbabilities(
            Draws.calibrated(8, 400, 1, 1, new double[] {2, 0}, 1.5),
            new Scaling(1, new double[] {2, 0}));
    // One group: each bootstrap sample is the sample itself, so the average is its optimum.
    double[] fitted = ThresholdFit.fit(sample);
    double best = 0;
    for (double offset = -3; offset <= 3; offset += 0.001) {
      double[] tried = {Math.exp(Math.min(0, offset)), Math.exp(Math.min(0, -offset))};
      best = Math.max(best, Scores.of(sample, sample.weights, Answers.of(sample, tried)).macroF1());
    }
    double reached = Scores.of(sample, sample.weights, Answers.of(sample, fitted)).macroF1();
    assertThat(reached).isCloseTo(best, within(1e-12));
  }

  @Test
  void conformal_takesTheFiniteSampleQuantile() {
    double[][] log = new double[100][2];
    int[] labels = new int[100];
    double[] weights = new double[100];
    Arrays.fill(weights, 1);
    for (int i = 0; i < 100; i++) {
      log[i][0] = Math.log((i + 1) / 200.0);
      log[i][1] = Math.log(1 - (i + 1) / 200.0);
    }
    labels[99] = 1;
    Sample sample = new Sample(log, labels, weights, new int[100], 1);
    // 99 wafers of class 0: k = 0.1 x 100 = 10; one of class 1: k = 0, nothing rules it out.
    assertThat(ConformalFit.fit(sample, 0.9)).containsExactly(new double[] {0.05, 0}, within(1e-9));
    assertThat(ConformalFit.fit(sample, 0.99)[0]).isCloseTo(1 / 200.0, within(1e-9));
    assertThat(ConformalFit.fit(sample, 0.995)[0]).isZero();
  }

  @Test
  void conformalCoverage_holdsOnExchangeableDraws() {
    SplittableRandom random = new SplittableRandom(9);
    int wafers = 37;
    int held = 0;
    int rounds = 4_000;
    for (int round = 0; round < rounds; round++) {
      double[][] log = new double[wafers][1];
      double[] weights = new double[wafers];
      for (int i = 0; i < wafers; i++) {
        log[i][0] = Math.log(random.nextDouble());
        weights[i] = 1;
      }
      Sample sample = new Sample(log, new int[wafers], weights, new int[wafers], 1);
      held += random.nextDouble() >= ConformalFit.fit(sample, 0.9)[0] ? 1 : 0;
    }
    // Three standard deviations are 0.014; exact is 1 - floor(0.1 x 38) / 38 = 0.921.
    assertThat(held / (double) rounds).isCloseTo(0.921, within(0.014));
  }

  @Test
  void quantiles_goByWeight() {
    double[] values = {3, 1, 2};
    assertThat(Quantiles.of(values, new double[] {1, 1, 2}, 5)).containsExactly(1., 1., 2., 2., 3.);
    assertThat(Quantiles.of(new double[] {7}, new double[] {2}, 3)).containsExactly(7., 7., 7.);
  }

  private static Optional<DecisionFit.Limit> limit(Sample sample, double target) {
    Answers answers = Answers.of(sample, CardFit.ones(sample.classes()));
    boolean[] acceptable = new boolean[sample.size()];
    Arrays.fill(acceptable, true);
    return DecisionFit.fit(sample, answers, acceptable, target);
  }

  @Test
  void theDecisionsLimit_keepsItsErrorOnOtherWafers() {
    Scaling right = new Scaling(1, NO_BIAS);
    int broken = 0;
    for (int round = 0; round < 20; round++) {
      Sample seen =
          logProbabilities(Draws.calibrated(100 + round, 4_000, 80, 1, NO_BIAS, 5), right);
      Sample other =
          logProbabilities(Draws.calibrated(200 + round, 20_000, 80, 1, NO_BIAS, 5), right);
      DecisionFit.Limit limit = limit(seen, 0.02).orElseThrow();
      assertThat(limit.errorBound()).isLessThanOrEqualTo(0.02);
      assertThat(limit.coverage()).isBetween(0.3, 0.99);
      Answers answers = Answers.of(other, CardFit.ones(4));
      double accepted = 0;
      double wrong = 0;
      for (int i = 0; i < other.size(); i++) {
        if (answers.confidences[i] >= limit.minConfidence()) {
          accepted++;
          wrong += answers.labels[i] == other.labels[i] ? 0 : 1;
        }
      }
      broken += wrong / accepted > 0.02 ? 1 : 0;
    }
    // 95 % certain: of 20 rounds one on average may break it; more than 4 have a chance of 0.3 %.
    assertThat(broken).isLessThanOrEqualTo(4);
  }

  @Test
  void whereNothingIsCertainEnough_thereIsNoDecision() {
    Scaling right = new Scaling(1, NO_BIAS);
    Sample few = logProbabilities(Draws.calibrated(11, 200, 10, 1, NO_BIAS, 5), right);
    assertThat(limit(few, 0.005)).isEmpty();
    Sample guesses = logProbabilities(Draws.calibrated(12, 4_000, 80, 1, NO_BIAS, 0.1), right);
    assertThat(limit(guesses, 0.05)).isEmpty();
  }

  @Test
  void whereEveryAnswerIsRight_allAreAccepted() {
    Sample sample = Draws.calibrated(13, 2_000, 40, 1, NO_BIAS, 1);
    double[][] sure = new double[sample.size()][4];
    for (int i = 0; i < sure.length; i++) {
      Arrays.fill(sure[i], Math.log(0.1));
      sure[i][sample.labels[i]] = Math.log(0.7);
    }
    DecisionFit.Limit limit = limit(sample.withLogits(sure), 0.005).orElseThrow();
    assertThat(limit.minConfidence()).isZero();
    assertThat(limit.coverage()).isEqualTo(1);
    assertThat(limit.error()).isZero();
    assertThat(limit.errorBound()).isBetween(0.001, 0.005);
  }

  @Test
  void groupFolds_areAsLargeAsEachOther_andDrawsAsManyAsGroups() {
    GroupFolds folds = new GroupFolds(52);
    int[] sizes = new int[GroupFolds.FOLDS];
    for (int g = 0; g < 52; g++) {
      sizes[folds.foldOf(g)]++;
      for (int fold = 0; fold < GroupFolds.FOLDS; fold++) {
        assertThat(folds.outside(fold)[g]).isEqualTo(folds.foldOf(g) == fold ? 0 : 1);
      }
    }
    assertThat(Arrays.stream(sizes).boxed()).allMatch(size -> size == 10 || size == 11);
    assertThat(Arrays.stream(GroupFolds.draw(52, 3)).sum()).isEqualTo(52);
    assertThat(GroupFolds.draw(52, 3)).isEqualTo(GroupFolds.draw(52, 3));
    assertThat(GroupFolds.draw(52, 3)).isNotEqualTo(GroupFolds.draw(52, 4));
  }
}
