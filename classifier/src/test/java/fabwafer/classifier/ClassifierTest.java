package fabwafer.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fabwafer.classifier.ModelCard.Calibration;
import fabwafer.classifier.ModelCard.Input;
import fabwafer.wafer.WaferMap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassifierTest {
  @TempDir private Path folder;

  /** A wafer map without absent cells, of which the first rows fail. */
  private static WaferMap failing(int rows) {
    byte[] cells = new byte[8 * 8];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = (byte) (i < rows * 8 ? 2 : 1);
    }
    return WaferMap.of(8, 8, cells);
  }

  private Path written(String card, byte[] graph) throws IOException {
    Path model = Files.createTempDirectory(folder, "model");
    Files.writeString(model.resolve(ModelCard.FILE_NAME), card);
    Files.write(model.resolve(ModelCard.GRAPH_FILE_NAME), graph);
    return model;
  }

  private static String json(TinyModel model) {
    return new String(ModelCardJson.write(model.card()), StandardCharsets.UTF_8);
  }

  private static ThrowingCallable opening(Path model) {
    return () -> Classifier.open(model).close();
  }

  @Test
  void aPrediction_isTheSoftmaxOfTheGraphsLogits() throws IOException {
    try (Classifier classifier = Classifier.open(TinyModel.goodOrBad().writeTo(folder))) {
      Prediction good = classifier.classify(failing(2));
      // Share of failing dies 1/4: logits 0.5 and 2 x 1/4 - 0.5 = 0; 1 / (1 + e^-0.5) = 0.62246.
      assertThat(good.label()).isEqualTo("good");
      assertThat(good.probability()).isCloseTo(0.6224593, within(1e-6));
      assertThat(good.logits()).hasSize(2);
      assertThat(good.logits().get(0)).isCloseTo(0.5, within(1e-6));
      assertThat(good.logits().get(1)).isCloseTo(0, within(1e-6));
      assertThat(good.probabilities().keySet()).containsExactly("good", "bad");
      assertThat(good.probabilities().get("bad")).isCloseTo(1 - 0.6224593, within(1e-6));
      assertThat(classifier.classify(failing(7)).label()).isEqualTo("bad");
    }
  }

  @Test
  void theCardsTemperature_softensTheProbabilities() throws IOException {
    TinyModel model = TinyModel.goodOrBad();
    ModelCard card = model.card(new Calibration.Temperature(2, "nothing"));
    try (Classifier classifier = Classifier.open(model.writeTo(folder, card))) {
      // 1 / (1 + e^-(0.5 / 2)) = 0.56218
      assertThat(classifier.classify(failing(2)).probability()).isCloseTo(0.5621765, within(1e-6));
    }
  }

  @Test
  void aList_isClassifiedAsEachOfItAlone_alsoPastOneBatch() throws IOException {
    List<WaferMap> wafers = new ArrayList<>();
    for (int i = 0; i < 2 * Classifier.MAX_BATCH + 3; i++) {
      wafers.add(failing(i % 9));
    }
    for (long batch : new long[] {-1, 1}) {
      for (Input.Type type : Input.Type.values()) {
        Path model =
            TinyModel.goodOrBad()
                .batch(batch)
                .type(type)
                .writeTo(folder.resolve(type + "" + batch));
        try (Classifier classifier = Classifier.open(model)) {
          List<Prediction> together = classifier.classify(wafers);
          List<Prediction> alone = wafers.stream().map(classifier::classify).toList();
          assertThat(together).isEqualTo(alone);
          assertThat(classifier.classify(List.of())).isEmpty();
        }
      }
    }
  }

  @Test
  void severalThreads_getTheAnswersOfTheirOwnWafers() throws Exception {
    try (Classifier classifier = Classifier.open(TinyModel.goodOrBad().writeTo(folder));
        ExecutorService threads = Executors.newFixedThreadPool(12)) {
      List<Callable<Prediction>> calls = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        WaferMap wafer = failing(i % 9);
        List<WaferMap> batch = List.of(failing(0), wafer, failing(8));
        boolean alone = i % 2 == 0;
        calls.add(() -> alone ? classifier.classify(wafer) : classifier.classify(batch).get(1));
      }
      List<Future<Prediction>> answers = threads.invokeAll(calls);
      for (int i = 0; i < answers.size(); i++) {
        assertThat(answers.get(i).get()).isEqualTo(classifier.classify(failing(i % 9)));
      }
    }
  }

  @Test
  void aClosedClassifier_saysSo_andClosesTwice() throws IOException {
    Classifier classifier = Classifier.open(TinyModel.goodOrBad().writeTo(folder));
    classifier.close();
    classifier.close();
    assertThatThrownBy(() -> classifier.classify(failing(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the classifier is closed");
  }

  @Test
  void aZip_runsLikeAFolder() throws IOException {
    TinyModel model = TinyModel.goodOrBad();
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("NOTES.txt", new byte[10]);
    entries.put(ModelCard.FILE_NAME, ModelCardJson.write(model.card()));
    entries.put(ModelCard.GRAPH_FILE_NAME, model.graph());
    Path zip = TinyModel.zip(folder.resolve("model.zip"), entries);
    try (Classifier classifier = Classifier.open(zip)) {
      assertThat(classifier.card()).isEqualTo(model.card());
      assertThat(classifier.classify(failing(8)).label()).isEqualTo("bad");
    }
    entries.remove(ModelCard.GRAPH_FILE_NAME);
    assertThatThrownBy(opening(TinyModel.zip(zip, entries)))
        .hasMessageContaining("the zip lacks model.onnx");
    for (String trick : List.of("../model.onnx", "/etc/x", "a/../../b", "a\\..\\b", "C:x")) {
      assertThatThrownBy(opening(TinyModel.zip(zip, Map.of(trick, new byte[1]))))
          .isInstanceOf(ClassifierException.class)
          .hasMessageContaining("leads out of the zip");
    }
    for (int i = 0; i < ModelFiles.MAX_ZIP_ENTRIES; i++) {
      entries.put("more" + i, new byte[0]);
    }
    assertThatThrownBy(opening(TinyModel.zip(zip, entries)))
        .hasMessageContaining("at most 64 entries");
  }

  @Test
  void anEntryThatInflatesPastItsLimit_isRefused() throws IOException {
    Path zip =
        TinyModel.zip(
            folder.resolve("bomb.zip"),
            Map.of(ModelCard.FILE_NAME, new byte[50 * ModelCard.MAX_BYTES]));
    assertThat(Files.size(zip)).isLessThan(ModelCard.MAX_BYTES);
    assertThatThrownBy(opening(zip)).hasMessageContaining("more than 1,048,576 bytes");
  }

  @Test
  void whatIsNoModel_isRefusedWithItsReason() throws IOException {
    TinyModel model = TinyModel.goodOrBad();
    assertThatThrownBy(opening(folder.resolve("absent")))
        .isInstanceOf(ClassifierException.class)
        .hasMessageContaining("no model ");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThatThrownBy(opening(empty)).hasMessageContaining("no model card");
    model.card().write(empty.resolve(ModelCard.FILE_NAME));
    assertThatThrownBy(opening(empty)).hasMessageContaining("the model lacks its file");
    Path text = Files.writeString(folder.resolve("model.zip"), "no zip");
    assertThatThrownBy(opening(text)).hasMessageContaining("neither a model's folder nor its zip");
    byte[] garbage = "this is no ONNX file".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(opening(written(json(model), garbage)))
        .hasMessageContaining("is not the model its card speaks of");
    String honest = json(model).replace(model.card().id(), ModelCard.idOf(garbage));
    assertThatThrownBy(opening(written(honest, garbage)))
        .isInstanceOf(ClassifierException.class)
        .hasMessageContaining("is no ONNX graph that can be run");
    String nothing = json(model).replace(model.card().id(), ModelCard.idOf(new byte[0]));
    assertThatThrownBy(opening(written(nothing, new byte[0])))
        .hasMessageContaining("is no ONNX graph that can be run");
  }

  @Test
  void aCardThatLies_isFoundOut() throws IOException {
    TinyModel model = TinyModel.goodOrBad();
    lie(model, "\"dies\"", "\"pixels\"", "must have one input, called 'pixels'");
    lie(model, "\"good\"", "\"fair\", \"good\"", "has output shape [-1, 2]; its card says");
    lie(model, "area-v1-8", "area-v9-8", "unknown preprocessing 'area-v9-8'");
    lie(model, "area-v1-8", "area-v1-16", "but its preprocessing area-v1-16 makes 3 of side 16");
    lie(model, "\"planes\" : 3", "\"planes\" : 4", "the card's input is 4 planes of side 8");
    lie(model, "uint8", "float32", "takes UINT8, its card says float32");
    String larger = json(model).replace("\"side\" : 8", "\"side\" : 16");
    assertThatThrownBy(opening(written(larger.replace("v1-8", "v1-16"), model.graph())))
        .hasMessageContaining("has input shape [-1, 3, 8, 8]; its card says [batch, 3, 16, 16]");
  }

  private void lie(TinyModel model, String truth, String lie, String message) throws IOException {
    assertThatThrownBy(opening(written(json(model).replace(truth, lie), model.graph())))
        .isInstanceOf(ClassifierException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aGraphThatGivesNoNumbers_isRefusedWhenOpened() throws IOException {
    TinyModel model = TinyModel.of(List.of("a", "b"), new float[3][2], new float[] {Float.NaN, 0});
    assertThatThrownBy(opening(model.writeTo(folder)))
        .isInstanceOf(ClassifierException.class)
        .hasMessageContaining("gave a number in logits that is not finite");
  }

  @Test
  void extremeLogits_giveProbabilitiesAllTheSame() {
    ModelCard card =
        TinyModel.of(List.of("a", "b", "c"), new float[3][3], new float[3])
            .card(new Calibration.Temperature(0.01, "nothing"));
    Prediction sure =
        Judge.of(card)
            .prediction(
                new GraphOutput(new double[] {-3e38, 3e38, 0}, null, OptionalDouble.empty(), null),
                1);
    assertThat(sure.label()).isEqualTo("b");
    assertThat(sure.probabilities().values()).containsExactly(0.0, 1.0, 0.0);
  }

  @Test
  void threads_haveBounds() {
    assertThatThrownBy(() -> new Classifier.Options(0))
        .hasMessage("a classifier's threads must be 1 to 256, got 0");
  }
}
