package fabwafer.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fabwafer.classifier.Judgement.Conformal;
import fabwafer.classifier.Judgement.Decision;
import fabwafer.classifier.Judgement.Novelty;
import fabwafer.classifier.Judgement.Patterns;
import fabwafer.classifier.ModelCard.Calibration;
import fabwafer.classifier.Prediction.Decision.Kind;
import fabwafer.wafer.WaferMap;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JudgeTest {
  private static final List<String> CLASSES = List.of("Loc", "Edge-Loc", "none");
  private static final Novelty TENTHS =
      new Novelty(
          IntStream.range(0, Novelty.QUANTILES).mapToObj(i -> i / 10.0).toList(), "nothing");

  @TempDir private Path folder;

  private static TinyModel model() {
    return TinyModel.of(CLASSES, new float[3][3], new float[3]);
  }

  /** A judgement of log probabilities, which are logits too. */
  private static Prediction judged(
      ModelCard card, OptionalDouble novelty, double... probabilities) {
    double[] logits = Arrays.stream(probabilities).map(Math::log).toArray();
    return Judge.of(card).prediction(new GraphOutput(logits, null, novelty, null), 1);
  }

  @Test
  void withoutThresholds_theMostProbableClassIsPredicted() {
    Prediction plain = judged(model().card(), OptionalDouble.empty(), 0.3, 0.5, 0.2);
    assertThat(plain.label()).isEqualTo("Edge-Loc");
    assertThat(plain.probability()).isCloseTo(0.5, within(1e-12));
    assertThat(plain.decision()).isEmpty();
    assertThat(plain.conformalSet()).isEmpty();
    assertThat(plain.novelty()).isEmpty();
    assertThat(plain.patterns()).isEmpty();
  }

  @Test
  void aThreshold_letsAClassWinAtASmallerProbability_whichStaysAsItIs() {
    ModelCard card = model().card(Map.of("Loc", 0.5), Judgement.NONE);
    // 0.3 / 0.5 = 0.6 beats 0.5 / 1.
    Prediction said = judged(card, OptionalDouble.empty(), 0.3, 0.5, 0.2);
    assertThat(said.label()).isEqualTo("Loc");
    assertThat(said.probability()).isCloseTo(0.3, within(1e-12));
    // 0.2 / 0.5 = 0.4 does not.
    assertThat(judged(card, OptionalDouble.empty(), 0.2, 0.5, 0.3).label()).isEqualTo("Edge-Loc");
  }

  @Test
  void aVectorCalibration_addsItsBiasAfterTheTemperature() {
    ModelCard plain = model().card();
    ModelCard card =
        plain.with(
            new Calibration.Vector(2, Map.of("none", Math.log(3)), "nothing"),
            Map.of(),
            Judgement.NONE,
            List.of());
    // softmax(0, 0, log 3) = 1/5, 1/5, 3/5
    Prediction said =
        Judge.of(card)
            .prediction(
                new GraphOutput(new double[] {4, 4, 4}, null, OptionalDouble.empty(), null), 1);
    assertThat(said.probabilities().get("Loc")).isCloseTo(0.2, within(1e-12));
    assertThat(said.probabilities().get("none")).isCloseTo(0.6, within(1e-12));
  }

  @Test
  void aConformalSet_holdsEveryClassThatIsProbableEnough() {
    Judgement judgement =
        Judgement.NONE.with(
            new Conformal(0.9, Map.of("Loc", 0.25, "Edge-Loc", 0.6, "none", 0.3), "nothing"));
    ModelCard card = model().card(Map.of(), judgement);
    assertThat(judged(card, OptionalDouble.empty(), 0.3, 0.3, 0.4).conformalSet())
        .hasValue(List.of("Loc", "none"));
    assertThat(judged(card, OptionalDouble.empty(), 0.01, 0.98, 0.01).conformalSet())
        .hasValue(List.of("Edge-Loc"));
    assertThat(judged(card, OptionalDouble.empty(), 0.2, 0.55, 0.25).conformalSet())
        .hasValue(List.of());
  }

  @Test
  void noveltyIsTheShareOfKnownWafersThatAreLessNovel() {
    assertThat(TENTHS.rank(-1)).isZero();
    assertThat(TENTHS.rank(0)).isZero();
    assertThat(TENTHS.rank(5)).isCloseTo(0.5, within(1e-12));
    assertThat(TENTHS.rank(5.05)).isCloseTo(0.505, within(1e-12));
    assertThat(TENTHS.rank(10)).isEqualTo(1);
    assertThat(TENTHS.rank(11)).isEqualTo(1);
    // Half of the known wafers have 3: a wafer that has 3 as well is no more novel than they.
    List<Double> steps =
        IntStream.range(0, Novelty.QUANTILES)
            .mapToObj(i -> i <= 20 ? 1.0 : i <= 70 ? 3 : 4)
            .toList();
    Novelty uneven = new Novelty(steps, "nothing");
    assertThat(uneven.rank(3)).isCloseTo(0.21, within(1e-12));
    assertThat(uneven.rank(3.5)).isCloseTo(0.705, within(1e-12));
    assertThat(new Novelty(IntStream.range(0, 101).mapToObj(_ -> 2.0).toList(), "x").rank(2))
        .isZero();
  }

  @Test
  void aReview_hasItsReasonsInWords() {
    Judgement judgement =
        Judgement.NONE
            .with(new Conformal(0.9, Map.of("Loc", 0.25, "Edge-Loc", 0.3, "none", 0.6), "nothing"))
            .with(TENTHS)
            .with(new Decision(0.55, 0.99, 0.9, 0.004, "nothing"));
    ModelCard card = model().card(Map.of(), judgement);
    assertThat(judged(card, OptionalDouble.of(5), 0.2, 0.7, 0.1).decision())
        .hasValue(new Prediction.Decision(Kind.ACCEPT, List.of()));
    Prediction unsure = judged(card, OptionalDouble.of(9.97), 0.3, 0.5, 0.2);
    assertThat(unsure.decision())
        .hasValue(
            new Prediction.Decision(
                Kind.REVIEW,
                List.of(
                    "confidence 0.500 below 0.550",
                    "unlike 99.7 % of known wafers",
                    "fits two classes: Loc, Edge-Loc")));
    assertThat(
            judged(card, OptionalDouble.of(1), 0.22, 0.28, 0.5).decision().orElseThrow().reasons())
        .containsExactly("confidence 0.500 below 0.550", "fits no class");
    assertThat(unsure.decision().orElseThrow().kind().word()).isEqualTo("review");
  }

  @Test
  void aConfidenceJustBelowTheLeast_doesNotLookEqualToIt() {
    ModelCard card =
        model().card(Map.of(), Judgement.NONE.with(new Decision(0.93, 1, 1, 0, "nothing")));
    assertThat(
            judged(card, OptionalDouble.empty(), 0.92999, 0.05, 0.02001)
                .decision()
                .orElseThrow()
                .reasons())
        .containsExactly("confidence 0.929 below 0.930");
    assertThat(
            judged(card, OptionalDouble.empty(), 0.94, 0.05, 0.01).decision().orElseThrow().kind())
        .isEqualTo(Kind.ACCEPT);
  }

  @Test
  void patternsAreSaidFromTheirThresholdsOn() throws IOException {
    WaferMap half = WaferMap.of(2, 1, new byte[] {1, 2});
    // Plane 1's mean is 255 / 2: logits 4 / 2 - 2 = 0, 8 / 2 - 2 = 2, 12 / 2 - 2 = 4.
    Judgement judgement =
        Judgement.NONE.with(
            new Patterns(
                List.of("Loc", "Donut", "Random"),
                2,
                Map.of("Random", -1.5),
                Map.of("Loc", 0.6, "Donut", 0.7),
                "x"));
    TinyModel model = TinyModel.goodOrBad().patterns(3);
    try (Classifier classifier =
        Classifier.open(model.writeTo(folder, model.card(Map.of(), judgement)))) {
      Prediction.Patterns patterns = classifier.classify(half).patterns().orElseThrow();
      assertThat(patterns.probabilities().keySet()).containsExactly("Loc", "Donut", "Random");
      assertThat(patterns.probabilities().get("Loc")).isCloseTo(0.5, within(1e-6));
      assertThat(patterns.probabilities().get("Donut"))
          .isCloseTo(1 / (1 + Math.exp(-1)), within(1e-6));
      // 4 / 2 - 1.5 = 0.5
      assertThat(patterns.probabilities().get("Random"))
          .isCloseTo(1 / (1 + Math.exp(-0.5)), within(1e-6));
      assertThat(patterns.said()).containsExactly("Donut", "Random");
    }
  }

  @Test
  void aGraphWithoutWhatItsCardSpeaksOf_isRefused() throws IOException {
    Judgement withPatterns =
        Judgement.NONE.with(new Patterns(List.of("Loc", "Donut"), 1, Map.of(), "x"));
    refused(TinyModel.goodOrBad(), withPatterns, "must have an output 'patterns', for its card");
    refused(
        TinyModel.goodOrBad().patterns(3),
        withPatterns,
        "has output patterns shape [-1, 3]; its card says [batch, 2], batch open or 1");
    refused(
        TinyModel.goodOrBad(),
        Judgement.NONE.with(TENTHS),
        "must have an output 'novelty', for its card speaks of it; it has [logits]");
    refused(
        TinyModel.goodOrBad().features("novelty"),
        Judgement.NONE,
        "has output novelty shape [-1, 3]; its card says [batch]");
  }

  private void refused(TinyModel model, Judgement judgement, String message) throws IOException {
    Path written = model.writeTo(folder, model.card(Map.of(), judgement));
    assertThatThrownBy(() -> Classifier.open(written).close())
        .isInstanceOf(ClassifierException.class)
        .hasMessageContaining(message);
  }

  @Test
  void outputsThatTheCardDoesNotSpeakOf_changeNothing() throws IOException {
    TinyModel model = TinyModel.goodOrBad().patterns(2).novelty().features("heatmap");
    WaferMap wafer = WaferMap.of(2, 1, new byte[] {1, 2});
    try (Classifier classifier = Classifier.open(model.writeTo(folder.resolve("more")));
        Classifier plain =
            Classifier.open(TinyModel.goodOrBad().writeTo(folder.resolve("plain")))) {
      assertThat(classifier.classify(wafer)).isEqualTo(plain.classify(wafer));
    }
  }

  @Test
  void anImportedGraphsOnlyOutput_isTheLogitsWhateverItsName() throws IOException {
    TinyModel model = TinyModel.goodOrBad().onlyOutput("novelty");
    try (Classifier classifier = Classifier.open(model.writeTo(folder))) {
      assertThat(classifier.classify(WaferMap.of(1, 1, new byte[] {2})).label()).isEqualTo("bad");
    }
  }
}
