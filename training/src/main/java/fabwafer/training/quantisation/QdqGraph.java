package fabwafer.training.quantisation;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import fabwafer.training.quantisation.Plan.Layer;
import fabwafer.training.quantisation.Plan.Scaling;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes the quantised graph: the float graph with QuantizeLinear and DequantizeLinear around the
 * layers of a {@link Plan}. Activations are unsigned bytes with a scale and a zero for each tensor,
 * weights signed bytes with a scale for each output channel and no zero, a bias is 32 bits wide
 * with the product of the scales of input and weights.
 */
final class QdqGraph {
  /**
   * Weights use 7 of their 8 bits. Processors without VNNI add two products of bytes in 16 bits: 2
   * x 255 x 64 fits, with 127 it would overflow without a word.
   */
  static final int MOST_WEIGHT = 64;

  private static final String DEQUANTISED = ".dequantised";

  // Keeps a channel of zeros from a scale of zero.
  private static final double LEAST_WEIGHT_SCALE = 1e-8;

  // Fewer floats than this are not worth a node.
  private static final int LEAST_HALVES = 256;

  // Below the one a half loses precision, above the other there is none.
  private static final float LEAST_HALF = 1 / 64f;
  private static final float MOST_HALF = 65_504;

  // A bias over its scale stays well within 32 bits.
  private static final double MOST_BIAS_STEPS = 1 << 30;

  private final FloatGraph source;
  private final Plan plan;
  private final Map<String, Range> ranges;
  private final Set<String> rounded;
  private final GraphProto.Builder graph = GraphProto.newBuilder();

  private QdqGraph(FloatGraph source, Plan plan, Map<String, Range> ranges) {
    this.source = source;
    this.plan = plan;
    this.ranges = ranges;
    this.rounded = Set.copyOf(plan.rounded());
  }

  /**
   * The ONNX file.
   *
   * @param ranges tensor → its range, for every tensor of {@link Plan#rounded()}
   * @param notes what the file says of its making
   */
  static byte[] write(
      FloatGraph source, Plan plan, Map<String, Range> ranges, Map<String, String> notes) {
    QdqGraph quantised = new QdqGraph(source, plan, ranges);
    quantised.nodes();
    quantised.keepConstants();
    GraphProto from = source.model().getGraph();
    ModelProto.Builder model =
        source.model().toBuilder()
            .setGraph(
                quantised
                    .graph
                    .setName(from.getName())
                    .addAllInput(from.getInputList())
                    .addAllOutput(from.getOutputList()));
    notes.forEach(
        (key, value) ->
            model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return model.build().toByteArray();
  }

  private void nodes() {
    Set<NodeProto> replaced = plan.replaced();
    source.inputs().forEach(this::roundIfPlanned);
    for (NodeProto node : source.nodes()) {
      Layer layer = plan.layer(node);
      if (layer != null) {
        graph.addNode(convolution(layer));
      } else if (!replaced.contains(node)) {
        graph.addNode(withBytes(node, false));
      }
      for (String output : node.getOutputList()) {
        Scaling scaling = plan.scaling(output);
        if (scaling != null) {
          dequantise(scaling, output);
        } else {
          roundIfPlanned(output);
        }
      }
    }
  }

  private NodeProto convolution(Layer layer) {
    double[] scales = weightScales(layer);
    NodeProto.Builder node = withBytes(layer.node(), true).toBuilder();
    node.setInput(1, weight(layer, scales));
    if (layer.bias() != null) {
      node.setInput(2, bias(layer, layer.bias(), scales));
    }
    return node.build();
  }

  /** The scale of each output channel's weights. */
  private double[] weightScales(Layer layer) {
    float[] weights = FloatGraph.floats(layer.weight());
    float @Nullable [] bias = layer.bias() == null ? null : FloatGraph.floats(layer.bias());
    double[] scales = new double[(int) layer.weight().getDims(0)];
    int perChannel = weights.length / scales.length;
    for (int channel = 0; channel < scales.length; channel++) {
      double scale = LEAST_WEIGHT_SCALE;
      for (int i = channel * perChannel; i < (channel + 1) * perChannel; i++) {
        scale = Math.max(scale, Math.abs(weights[i]) / (double) MOST_WEIGHT);
      }
      if (bias != null) {
        scale = Math.max(scale, Math.abs(bias[channel]) / (inputScale(layer) * MOST_BIAS_STEPS));
      }
      scales[channel] = (float) scale;
    }
    return scales;
  }

  private String weight(Layer layer, double[] scales) {
    // Named after the node: another node may use the same weights with other scales.
    String name = layer.node().getOutput(0) + ".weight";
    float[] weights = FloatGraph.floats(layer.weight());
    byte[] rounded = new byte[weights.length];
    int perChannel = weights.length / scales.length;
    for (int i = 0; i < weights.length; i++) {
      double steps = Math.rint(weights[i] / scales[i / perChannel]);
      rounded[i] = (byte) Math.clamp(steps, -MOST_WEIGHT, MOST_WEIGHT);
    }
    long[] shape = layer.weight().getDimsList().stream().mapToLong(Long::longValue).toArray();
    constant(name + ".s8", TensorProto.DataType.INT8, rounded, shape);
    vector(name + ".scale", scales);
    constant(name + ".zero", TensorProto.DataType.INT8, new byte[scales.length], scales.length);
    return dequantised(name, name + ".s8", name + ".zero");
  }

  private String bias(Layer layer, TensorProto tensor, double[] scales) {
    String name = layer.node().getOutput(0) + ".bias";
    float[] bias = FloatGraph.floats(tensor);
    ByteBuffer rounded =
        ByteBuffer.allocate(bias.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    double[] products = new double[bias.length];
    for (int channel = 0; channel < bias.length; channel++) {
      products[channel] = (float) (inputScale(layer) * scales[channel]);
      rounded.putInt((int) Math.rint(bias[channel] / products[channel]));
    }
    constant(name + ".s32", TensorProto.DataType.INT32, rounded.array(), bias.length);
    vector(name + ".scale", products);
    return dequantised(name, name + ".s32", "");
  }

  private double inputScale(Layer layer) {
    Scaling scaling = plan.scaling(layer.input());
    return scaling != null ? scaling.scale() : range(layer.input()).scale();
  }

  private Range range(String tensor) {
    return Objects.requireNonNull(ranges.get(tensor), tensor);
  }

  /** A node that takes the bytes' numbers, where it runs on bytes or there is nothing else. */
  private NodeProto withBytes(NodeProto node, boolean runsOnBytes) {
    NodeProto.Builder changed = node.toBuilder();
    for (int i = 0; i < node.getInputCount(); i++) {
      String input = node.getInput(i);
      if (rounded.contains(input) && (runsOnBytes || plan.isMadeAsBytes(input))) {
        changed.setInput(i, input + DEQUANTISED);
      }
    }
    return changed.build();
  }

  /** Float to byte and back; between two convolutions ONNX Runtime leaves the float out. */
  private void roundIfPlanned(String tensor) {
    if (rounded.contains(tensor)) {
      scaleAndZero(tensor, range(tensor));
      graph.addNode(
          node("QuantizeLinear", tensor + ".u8")
              .addInput(tensor)
              .addInput(tensor + ".scale")
              .addInput(tensor + ".zero"));
      graph.addNode(
          node("DequantizeLinear", tensor + DEQUANTISED)
              .addInput(tensor + ".u8")
              .addInput(tensor + ".scale")
              .addInput(tensor + ".zero"));
    }
  }

  private void dequantise(Scaling scaling, String output) {
    scaleAndZero(output, new Range(scaling.scale(), 0));
    graph.addNode(
        node("DequantizeLinear", output)
            .addInput(scaling.input())
            .addInput(output + ".scale")
            .addInput(output + ".zero"));
  }

  /** Numbers by channel from whole numbers and their scales. */
  private String dequantised(String name, String wholeNumbers, String zero) {
    NodeProto.Builder node =
        node("DequantizeLinear", name + DEQUANTISED)
            .addInput(wholeNumbers)
            .addInput(name + ".scale")
            .addAttribute(integer("axis", 0));
    graph.addNode(zero.isEmpty() ? node : node.addInput(zero));
    return name + DEQUANTISED;
  }

  private void scaleAndZero(String tensor, Range range) {
    constant(tensor + ".scale", TensorProto.DataType.FLOAT, floats(range.scale()));
    constant(tensor + ".zero", TensorProto.DataType.UINT8, new byte[] {(byte) range.zero()});
  }

  private void vector(String name, double[] values) {
    constant(name, TensorProto.DataType.FLOAT, floats(values), values.length);
  }

  private static byte[] floats(double... values) {
    ByteBuffer packed =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      packed.putFloat((float) value);
    }
    return packed.array();
  }

  private void constant(String name, TensorProto.DataType type, byte[] raw, long... shape) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type.getNumber())
            .setRawData(ByteString.copyFrom(raw));
    for (long side : shape) {
      tensor.addDims(side);
    }
    graph.addInitializer(tensor);
  }

  private static NodeProto.Builder node(String operator, String output) {
    return NodeProto.newBuilder().setOpType(operator).setName(output).addOutput(output);
  }

  /**
   * The float constants that some node still uses; large ones as halves, which the graph's first
   * nodes make floats of once, when it is opened.
   */
  private void keepConstants() {
    Set<String> used = new HashSet<>();
    graph.getNodeList().forEach(node -> used.addAll(node.getInputList()));
    List<NodeProto> widened = new ArrayList<>();
    for (TensorProto tensor : source.model().getGraph().getInitializerList()) {
      if (used.contains(tensor.getName())) {
        TensorProto half = half(tensor);
        graph.addInitializer(half);
        if (!half.equals(tensor)) {
          widened.add(
              node("Cast", tensor.getName())
                  .addInput(half.getName())
                  .addAttribute(integer("to", TensorProto.DataType.FLOAT_VALUE))
                  .build());
        }
      }
    }
    List<NodeProto> others = List.copyOf(graph.getNodeList());
    graph.clearNode().addAllNode(widened).addAllNode(others);
  }

  /** A tensor's numbers in 16 bits, with 11 bits of precision; small ones and others unchanged. */
  private static TensorProto half(TensorProto tensor) {
    if (tensor.getDataType() != TensorProto.DataType.FLOAT_VALUE) {
      return tensor;
    }
    float[] values = FloatGraph.floats(tensor);
    float most = 0;
    for (float value : values) {
      most = Math.max(most, Math.abs(value));
    }
    if (values.length < LEAST_HALVES || !(most >= LEAST_HALF && most <= MOST_HALF)) {
      return tensor;
    }
    ByteBuffer packed =
        ByteBuffer.allocate(values.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      packed.putShort(Float.floatToFloat16(value));
    }
    return tensor.toBuilder()
        .clearFloatData()
        .setName(tensor.getName() + ".f16")
        .setDataType(TensorProto.DataType.FLOAT16_VALUE)
        .setRawData(ByteString.copyFrom(packed.array()))
        .build();
  }

  private static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }
}
