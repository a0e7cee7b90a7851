package fabwafer.classifier;

import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.synthetic.SyntheticWafers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A few wafer maps and what a model's graph must give for them: proof that a copy of the model, on
 * another machine, with another runtime, is the model that was measured. They hold what the graph
 * gives, not what the card makes of it, so that a card that is calibrated anew needs no new ones.
 *
 * @param model id of the model they are of
 * @param tolerance most that a number may differ: processors round differently
 * @param vectors 1 to {@link #MAX_VECTORS}
 */
public record TestVectors(String model, double tolerance, List<Vector> vectors) {
  /** Name of their file in a model's folder or zip. */
  public static final String FILE_NAME = "vectors.json";

  /** Most bytes of the file: maps of {@link #MAX_VECTORS} large products. */
  public static final int MAX_BYTES = 8 * 1024 * 1024;

  /** Most wafer maps: an agent answers for all of them before it takes a model into use. */
  public static final int MAX_VECTORS = 64;

  /**
   * Most that a logit may differ unless the file says otherwise. Float graphs differ by 1e-5 from
   * processor to processor; graphs on whole numbers by up to some hundredths.
   */
  public static final double DEFAULT_TOLERANCE = 0.05;

  private static final double MAX_TOLERANCE = 1;

  /** The wafers are the same for every model. */
  private static final long SEED = 20;

  /**
   * A wafer and what the graph gives for it, in one view.
   *
   * @param logits of each class, in the card's order
   * @param patterns logits of the patterns, in the card's order; empty where it has none
   */
  public record Vector(WaferMap wafer, List<Double> logits, List<Double> patterns) {
    public Vector {
      logits = List.copyOf(logits);
      patterns = List.copyOf(patterns);
    }
  }

  public TestVectors {
    ModelCard.requireSha256("model", model);
    if (!(tolerance > 0 && tolerance <= MAX_TOLERANCE)) {
      throw new ModelCardException(
          "tolerance must be above 0 and at most %s, got %s".formatted(MAX_TOLERANCE, tolerance));
    }
    vectors = List.copyOf(vectors);
    if (vectors.isEmpty() || vectors.size() > MAX_VECTORS) {
      throw new ModelCardException(
          "vectors must be 1 to %d, got %d".formatted(MAX_VECTORS, vectors.size()));
    }
  }

  /** What a model gives for a synthetic wafer of each of the nine labels. */
  public static TestVectors of(Classifier classifier) {
    SyntheticWafers synthetic = SyntheticWafers.of(SEED);
    List<WaferMap> wafers = new ArrayList<>();
    for (DefectPattern pattern : DefectPattern.values()) {
      wafers.add(synthetic.next(pattern));
    }
    List<GraphOutput> outputs = classifier.outputs(wafers, 1);
    List<Vector> vectors = new ArrayList<>();
    for (int i = 0; i < wafers.size(); i++) {
      GraphOutput output = outputs.get(i);
      vectors.add(new Vector(wafers.get(i), list(output.logits()), list(output.patterns())));
    }
    return new TestVectors(classifier.card().id(), DEFAULT_TOLERANCE, vectors);
  }

  /**
   * Those that lie beside a model.
   *
   * @param model its folder or zip
   * @return empty where there are none
   * @throws ClassifierException if the file is damaged, or of another model
   */
  public static Optional<TestVectors> read(Path model) {
    return ModelFiles.read(model).vectors();
  }

  /** Reads the file's bytes; {@code name} is for the messages. */
  static TestVectors parse(String name, byte[] json) {
    return TestVectorsJson.parse(name, json);
  }

  /** The file's bytes. */
  public byte[] json() {
    return TestVectorsJson.write(this);
  }

  /**
   * Writes the file into a model's folder; a kill leaves the old one or the new one.
   *
   * @throws UncheckedIOException if it cannot be written
   */
  public void write(Path folder) {
    Path unfinished = folder.resolve(FILE_NAME + ".part");
    try {
      Files.write(unfinished, json());
      Files.move(
          unfinished,
          folder.resolve(FILE_NAME),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the test vectors to " + folder + ": " + e, e);
    }
  }

  /**
   * Runs a model on every wafer.
   *
   * @throws ClassifierException naming the first number that is not as it must be
   */
  public void require(Classifier classifier) {
    if (!classifier.card().id().equals(model)) {
      throw new ClassifierException(
          "%s is of the model %s, not of %s".formatted(FILE_NAME, model, classifier.card().id()));
    }
    List<GraphOutput> outputs = classifier.outputs(vectors.stream().map(Vector::wafer).toList(), 1);
    for (int i = 0; i < vectors.size(); i++) {
      Vector vector = vectors.get(i);
      compare(i, "logit", vector.logits(), list(outputs.get(i).logits()));
      compare(i, "pattern's logit", vector.patterns(), list(outputs.get(i).patterns()));
    }
  }

  private void compare(int wafer, String what, List<Double> expected, List<Double> given) {
    if (expected.size() != given.size()) {
      throw new ClassifierException(
          "test vector %d: expected %d %ss, the model gives %d"
              .formatted(wafer, expected.size(), what, given.size()));
    }
    for (int i = 0; i < expected.size(); i++) {
      // So written that a NaN is refused.
      if (!(Math.abs(expected.get(i) - given.get(i)) <= tolerance)) {
        throw new ClassifierException(
            String.format(
                Locale.ROOT,
                "test vector %d: %s %d must be %.4f, the model gives %.4f (%s is allowed): it is"
                    + " damaged, or does not run here as it did where it was made",
                wafer,
                what,
                i,
                expected.get(i),
                given.get(i),
                tolerance));
      }
    }
  }

  private static List<Double> list(double[] values) {
    List<Double> list = new ArrayList<>(values.length);
    for (double value : values) {
      list.add(value);
    }
    return list;
  }
}
