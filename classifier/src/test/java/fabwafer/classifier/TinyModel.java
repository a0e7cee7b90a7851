package fabwafer.classifier;

import ai.onnx.proto.OnnxMl;
import fabwafer.classifier.ModelCard.Calibration;
import fabwafer.classifier.ModelCard.Input;
import fabwafer.classifier.ModelCard.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A real ONNX model small enough to check by hand: logits = weights x (mean of each plane) + bias.
 * Its planes are those of {@code area-v1-8}, so a mean is in [0, 255].
 */
public final class TinyModel {
  public static final int SIDE = 8;

  private final List<String> classes;
  private final float[][] weights;
  private final float[] bias;
  private Input.Type type = Input.Type.UINT8;
  private long batch = -1;
  private String logitsName = "logits";
  private boolean corner;
  private int patterns;
  private boolean novelty;
  private final List<String> featureOutputs = new ArrayList<>();

  private TinyModel(List<String> classes, float[][] weights, float[] bias) {
    this.classes = classes;
    this.weights = weights;
    this.bias = bias;
  }

  /**
   * A model of these weights.
   *
   * @param weights shape [planes, classes]
   * @param bias shape [classes]
   */
  public static TinyModel of(List<String> classes, float[][] weights, float[] bias) {
    return new TinyModel(classes, weights, bias);
  }

  /** Says "bad" where the failing dies' share is above one half, else "good". */
  public static TinyModel goodOrBad() {
    return of(
        List.of("good", "bad"),
        new float[][] {{0, 0}, {0, 2f / 255}, {0, 0}},
        new float[] {0.5f, -0.5f});
  }

  TinyModel type(Input.Type other) {
    type = other;
    return this;
  }

  /** A fixed batch size; -1 leaves it open. */
  TinyModel batch(long size) {
    batch = size;
    return this;
  }

  /** Means of the top left corner, 4 rows by 2 columns, alone: a turn changes what is seen. */
  TinyModel corner() {
    corner = true;
    return this;
  }

  /** An output {@code patterns}: the logit of pattern p is 4 (p + 1) x plane 1's mean / 255 - 2. */
  public TinyModel patterns(int count) {
    patterns = count;
    return this;
  }

  /** Another name for the logits. */
  TinyModel onlyOutput(String name) {
    logitsName = name;
    return this;
  }

  /** An output {@code novelty}: the mean of the planes' means. */
  TinyModel novelty() {
    novelty = true;
    return this;
  }

  /** An output of this name that gives the means, shape [batch, planes]. */
  TinyModel features(String output) {
    featureOutputs.add(output);
    return this;
  }

  ModelCard card() {
    return card(new Calibration.None());
  }

  public ModelCard card(Map<String, Double> thresholds, Judgement judgement) {
    ModelCard plain = card();
    return plain.with(plain.calibration(), thresholds, judgement, List.of());
  }

  ModelCard card(Calibration calibration) {
    return new ModelCard(
        ModelCard.idOf(graph()),
        classes,
        new Input("dies", Preprocessing.PLANES, SIDE, type),
        Preprocessing.area(SIDE).name(),
        calibration,
        Map.of(),
        List.of(),
        new Provenance(
            "none", "00".repeat(32), "test", 0, Optional.empty(), Instant.EPOCH, "made by a test"));
  }

  /** Writes graph and card into a folder. */
  public Path writeTo(Path folder) throws IOException {
    return writeTo(folder, card());
  }

  public Path writeTo(Path folder, ModelCard card) throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve(ModelCard.GRAPH_FILE_NAME), graph());
    card.write(folder.resolve(ModelCard.FILE_NAME));
    return folder;
  }

  static Path zip(Path file, Map<String, byte[]> entries) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
    return file;
  }

  byte[] graph() {
    OnnxMl.GraphProto.Builder graph = OnnxMl.GraphProto.newBuilder().setName("tiny");
    int elementType =
        switch (type) {
          case UINT8 -> OnnxMl.TensorProto.DataType.UINT8_VALUE;
          case FLOAT32 -> OnnxMl.TensorProto.DataType.FLOAT_VALUE;
        };
    graph.addInput(value("dies", elementType, batch, Preprocessing.PLANES, SIDE, SIDE));
    graph.addOutput(
        value(logitsName, OnnxMl.TensorProto.DataType.FLOAT_VALUE, batch, classes.size()));
    graph.addNode(
        node("Cast", "floats", "dies")
            .addAttribute(
                OnnxMl.AttributeProto.newBuilder()
                    .setName("to")
                    .setType(OnnxMl.AttributeProto.AttributeType.INT)
                    .setI(OnnxMl.TensorProto.DataType.FLOAT_VALUE)));
    if (corner) {
      graph.addNode(node("Slice", "seen", "floats", "starts", "ends", "axes"));
      graph.addInitializer(integers("starts", 0, 0));
      graph.addInitializer(integers("ends", 4, 2));
      graph.addInitializer(integers("axes", 2, 3));
    }
    graph.addNode(node("GlobalAveragePool", "means", corner ? "seen" : "floats"));
    graph.addNode(node("Flatten", "flat", "means"));
    graph.addNode(node("Gemm", logitsName, "flat", "weights", "bias"));
    addExtraOutputs(graph);
    OnnxMl.TensorProto.Builder w = floats("weights", Preprocessing.PLANES, classes.size());
    for (float[] row : weights) {
      for (float value : row) {
        w.addFloatData(value);
      }
    }
    OnnxMl.TensorProto.Builder b = floats("bias", classes.size());
    for (float value : bias) {
      b.addFloatData(value);
    }
    return OnnxMl.ModelProto.newBuilder()
        .setIrVersion(6)
        .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setDomain("").setVersion(13))
        .setGraph(graph.addInitializer(w).addInitializer(b))
        .build()
        .toByteArray();
  }

  private void addExtraOutputs(OnnxMl.GraphProto.Builder graph) {
    int element = OnnxMl.TensorProto.DataType.FLOAT_VALUE;
    if (patterns > 0) {
      graph.addOutput(value("patterns", element, batch, patterns));
      graph.addNode(node("Gemm", "patterns", "flat", "patternWeights", "patternBias"));
      OnnxMl.TensorProto.Builder w = floats("patternWeights", Preprocessing.PLANES, patterns);
      OnnxMl.TensorProto.Builder b = floats("patternBias", patterns);
      for (int i = 0; i < Preprocessing.PLANES * patterns; i++) {
        w.addFloatData(i / patterns == 1 ? 4f * (i % patterns + 1) / 255 : 0);
      }
      for (int p = 0; p < patterns; p++) {
        b.addFloatData(-2);
      }
      graph.addInitializer(w).addInitializer(b);
    }
    if (novelty) {
      graph.addOutput(value("novelty", element, batch));
      graph.addNode(
          node("ReduceMean", "novelty", "flat")
              .addAttribute(
                  OnnxMl.AttributeProto.newBuilder()
                      .setName("axes")
                      .setType(OnnxMl.AttributeProto.AttributeType.INTS)
                      .addInts(1))
              .addAttribute(
                  OnnxMl.AttributeProto.newBuilder()
                      .setName("keepdims")
                      .setType(OnnxMl.AttributeProto.AttributeType.INT)
                      .setI(0)));
    }
    for (String name : featureOutputs) {
      graph.addOutput(value(name, element, batch, Preprocessing.PLANES));
      graph.addNode(node("Identity", name, "flat"));
    }
  }

  private static OnnxMl.TensorProto.Builder integers(String name, long... values) {
    OnnxMl.TensorProto.Builder tensor =
        OnnxMl.TensorProto.newBuilder()
            .setName(name)
            .setDataType(OnnxMl.TensorProto.DataType.INT64_VALUE)
            .addDims(values.length);
    for (long value : values) {
      tensor.addInt64Data(value);
    }
    return tensor;
  }

  private static OnnxMl.NodeProto.Builder node(String operator, String output, String... inputs) {
    return OnnxMl.NodeProto.newBuilder()
        .setOpType(operator)
        .addOutput(output)
        .addAllInput(List.of(inputs));
  }

  private static OnnxMl.TensorProto.Builder floats(String name, long... dims) {
    OnnxMl.TensorProto.Builder tensor =
        OnnxMl.TensorProto.newBuilder()
            .setName(name)
            .setDataType(OnnxMl.TensorProto.DataType.FLOAT_VALUE);
    for (long dim : dims) {
      tensor.addDims(dim);
    }
    return tensor;
  }

  private static OnnxMl.ValueInfoProto value(String name, int elementType, long... shape) {
    OnnxMl.TensorShapeProto.Builder dims = OnnxMl.TensorShapeProto.newBuilder();
    for (long size : shape) {
      OnnxMl.TensorShapeProto.Dimension.Builder dim =
          OnnxMl.TensorShapeProto.Dimension.newBuilder();
      dims.addDim(size < 0 ? dim.setDimParam("batch") : dim.setDimValue(size));
    }
    return OnnxMl.ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            OnnxMl.TypeProto.newBuilder()
                .setTensorType(
                    OnnxMl.TypeProto.Tensor.newBuilder().setElemType(elementType).setShape(dims)))
        .build();
  }
}
