package fabwafer.training.quantisation;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import fabwafer.classifier.ModelCard;
import fabwafer.classifier.OnnxEnvironment;
import fabwafer.classifier.Preprocessing;
import fabwafer.training.TrainingException;
import fabwafer.wafer.WaferMap;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Runs a graph on wafers and shows the floats inside it, a batch at a time; on one thread, so that
 * the same wafers give the same numbers.
 */
final class GraphRunner implements AutoCloseable {
  // Every tensor inside is handed out: a batch of ours takes some 30 MB.
  private static final int BATCH = 16;

  private final ModelCard card;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final Set<String> shown;

  private GraphRunner(
      ModelCard card, OrtEnvironment environment, OrtSession session, Set<String> shown) {
    this.card = card;
    this.environment = environment;
    this.session = session;
    this.shown = shown;
  }

  /**
   * Makes a graph ready to run.
   *
   * @param tensors the tensors of floats to show
   * @throws TrainingException if ONNX Runtime does not take the graph
   */
  static GraphRunner open(ModelProto model, ModelCard card, List<String> tensors) {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      OrtEnvironment environment = OnnxEnvironment.get();
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      return new GraphRunner(
          card,
          environment,
          environment.createSession(showing(model, tensors), options),
          new LinkedHashSet<>(tensors));
    } catch (OrtException e) {
      throw new TrainingException("the graph cannot be run: " + e.getMessage(), e);
    }
  }

  /**
   * Runs the graph.
   *
   * @param seen receives each shown tensor's name and values, once a batch
   */
  void run(List<WaferMap> wafers, BiConsumer<String, FloatBuffer> seen) {
    for (int from = 0; from < wafers.size(); from += BATCH) {
      runBatch(wafers.subList(from, Math.min(from + BATCH, wafers.size())), seen);
    }
  }

  private void runBatch(List<WaferMap> wafers, BiConsumer<String, FloatBuffer> seen) {
    try (OnnxTensor input = input(wafers);
        OrtSession.Result result = session.run(Map.of(card.input().name(), input), shown)) {
      for (String name : shown) {
        if (!(result.get(name).orElseThrow() instanceof OnnxTensor tensor)
            || tensor.getInfo().type != OnnxJavaType.FLOAT) {
          throw new TrainingException("the graph's " + name + " is no tensor of floats");
        }
        seen.accept(name, tensor.getFloatBuffer());
      }
    } catch (OrtException e) {
      throw new TrainingException("the graph failed: " + e.getMessage(), e);
    }
  }

  private OnnxTensor input(List<WaferMap> wafers) throws OrtException {
    Preprocessing preprocessing = Preprocessing.ofName(card.preprocessing());
    ModelCard.Input input = card.input();
    byte[] bytes = new byte[wafers.size() * preprocessing.inputLength()];
    for (int i = 0; i < wafers.size(); i++) {
      preprocessing.encode(wafers.get(i), bytes, i * preprocessing.inputLength());
    }
    long[] shape = {wafers.size(), input.planes(), input.side(), input.side()};
    return switch (input.type()) {
      case UINT8 -> {
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).order(ByteOrder.nativeOrder());
        yield OnnxTensor.createTensor(
            environment, direct.put(bytes).flip(), shape, OnnxJavaType.UINT8);
      }
      case FLOAT32 -> {
        FloatBuffer floats = FloatBuffer.allocate(bytes.length);
        for (byte value : bytes) {
          floats.put(Byte.toUnsignedInt(value));
        }
        yield OnnxTensor.createTensor(environment, floats.flip(), shape);
      }
    };
  }

  /** The graph with more outputs. */
  private static byte[] showing(ModelProto model, List<String> tensors) {
    ModelProto.Builder shown = model.toBuilder();
    Set<String> there = new LinkedHashSet<>();
    model.getGraph().getOutputList().forEach(output -> there.add(output.getName()));
    for (String tensor : tensors) {
      if (there.add(tensor)) {
        shown
            .getGraphBuilder()
            .addOutput(
                ValueInfoProto.newBuilder()
                    .setName(tensor)
                    .setType(
                        TypeProto.newBuilder()
                            .setTensorType(
                                TypeProto.Tensor.newBuilder()
                                    .setElemType(TensorProto.DataType.FLOAT_VALUE))));
      }
    }
    return shown.build().toByteArray();
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new TrainingException("ONNX Runtime cannot close the graph: " + e.getMessage(), e);
    }
  }
}
