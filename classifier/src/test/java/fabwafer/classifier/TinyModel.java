package fabwafer.classifier;

import ai.onnx.proto.OnnxMl;
import fabwafer.classifier.ModelCard.Calibration;
import fabwafer.classifier.ModelCard.Input;
import fabwafer.classifier.ModelCard.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
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

  ModelCard card() {
    return card(new Calibration.None());
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

  Path writeTo(Path folder, ModelCard card) throws IOException {
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
        value("logits", OnnxMl.TensorProto.DataType.FLOAT_VALUE, batch, classes.size()));
    graph.addNode(
        node("Cast", "floats", "dies")
            .addAttribute(
                OnnxMl.AttributeProto.newBuilder()
                    .setName("to")
                    .setType(OnnxMl.AttributeProto.AttributeType.INT)
                    .setI(OnnxMl.TensorProto.DataType.FLOAT_VALUE)));
    graph.addNode(node("GlobalAveragePool", "means", "floats"));
    graph.addNode(node("Flatten", "flat", "means"));
    graph.addNode(node("Gemm", "logits", "flat", "weights", "bias"));
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
