package fabwafer.training.quantisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import fabwafer.classifier.ModelCard;
import fabwafer.classifier.OnnxEnvironment;
import fabwafer.training.TrainingException;
import fabwafer.wafer.WaferMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuantisedGraphTest {
  private static final List<WaferMap> WAFERS = TinyGraph.wafers(40);

  @TempDir private Path folder;

  private static Draft draft(TinyGraph tiny) {
    return new Draft("tiny", tiny.bytes(), tiny.card(), WAFERS);
  }

  private static ModelProto quantised(TinyGraph tiny) throws IOException {
    return ModelProto.parseFrom(draft(tiny).candidate(RangeRule.MIN_MAX, Set.of()).bytes());
  }

  private static TensorProto constant(ModelProto model, String name) {
    return model.getGraph().getInitializerList().stream()
        .filter(tensor -> tensor.getName().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no constant " + name));
  }

  private static int zero(ModelProto model, String tensor) {
    return Byte.toUnsignedInt(constant(model, tensor + ".zero").getRawData().byteAt(0));
  }

  private static float scale(ModelProto model, String tensor) {
    return FloatGraph.floats(constant(model, tensor + ".scale"))[0];
  }

  private static List<Float> values(ModelProto model, ModelCard card, String tensor) {
    List<Float> values = new ArrayList<>();
    try (GraphRunner runner = GraphRunner.open(model, card, List.of(tensor))) {
      runner.run(
          WAFERS,
          (name, found) -> {
            while (found.hasRemaining()) {
              values.add(found.get());
            }
          });
    }
    return values;
  }

  private static List<String> operators(ModelProto model) {
    return model.getGraph().getNodeList().stream().map(NodeProto::getOpType).toList();
  }

  @Test
  void aConvolution_agreesWithTheFloatOne_withinItsSteps() throws IOException {
    TinyGraph tiny = TinyGraph.residual();
    ModelProto model = quantised(tiny);
    float[] weightScales = FloatGraph.floats(constant(model, "first.out.weight.scale"));
    List<Float> expected = values(ModelProto.parseFrom(tiny.bytes()), tiny.card(), "hidden");
    List<Float> found = values(model, tiny.card(), "hidden.dequantised");

    assertThat(found).hasSameSizeAs(expected);
    int plane = TinyGraph.SIDE * TinyGraph.SIDE;
    for (int i = 0; i < found.size(); i++) {
      int channel = i / plane % TinyGraph.CHANNELS;
      // Half a step for each of 27 weights of inputs up to 1 and for the bias, half a step at the
      // end.
      double most = weightScales[channel] * 28 / 2 + scale(model, "hidden") / 2;
      assertThat((double) found.get(i)).isCloseTo(expected.get(i), within(most));
    }
    assertThat(found).anyMatch(value -> value > 0);
  }

  @Test
  void theWholeGraph_saysNearlyTheSame() throws IOException {
    TinyGraph tiny = TinyGraph.residual();
    List<Float> expected = values(ModelProto.parseFrom(tiny.bytes()), tiny.card(), "logits");
    List<Float> found = values(quantised(tiny), tiny.card(), "logits");
    double spread =
        expected.stream().mapToDouble(Float::doubleValue).max().orElseThrow()
            - expected.stream().mapToDouble(Float::doubleValue).min().orElseThrow();
    for (int i = 0; i < found.size(); i++) {
      assertThat((double) found.get(i)).isCloseTo(expected.get(i), within(spread / 20));
    }
  }

  @Test
  void weightsAreRoundedByChannel() throws IOException {
    TinyGraph tiny = TinyGraph.residual();
    float[] weights =
        FloatGraph.floats(constant(ModelProto.parseFrom(tiny.bytes()), "first.weight"));
    ModelProto model = quantised(tiny);
    TensorProto rounded = constant(model, "first.out.weight.s8");
    float[] scales = FloatGraph.floats(constant(model, "first.out.weight.scale"));

    assertThat(rounded.getDimsList()).containsExactly(4L, 3L, 3L, 3L);
    assertThat(scales).hasSize(TinyGraph.CHANNELS).doesNotHaveDuplicates();
    int perChannel = weights.length / scales.length;
    for (int channel = 0; channel < scales.length; channel++) {
      int most = 0;
      for (int i = channel * perChannel; i < (channel + 1) * perChannel; i++) {
        int whole = rounded.getRawData().byteAt(i);
        most = Math.max(most, Math.abs(whole));
        assertThat(scales[channel] * whole).isCloseTo(weights[i], within(scales[channel] * 0.501f));
      }
      assertThat(most).isEqualTo(QdqGraph.MOST_WEIGHT);
    }
  }

  @Test
  void aBias_hasTheProductOfTheScalesOfInputAndWeights() throws IOException {
    ModelProto model = quantised(TinyGraph.residual());
    float[] weights = FloatGraph.floats(constant(model, "second.out.weight.scale"));
    float[] bias = FloatGraph.floats(constant(model, "second.out.bias.scale"));
    for (int channel = 0; channel < bias.length; channel++) {
      assertThat(bias[channel])
          .isCloseTo(scale(model, "hidden") * weights[channel], within(bias[channel] * 1e-6f));
    }
  }

  @Test
  void afterARelu_noughtIsTheFirstByte_elsewhereNot() throws IOException {
    ModelProto model = quantised(TinyGraph.residual());
    assertThat(zero(model, "hidden")).isZero();
    assertThat(zero(model, "second.out")).isBetween(1, 254);
  }

  @Test
  void theInputsBytesGoIntoTheFirstConvolutionAsTheyAre() throws IOException {
    ModelProto model = quantised(TinyGraph.residual());
    assertThat(operators(model)).doesNotContain("Cast");
    assertThat(model.getGraph().getNode(0).getOpType()).isEqualTo("DequantizeLinear");
    assertThat(model.getGraph().getNode(0).getInput(0)).isEqualTo("wafer");
    assertThat(scale(model, "x")).isEqualTo(1 / 255f);
  }

  @Test
  void afterTheGlobalAverage_everythingStaysFloat() throws IOException {
    ModelProto model = quantised(TinyGraph.residual());
    List<String> rounded =
        model.getGraph().getNodeList().stream()
            .filter(node -> node.getOpType().equals("QuantizeLinear"))
            .map(node -> node.getInput(0))
            .toList();
    assertThat(rounded).containsExactly("hidden", "second.out");
    assertThat(constant(model, "excite.weight").getDataType())
        .isEqualTo(TensorProto.DataType.FLOAT_VALUE);
  }

  @Test
  void onnxRuntimeMakesIntegerConvolutionsOfIt() throws IOException, OrtException {
    Path optimised = folder.resolve("optimised.onnx");
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setOptimizedModelFilePath(optimised.toString());
      OnnxEnvironment.get()
          .createSession(quantised(TinyGraph.residual()).toByteArray(), options)
          .close();
    }
    assertThat(operators(ModelProto.parseFrom(Files.readAllBytes(optimised))))
        .filteredOn(operator -> operator.equals("QLinearConv"))
        .hasSize(2);
  }

  @Test
  void theOtherOutputsAreKept_andNearlyTheSame() throws IOException {
    TinyGraph tiny = TinyGraph.withEveryOutput();
    ModelProto before = ModelProto.parseFrom(tiny.bytes());
    ModelProto model = quantised(tiny);
    assertThat(model.getGraph().getOutputList()).isEqualTo(before.getGraph().getOutputList());
    for (String output : List.of("logits", "patterns", "embedding", "novelty")) {
      List<Float> expected = values(before, tiny.card(), output);
      List<Float> found = values(model, tiny.card(), output);
      assertThat(found).as(output).hasSameSizeAs(expected).isNotEmpty();
      double most = expected.stream().mapToDouble(Math::abs).max().orElseThrow();
      for (int i = 0; i < found.size(); i++) {
        assertThat((double) found.get(i))
            .as(output)
            .isCloseTo(expected.get(i), within(most * 0.05));
      }
    }
  }

  @Test
  void largeFloatConstantsAreKeptAsHalves() throws IOException {
    ModelProto model = quantised(TinyGraph.withEveryOutput());
    TensorProto halves = constant(model, "wide.weight.f16");
    assertThat(halves.getDataType()).isEqualTo(TensorProto.DataType.FLOAT16_VALUE);
    assertThat(halves.getRawData().size()).isEqualTo(2 * TinyGraph.CHANNELS * TinyGraph.WIDE);
    assertThat(model.getGraph().getInitializerList())
        .noneMatch(tensor -> tensor.getName().equals("wide.weight"));
  }

  @Test
  void theSameInput_givesTheSameBytes() {
    Draft.Candidate one = draft(TinyGraph.residual()).best();
    Draft.Candidate other = draft(TinyGraph.residual()).best();
    assertThat(other.bytes()).isEqualTo(one.bytes());
  }

  @Test
  void aLayerThatIsLeftInFloat_keepsItsWeights() throws IOException {
    Draft.Candidate candidate =
        draft(TinyGraph.residual()).candidate(RangeRule.MIN_MAX, Set.of("first"));
    ModelProto model = ModelProto.parseFrom(candidate.bytes());
    assertThat(constant(model, "first.weight").getDataType())
        .isEqualTo(TensorProto.DataType.FLOAT_VALUE);
    assertThat(operators(model)).contains("Cast");
    assertThat(values(model, TinyGraph.residual().card(), "logits")).hasSize(2 * WAFERS.size());
  }

  @Test
  void whatCannotBeQuantised_isTold() throws IOException {
    assertThatThrownBy(() -> draft(TinyGraph.with("Erf")))
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith("tiny has operators that cannot be quantised here: Erf; known are")
        .hasMessageContaining("Conv");
    assertThatThrownBy(() -> draft(TinyGraph.dense()))
        .hasMessageContaining("no convolution with constant weights before a global average");
    assertThatThrownBy(() -> draft(TinyGraph.residual().opset(11)))
        .hasMessage("tiny is of ONNX operator set 11; quantising needs 13 or later");
    byte[] twice = quantised(TinyGraph.residual()).toByteArray();
    assertThatThrownBy(() -> FloatGraph.parse("tiny", twice))
        .hasMessageContaining("quantised already");
    assertThatThrownBy(() -> FloatGraph.parse("tiny", new byte[] {1, 2, 3}))
        .hasMessageContaining("tiny is no ONNX file");
  }
}
