package fabwafer.training;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import fabwafer.classifier.ModelCard;
import fabwafer.classifier.ModelPackage;
import fabwafer.training.Architecture.Stage;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The model that a training goes on from. Its graph has batch normalisation folded into the
 * convolutions, so that the training keeps it so: the normalisation's statistics stay as they are,
 * which is also what few wafers want, since theirs would say little of the others.
 */
public final class TrainingStart {
  private final ModelCard card;
  private final Architecture architecture;
  private final Map<String, float[]> tensors;

  private TrainingStart(ModelCard card, Architecture architecture, Map<String, float[]> tensors) {
    this.card = card;
    this.architecture = architecture;
    this.tensors = tensors;
  }

  /**
   * Reads a model that this program trained.
   *
   * @param model its folder or zip
   * @throws TrainingException if its graph is of another kind, or on whole numbers
   */
  public static TrainingStart of(Path model) {
    ModelPackage files = ModelPackage.read(model);
    Map<String, float[]> tensors = new HashMap<>();
    Map<String, Long> outputs = new LinkedHashMap<>();
    try {
      for (TensorProto tensor :
          ModelProto.parseFrom(files.graph()).getGraph().getInitializerList()) {
        if (tensor.getDataType() == TensorProto.DataType.FLOAT_VALUE && tensor.getDimsCount() > 0) {
          tensors.put(tensor.getName(), floats(tensor));
          outputs.put(tensor.getName(), tensor.getDims(0));
        }
      }
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new TrainingException(model + " is no ONNX file: " + e.getMessage(), e);
    }
    Long stem = outputs.get("stem.weight");
    List<Stage> stages = new ArrayList<>();
    for (int s = 0; outputs.containsKey(first(s, 0)); s++) {
      int blocks = 1;
      while (outputs.containsKey(first(s, blocks))) {
        blocks++;
      }
      stages.add(new Stage((int) (long) outputs.getOrDefault(first(s, 0), 0L), blocks));
    }
    if (stem == null || stages.isEmpty()) {
      throw new TrainingException(
          model
              + " is not a float network of this program's kind; a training can only go on from"
              + " one that 'fabwafer train' made");
    }
    return new TrainingStart(
        files.card(),
        new Architecture(files.card().input().side(), stem.intValue(), stages),
        tensors);
  }

  private static String first(int stage, int block) {
    return "stage%d.block%d.first.weight".formatted(stage, block);
  }

  private static float[] floats(TensorProto tensor) {
    float[] values = new float[tensor.getRawData().size() / Float.BYTES];
    tensor
        .getRawData()
        .asReadOnlyByteBuffer()
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(values);
    return values;
  }

  /** The model's id: the parent of what comes of it. */
  public String id() {
    return card.id();
  }

  /** What its card says of it. */
  ModelCard card() {
    return card;
  }

  /** The network's widths, which the training keeps. */
  public Architecture architecture() {
    return architecture;
  }

  /**
   * The network's numbers, as {@link Weights} names them. A folded convolution is one whose
   * normalisation does nothing but add its bias.
   *
   * @throws TrainingException if one is missing
   */
  Map<String, float[]> numbers(ResidualNetwork network) {
    Map<String, float[]> numbers = new LinkedHashMap<>();
    for (Operations.Convolution c : network.convolutions()) {
      numbers.put(c.name() + ".weight", tensor(c.name() + ".weight"));
      numbers.put(c.name() + ".shift", tensor(c.name() + ".bias"));
      numbers.put(c.name() + ".scale", filled(c.out(), 1));
      numbers.put(c.name() + ".mean", filled(c.out(), 0));
      numbers.put(c.name() + ".variance", filled(c.out(), 1 - TorchOperations.NORM_EPSILON));
    }
    for (Operations.Dense d : network.denses()) {
      numbers.put(d.name() + ".weight", tensor(d.name() + ".weight"));
      numbers.put(d.name() + ".bias", tensor(d.name() + ".bias"));
    }
    return numbers;
  }

  private float[] tensor(String name) {
    float[] found = tensors.get(name);
    if (found == null) {
      throw new TrainingException(
          "model %s has no tensor %s; a training cannot go on from it".formatted(id(), name));
    }
    return found;
  }

  private static float[] filled(int count, double value) {
    float[] values = new float[count];
    Arrays.fill(values, (float) value);
    return values;
  }
}
