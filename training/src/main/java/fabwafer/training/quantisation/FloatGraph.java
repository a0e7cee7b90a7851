package fabwafer.training.quantisation;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import fabwafer.training.TrainingException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An ONNX graph of float arithmetic, and who makes and who uses each of its tensors. Once it
 * exists, every operator in it is known here and may be left in float. Immutable.
 */
final class FloatGraph {
  /** From 13 on DequantizeLinear takes a scale for each channel. */
  private static final int LEAST_OPSET = 13;

  /**
   * Operators whose arithmetic is known to stay right when the tensors that go in are rounded. One
   * that is not here, such as a loop or one that counts or compares, could turn a rounding into
   * another answer.
   */
  private static final Set<String> KNOWN =
      Set.of(
          "Abs",
          "Add",
          "AveragePool",
          "Cast",
          "Clip",
          "Concat",
          "Constant",
          "Conv",
          "Div",
          "Exp",
          "Flatten",
          "Gemm",
          "GlobalAveragePool",
          "HardSigmoid",
          "Identity",
          "Log",
          "MatMul",
          "Max",
          "MaxPool",
          "Min",
          "Mul",
          "Neg",
          "Pow",
          "ReduceL2",
          "ReduceLogSumExp",
          "ReduceMax",
          "ReduceMean",
          "ReduceMin",
          "ReduceSum",
          "ReduceSumSquare",
          "Relu",
          "Reshape",
          "Sigmoid",
          "Softmax",
          "Softplus",
          "Sqrt",
          "Squeeze",
          "Sub",
          "Tanh",
          "Transpose",
          "Unsqueeze");

  private final ModelProto model;
  private final Map<String, NodeProto> producers = new HashMap<>();
  private final Map<String, List<NodeProto>> consumers = new HashMap<>();
  private final Map<String, TensorProto> initializers = new HashMap<>();
  private final Set<String> outputs = new HashSet<>();

  private FloatGraph(ModelProto model) {
    this.model = model;
    GraphProto graph = model.getGraph();
    graph.getInitializerList().forEach(tensor -> initializers.put(tensor.getName(), tensor));
    for (NodeProto node : graph.getNodeList()) {
      node.getOutputList().forEach(output -> producers.put(output, node));
      for (String input : node.getInputList()) {
        consumers.computeIfAbsent(input, name -> new ArrayList<>()).add(node);
      }
    }
    graph.getOutputList().forEach(output -> outputs.add(output.getName()));
  }

  /**
   * Reads an ONNX file.
   *
   * @param where what it is, for messages
   * @throws TrainingException if it is none, too old, already quantised, or holds an operator that
   *     is not known here
   */
  static FloatGraph parse(String where, byte[] bytes) {
    ModelProto model = read(where, bytes);
    requireOpset(where, model);
    Set<String> unknown = new TreeSet<>();
    for (NodeProto node : model.getGraph().getNodeList()) {
      if (node.getOpType().equals("QuantizeLinear") || node.getOpType().equals("QLinearConv")) {
        throw new TrainingException(
            where + " is quantised already; quantise the float model it was made from");
      }
      boolean standard = node.getDomain().isEmpty() || node.getDomain().equals("ai.onnx");
      if (!standard || !KNOWN.contains(node.getOpType())) {
        unknown.add(standard ? node.getOpType() : node.getDomain() + "." + node.getOpType());
      }
    }
    if (!unknown.isEmpty()) {
      throw new TrainingException(
          "%s has operators that cannot be quantised here: %s; known are %s"
              .formatted(
                  where, String.join(", ", unknown), String.join(", ", new TreeSet<>(KNOWN))));
    }
    for (TensorProto tensor : model.getGraph().getInitializerList()) {
      if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
        throw new TrainingException(
            where + " keeps its tensor " + tensor.getName() + " in another file; join them first");
      }
    }
    return new FloatGraph(model);
  }

  /** Reads an ONNX file as it is. */
  static ModelProto read(String where, byte[] bytes) {
    try {
      return ModelProto.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new TrainingException(where + " is no ONNX file: " + e.getMessage(), e);
    }
  }

  private static void requireOpset(String where, ModelProto model) {
    long opset = 0;
    for (OperatorSetIdProto imported : model.getOpsetImportList()) {
      if (imported.getDomain().isEmpty() || imported.getDomain().equals("ai.onnx")) {
        opset = imported.getVersion();
      }
    }
    if (opset < LEAST_OPSET) {
      throw new TrainingException(
          "%s is of ONNX operator set %d; quantising needs %d or later"
              .formatted(where, opset, LEAST_OPSET));
    }
  }

  ModelProto model() {
    return model;
  }

  /** The nodes, each after those that make its inputs. */
  List<NodeProto> nodes() {
    return model.getGraph().getNodeList();
  }

  /** Names of the graph's inputs that are not constants. */
  List<String> inputs() {
    return model.getGraph().getInputList().stream()
        .map(ValueInfoProto::getName)
        .filter(name -> !initializers.containsKey(name))
        .toList();
  }

  /** The node that makes a tensor; null for an input or a constant of the graph. */
  @Nullable NodeProto producer(String tensor) {
    return producers.get(tensor);
  }

  /** The nodes that use a tensor, one as often as it uses it. */
  List<NodeProto> consumers(String tensor) {
    return consumers.getOrDefault(tensor, List.of());
  }

  boolean isOutput(String tensor) {
    return outputs.contains(tensor);
  }

  /** Whether a tensor is an input of the graph and made of unsigned bytes. */
  boolean isByteInput(String tensor) {
    return model.getGraph().getInputList().stream()
        .anyMatch(
            input ->
                input.getName().equals(tensor)
                    && input.getType().getTensorType().getElemType()
                        == TensorProto.DataType.UINT8_VALUE);
  }

  /** Whether a tensor is the same for every wafer by itself. */
  boolean isConstant(String tensor) {
    NodeProto producer = producers.get(tensor);
    return initializers.containsKey(tensor)
        || (producer != null && producer.getOpType().equals("Constant"));
  }

  /** A constant of floats; null where a tensor is none. */
  @Nullable TensorProto floatConstant(String tensor) {
    TensorProto found = initializers.get(tensor);
    return found != null && found.getDataType() == TensorProto.DataType.FLOAT_VALUE ? found : null;
  }

  /** The numbers of a tensor of floats, whichever of ONNX's two ways they are written in. */
  static float[] floats(TensorProto tensor) {
    if (tensor.getFloatDataCount() > 0) {
      float[] values = new float[tensor.getFloatDataCount()];
      for (int i = 0; i < values.length; i++) {
        values[i] = tensor.getFloatData(i);
      }
      return values;
    }
    float[] values = new float[tensor.getRawData().size() / Float.BYTES];
    tensor
        .getRawData()
        .asReadOnlyByteBuffer()
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(values);
    return values;
  }

  /** A whole-number attribute of a node, or the default ONNX gives it. */
  static long integer(NodeProto node, String attribute, long otherwise) {
    for (AttributeProto given : node.getAttributeList()) {
      if (given.getName().equals(attribute)) {
        return given.getI();
      }
    }
    return otherwise;
  }
}
