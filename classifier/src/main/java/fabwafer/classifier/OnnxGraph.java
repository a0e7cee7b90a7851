package fabwafer.classifier;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import fabwafer.classifier.ModelCard.Input;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An ONNX graph that takes one tensor [batch, planes, side, side] and gives one of logits [batch,
 * classes]. ONNX Runtime stays behind this class. {@link #run} is safe for several threads, each
 * with buffers of its own; the caller sees to it that none runs when {@link #close} is called.
 */
final class OnnxGraph implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OnnxGraph.class);
  private static final int DYNAMIC = -1;
  private static final int NO_LIMIT = Integer.MAX_VALUE;

  private final String where;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final Input input;
  private final int classes;
  private final String output;
  private final int maxBatch;

  private OnnxGraph(String where, OrtEnvironment environment, OrtSession session, ModelCard card)
      throws OrtException {
    this.where = where;
    this.environment = environment;
    this.session = session;
    this.input = card.input();
    this.classes = card.classes().size();
    long inputBatch = checkInput();
    this.output = onlyOutput();
    long outputBatch = checkOutput();
    this.maxBatch = inputBatch == DYNAMIC && outputBatch != 1 ? NO_LIMIT : 1;
  }

  /**
   * Makes a graph ready to run.
   *
   * @param where the model, for messages
   * @param bytes the ONNX file
   * @throws ClassifierException if it is no ONNX graph, or not one of the card's shapes
   */
  static OnnxGraph open(String where, byte[] bytes, ModelCard card, Classifier.Options options) {
    OrtSession session = null;
    try {
      OrtEnvironment environment = OnnxEnvironment.get();
      session = session(environment, bytes, options);
      return new OnnxGraph(where, environment, session, card);
    } catch (OrtException e) {
      closeQuietly(session);
      throw new ClassifierException(
          where
              + ": "
              + ModelCard.GRAPH_FILE_NAME
              + " is no ONNX graph that can be run: "
              + firstLine(e),
          e);
    } catch (ClassifierException e) {
      closeQuietly(session);
      throw e;
    } catch (LinkageError e) {
      throw new ClassifierException(
          "ONNX Runtime has no library for this machine (%s, %s)"
              .formatted(System.getProperty("os.name"), System.getProperty("os.arch")),
          e);
    }
  }

  private static OrtSession session(
      OrtEnvironment environment, byte[] bytes, Classifier.Options options) throws OrtException {
    try (OrtSession.SessionOptions sessionOptions = new OrtSession.SessionOptions()) {
      sessionOptions.setIntraOpNumThreads(options.intraOpThreads());
      sessionOptions.setInterOpNumThreads(1);
      // Idle threads of ONNX Runtime spin by default and would take a core from the others.
      sessionOptions.addConfigEntry("session.intra_op.allow_spinning", "0");
      sessionOptions.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      return environment.createSession(bytes, sessionOptions);
    }
  }

  /** Most inputs of one run: 1 where the graph's batch is fixed. */
  int maxBatch() {
    return maxBatch;
  }

  /**
   * Runs the graph.
   *
   * @param buffers hold {@code batch} inputs; used by nobody else meanwhile
   * @return logits, shape [batch, classes], finite
   */
  double[][] run(Buffers buffers, int batch) {
    try (OnnxTensor tensor = tensor(buffers, batch);
        OrtSession.Result result = session.run(Map.of(input.name(), tensor))) {
      OnnxValue value = result.get(output).orElseThrow();
      long[] shape = ((TensorInfo) value.getInfo()).getShape();
      if (!Arrays.equals(shape, new long[] {batch, classes})) {
        throw unfit(
            "gave logits of shape %s for %d inputs, its card has %d classes"
                .formatted(Arrays.toString(shape), batch, classes));
      }
      return logits(((OnnxTensor) value).getFloatBuffer(), batch);
    } catch (OrtException e) {
      throw new ClassifierException(where + ": the graph failed: " + firstLine(e), e);
    }
  }

  private OnnxTensor tensor(Buffers buffers, int batch) throws OrtException {
    long[] shape = {batch, input.planes(), input.side(), input.side()};
    int values = batch * buffers.inputLength;
    return switch (input.type()) {
      case UINT8 -> {
        ByteBuffer bytes = buffers.direct.clear();
        bytes.put(buffers.bytes, 0, values).flip();
        yield OnnxTensor.createTensor(environment, bytes, shape, OnnxJavaType.UINT8);
      }
      case FLOAT32 -> {
        FloatBuffer floats = buffers.direct.clear().asFloatBuffer();
        for (int i = 0; i < values; i++) {
          floats.put(Byte.toUnsignedInt(buffers.bytes[i]));
        }
        yield OnnxTensor.createTensor(environment, floats.flip(), shape);
      }
    };
  }

  private double[][] logits(FloatBuffer values, int batch) {
    double[][] logits = new double[batch][classes];
    for (double[] row : logits) {
      for (int i = 0; i < classes; i++) {
        row[i] = values.get();
        if (!Double.isFinite(row[i])) {
          throw unfit("gave a logit that is no finite number: " + row[i]);
        }
      }
    }
    return logits;
  }

  @Override
  public void close() {
    closeQuietly(session);
  }

  /** Room for the inputs of one run at a time. */
  static final class Buffers {
    private final int inputLength;
    private final byte[] bytes;
    private final ByteBuffer direct;

    /**
     * @param inputLength bytes of one input
     * @param capacity most inputs
     */
    Buffers(Input input, int inputLength, int capacity) {
      this.inputLength = inputLength;
      this.bytes = new byte[capacity * inputLength];
      int valueBytes =
          switch (input.type()) {
            case UINT8 -> 1;
            case FLOAT32 -> Float.BYTES;
          };
      this.direct =
          ByteBuffer.allocateDirect(bytes.length * valueBytes).order(ByteOrder.nativeOrder());
    }

    /** Most inputs. */
    int capacity() {
      return bytes.length / inputLength;
    }

    /** Where the preprocessing writes: input i begins at i x its length. */
    byte[] bytes() {
      return bytes;
    }
  }

  /** Answers the graph's batch size, or DYNAMIC. */
  private long checkInput() throws OrtException {
    Map<String, NodeInfo> inputs = session.getInputInfo();
    NodeInfo info = inputs.get(input.name());
    if (info == null || inputs.size() != 1) {
      throw unfit(
          "must have one input, called '%s' as its card says; it has %s"
              .formatted(input.name(), ModelCardJson.shown(inputs.keySet())));
    }
    TensorInfo tensor = tensorInfo("input", info);
    OnnxJavaType type =
        switch (input.type()) {
          case UINT8 -> OnnxJavaType.UINT8;
          case FLOAT32 -> OnnxJavaType.FLOAT;
        };
    if (tensor.type != type) {
      throw unfit("takes %s, its card says %s".formatted(tensor.type, input.type().word()));
    }
    requireShape("input", tensor.getShape(), input.planes(), input.side(), input.side());
    return tensor.getShape()[0];
  }

  private String onlyOutput() {
    if (session.getOutputNames().size() != 1) {
      throw unfit(
          "must have one output, the logits; it has "
              + ModelCardJson.shown(session.getOutputNames()));
    }
    return session.getOutputNames().iterator().next();
  }

  private long checkOutput() throws OrtException {
    TensorInfo tensor = tensorInfo("output", session.getOutputInfo().get(output));
    if (tensor.type != OnnxJavaType.FLOAT) {
      throw unfit("must give logits as float, gives " + tensor.type);
    }
    requireShape("output", tensor.getShape(), classes);
    return tensor.getShape()[0];
  }

  private TensorInfo tensorInfo(String what, @Nullable NodeInfo info) {
    if (info == null || !(info.getInfo() instanceof TensorInfo tensor)) {
      throw unfit("must have a tensor as its " + what);
    }
    return tensor;
  }

  /** Shape [batch, wanted…]; a dimension that the graph leaves open fits. */
  private void requireShape(String what, long[] shape, long... wanted) {
    boolean fits = shape.length == wanted.length + 1 && (shape[0] == DYNAMIC || shape[0] == 1);
    for (int i = 0; fits && i < wanted.length; i++) {
      fits = shape[i + 1] == DYNAMIC || shape[i + 1] == wanted[i];
    }
    if (!fits) {
      throw unfit(
          "has %s shape %s; its card says [batch, %s], batch open or 1"
              .formatted(
                  what,
                  Arrays.toString(shape),
                  String.join(", ", Arrays.stream(wanted).mapToObj(Long::toString).toList())));
    }
  }

  private ClassifierException unfit(String problem) {
    return new ClassifierException(where + ": the graph " + problem);
  }

  private static void closeQuietly(@Nullable OrtSession session) {
    try {
      if (session != null) {
        session.close();
      }
    } catch (OrtException e) {
      // A session that cannot be freed leaks some memory; the caller can do nothing about it.
      LOG.warn("ONNX Runtime could not close a model: {}", firstLine(e));
    }
  }

  private static String firstLine(OrtException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
