package fabwafer.training.quantisation;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import fabwafer.training.TrainingException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which convolutions of a graph run on whole numbers, and which tensors are rounded to bytes
 * because of it. Immutable once made.
 *
 * <p>A convolution can where its weights are constant. What is made from a global average alone
 * stays in float: it is a few numbers a wafer, so there is nothing to win and much to lose. So do
 * the additions and gates between convolutions (docs/decisions/int8.md has the figures).
 */
final class Plan {
  private static final Set<String> AVERAGES =
      Set.of("GlobalAveragePool", "ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin");

  private static final int KERNEL_DIMENSIONS = 4;

  private final FloatGraph graph;
  private final Map<NodeProto, Layer> layers = new LinkedHashMap<>();
  private final Set<String> madeAsBytes = new HashSet<>();
  private final Set<String> rounded = new LinkedHashSet<>();
  private final Map<String, Scaling> scalings = new HashMap<>();

  private Plan(FloatGraph graph) {
    this.graph = graph;
  }

  /**
   * A convolution that runs on whole numbers.
   *
   * @param name its name in the graph, else its output's
   * @param input the tensor that goes in as bytes
   * @param weight shape [out, in, height, width]
   * @param bias shape [out], or null for none
   * @param output what comes out as bytes: its own output, or that of the ReLU that alone uses it
   */
  record Layer(
      String name,
      NodeProto node,
      String input,
      TensorProto weight,
      @Nullable TensorProto bias,
      String output) {}

  /**
   * The start of a graph that takes bytes and makes floats of them: bytes with a known scale as
   * they are.
   *
   * @param cast the node that makes floats
   * @param times the node that scales them, if there is one
   * @param input the graph's input
   */
  record Scaling(NodeProto cast, Optional<NodeProto> times, String input, float scale) {}

  /**
   * Plans a graph.
   *
   * @param floatLayers names of convolutions to leave in float
   * @throws TrainingException if no convolution can run on whole numbers
   */
  static Plan of(String where, FloatGraph graph, Set<String> floatLayers) {
    Plan plan = new Plan(graph);
    Set<String> averaged = plan.averaged();
    for (NodeProto node : graph.nodes()) {
      if (node.getOpType().equals("Conv") && !averaged.contains(node.getOutput(0))) {
        Layer layer = plan.possible(node);
        if (layer != null && !floatLayers.contains(layer.name())) {
          plan.add(layer);
        }
      }
    }
    if (plan.layers.isEmpty()) {
      throw new TrainingException(
          where
              + " has no convolution with constant weights before a global average: nothing to"
              + " quantise");
    }
    return plan;
  }

  /** The convolutions that run on whole numbers, in the graph's order. */
  List<Layer> layers() {
    return List.copyOf(layers.values());
  }

  /** What a node is in this plan; null where it stays in float. */
  @Nullable Layer layer(NodeProto node) {
    return layers.get(node);
  }

  /** The tensors that need a range, because they are rounded to bytes. */
  List<String> rounded() {
    return List.copyOf(rounded);
  }

  /** Whether a tensor exists as bytes alone, so that whoever uses it must use those. */
  boolean isMadeAsBytes(String tensor) {
    return madeAsBytes.contains(tensor);
  }

  /** The start of the graph that makes this tensor out of bytes; null where none does. */
  @Nullable Scaling scaling(String tensor) {
    return scalings.get(tensor);
  }

  /** The nodes that {@link Scaling}s take the place of. */
  Set<NodeProto> replaced() {
    Set<NodeProto> replaced = new HashSet<>();
    for (Scaling scaling : scalings.values()) {
      replaced.add(scaling.cast());
      scaling.times().ifPresent(replaced::add);
    }
    return replaced;
  }

  private void add(Layer layer) {
    layers.put(layer.node(), layer);
    Scaling scaling = scalingOf(layer.input());
    if (scaling != null) {
      scalings.put(layer.input(), scaling);
    } else {
      rounded.add(layer.input());
    }
    rounded.add(layer.output());
    madeAsBytes.add(layer.output());
  }

  /** Tensors made of nothing but global averages and constants. */
  private Set<String> averaged() {
    Set<String> averaged = new HashSet<>();
    for (NodeProto node : graph.nodes()) {
      List<String> varying =
          node.getInputList().stream()
              .filter(input -> !input.isEmpty() && !graph.isConstant(input))
              .toList();
      if (AVERAGES.contains(node.getOpType())
          || (!varying.isEmpty() && averaged.containsAll(varying))) {
        averaged.addAll(node.getOutputList());
      }
    }
    return averaged;
  }

  /** A convolution as a layer; null where its weights vary or its output is the graph's. */
  private @Nullable Layer possible(NodeProto node) {
    TensorProto weight = graph.floatConstant(node.getInput(1));
    boolean hasBias = node.getInputCount() > 2 && !node.getInput(2).isEmpty();
    TensorProto bias = hasBias ? graph.floatConstant(node.getInput(2)) : null;
    String output = end(node.getOutput(0));
    if (weight == null
        || weight.getDimsCount() != KERNEL_DIMENSIONS
        || (hasBias && bias == null)
        || graph.isConstant(node.getInput(0))
        || graph.isOutput(output)) {
      return null;
    }
    String name = node.getName().isEmpty() ? node.getOutput(0) : node.getName();
    return new Layer(name, node, node.getInput(0), weight, bias, output);
  }

  /** The tensor after the ReLU where a ReLU is all that uses this one. */
  private String end(String tensor) {
    List<NodeProto> users = graph.consumers(tensor);
    boolean onlyRelu =
        users.size() == 1 && users.getFirst().getOpType().equals("Relu") && !graph.isOutput(tensor);
    return onlyRelu ? users.getFirst().getOutput(0) : tensor;
  }

  private @Nullable Scaling scalingOf(String tensor) {
    NodeProto last = graph.producer(tensor);
    if (last == null || graph.isOutput(tensor)) {
      return null;
    }
    return switch (last.getOpType()) {
      case "Cast" -> scaling(last, Optional.empty(), 1);
      case "Mul", "Div" -> {
        NodeProto cast = graph.producer(last.getInput(0));
        TensorProto constant = graph.floatConstant(last.getInput(1));
        boolean isScaledCast =
            cast != null
                && cast.getOpType().equals("Cast")
                && graph.consumers(last.getInput(0)).size() == 1;
        if (cast == null || !isScaledCast || constant == null) {
          yield null;
        }
        float[] values = FloatGraph.floats(constant);
        float first = values.length == 1 ? values[0] : Float.NaN;
        yield scaling(cast, Optional.of(last), last.getOpType().equals("Mul") ? first : 1 / first);
      }
      default -> null;
    };
  }

  private @Nullable Scaling scaling(NodeProto cast, Optional<NodeProto> times, float scale) {
    String input = cast.getInput(0);
    boolean toFloat = FloatGraph.integer(cast, "to", 0) == TensorProto.DataType.FLOAT_VALUE;
    boolean usable = scale > 0 && Float.isFinite(scale) && graph.isByteInput(input);
    return toFloat && usable ? new Scaling(cast, times, input, scale) : null;
  }
}
