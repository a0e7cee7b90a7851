package fabwafer.classifier;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Wafer maps with the answers a model gave for them where it was made: whoever gets the model asks
 * it the same and sees whether graph, preprocessing and machine do what they did there. It stands
 * as {@value #FILE_NAME} beside the model's other files.
 */
public final class TestVectors {
  /** Name of the file in a model's folder. */
  public static final String FILE_NAME = "vectors.json";

  /** Most bytes of the file. */
  public static final int MAX_BYTES = 4 * 1024 * 1024;

  /** Most wafer maps of a file. */
  public static final int MAX_VECTORS = 256;

  /**
   * Largest difference of a probability: other processors add in another order (about 1e-6), and
   * round the sums of an INT8 network otherwise (some 1e-2); a wrong graph is off by far more.
   */
  public static final double TOLERANCE = 0.05;

  private static final JsonMapper JSON = new JsonMapper();
  private static final int[] SIDES = {8, 26, 39, 64};
  private static final long SEED = 20_261_123L;

  private final List<Vector> vectors;

  /**
   * One wafer map and its answer.
   *
   * @param wafer what is asked
   * @param probabilities of the classes, in the card's order
   */
  private record Vector(WaferMap wafer, List<Double> probabilities) {}

  private TestVectors(List<Vector> vectors) {
    this.vectors = vectors;
  }

  /** The answers that a model gives here and now for made-up wafer maps, always the same ones. */
  public static TestVectors of(Classifier classifier) {
    List<WaferMap> wafers = made();
    List<Prediction> answers = classifier.classify(wafers);
    List<Vector> vectors = new ArrayList<>();
    for (int i = 0; i < wafers.size(); i++) {
      vectors.add(new Vector(wafers.get(i), List.copyOf(answers.get(i).probabilities().values())));
    }
    return new TestVectors(vectors);
  }

  /**
   * Reads a file.
   *
   * @throws ClassifierException if it cannot be read, or holds no vectors
   */
  public static TestVectors read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return parse(file.toString(), in.readNBytes(MAX_BYTES + 1));
    } catch (IOException e) {
      throw new ClassifierException("cannot read the test vectors " + file + ": " + e, e);
    }
  }

  /**
   * Reads a file's bytes.
   *
   * @param name where they are from, for messages
   * @throws ClassifierException if they are no vectors
   */
  public static TestVectors parse(String name, byte[] json) {
    if (json.length > MAX_BYTES) {
      throw new ClassifierException("%s has more than %,d bytes".formatted(name, MAX_BYTES));
    }
    try {
      List<Vector> vectors = new ArrayList<>();
      for (JsonNode vector : JSON.readTree(json).path("vectors")) {
        List<Double> probabilities = new ArrayList<>();
        vector.path("probabilities").forEach(value -> probabilities.add(value.asDouble()));
        vectors.add(
            new Vector(
                WaferMap.of(
                    vector.path("height").asInt(0),
                    vector.path("width").asInt(0),
                    Base64.getDecoder().decode(vector.path("cells").asString(""))),
                probabilities));
      }
      if (vectors.isEmpty() || vectors.size() > MAX_VECTORS) {
        throw new ClassifierException(
            "%s must hold 1 to %d vectors, got %d".formatted(name, MAX_VECTORS, vectors.size()));
      }
      return new TestVectors(vectors);
    } catch (JacksonException | IllegalArgumentException | WaferException e) {
      throw new ClassifierException(name + " holds no test vectors: " + e.getMessage(), e);
    }
  }

  /** The file's bytes, JSON in UTF-8. */
  public byte[] toBytes() {
    ObjectNode json = JSON.createObjectNode();
    ArrayNode list = json.putArray("vectors");
    for (Vector vector : vectors) {
      WaferMap wafer = vector.wafer;
      ObjectNode each =
          list.addObject()
              .put("height", wafer.height())
              .put("width", wafer.width())
              .put("cells", Base64.getEncoder().encodeToString(wafer.cells()));
      vector.probabilities.forEach(each.putArray("probabilities")::add);
    }
    return JSON.writeValueAsBytes(json);
  }

  /**
   * Asks a model.
   *
   * @return what it answers otherwise than it did where it was made; empty: it does as it did
   * @throws ClassifierException if it fails on one
   */
  public Optional<String> disagreement(Classifier classifier) {
    List<Prediction> answers = classifier.classify(vectors.stream().map(Vector::wafer).toList());
    for (int i = 0; i < answers.size(); i++) {
      List<Double> expected = vectors.get(i).probabilities;
      List<Double> given = List.copyOf(answers.get(i).probabilities().values());
      if (given.size() != expected.size()) {
        return Optional.of(
            "test vector %d has %d probabilities, the model gives %d"
                .formatted(i, expected.size(), given.size()));
      }
      for (int c = 0; c < given.size(); c++) {
        if (!(Math.abs(given.get(c) - expected.get(c)) <= TOLERANCE)) {
          return Optional.of(
              "test vector %d: the model gives class %d the probability %.4f, it was %.4f where it was made (tolerance %s)"
                  .formatted(i, c, given.get(c), expected.get(c), TOLERANCE));
        }
      }
    }
    return Optional.empty();
  }

  /** How many wafer maps there are. */
  public int size() {
    return vectors.size();
  }

  /** Round wafers of several sizes: clean, with more and more failing dies, a ring, a centre. */
  private static List<WaferMap> made() {
    Random random = new Random(SEED);
    List<WaferMap> wafers = new ArrayList<>();
    for (int side : SIDES) {
      for (double share : new double[] {0, 0.05, 0.3, 0.8}) {
        wafers.add(wafer(side, (distance) -> random.nextDouble() < share));
      }
      wafers.add(wafer(side, (distance) -> distance > 0.85));
      wafers.add(wafer(side, (distance) -> distance < 0.3));
    }
    return wafers;
  }

  private interface Fails {
    boolean at(double distance);
  }

  private static WaferMap wafer(int side, Fails fails) {
    byte[] cells = new byte[side * side];
    double centre = (side - 1) / 2.0;
    for (int i = 0; i < cells.length; i++) {
      int row = i / side;
      double distance = Math.hypot(i % side - centre, row - centre) / (centre + 0.5);
      if (distance <= 1) {
        cells[i] = (byte) (fails.at(distance) ? 2 : 1);
      }
    }
    return WaferMap.of(side, side, cells);
  }
}
