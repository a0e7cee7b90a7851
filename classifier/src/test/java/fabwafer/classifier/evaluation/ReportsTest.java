package fabwafer.classifier.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fabwafer.classifier.Classifier;
import fabwafer.classifier.ClassifierException;
import fabwafer.classifier.TinyModel;
import fabwafer.classifier.explanation.Explanation;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.Split;
import fabwafer.wafer.dataset.WaferDataset;
import fabwafer.wafer.dataset.WaferDataset.Labelling;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportsTest {
  private static final String BAD_NAME = "<script>alert('x')</script>&\"";

  @TempDir private Path folder;

  /** What a hostile file might be called. */
  private static String name(int index) {
    return index == 0 ? BAD_NAME : "w" + index;
  }

  /** A wafer map of 10 x 7 dies, of which the first rows fail. */
  private static LabelledWafer wafer(DefectPattern truth, int failingRows, int index) {
    byte[] cells = new byte[70];
    Arrays.fill(cells, (byte) 1);
    Arrays.fill(cells, 0, 7 * failingRows, (byte) 2);
    return new LabelledWafer(
        WaferMap.of(10, 7, cells), Set.of(truth), index / 4, 2, Split.UNSPLIT, name(index));
  }

  /**
   * 150 wafers: Near-full with 10 of 10 rows failing, none with none; every tenth label is wrong.
   */
  private static WaferDataset dataset() {
    List<LabelledWafer> wafers = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      boolean full = i % 2 == 0;
      DefectPattern truth = full != (i % 10 == 0) ? DefectPattern.NEAR_FULL : DefectPattern.NONE;
      wafers.add(wafer(truth, full ? 10 : 0, i));
    }
    return new WaferDataset("tiny", Labelling.SINGLE, wafers);
  }

  private Evaluation evaluation(String data, double noneWeight, int threads) throws Exception {
    TinyModel model =
        TinyModel.of(
            List.of("Near-full", "none"),
            new float[][] {{0, 0}, {4f / 255, 0}, {0, 0}},
            new float[] {0, 2});
    AtomicInteger classified = new AtomicInteger();
    try (Classifier classifier = Classifier.open(model.writeTo(folder))) {
      Protocol protocol =
          new Protocol(
              data, "ab".repeat(32), "fold 2", false, classifier.card().id(), noneWeight, 50, 1);
      Evaluation evaluation =
          Evaluator.evaluate(classifier, dataset(), protocol, threads, classified::addAndGet);
      assertThat(classified).hasValue(150);
      return evaluation;
    }
  }

  @Test
  void aModel_isHeldAgainstItsDataSet_alikeOnAnyNumberOfThreads() throws Exception {
    Evaluation evaluation = evaluation("tiny", 1, 1);
    assertThat(evaluation.plain().metrics().accuracy()).isCloseTo(0.9, within(1e-12));
    assertThat(evaluation.confusion().wafers()).containsExactly(List.of(60, 0), List.of(15, 75));
    assertThat(evaluation.groups()).isEqualTo(38);
    assertThat(evaluation(evaluation.protocol().data(), 1, 3)).isEqualTo(evaluation);
  }

  @Test
  void anEmptyDataSet_isRefused() throws Exception {
    try (Classifier classifier = Classifier.open(TinyModel.goodOrBad().writeTo(folder))) {
      Protocol protocol = new Protocol("d", "00", "fold 9", false, "m", 1, 50, 1);
      WaferDataset empty = new WaferDataset("d", Labelling.SINGLE, List.of());
      assertThatThrownBy(() -> Evaluator.evaluate(classifier, empty, protocol, 1, n -> {}))
          .isInstanceOf(ClassifierException.class)
          .hasMessage("d: no wafers to evaluate in fold 9");
    }
  }

  @Test
  void theJson_hasTheKeysThatScriptsReadAndTheProtocol() throws Exception {
    JsonNode json =
        JsonMapper.builder().build().readTree(EvaluationJson.write(evaluation("tiny", 4.014, 1)));
    assertThat(json.propertyNames())
        .contains(
            "accuracy",
            "macroF1",
            "perClass",
            "binary",
            "worstClassRecall",
            "ece",
            "selective",
            "exactMatch",
            "weightedF1",
            "confusion",
            "intervals",
            "protocol",
            "unweighted",
            "coverageRisk",
            "calibration",
            "labelDoubts",
            "breakdowns",
            "definitions");
    assertThat(json.at("/perClass/Near-full").propertyNames())
        .containsExactlyInAnyOrder("precision", "recall", "f1", "support");
    assertThat(json.at("/perClass/Near-full/support").intValue()).isEqualTo(60);
    assertThat(json.at("/accuracy").doubleValue())
        .isCloseTo((60 + 4.014 * 75) / (60 + 4.014 * 90), within(1e-9));
    assertThat(json.at("/unweighted/accuracy").doubleValue()).isCloseTo(0.9, within(1e-12));
    assertThat(json.at("/selective/0").propertyNames()).contains("coverage", "error");
    assertThat(json.at("/intervals/macroF1/0").doubleValue())
        .isLessThan(json.at("/macroF1").doubleValue());
    assertThat(json.at("/protocol/noneWeight").doubleValue()).isEqualTo(4.014);
    assertThat(json.at("/protocol/dataSha256").stringValue()).isEqualTo("ab".repeat(32));
  }

  @Test
  void theJson_hasTheSameKeysWhereWafersHaveSeveralPatterns() throws Exception {
    Evaluation sets =
        Evaluation.of(
            Made.answers(
                Labelling.MULTIPLE,
                List.of(
                    Made.withPatterns(
                        Made.wafer(
                            Set.of(DefectPattern.CENTER, DefectPattern.SCRATCH), 3, 3, 1, "a"),
                        0.9,
                        0.8),
                    Made.withPatterns(
                        Made.wafer(Set.of(DefectPattern.NONE), 3, 3, 2, "b"), 0.7, 0.2))),
            Made.protocol(1),
            Map.of());
    JsonNode json = JsonMapper.builder().build().readTree(EvaluationJson.write(sets));
    assertThat(json.propertyNames())
        .contains(
            "accuracy",
            "macroF1",
            "perClass",
            "binary",
            "worstClassRecall",
            "ece",
            "selective",
            "exactMatch",
            "hammingLoss",
            "byPatterns",
            "byCombination",
            "oneLabel");
    assertThat(json.at("/exactMatch").doubleValue()).isEqualTo(0.5);
    assertThat(json.at("/accuracy").doubleValue()).isEqualTo(0.5);
    assertThat(json.at("/perClass/Scratch/recall").doubleValue()).isEqualTo(1);
    assertThat(json.at("/byPatterns/2/exactMatch").doubleValue()).isEqualTo(1);
    assertThat(json.at("/byCombination/Center+Scratch/wafers").intValue()).isEqualTo(1);
    assertThat(json.at("/definitions/accuracy").stringValue()).contains("whole set of patterns");
    assertThat(json.at("/protocol/patternHead").booleanValue()).isTrue();
    assertThat(new String(EvaluationReport.write(sets), StandardCharsets.UTF_8))
        .contains("Combination by combination", "Center+Scratch");
    assertThat(EvaluationText.write(sets)).contains("exact match", "Hamming loss");
  }

  @Test
  void thePage_canBeReadWithoutItsPicturesAndFromItsContents() throws Exception {
    Evaluation evaluation = evaluation("tiny", 2, 1);
    String page = new String(EvaluationReport.write(evaluation), StandardCharsets.UTF_8);
    assertThat(page).contains("<html lang=\"en\">");
    List<String> anchors = found(page, "href=\"#([a-z]+)\"");
    assertThat(anchors).hasSizeGreaterThan(5).doesNotHaveDuplicates();
    assertThat(found(page, "<section id=\"([a-z]+)\"")).isEqualTo(anchors);
    assertThat(found(page, "<img alt=\"([^\"]{20,})\"")).hasSize(page.split("<img", -1).length - 1);
    assertThat(found(page, "<table[^>]*>(<caption>[^<]+)"))
        .hasSize(page.split("<table", -1).length - 1);
    assertThat(page).doesNotContain("<th>");
  }

  private static List<String> found(String text, String pattern) {
    return Pattern.compile(pattern).matcher(text).results().map(match -> match.group(1)).toList();
  }

  @Test
  void aComparison_standsInTextPageAndJson() throws Exception {
    Evaluation evaluation = evaluation("tiny", 1, 1);
    Answers answers =
        Made.answers(
            Labelling.SINGLE,
            List.of(
                Made.of(Made.wafer(DefectPattern.CENTER), 0.9, 0, 0.1),
                Made.of(Made.wafer(DefectPattern.NONE), 0.2, 0, 0.8)));
    Comparison comparison = Comparison.of(answers, answers, Made.protocol(1));
    Optional<Comparison> found = Optional.of(comparison);
    assertThat(EvaluationText.write(evaluation, found))
        .contains("against model m", comparison.sentence());
    assertThat(
            new String(EvaluationReport.write(evaluation, found, Map.of()), StandardCharsets.UTF_8))
        .contains("Against another model", comparison.sentence());
    JsonNode json = JsonMapper.builder().build().readTree(EvaluationJson.write(evaluation, found));
    assertThat(json.at("/comparison/verdict").stringValue()).isEqualTo("undecided");
    assertThat(json.at("/comparison/differences/macroF1").propertyNames())
        .contains("model", "against", "difference", "interval");
  }

  @Test
  void theWorstMistakes_areExplained() throws Exception {
    TinyModel model =
        TinyModel.of(
            List.of("Near-full", "none"),
            new float[][] {{0, 0}, {4f / 255, 0}, {0, 0}},
            new float[] {0, 2});
    Evaluation evaluation = evaluation("tiny", 1, 1);
    try (Classifier classifier = Classifier.open(model.writeTo(folder))) {
      Map<String, Explanation> explanations = Evaluator.explanations(classifier, evaluation, 2);
      assertThat(explanations).hasSize(Evaluator.MAX_EXPLAINED).containsKey(BAD_NAME);
      assertThat(explanations.values()).allMatch(one -> one.label().equals("Near-full"));
      String page =
          new String(
              EvaluationReport.write(evaluation, Optional.empty(), explanations),
              StandardCharsets.UTF_8);
      assertThat(page.split("<figure class=\"two\"", -1)).hasSize(Evaluator.MAX_EXPLAINED + 1);
      assertThat(page).contains("coloured: what speaks for Near-full").doesNotContain("<script");
    }
  }

  @Test
  void thePage_needsNothingElse_andEscapesWhatIsNotOurs() throws Exception {
    String page =
        new String(EvaluationReport.write(evaluation(BAD_NAME, 2, 1)), StandardCharsets.UTF_8);
    assertThat(page).doesNotContain("<script").contains("&lt;script&gt;alert(&#39;x&#39;)");
    assertThat(page).doesNotContain("http:").doesNotContain("https:").doesNotContain("url(");
    assertThat(page).contains("Confusion matrix", "Worst mistakes", "<svg", "none counts 2.0");
    // The 15 mistakes stand among the suspected labels, too.
    assertThat(page.split("<img ", -1)).hasSize(2 * 15 + 1);
    String picture = page.substring(page.indexOf("base64,") + "base64,".length());
    byte[] png = Base64.getDecoder().decode(picture.substring(0, picture.indexOf('"')));
    assertThat(ImageIO.read(new ByteArrayInputStream(png)).getWidth()).isEqualTo(7);
  }

  @Test
  void theText_showsBothWeightsAndEveryClass() throws Exception {
    String text = EvaluationText.write(evaluation("tiny", 4.014, 1));
    assertThat(text)
        .contains("tiny, fold 2: 150 wafers in 38 groups", "none x 4.014", "each 1", "macro-F1")
        .contains("15 of      90 none taken for Near-full");
    assertThat(text.lines()).allMatch(line -> line.length() <= 100);
  }

  @Test
  void anAxis_endsOnARoundNumber() {
    assertThat(EvaluationCharts.roundedUp(0)).isEqualTo(0.001);
    assertThat(EvaluationCharts.roundedUp(0.03)).isCloseTo(0.05, within(1e-12));
    assertThat(EvaluationCharts.roundedUp(0.7)).isEqualTo(1);
  }
}
