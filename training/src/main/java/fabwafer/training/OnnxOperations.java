package fabwafer.training;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/**
 * Writes a network down as an ONNX graph; a batch of activations is the name of a tensor. Batch
 * normalisation is folded into the convolution before it, so inference has none.
 */
final class OnnxOperations implements Operations<String> {
  /** The graph's input: uint8 [N, planes, side, side], as the preprocessing makes it. */
  static final String INPUT = "wafer";

  /** The graph's outputs: float [N, classes], [N, patterns], [N, channels] and [N]. */
  static final String LOGITS = "logits";

  static final String PATTERNS = "patterns";
  static final String EMBEDDING = "embedding";
  static final String NOVELTY = "novelty";

  private static final int OPSET = 17;
  private static final int IR_VERSION = 8;
  private static final String BATCH = "N";

  private final Map<String, float[]> numbers;
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("fabwafer");
  private int tensors;

  private OnnxOperations(Map<String, float[]> numbers) {
    this.numbers = numbers;
  }

  /**
   * The ONNX file of a network.
   *
   * @param numbers every array of the network by name
   * @param familiarity what novelty is measured by
   */
  static byte[] write(
      ResidualNetwork network, Map<String, float[]> numbers, Familiarity familiarity, int side) {
    OnnxOperations operations = new OnnxOperations(numbers);
    ResidualNetwork.Outputs<String> outputs = network.forward(operations, operations.scaledInput());
    operations.node("Identity", LOGITS, outputs.logits());
    operations.node("Identity", PATTERNS, outputs.patterns());
    operations.node("Identity", EMBEDDING, outputs.embedding());
    operations.novelty(outputs.embedding(), outputs.patterns(), familiarity);
    operations.graph.addInput(
        value(INPUT, TensorProto.DataType.UINT8, network.inputPlanes(), side, side));
    operations.graph.addOutput(value(LOGITS, TensorProto.DataType.FLOAT, network.classes()));
    operations.graph.addOutput(value(PATTERNS, TensorProto.DataType.FLOAT, network.patterns()));
    operations.graph.addOutput(value(EMBEDDING, TensorProto.DataType.FLOAT, network.channels()));
    operations.graph.addOutput(value(NOVELTY, TensorProto.DataType.FLOAT));
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("fabwafer")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
        .setGraph(operations.graph)
        .build()
        .toByteArray();
  }

  @Override
  public String convolution(String input, Convolution c) {
    float[] kernel = numbers(c.name() + ".weight").clone();
    float[] scale = numbers(c.name() + ".scale");
    float[] shift = numbers(c.name() + ".shift");
    float[] mean = numbers(c.name() + ".mean");
    float[] variance = numbers(c.name() + ".variance");
    float[] bias = new float[c.out()];
    int perChannel = kernel.length / c.out();
    for (int channel = 0; channel < c.out(); channel++) {
      double factor = scale[channel] / Math.sqrt(variance[channel] + TorchOperations.NORM_EPSILON);
      bias[channel] = (float) (shift[channel] - mean[channel] * factor);
      for (int i = channel * perChannel; i < (channel + 1) * perChannel; i++) {
        kernel[i] = (float) (kernel[i] * factor);
      }
    }
    return convolved(c, input, kernel, bias);
  }

  @Override
  public String relu(String input) {
    return node("Relu", next(), input);
  }

  @Override
  public String add(String left, String right) {
    return node("Add", next(), left, right);
  }

  @Override
  public String gate(String input, Gate gate) {
    String average = node("GlobalAveragePool", next(), input);
    String hidden = relu(pointwise(average, gate.squeeze()));
    String open = node("Sigmoid", next(), pointwise(hidden, gate.excite()));
    return node("Mul", next(), input, open);
  }

  @Override
  public String globalAverage(String input) {
    return node("Flatten", next(), node("GlobalAveragePool", next(), input));
  }

  @Override
  public String dense(String input, Dense dense) {
    String output = next();
    String weight =
        initializer(
            dense.name() + ".weight", numbers(dense.name() + ".weight"), dense.out(), dense.in());
    String bias = initializer(dense.name() + ".bias", numbers(dense.name() + ".bias"), dense.out());
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("Gemm")
            .addInput(input)
            .addInput(weight)
            .addInput(bias)
            .addOutput(output)
            .addAttribute(integer("transB", 1)));
    return output;
  }

  /** {@link Familiarity#novelty}: 1 - the largest cosine, and the doubt about the patterns. */
  private void novelty(String embedding, String patterns, Familiarity familiarity) {
    int prototypes = familiarity.prototypes().length;
    int channels = familiarity.prototypes()[0].length;
    float[] transposed = new float[channels * prototypes];
    for (int p = 0; p < prototypes; p++) {
      for (int k = 0; k < channels; k++) {
        transposed[k * prototypes + p] = familiarity.prototypes()[p][k];
      }
    }
    String length = next();
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("ReduceL2")
            .addInput(embedding)
            .addOutput(length)
            .addAttribute(integers("axes", 1))
            .addAttribute(integer("keepdims", 1)));
    String least = initializer("novelty.least", new float[] {Familiarity.LEAST_LENGTH});
    String unit = node("Div", next(), embedding, node("Add", next(), length, least));
    String cosines =
        node(
            "MatMul",
            next(),
            unit,
            initializer("novelty.prototypes", transposed, channels, prototypes));
    String largest = next();
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("ReduceMax")
            .addInput(cosines)
            .addOutput(largest)
            .addAttribute(integers("axes", 1))
            .addAttribute(integer("keepdims", 0)));
    String one = initializer("novelty.one", new float[] {1});
    String distance = node("Sub", next(), one, largest);
    node("Add", NOVELTY, distance, doubt(patterns));
  }

  /** Weighted sum over patterns of softplus(z) - z sigmoid(z), the entropy of each yes or no. */
  private String doubt(String patterns) {
    String weighed = node("Mul", next(), patterns, node("Sigmoid", next(), patterns));
    String entropy = node("Sub", next(), node("Softplus", next(), patterns), weighed);
    String sum = next();
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("ReduceSum")
            .addInput(entropy)
            .addInput(wholeNumber("novelty.axis", 1))
            .addOutput(sum)
            .addAttribute(integer("keepdims", 0)));
    String weight = initializer("novelty.doubt", new float[] {(float) Familiarity.DOUBT_WEIGHT});
    return node("Mul", next(), sum, weight);
  }

  /** An initializer of one whole number. */
  private String wholeNumber(String name, long value) {
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.INT64.getNumber())
            .addDims(1)
            .addInt64Data(value));
    return name;
  }

  private String scaledInput() {
    String cast = next();
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("Cast")
            .addInput(INPUT)
            .addOutput(cast)
            .addAttribute(integer("to", TensorProto.DataType.FLOAT.getNumber())));
    return node("Mul", next(), cast, initializer("unit", new float[] {1 / 255f}));
  }

  /** A dense layer on [N, C, 1, 1]. */
  private String pointwise(String input, Dense dense) {
    return convolved(
        new Convolution(dense.name(), dense.in(), dense.out(), 1, 1),
        input,
        numbers(dense.name() + ".weight"),
        numbers(dense.name() + ".bias"));
  }

  private String convolved(Convolution c, String input, float[] kernel, float[] bias) {
    String output = next();
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("Conv")
            .setName(c.name())
            .addInput(input)
            .addInput(
                initializer(c.name() + ".weight", kernel, c.out(), c.in(), c.kernel(), c.kernel()))
            .addInput(initializer(c.name() + ".bias", bias, c.out()))
            .addOutput(output)
            .addAttribute(integers("kernel_shape", c.kernel(), c.kernel()))
            .addAttribute(integers("strides", c.stride(), c.stride()))
            .addAttribute(integers("pads", c.padding(), c.padding(), c.padding(), c.padding())));
    return output;
  }

  private String node(String operator, String output, String... inputs) {
    NodeProto.Builder node = NodeProto.newBuilder().setOpType(operator).addOutput(output);
    for (String input : inputs) {
      node.addInput(input);
    }
    graph.addNode(node);
    return output;
  }

  private String next() {
    return "t" + tensors++;
  }

  private float[] numbers(String name) {
    float[] found = numbers.get(name);
    if (found == null) {
      throw new IllegalArgumentException("the network has no array called " + name);
    }
    return found;
  }

  private String initializer(String name, float[] values, long... shape) {
    ByteBuffer packed =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    packed.asFloatBuffer().put(values);
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.FLOAT.getNumber())
            .setRawData(ByteString.copyFrom(packed.array()));
    for (long side : shape) {
      tensor.addDims(side);
    }
    graph.addInitializer(tensor);
    return name;
  }

  private static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  private static AttributeProto integers(String name, long... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    for (long value : values) {
      attribute.addInts(value);
    }
    return attribute.build();
  }

  private static ValueInfoProto value(String name, TensorProto.DataType type, long... perWafer) {
    TensorShapeProto.Builder shape =
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam(BATCH));
    for (long side : perWafer) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(side));
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
