package fabwafer.training;

import fabwafer.classifier.Classifier;
import fabwafer.classifier.Judgement;
import fabwafer.classifier.ModelCard;
import fabwafer.classifier.ModelCard.Calibration;
import fabwafer.classifier.ModelCard.Input;
import fabwafer.classifier.ModelCard.Measurement;
import fabwafer.classifier.ModelCard.Provenance;
import fabwafer.classifier.Prediction;
import fabwafer.classifier.Preprocessing;
import fabwafer.classifier.TestVectors;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.dataset.LabelledWafer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** A network that training ended with, and what it says of the validation wafers. Immutable. */
public final class TrainedNetwork {
  /** Most that a logit of the exported graph may differ from the trained network's. */
  public static final double MAX_DIFFERENCE = 1e-3;

  private final ResidualNetwork network;
  private final Map<String, float[]> numbers;
  private final FittedCalibration calibration;
  private final Familiarity familiarity;
  private final Proof proof;
  private final TrainingData data;
  private final TrainingOptions options;
  private final Optional<ModelCard> parent;
  private final List<EpochReport> history;

  /** Wafers and what the trained network says of them: the exported graph must say the same. */
  record Proof(List<LabelledWafer> wafers, TorchTrainer.Answers answers) {}

  TrainedNetwork(
      ResidualNetwork network,
      Map<String, float[]> numbers,
      FittedCalibration calibration,
      Familiarity familiarity,
      Proof proof,
      TrainingData data,
      TrainingOptions options,
      Optional<ModelCard> parent,
      List<EpochReport> history) {
    this.network = network;
    this.numbers = numbers;
    this.calibration = calibration;
    this.familiarity = familiarity;
    this.proof = proof;
    this.data = data;
    this.options = options;
    this.parent = parent;
    this.history = history;
  }

  /** Every epoch, in order. */
  public List<EpochReport> history() {
    return history;
  }

  /** The epoch whose network this is. */
  public EpochReport best() {
    return history.stream().filter(EpochReport::best).reduce((a, b) -> b).orElseThrow();
  }

  /**
   * A model that was written.
   *
   * @param card its card
   * @param difference the most that a logit of its graph differs from the trained network's, over
   *     all wafers it was run on
   */
  public record Export(ModelCard card, double difference) {}

  /**
   * Writes graph and card, and runs the graph on every validation wafer, or on some of training's
   * where there is none: it must agree with the trained network.
   *
   * @param folder made where it is missing; a model in it is replaced only once the new one agrees
   * @param provenance where the model is from
   * @throws TrainingException if a logit differs by more than {@link #MAX_DIFFERENCE}
   * @throws UncheckedIOException if the folder cannot be written
   */
  public Export export(Path folder, Provenance provenance) {
    byte[] graph =
        OnnxOperations.write(network, numbers, familiarity, options.architecture().side());
    ModelCard card = card(graph, provenance);
    try {
      Files.createDirectories(folder);
      Path unproven = Files.createTempDirectory(folder, "unproven");
      try {
        Files.write(unproven.resolve(ModelCard.GRAPH_FILE_NAME), graph);
        oneView(card).write(unproven.resolve(ModelCard.FILE_NAME));
        double difference = difference(unproven);
        if (!(difference <= MAX_DIFFERENCE)) {
          throw new TrainingException(
              "the exported graph differs from the trained network by %g in a logit, at most %g"
                      .formatted(difference, MAX_DIFFERENCE)
                  + " is allowed; no model is written");
        }
        // Vectors of a model that was here before would not be of this one.
        Files.deleteIfExists(folder.resolve(TestVectors.FILE_NAME));
        move(unproven, folder, ModelCard.GRAPH_FILE_NAME);
        card.write(unproven.resolve(ModelCard.FILE_NAME));
        move(unproven, folder, ModelCard.FILE_NAME);
        writeVectors(folder);
        return new Export(card, difference);
      } finally {
        Files.deleteIfExists(unproven.resolve(ModelCard.GRAPH_FILE_NAME));
        Files.deleteIfExists(unproven.resolve(ModelCard.FILE_NAME));
        Files.delete(unproven);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the model to " + folder + ": " + e, e);
    }
  }

  /** The trained network saw its wafers as they lie. */
  private static ModelCard oneView(ModelCard card) {
    Judgement all = card.judgement();
    return card.with(
        card.calibration(),
        card.thresholds(),
        new Judgement(
            Optional.empty(), all.patterns(), all.conformal(), all.novelty(), all.decision()),
        card.metrics());
  }

  private static void writeVectors(Path folder) {
    try (Classifier classifier = Classifier.open(folder)) {
      TestVectors.of(classifier).write(folder);
    }
  }

  private List<Measurement> metrics(Provenance provenance) {
    if (data.validation().isEmpty()) {
      return List.of();
    }
    String mix = "%s, none x %s".formatted(data.split(), options.noneWeight());
    Map<String, Double> plain = new LinkedHashMap<>();
    plain.put("accuracy", best().accuracy());
    plain.put("macroF1", best().macroF1());
    best().recalls().forEach((label, recall) -> plain.put("recall." + label, recall));
    if (!Double.isNaN(best().exactMatch())) {
      plain.put("exactMatch", best().exactMatch());
    }
    String chosen = options.schedule().patience() == 0 ? "" : " (the epoch was chosen on it)";
    return List.of(
        new Measurement(provenance.data(), data.split() + chosen, plain),
        new Measurement(
            provenance.data(), mix + chosen, Map.of("macroF1", best().macroF1Weighted())));
  }

  private ModelCard card(byte[] graph, Provenance provenance) {
    String fittedOn =
        data.validation().isEmpty()
            ? "nothing: the class mix of training alone"
            : "%s, %s, none x %s".formatted(provenance.data(), data.split(), options.noneWeight());
    List<String> labels = DefectPattern.labels();
    Map<String, Double> bias = new LinkedHashMap<>();
    for (int c = 0; c < labels.size(); c++) {
      bias.put(labels.get(c), calibration.shift()[c]);
    }
    return new ModelCard(
        ModelCard.idOf(graph),
        labels,
        new Input(
            OnnxOperations.INPUT,
            Preprocessing.PLANES,
            options.architecture().side(),
            Input.Type.UINT8),
        Preprocessing.area(options.architecture().side()).name(),
        new Calibration.Vector(calibration.temperature(), bias, fittedOn),
        Map.of(),
        parent
            .map(from -> KeptJudgement.of(from, labels, judgement(labels, fittedOn)))
            .orElseGet(() -> judgement(labels, fittedOn)),
        metrics(provenance),
        provenance);
  }

  /** What needs no more than the validation wafers; the command calibrate fits the rest. */
  private Judgement judgement(List<String> labels, String fittedOn) {
    List<String> patterns = labels.subList(0, network.patterns());
    Judgement judgement =
        Judgement.NONE.with(new Judgement.Patterns(patterns, 1, Map.of(), fittedOn));
    if (data.validation().isEmpty()) {
      return judgement;
    }
    double[] sorted =
        IntStream.range(0, proof.wafers().size())
            .mapToDouble(
                i ->
                    familiarity.novelty(
                        proof.answers().embeddings()[i], proof.answers().patterns()[i]))
            .sorted()
            .toArray();
    List<Double> quantiles = new ArrayList<>();
    for (int q = 0; q < Judgement.Novelty.QUANTILES; q++) {
      quantiles.add(
          sorted[(int) ((long) q * (sorted.length - 1) / (Judgement.Novelty.QUANTILES - 1))]);
    }
    return judgement.with(new Judgement.Novelty(quantiles, fittedOn));
  }

  private double difference(Path model) {
    double most = 0;
    try (Classifier classifier = Classifier.open(model)) {
      List<Prediction> predictions =
          classifier.classify(proof.wafers().stream().map(LabelledWafer::wafer).toList());
      for (int i = 0; i < predictions.size(); i++) {
        List<Double> logits = predictions.get(i).logits();
        for (int c = 0; c < logits.size(); c++) {
          double difference = Math.abs(logits.get(c) - proof.answers().logits()[i][c]);
          // Math.max keeps a NaN, so a graph that computes nonsense is refused.
          most = Math.max(most, difference);
        }
      }
    }
    return most;
  }

  private static void move(Path from, Path to, String name) throws IOException {
    Files.move(
        from.resolve(name),
        to.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}
