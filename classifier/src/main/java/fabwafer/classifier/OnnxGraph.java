package fabwafer.classifier;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import fabwafer.classifier.ModelCard.Input;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An ONNX graph that takes one tensor [batch, planes, side, side] of bytes or floats and gives
 * floats by these names:
 *
 * <ul>
 *   <li>{@code logits} [batch, classes]: required; an only output may have any name
 *   <li>{@code patterns} [batch, patterns]: required where the card has {@link Judgement.Patterns},
 *       else not asked for
 *   <li>{@code novelty} [batch]: required where the card has {@link Judgement.Novelty}, else read
 *       where the graph has it, so that the card's part can be fitted
 *   <li>{@code embedding} [batch, features]: read where the graph has it
 * </ul>
 *
 * Other outputs are not asked for. ONNX Runtime stays behind this class. {@link #run} is safe for
 * several threads, each with buffers of its own; the caller sees to it that none runs when {@link
 * #close} is called.
 */
final class OnnxGraph implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OnnxGraph.class);
  private static final int DYNAMIC = -1;
  private static final int NO_LIMIT = Integer.MAX_VALUE;
  private static final String LOGITS = "logits";
  private static final String PATTERNS = "patterns";
  private static final String NOVELTY = "novelty";
  private static final String EMBEDDING = "embedding";

  /** Most features of an embedding: twice what the widest networks in use give. */
  private static final int MAX_FEATURES = 4_096;

  private final String where;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final Input input;
  private final int classes;
  private final int patterns;
  private final String logitsOutput;
  private final Set<String> outputs;
  private final int maxBatch;

  private OnnxGraph(String where, OrtEnvironment environment, OrtSession session, ModelCard card)
      throws OrtException {
    this.where = where;
    this.environment = environment;
    this.session = session;
    this.input = card.input();
    this.classes = card.classes().size();
    this.patterns = card.judgement().patterns().map(given -> given.labels().size()).orElse(0);
    boolean open = checkInput() == DYNAMIC;
    this.logitsOutput = logitsOutput();
    this.outputs = new LinkedHashSet<>(List.of(logitsOutput));
    open &= checkOutput("output", logitsOutput, classes) == DYNAMIC;
    if (patterns > 0) {
      requireOutput(PATTERNS);
      open &= checkOutput("output " + PATTERNS, PATTERNS, patterns) == DYNAMIC;
    }
    if (card.judgement().novelty().isPresent() || has(NOVELTY)) {
      requireOutput(NOVELTY);
      open &= checkOutput("output " + NOVELTY, NOVELTY) == DYNAMIC;
    }
    if (has(EMBEDDING)) {
      requireOutput(EMBEDDING);
      open &= checkEmbedding() == DYNAMIC;
    }
    this.maxBatch = open ? NO_LIMIT : 1;
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
   * @return an output for each input, in the same order; all of its numbers are finite
   */
  List<GraphOutput> run(Buffers buffers, int batch) {
    try (OnnxTensor tensor = tensor(buffers, batch);
        OrtSession.Result result = session.run(Map.of(input.name(), tensor), outputs)) {
      FloatBuffer logits = values(result, logitsOutput, batch, classes);
      FloatBuffer patternLogits = patterns > 0 ? values(result, PATTERNS, batch, patterns) : null;
      FloatBuffer novelty = has(NOVELTY) ? values(result, NOVELTY, batch) : null;
      int features = has(EMBEDDING) ? features(result) : 0;
      FloatBuffer embedding = features > 0 ? values(result, EMBEDDING, batch, features) : null;
      List<GraphOutput> given = new ArrayList<>(batch);
      for (int i = 0; i < batch; i++) {
        given.add(
            new GraphOutput(
                row(LOGITS, logits, classes),
                patternLogits == null ? null : row(PATTERNS, patternLogits, patterns),
                novelty == null
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(next(NOVELTY, novelty)),
                embedding == null ? null : embedding(embedding, features)));
      }
      return given;
    } catch (OrtException e) {
      throw new ClassifierException(where + ": the graph failed: " + firstLine(e), e);
    }
  }

  private FloatBuffer values(OrtSession.Result result, String name, int... wanted) {
    OnnxTensor value = (OnnxTensor) result.get(name).orElseThrow();
    long[] shape = value.getInfo().getShape();
    if (!Arrays.equals(shape, Arrays.stream(wanted).asLongStream().toArray())) {
      throw unfit(
          "gave %s of shape %s for %d inputs, its card says %s"
              .formatted(name, Arrays.toString(shape), wanted[0], Arrays.toString(wanted)));
    }
    return value.getFloatBuffer();
  }

  /** How many features the embeddings have, which the graph may have left open. */
  private int features(OrtSession.Result result) {
    long[] shape = ((OnnxTensor) result.get(EMBEDDING).orElseThrow()).getInfo().getShape();
    if (shape.length != 2 || shape[1] < 1 || shape[1] > MAX_FEATURES) {
      throw unfit(
          "gave embeddings of shape %s, it must be [batch, 1 to %,d features]"
              .formatted(Arrays.toString(shape), MAX_FEATURES));
    }
    return (int) shape[1];
  }

  private double[] row(String name, FloatBuffer values, int length) {
    double[] row = new double[length];
    for (int i = 0; i < length; i++) {
      row[i] = next(name, values);
    }
    return row;
  }

  private Embedding embedding(FloatBuffer values, int length) {
    float[] features = new float[length];
    for (int i = 0; i < length; i++) {
      features[i] = next(EMBEDDING, values);
    }
    return new Embedding(features);
  }

  private float next(String name, FloatBuffer values) {
    float value = values.get();
    if (!Float.isFinite(value)) {
      throw unfit("gave a number in %s that is not finite: %s".formatted(name, value));
    }
    return value;
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

  private String logitsOutput() {
    Set<String> names = session.getOutputNames();
    if (!names.contains(LOGITS) && names.size() != 1) {
      throw unfit(
          "must have an output '%s'; it has %s".formatted(LOGITS, ModelCardJson.shown(names)));
    }
    return names.contains(LOGITS) ? LOGITS : names.iterator().next();
  }

  /** An only output is the logits, whatever its name. */
  private boolean has(String name) {
    return !logitsOutput.equals(name) && session.getOutputNames().contains(name);
  }

  private void requireOutput(String name) {
    if (!session.getOutputNames().contains(name)) {
      throw unfit(
          "must have an output '%s', for its card speaks of it; it has %s"
              .formatted(name, ModelCardJson.shown(session.getOutputNames())));
    }
    outputs.add(name);
  }

  /** Answers the output's batch size, or DYNAMIC. */
  private long checkOutput(String what, String name, long... wanted) throws OrtException {
    long[] shape = floats(what, name).getShape();
    requireShape(what, shape, wanted);
    return shape[0];
  }

  private long checkEmbedding() throws OrtException {
    long[] shape = floats("output " + EMBEDDING, EMBEDDING).getShape();
    if (shape.length != 2
        || (shape[0] != DYNAMIC && shape[0] != 1)
        || (shape[1] != DYNAMIC && (shape[1] < 1 || shape[1] > MAX_FEATURES))) {
      throw unfit(
          "has output embedding shape %s; it must be [batch, 1 to %,d features], batch open or 1"
              .formatted(Arrays.toString(shape), MAX_FEATURES));
    }
    return shape[0];
  }

  private TensorInfo floats(String what, String name) throws OrtException {
    TensorInfo tensor = tensorInfo(what, session.getOutputInfo().get(name));
    if (tensor.type != OnnxJavaType.FLOAT) {
      throw unfit("must give its %s as float, gives %s".formatted(what, tensor.type));
    }
    return tensor;
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
          "has %s shape %s; its card says %s, batch open or 1"
              .formatted(
                  what,
                  Arrays.toString(shape),
                  Stream.concat(Stream.of("batch"), Arrays.stream(wanted).mapToObj(Long::toString))
                      .toList()));
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
