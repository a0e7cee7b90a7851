package fabwafer.classifier;

import fabwafer.wafer.DefectPattern;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a classifier must know of a model, and what a person must know to trust it. It stands as
 * {@value #FILE_NAME} beside {@value #GRAPH_FILE_NAME}. Immutable; once it exists, it is right.
 *
 * @param id SHA-256 of the model's ONNX file, 64 lower-case hexadecimal digits: {@link #idOf}
 * @param classes the labels in the order of the graph's outputs, 2 to {@link #MAX_CLASSES}, all
 *     different; one of the nine labels is kept in its own spelling
 * @param input the tensor that goes in
 * @param preprocessing how a wafer map becomes that tensor: kind, version and side, as {@link
 *     Preprocessing#name()} gives it
 * @param calibration how logits become probabilities
 * @param thresholds label → t in (0, 1]: the predicted class is the one with the largest
 *     probability / t; 1 for a class that has none, so that none at all gives the most probable
 *     class
 * @param judgement what the model says beside its class; {@link Judgement#NONE} where nothing more
 * @param metrics what was measured, each with its protocol; may be empty
 * @param provenance where the model is from
 */
public record ModelCard(
    String id,
    List<String> classes,
    Input input,
    String preprocessing,
    Calibration calibration,
    Map<String, Double> thresholds,
    Judgement judgement,
    List<Measurement> metrics,
    Provenance provenance) {
  /** Name of the card's file in a model's folder or zip. */
  public static final String FILE_NAME = "model.json";

  /** Name of the graph's file in a model's folder or zip. */
  public static final String GRAPH_FILE_NAME = "model.onnx";

  /** Most bytes of a card's file: some hundred times what ours has. */
  public static final int MAX_BYTES = 1024 * 1024;

  /** Most classes: a catalogue of patterns that a person could still tell apart. */
  public static final int MAX_CLASSES = 1_000;

  /** Most characters of a label; the protocol's messages carry no longer one. */
  public static final int MAX_LABEL_CHARS = 64;

  /** Most entries of one map of metric values, and most measurements. */
  public static final int MAX_METRICS = 1_000;

  private static final int MAX_TEXT_CHARS = 4_096;
  private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

  public ModelCard {
    requireSha256("id", id);
    requireText("preprocessing", preprocessing);
    classes = requireClasses(classes);
    thresholds = requireThresholds(thresholds, classes);
    calibration.requireClasses(classes);
    judgement.requireClasses(classes);
    if (metrics.size() > MAX_METRICS) {
      throw new ModelCardException(
          "metrics must be at most %,d, got %,d".formatted(MAX_METRICS, metrics.size()));
    }
    metrics = List.copyOf(metrics);
  }

  /** A card of a model that says its class and no more. */
  public ModelCard(
      String id,
      List<String> classes,
      Input input,
      String preprocessing,
      Calibration calibration,
      Map<String, Double> thresholds,
      List<Measurement> metrics,
      Provenance provenance) {
    this(
        id,
        classes,
        input,
        preprocessing,
        calibration,
        thresholds,
        Judgement.NONE,
        metrics,
        provenance);
  }

  /**
   * The tensor a model takes: shape [batch, planes, side, side].
   *
   * @param name the graph input's name
   * @param planes values a position of the grid has, 1 to {@link #MAX_PLANES}
   * @param side rows and columns, 1 to {@link #MAX_SIDE}
   * @param type the values' type
   */
  public record Input(String name, int planes, int side, Type type) {
    /** Most planes: one-hot dies have three, a few more may hold position or density. */
    public static final int MAX_PLANES = 16;

    /** Most rows and columns: 16 times what our networks take, so a lying card asks for no more. */
    public static final int MAX_SIDE = 1_024;

    /** The type of the tensor's values. */
    public enum Type {
      /** The bytes the preprocessing makes, as they are. */
      UINT8,
      /** The bytes the preprocessing makes, 0 to 255, each as a float. */
      FLOAT32;

      /** The type as a card spells it, such as {@code uint8}. */
      public String word() {
        return name().toLowerCase(Locale.ROOT);
      }
    }

    public Input {
      requireText("input.name", name);
      requireRange("input.planes", planes, MAX_PLANES);
      requireRange("input.side", side, MAX_SIDE);
    }
  }

  /** How logits become probabilities. */
  public sealed interface Calibration {
    /** What logits are divided by before the softmax. */
    double temperature();

    /** Class → what is added to its logit after the division; empty is 0 for all. */
    default Map<String, Double> bias() {
      return Map.of();
    }

    /** Softmax of the logits as they are. */
    record None() implements Calibration {
      @Override
      public double temperature() {
        return 1;
      }
    }

    /**
     * Softmax of logits by temperature. Source: C. Guo et al., "On Calibration of Modern Neural
     * Networks", ICML 2017, arXiv 1706.04599.
     *
     * @param temperature in [0.01, 100]; above 1 makes a model less sure of itself
     * @param fittedOn the wafers it was fitted on, such as {@code wm811k-dev fold 2}
     */
    record Temperature(double temperature, String fittedOn) implements Calibration {
      public Temperature {
        requireTemperature("calibration.temperature", temperature);
        requireText("calibration.fittedOn", fittedOn);
      }
    }

    /**
     * Softmax of logits / temperature + bias: a temperature, and an offset for each class. Source:
     * the bias-corrected temperature scaling of A. Alexandari et al., "Maximum Likelihood with
     * Bias-Corrected Calibration is Hard-To-Beat at Label Shift Adaptation", ICML 2020, arXiv
     * 1901.06852.
     *
     * @param temperature in [0.01, 100]
     * @param bias class → offset, each in [-100, 100]; 0 for a class that has none
     * @param fittedOn the wafers it was fitted on
     */
    record Vector(double temperature, Map<String, Double> bias, String fittedOn)
        implements Calibration {
      public Vector {
        requireTemperature("calibration.temperature", temperature);
        bias = Judgement.canonical(bias);
        requireBias("calibration.bias", bias);
        requireText("calibration.fittedOn", fittedOn);
      }
    }

    private void requireClasses(List<String> classes) {
      Judgement.requireLabels("calibration.bias", bias(), classes, "the card's classes");
    }

    /** Holds offsets against their bounds, [-100, 100]. */
    static void requireBias(String field, Map<String, Double> bias) {
      double most = 100;
      bias.forEach(
          (label, offset) -> {
            if (!(Math.abs(offset) <= most)) {
              throw new ModelCardException(
                  "%s.%s must be -%s to %s, got %s".formatted(field, label, most, most, offset));
            }
          });
    }

    /** Holds a temperature against its bounds, [0.01, 100]. */
    static void requireTemperature(String field, double temperature) {
      double least = 0.01;
      double most = 100;
      if (!(temperature >= least && temperature <= most)) {
        throw new ModelCardException(
            "%s must be %s to %s, got %s".formatted(field, least, most, temperature));
      }
    }
  }

  /**
   * Metrics and the protocol they were measured with.
   *
   * @param data name of the data set
   * @param split the wafers of it, and how they were weighed, such as {@code fold 2, none x 4.014}
   * @param values metric → value, finite
   */
  public record Measurement(String data, String split, Map<String, Double> values) {
    public Measurement {
      requireText("metrics.data", data);
      requireText("metrics.split", split);
      if (values.size() > MAX_METRICS) {
        throw new ModelCardException(
            "metrics.values must be at most %,d, got %,d".formatted(MAX_METRICS, values.size()));
      }
      values.forEach(
          (name, value) -> {
            requireText("metrics.values", name);
            if (!Double.isFinite(value)) {
              throw new ModelCardException(
                  "metrics.values." + name + " must be a finite number, got " + value);
            }
          });
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
  }

  /**
   * Where a model is from.
   *
   * @param data name of the training data
   * @param dataSha256 SHA-256 of its file, 64 lower-case hexadecimal digits
   * @param codeVersion version of the program that trained it
   * @param seed seed of the run
   * @param parent id of the model it was trained from, or empty for none
   * @param created when the training ended
   * @param command the command line that makes it again
   */
  public record Provenance(
      String data,
      String dataSha256,
      String codeVersion,
      long seed,
      Optional<String> parent,
      Instant created,
      String command) {
    public Provenance {
      requireText("provenance.data", data);
      requireSha256("provenance.dataSha256", dataSha256);
      requireText("provenance.codeVersion", codeVersion);
      parent.ifPresent(id -> requireSha256("provenance.parent", id));
      requireText("provenance.command", command);
    }
  }

  /**
   * Reads a card.
   *
   * @throws ModelCardException if fields are missing, wrong or unknown; it names all of them
   * @throws ClassifierException if the file cannot be read, is too large or is no JSON
   */
  public static ModelCard read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return parse(file.toString(), in.readNBytes(MAX_BYTES + 1));
    } catch (NoSuchFileException e) {
      throw new ClassifierException("no model card " + file, e);
    } catch (IOException e) {
      throw new ClassifierException("cannot read the model card " + file + ": " + e, e);
    }
  }

  /**
   * Reads a card's bytes, JSON in UTF-8.
   *
   * @param name where they are from, for messages
   * @throws ClassifierException as {@link #read} does
   */
  public static ModelCard parse(String name, byte[] json) {
    return ModelCardJson.parse(name, json);
  }

  /**
   * Writes this card; a reader sees the old file or the new one, never a part.
   *
   * @throws UncheckedIOException if the file cannot be written
   */
  public void write(Path file) {
    Path unfinished = file.resolveSibling(file.getFileName() + ".part");
    try {
      Files.write(unfinished, ModelCardJson.write(this));
      Files.move(
          unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the model card " + file, e);
    }
  }

  /** This card with other metrics. */
  public ModelCard withMetrics(List<Measurement> other) {
    return with(calibration, thresholds, judgement, other);
  }

  /** This card with other fitted parts and metrics. */
  public ModelCard with(
      Calibration otherCalibration,
      Map<String, Double> otherThresholds,
      Judgement otherJudgement,
      List<Measurement> otherMetrics) {
    return new ModelCard(
        id,
        classes,
        input,
        preprocessing,
        otherCalibration,
        otherThresholds,
        otherJudgement,
        otherMetrics,
        provenance);
  }

  /** The id of the model whose ONNX file has these bytes. */
  public static String idOf(byte[] graph) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(graph));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  static void requireText(String field, String text) {
    if (text.isBlank() || text.length() > MAX_TEXT_CHARS) {
      throw new ModelCardException(
          "%s must be 1 to %,d characters, got %,d"
              .formatted(field, MAX_TEXT_CHARS, text.strip().length()));
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new ModelCardException(field + " holds control characters");
    }
  }

  private static void requireRange(String field, int value, int most) {
    if (value < 1 || value > most) {
      throw new ModelCardException("%s must be 1 to %d, got %d".formatted(field, most, value));
    }
  }

  static void requireSha256(String field, String value) {
    if (!SHA_256.matcher(value).matches()) {
      throw new ModelCardException(
          "%s must be a SHA-256, 64 lower-case hexadecimal digits, got %s"
              .formatted(field, ModelCardJson.shown(value)));
    }
  }

  private static List<String> requireClasses(List<String> classes) {
    if (classes.size() < 2 || classes.size() > MAX_CLASSES) {
      throw new ModelCardException(
          "classes must be 2 to %,d labels, got %,d".formatted(MAX_CLASSES, classes.size()));
    }
    return requireLabels("classes", classes);
  }

  /** Labels in their canonical spelling, all different. */
  static List<String> requireLabels(String field, List<String> labels) {
    List<String> canonical = labels.stream().map(DefectPattern::canonicalLabel).toList();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < canonical.size(); i++) {
      String label = canonical.get(i);
      requireText(field + "[" + i + "]", label);
      if (label.length() > MAX_LABEL_CHARS) {
        throw new ModelCardException(
            "%s[%d] must be 1 to %d characters, got %,d"
                .formatted(field, i, MAX_LABEL_CHARS, label.length()));
      }
      if (!seen.add(label.toLowerCase(Locale.ROOT))) {
        throw new ModelCardException(field + "[" + i + "] is there twice: " + label);
      }
    }
    return canonical;
  }

  private static Map<String, Double> requireThresholds(
      Map<String, Double> thresholds, List<String> classes) {
    Map<String, Double> canonical =
        Judgement.requireLabels("thresholds", thresholds, classes, "the card's classes");
    canonical.forEach(
        (label, threshold) -> {
          if (!(threshold > 0 && threshold <= 1)) {
            throw new ModelCardException(
                "thresholds." + label + " must be in (0, 1], got " + threshold);
          }
        });
    return canonical;
  }
}
