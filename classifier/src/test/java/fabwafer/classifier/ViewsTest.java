package fabwafer.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fabwafer.classifier.Judgement.Novelty;
import fabwafer.classifier.Judgement.Patterns;
import fabwafer.classifier.Judgement.Views;
import fabwafer.wafer.Turn;
import fabwafer.wafer.WaferMap;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ViewsTest {
  private static final List<Double> STEPS =
      IntStream.range(0, Novelty.QUANTILES).mapToObj(i -> (double) i).toList();

  @TempDir private Path folder;

  private static WaferMap random(long seed, int height, int width) {
    Random random = new Random(seed);
    byte[] cells = new byte[height * width];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = (byte) random.nextInt(3);
    }
    return WaferMap.of(height, width, cells);
  }

  private static WaferMap turned(WaferMap wafer, Turn turn) {
    byte[] cells = turn.apply(wafer.cells(), wafer.height(), wafer.width());
    return turn.swapsSides()
        ? WaferMap.of(wafer.width(), wafer.height(), cells)
        : WaferMap.of(wafer.height(), wafer.width(), cells);
  }

  /** A model that sees one corner alone and gives every output there is. */
  private static TinyModel cornerModel() {
    return TinyModel.of(
            List.of("good", "bad"),
            new float[][] {{0, 0}, {0, 6f / 255}, {0, 0}},
            new float[] {1.5f, -1.5f})
        .corner()
        .patterns(2)
        .novelty()
        .features("embedding");
  }

  private static Judgement judgement() {
    return Judgement.NONE
        .with(new Patterns(List.of("Loc", "Donut"), 1, Map.of(), "nothing"))
        .with(new Novelty(STEPS, "nothing"));
  }

  private Classifier opened(TinyModel model, Judgement judgement) throws IOException {
    return Classifier.open(
        model.writeTo(
            folder.resolve("model" + judgement.hashCode()), model.card(Map.of(), judgement)));
  }

  @Test
  void turnedPlanes_areThePlanesOfTheTurnedWafer() {
    for (int side : new int[] {8, 17}) {
      Preprocessing preprocessing = Preprocessing.area(side);
      WaferMap wafer = random(side, 23, 9);
      byte[] planes = new byte[5 + preprocessing.inputLength()];
      preprocessing.encode(wafer, planes, 5);
      for (Turn turn : Turn.values()) {
        byte[] wanted = new byte[preprocessing.inputLength()];
        preprocessing.encode(turned(wafer, turn), wanted, 0);
        byte[] got = new byte[3 + wanted.length];
        new TurnedPlanes(side).turn(turn, planes, 5, got, 3);
        assertThat(Arrays.copyOfRange(got, 3, got.length)).isEqualTo(wanted);
      }
    }
  }

  @Test
  void alwaysAveraging_isTheMeanOverTheTurnsOfTheWafer() throws IOException {
    WaferMap wafer = random(1, 12, 10);
    try (Classifier plain = opened(cornerModel(), judgement());
        Classifier averaging = opened(cornerModel(), judgement().with(new Views(1)))) {
      Prediction averaged = averaging.classify(wafer);
      assertThat(averaged.views()).isEqualTo(8);
      double[] logits = new double[2];
      double novelty = 0;
      double[] features = new double[3];
      double donutLogit = 0;
      for (Turn turn : Turn.values()) {
        Prediction one = plain.classify(turned(wafer, turn));
        assertThat(one.views()).isOne();
        for (int c = 0; c < logits.length; c++) {
          logits[c] += one.logits().get(c) / 8;
        }
        float[] seen = one.embedding().orElseThrow().features();
        for (int i = 0; i < features.length; i++) {
          features[i] += seen[i] / 8;
        }
        novelty += (seen[0] + seen[1] + seen[2]) / 3 / 8;
        double p =
            Objects.requireNonNull(one.patterns().orElseThrow().probabilities().get("Donut"));
        donutLogit += Math.log(p / (1 - p)) / 8;
      }
      // The turns must not all look alike, or the mean would prove nothing.
      assertThat(plain.classify(wafer).logits().get(1)).isNotCloseTo(logits[1], within(0.01));
      assertThat(averaged.logits().get(0)).isCloseTo(logits[0], within(1e-5));
      assertThat(averaged.logits().get(1)).isCloseTo(logits[1], within(1e-5));
      assertThat(averaged.embedding().orElseThrow().features()[1])
          .isCloseTo((float) features[1], within(1e-3f));
      double rank = judgement().novelty().orElseThrow().rank(novelty);
      assertThat(averaged.novelty()).hasValueCloseTo(rank, within(1e-4));
      assertThat(averaged.patterns().orElseThrow().probabilities().get("Donut"))
          .isCloseTo(1 / (1 + Math.exp(-donutLogit)), within(1e-5));
    }
  }

  @Test
  void onlyWafersOfWhichTheModelIsNotSure_areTurned() throws IOException {
    List<WaferMap> wafers = new ArrayList<>();
    for (int i = 0; i < 2 * Classifier.MAX_BATCH + 5; i++) {
      wafers.add(random(i, 8, 8));
    }
    Views below = new Views(0.8);
    for (long batch : new long[] {-1, 1}) {
      TinyModel model = cornerModel().batch(batch);
      try (Classifier plain = opened(model, judgement());
          Classifier averaging = opened(model, judgement().with(below));
          Classifier always = opened(model, judgement().with(new Views(1)))) {
        List<Prediction> mixed = averaging.classify(wafers);
        int averaged = 0;
        for (int i = 0; i < wafers.size(); i++) {
          Prediction single = plain.classify(wafers.get(i));
          boolean unsure = single.probability() < 0.8;
          averaged += unsure ? 1 : 0;
          assertThat(mixed.get(i))
              .isEqualTo(unsure ? always.classify(wafers.get(i)) : single)
              .isEqualTo(averaging.classify(wafers.get(i)));
        }
        assertThat(averaged).isBetween(20, wafers.size() - 20);
      }
    }
  }

  @Test
  void views_giveBothTheSingleAndTheAveragedOutput() throws IOException {
    WaferMap wafer = random(3, 8, 8);
    try (Classifier classifier = opened(cornerModel(), judgement());
        Classifier averaging = opened(cornerModel(), judgement().with(new Views(1)))) {
      Classifier.Views views = classifier.views(List.of(wafer)).getFirst();
      Judge judge = Judge.of(classifier.card());
      assertThat(judge.prediction(views.single(), 1)).isEqualTo(classifier.classify(wafer));
      assertThat(judge.prediction(views.averaged(), 8)).isEqualTo(averaging.classify(wafer));
      assertThat(judge.prediction(views.single().withoutEmbedding(), 1).embedding()).isEmpty();
      for (int number : new int[] {1, Classifier.ALL_VIEWS}) {
        GraphOutput output = classifier.outputs(List.of(wafer), number).getFirst();
        GraphOutput wanted = number == 1 ? views.single() : views.averaged();
        assertThat(judge.prediction(output, number)).isEqualTo(judge.prediction(wanted, number));
      }
      assertThatThrownBy(() -> classifier.outputs(List.of(wafer), 2))
          .hasMessage("views must be 1 or 8, got 2");
    }
  }
}
