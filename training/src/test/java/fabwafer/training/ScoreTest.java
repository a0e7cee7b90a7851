package fabwafer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ScoreTest {
  @Test
  void of_countsAWaferLabelledNoneAsOftenAsAsked() {
    // Labels: Center, Center, none, none; one of each is taken for the other.
    int[] labels = {0, 0, 8, 8};
    float[][] logits = {says(0), says(8), says(8), says(0)};
    Score score = Score.of(logits, labels, 4);
    assertThat(score.accuracy()).isEqualTo(0.5);
    assertThat(score.macroF1()).isCloseTo(0.5, within(1e-12));
    // Center: 1 hit, 2 there, 1 + 4 predicted; none: 4 hits, 8 there, 4 + 1 predicted.
    assertThat(score.macroF1Weighted()).isCloseTo((2 / 7.0 + 8 / 13.0) / 2, within(1e-12));
    assertThat(score.recalls().get(0)).isEqualTo(0.5);
    assertThat(score.recalls().get(1)).isNaN();
  }

  @Test
  void negativeLogLikelihood_survivesLargeLogits() {
    assertThat(Score.negativeLogLikelihood(new float[] {1e4f, 0}, 0)).isZero();
    assertThat(Score.negativeLogLikelihood(new float[] {1, 1}, 1))
        .isCloseTo(Math.log(2), within(1e-12));
  }

  @Test
  void temperature_isFoundWhereLogitsWereMadeTooSure() {
    Random random = new Random(3);
    float[][] logits = new float[4_000][];
    int[] labels = new int[logits.length];
    for (int i = 0; i < logits.length; i++) {
      // The truth is drawn from logits that were then made 2.5 times as large.
      double logit = random.nextGaussian() * 2;
      labels[i] = random.nextDouble() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
      logits[i] = new float[] {0, (float) (2.5 * logit)};
    }
    FittedCalibration fitted = FittedCalibration.fit(logits, labels, new double[2], 1);
    assertThat(fitted.temperature()).isCloseTo(2.5, within(0.2));
    assertThat(fitted.calibrated(new float[][] {{0, 5}})[0][1]).isCloseTo(2, within(0.2f));
  }

  @Test
  void calibration_findsTheTemperatureBesideAShiftOfThePrior() {
    Random random = new Random(4);
    double[] shift = {0, -1.5};
    float[][] logits = new float[4_000][];
    int[] labels = new int[logits.length];
    for (int i = 0; i < logits.length; i++) {
      double logit = random.nextGaussian() * 2;
      labels[i] = random.nextDouble() < 1 / (1 + Math.exp(-logit + 1.5)) ? 1 : 0;
      logits[i] = new float[] {0, (float) (0.6 * logit)};
    }
    FittedCalibration fitted = FittedCalibration.fit(logits, labels, shift, 1);
    assertThat(fitted.temperature()).isCloseTo(0.6, within(0.05));
    assertThat(fitted.shift()).isEqualTo(shift);
  }

  @Test
  void oneCycle_risesToThePeakAndEndsNearNothing() {
    OneCycle cycle = new OneCycle(0.6, 600);
    assertThat(cycle.rate(0)).isCloseTo(0.024, within(1e-9));
    assertThat(cycle.rate(100)).isCloseTo(0.6, within(1e-9));
    assertThat(cycle.rate(50)).isBetween(cycle.rate(0), cycle.rate(100));
    assertThat(cycle.rate(350)).isBetween(cycle.rate(599), cycle.rate(101));
    assertThat(cycle.rate(599)).isBetween(0.0, 0.001);
  }

  private static float[] says(int label) {
    float[] logits = new float[9];
    logits[label] = 5;
    return logits;
  }
}
