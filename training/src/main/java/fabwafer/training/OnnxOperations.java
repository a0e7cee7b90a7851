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

  /** The graph's output: float [N, classes]. */
  static final String OUTPUT = "logits";

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
   * @param logitShift added to the logits, shape [classes]
   */
  static byte[] write(
      ResidualNetwork network, Map<String, float[]> numbers, double[] logitShift, int side) {
    OnnxOperations operations = new OnnxOperations(numbers);
    String logits = network.forward(operations, operations.scaledInput());
    String shift = operations.initializer("shift", floats(logitShift), 1, logitShift.length);
    operations.node("Add", OUTPUT, logits, shift);
    operations.graph.addInput(
        value(INPUT, TensorProto.DataType.UINT8, network.inputPlanes(), side, side));
    operations.graph.addOutput(value(OUTPUT, TensorProto.DataType.FLOAT, logitShift.length));
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

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
