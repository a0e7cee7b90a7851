package fabwafer.bench;

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
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;

/**
 * ResNet-34 for pictures of 3 x 224 x 224 as an ONNX graph with random weights: what it computes is
 * nonsense, how long it takes is not. Batch normalisation is folded into the convolutions, as an
 * exporter does it, so that nothing is held against it.
 *
 * <p>Source: K. He, X. Zhang, S. Ren, J. Sun, "Deep Residual Learning for Image Recognition", CVPR
 * 2016, arXiv:1512.03385, table 1.
 */
final class ResNet34 {
  static final int SIDE = 224;
  static final int PLANES = 3;
  static final String INPUT = "picture";

  /**
   * Numbers that training changes, with 9 classes; with ImageNet's 1,000 it has 21,797,672, the
   * 21.8 million it is known by.
   */
  static final long PARAMETERS = 21_289_289;

  private static final int CLASSES = 9;
  private static final int STEM_CHANNELS = 64;
  private static final int[] STAGE_CHANNELS = {64, 128, 256, 512};
  private static final int[] STAGE_BLOCKS = {3, 4, 6, 3};

  private final Random random = new Random(1);
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("resnet34");
  private int tensors;
  private long parameters;

  private ResNet34() {}

  /**
   * The ONNX file.
   *
   * @throws IllegalStateException if it has not the parameters it must have
   */
  static byte[] onnx() {
    ResNet34 network = new ResNet34();
    network.write();
    if (network.parameters != PARAMETERS) {
      throw new IllegalStateException(
          "ResNet-34 must have %,d parameters, this has %,d"
              .formatted(PARAMETERS, network.parameters));
    }
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(17))
        .setGraph(network.graph)
        .build()
        .toByteArray();
  }

  private void write() {
    String x = relu(convolution(INPUT, PLANES, STEM_CHANNELS, 7, 2));
    x = maximumPool(x);
    int channels = STEM_CHANNELS;
    for (int stage = 0; stage < STAGE_CHANNELS.length; stage++) {
      for (int block = 0; block < STAGE_BLOCKS[stage]; block++) {
        int out = STAGE_CHANNELS[stage];
        int stride = stage > 0 && block == 0 ? 2 : 1;
        String y = relu(convolution(x, channels, out, 3, stride));
        y = convolution(y, out, out, 3, 1);
        String past = channels == out ? x : convolution(x, channels, out, 1, stride);
        x = relu(node("Add", y, past));
        channels = out;
      }
    }
    String features = node("Flatten", node("GlobalAveragePool", x));
    String weight = constant(CLASSES * channels, 0.01, CLASSES, channels);
    String bias = constant(CLASSES, 0.01, CLASSES);
    parameters += CLASSES * (channels + 1L);
    String logits = "t" + tensors++;
    named("Gemm", logits, features, weight, bias)
        .addAttribute(
            AttributeProto.newBuilder()
                .setName("transB")
                .setType(AttributeProto.AttributeType.INT)
                .setI(1));
    graph.addInput(value(INPUT, PLANES, SIDE, SIDE));
    graph.addOutput(value(logits, CLASSES));
  }

  private String convolution(String input, int in, int out, int kernel, int stride) {
    // Small enough that 16 blocks of sums stay far from the ends of a float.
    double spread = Math.sqrt(1.0 / (in * kernel * kernel));
    String weight = constant(out * in * kernel * kernel, spread, out, in, kernel, kernel);
    String bias = constant(out, 0.01, out);
    // The folded bias stands for batch normalisation's scale and shift.
    parameters += (long) out * in * kernel * kernel + 2L * out;
    String output = "t" + tensors++;
    int pad = kernel / 2;
    named("Conv", output, input, weight, bias)
        .addAttribute(integers("kernel_shape", kernel, kernel))
        .addAttribute(integers("strides", stride, stride))
        .addAttribute(integers("pads", pad, pad, pad, pad));
    return output;
  }

  private String maximumPool(String input) {
    String output = "t" + tensors++;
    named("MaxPool", output, input)
        .addAttribute(integers("kernel_shape", 3, 3))
        .addAttribute(integers("strides", 2, 2))
        .addAttribute(integers("pads", 1, 1, 1, 1));
    return output;
  }

  private String relu(String input) {
    return node("Relu", input);
  }

  private String node(String operator, String... inputs) {
    String output = "t" + tensors++;
    graph.addNode(
        NodeProto.newBuilder().setOpType(operator).addOutput(output).addAllInput(List.of(inputs)));
    return output;
  }

  /** A node whose attributes its caller adds. */
  private NodeProto.Builder named(String operator, String output, String... inputs) {
    return graph
        .addNodeBuilder()
        .setOpType(operator)
        .addOutput(output)
        .addAllInput(List.of(inputs));
  }

  private String constant(int count, double spread, long... shape) {
    String name = "c" + tensors++;
    ByteBuffer packed = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      packed.putFloat((float) ((random.nextFloat() - 0.5) * Math.sqrt(12) * spread));
    }
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.FLOAT_VALUE)
            .setRawData(ByteString.copyFrom(packed.array()));
    for (long side : shape) {
      tensor.addDims(side);
    }
    graph.addInitializer(tensor);
    return name;
  }

  private static AttributeProto integers(String name, long... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    for (long value : values) {
      attribute.addInts(value);
    }
    return attribute.build();
  }

  private static ValueInfoProto value(String name, long... perPicture) {
    TensorShapeProto.Builder shape =
        TensorShapeProto.newBuilder().addDim(Dimension.newBuilder().setDimParam("N"));
    for (long side : perPicture) {
      shape.addDim(Dimension.newBuilder().setDimValue(side));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT_VALUE)
                        .setShape(shape)))
        .build();
  }
}
