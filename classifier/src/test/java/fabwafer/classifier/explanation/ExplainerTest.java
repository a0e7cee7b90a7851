package fabwafer.classifier.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fabwafer.classifier.Classifier;
import fabwafer.classifier.ClassifierException;
import fabwafer.classifier.Judgement;
import fabwafer.classifier.TinyModel;
import fabwafer.wafer.WaferMap;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Explanations of a model small enough to know the truth of. */
class ExplainerTest {
  private static final int SIDE = 8;

  @TempDir private Path folder;

  @Test
  void everyFailingDie_isCreditedAlike_whereTheModelCountsThem() throws IOException {
    try (Classifier classifier = tiny()) {
      WaferMap wafer = wafer(0, 1, 2, 3, 32, 33, 34, 35, 60, 61, 62, 63);
      Explanation explanation = new Explainer(classifier).explain(wafer, "bad");

      // The logit of "bad" less that of "good": 2 x failing share - 1; all dies pass: -1.
      assertThat(explanation.evidence()).isCloseTo(2.0 * 12 / 64, within(1e-3));
      for (int i = 0; i < SIDE * SIDE; i++) {
        float value = explanation.value(i / SIDE, i % SIDE);
        assertThat(value)
            .isBetween(wafer.cells()[i] == 2 ? 0.5f : 0, wafer.cells()[i] == 2 ? 1f : 0);
      }
      assertThat(explanation.share()).isEmpty();
      assertThat(explanation.shownDies()).isEqualTo(12);
    }
  }

  @Test
  void whatSpeaksForOneLabel_speaksAgainstTheOther() throws IOException {
    try (Classifier classifier = tiny()) {
      Explainer explainer = new Explainer(classifier);
      WaferMap wafer = wafer(0, 1, 2, 9, 10, 40, 41);
      Explanation good = explainer.explain(wafer);
      Explanation bad = explainer.explain(wafer, "bad");

      assertThat(good.label()).isEqualTo("good");
      assertThat(good.speaksAgainst()).isTrue();
      assertThat(good.evidence()).isCloseTo(-bad.evidence(), within(1e-6));
      for (int i = 0; i < SIDE * SIDE; i++) {
        assertThat(good.values()[i]).isCloseTo(-bad.values()[i], within(1e-4f));
      }
    }
  }

  @Test
  void aPatternThatMayStandBesideOthers_isExplainedByItsOwnLogit_theAnswerByItsClass()
      throws IOException {
    Judgement judgement =
        Judgement.NONE.with(
            new Judgement.Patterns(List.of("bad", "Donut"), 2, Map.of(), "made by a test"));
    TinyModel model = TinyModel.goodOrBad().patterns(2);
    Path folder = model.writeTo(this.folder.resolve("model"), model.card(Map.of(), judgement));
    WaferMap few = wafer(0, 1, 2, 9, 10, 40, 41, 42);
    WaferMap many = WaferMap.of(1, 4, new byte[] {2, 2, 2, 1});
    try (Classifier classifier = Classifier.open(folder)) {
      Explainer explainer = new Explainer(classifier);
      // Pattern p has the logit 4 (p + 1) x failing share - 2, here by the temperature 2.
      assertThat(explainer.explain(few, "donut").evidence()).isCloseTo(4.0 / 8, within(1e-3));
      assertThat(explainer.explain(few, "bad").evidence()).isCloseTo(2.0 / 8, within(1e-3));
      // As the answer it is a class, whose logit less the other's is 2 x failing share - 1.
      assertThat(explainer.explain(many).label()).isEqualTo("bad");
      assertThat(explainer.explain(many).evidence()).isCloseTo(2.0 * 3 / 4, within(1e-3));
    }
  }

  @Test
  void aWaferWithoutFailingDies_isExplainedByNothing() throws IOException {
    try (Classifier classifier = tiny()) {
      Explanation explanation = new Explainer(classifier).explain(wafer());

      assertThat(explanation.values()).containsOnly(0f).hasSize(64);
      assertThat(explanation.evidence()).isZero();
      assertThat(explanation.share()).isEmpty();
    }
  }

  @Test
  void unknownLabelsAndOverlargeWafers_areRefused() throws IOException {
    try (Classifier classifier = tiny()) {
      Explainer explainer = new Explainer(classifier);
      assertThatThrownBy(() -> explainer.explain(wafer(1), "Donut"))
          .isInstanceOf(ClassifierException.class)
          .hasMessage("the model knows no label 'Donut', its classes are good, bad");
      byte[] cells = new byte[1_025 * 1_024];
      cells[0] = 2;
      assertThatThrownBy(() -> explainer.explain(WaferMap.of(1_025, 1_024, cells)))
          .isInstanceOf(ClassifierException.class)
          .hasMessage(
              "a wafer map of at most 1,048,576 positions can be explained, this has 1025 x 1024");
    }
  }

  private Classifier tiny() throws IOException {
    return Classifier.open(TinyModel.goodOrBad().writeTo(folder.resolve("model")));
  }

  /** 8 x 8 dies, of which these fail. */
  private static WaferMap wafer(int... failing) {
    byte[] cells = new byte[SIDE * SIDE];
    Arrays.fill(cells, (byte) 1);
    for (int die : failing) {
      cells[die] = 2;
    }
    return WaferMap.of(SIDE, SIDE, cells);
  }
}
