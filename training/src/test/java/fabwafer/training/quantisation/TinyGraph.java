package fabwafer.training.quantisation;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import fabwafer.classifier.ModelCard;
import fabwafer.classifier.Preprocessing;
import fabwafer.wafer.WaferMap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A graph as training writes them, small enough to look into: bytes of {@code area-v1-8}, a
 * convolution with ReLU ("first"), one without ("second"), a gate from the global average, the skip
 * around both, a global average, a dense layer. Its weights are random but always the same.
 */
final class TinyGraph {
  static final int SIDE = 8;
  static final int CHANNELS = 4;
  static final int WIDE = 100;
  static final List<String> CLASSES = List.of("Center", "none");

  private final Random random = new Random(7);
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("tiny");
  private final List<String> outputs = new ArrayList<>();
  private long opset = 17;

  private TinyGraph() {}

  /** The graph; its only output is logits. */
  static TinyGraph residual() {
    TinyGraph tiny = new TinyGraph();
    tiny.node("Cast", "floats", "wafer").addAttribute(integer("to", 1));
    tiny.constant("unit", new float[] {1 / 255f});
    tiny.node("Mul", "x", "floats", "unit");
    tiny.convolution("first", "x", Preprocessing.PLANES, CHANNELS, 3);
    tiny.node("Relu", "hidden", "first.out");
    tiny.convolution("second", "hidden", CHANNELS, CHANNELS, 3);
    tiny.node("GlobalAveragePool", "seen", "second.out");
    tiny.convolution("excite", "seen", CHANNELS, CHANNELS, 1);
    tiny.node("Sigmoid", "open", "excite.out");
    tiny.node("Mul", "gated", "second.out", "open");
    tiny.node("Add", "sum", "gated", "hidden");
    tiny.node("Relu", "last", "sum");
    tiny.node("GlobalAveragePool", "average", "last");
    tiny.node("Flatten", "features", "average");
    tiny.constant("head.weight", tiny.numbers(CLASSES.size() * CHANNELS), CLASSES.size(), CHANNELS);
    tiny.constant("head.bias", new float[] {0.1f, -0.1f}, CLASSES.size());
    tiny.node("Gemm", "logits", "features", "head.weight", "head.bias")
        .addAttribute(integer("transB", 1));
    tiny.outputs.add("logits");
    return tiny;
  }

  /** The same with the optional outputs that a model may have. */
  static TinyGraph withEveryOutput() {
    TinyGraph tiny = residual();
    tiny.node("Identity", "embedding", "features");
    tiny.constant("wide.weight", tiny.numbers(CHANNELS * WIDE), CHANNELS, WIDE);
    tiny.node("MatMul", "wide", "features", "wide.weight");
    tiny.constant("patterns.weight", tiny.numbers(WIDE), WIDE, 1);
    tiny.node("MatMul", "patterns", "wide", "patterns.weight");
    tiny.constant("centre", tiny.numbers(CHANNELS), CHANNELS);
    tiny.node("Sub", "off", "features", "centre");
    tiny.node("Mul", "squares", "off", "off");
    tiny.node("ReduceMean", "novelty", "squares")
        .addAttribute(
            AttributeProto.newBuilder()
                .setName("axes")
                .setType(AttributeProto.AttributeType.INTS)
                .addInts(1))
        .addAttribute(integer("keepdims", 0));
    tiny.outputs.addAll(List.of("patterns", "embedding", "novelty"));
    return tiny;
  }

  /** The same with another operator between the last convolution and what follows. */
  static TinyGraph with(String operator) {
    TinyGraph tiny = residual();
    tiny.node(operator, "other", "features");
    return tiny;
  }

  /**
   * Center where more than a quarter of the dies fail; but what it goes by is a thousandth of what
   * its convolution gives, so that rounding to bytes leaves nothing of it.
   */
  static TinyGraph fragile() {
    TinyGraph tiny = new TinyGraph();
    tiny.node("Cast", "floats", "wafer").addAttribute(integer("to", 1));
    tiny.constant("unit", new float[] {1 / 255f});
    tiny.node("Mul", "x", "floats", "unit");
    tiny.constant("first.weight", new float[] {0, 1, 0}, 1, Preprocessing.PLANES, 1, 1);
    tiny.constant("first.bias", new float[] {1_000}, 1);
    tiny.node("Conv", "high", "x", "first.weight", "first.bias").setName("first");
    tiny.node("GlobalAveragePool", "average", "high");
    tiny.node("Flatten", "features", "average");
    tiny.constant("head.weight", new float[] {10, 0}, CLASSES.size(), 1);
    tiny.constant("head.bias", new float[] {-10_002.5f, 0}, CLASSES.size());
    tiny.node("Gemm", "logits", "features", "head.weight", "head.bias")
        .addAttribute(integer("transB", 1));
    tiny.outputs.add("logits");
    return tiny;
  }

  /** A graph without a convolution. */
  static TinyGraph dense() {
    TinyGraph tiny = new TinyGraph();
    tiny.node("Cast", "floats", "wafer").addAttribute(integer("to", 1));
    tiny.node("GlobalAveragePool", "average", "floats");
    tiny.node("Flatten", "features", "average");
    tiny.constant("head.weight", tiny.numbers(6), CLASSES.size(), Preprocessing.PLANES);
    tiny.node("Gemm", "logits", "features", "head.weight").addAttribute(integer("transB", 1));
    tiny.outputs.add("logits");
    return tiny;
  }

  TinyGraph opset(long version) {
    opset = version;
    return this;
  }

  byte[] bytes() {
    GraphProto.Builder whole =
        graph.clone().addInput(value("wafer", TensorProto.DataType.UINT8, 3, SIDE, SIDE));
    for (String output : outputs) {
      long[] perWafer =
          switch (output) {
            case "logits" -> new long[] {CLASSES.size()};
            case "patterns" -> new long[] {1};
            case "embedding" -> new long[] {CHANNELS};
            default -> new long[0];
          };
      whole.addOutput(value(output, TensorProto.DataType.FLOAT, perWafer));
    }
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(opset))
        .setGraph(whole)
        .build()
        .toByteArray();
  }

  /** Its card, read as a file is: only what a file says is needed here. */
  ModelCard card() {
    String json =
        """
        {"format": 1, "id": "%s", "classes": ["Center", "none"],
         "input": {"name": "wafer", "planes": 3, "side": 8, "type": "uint8"},
         "preprocessing": "area-v1-8",
         "calibration": {"method": "temperature", "temperature": 1.5, "fittedOn": "a test"},
         "metrics": [{"data": "a test", "split": "all", "values": {"macroF1": 0.5}}],
         "provenance": {"data": "a test", "dataSha256": "%s", "codeVersion": "test",
           "seed": 11, "created": "2026-11-23T10:15:30Z", "command": "made by a test"}}
        """
            .formatted(ModelCard.idOf(bytes()), "0".repeat(64));
    return ModelCard.parse("tiny", json.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes graph and card into a folder. */
  Path writeTo(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve(ModelCard.GRAPH_FILE_NAME), bytes());
    card().write(folder.resolve(ModelCard.FILE_NAME));
    return folder;
  }

  /** Wafers of random dies, always the same. */
  static List<WaferMap> wafers(int count) {
    Random dies = new Random(3);
    List<WaferMap> wafers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] cells = new byte[SIDE * SIDE];
      double failing = dies.nextDouble();
      for (int cell = 0; cell < cells.length; cell++) {
        cells[cell] = (byte) (dies.nextDouble() < failing ? 2 : dies.nextInt(2));
      }
      cells[0] = 1;
      wafers.add(WaferMap.of(SIDE, SIDE, cells));
    }
    return wafers;
  }

  private void convolution(String name, String input, int in, int out, int kernel) {
    constant(name + ".weight", numbers(out * in * kernel * kernel), out, in, kernel, kernel);
    constant(name + ".bias", numbers(out), out);
    AttributeProto.Builder pads =
        AttributeProto.newBuilder().setName("pads").setType(AttributeProto.AttributeType.INTS);
    for (int side = 0; side < 4; side++) {
      pads.addInts(kernel / 2);
    }
    node("Conv", name + ".out", input, name + ".weight", name + ".bias")
        .setName(name)
        .addAttribute(pads);
  }

  /** Channel c's numbers are up to 2^c: so their scales differ. */
  private float[] numbers(int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      int quarter = 4 * i / count;
      numbers[i] = (random.nextFloat() - 0.5f) * (1 << quarter) / 4;
    }
    return numbers;
  }

  private NodeProto.Builder node(String operator, String output, String... inputs) {
    return graph
        .addNodeBuilder()
        .setOpType(operator)
        .addOutput(output)
        .addAllInput(List.of(inputs));
  }

  private void constant(String name, float[] values, long... shape) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.FLOAT_VALUE);
    for (float value : values) {
      tensor.addFloatData(value);
    }
    for (long side : shape) {
      tensor.addDims(side);
    }
    graph.addInitializer(tensor);
  }

  private static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  private static ValueInfoProto value(String name, TensorProto.DataType type, long... perWafer) {
    TensorShapeProto.Builder shape =
        TensorShapeProto.newBuilder().addDim(Dimension.newBuilder().setDimParam("N"));
    for (long side : perWafer) {
      shape.addDim(Dimension.newBuilder().setDimValue(side));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape)))
        .build();
  }
}
