package fabwafer.training.quantisation;

import fabwafer.classifier.Classifier;
import fabwafer.classifier.ModelCard;
import fabwafer.classifier.ModelCard.Provenance;
import fabwafer.training.TrainingException;
import fabwafer.wafer.dataset.LabelledWafer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Makes a quantised model of a float one, and proves that the two agree. */
public final class Quantisation {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Quantisation() {}

  /**
   * What is allowed.
   *
   * @param noneWeight how many wafers of the fab one wafer labelled none of the data stands for,
   *     above 0
   * @param mostLost macro-F1 that may be lost, each wafer counting 1 or at that weight
   */
  public record Options(double noneWeight, double mostLost) {
    public Options {
      if (!(noneWeight > 0 && Double.isFinite(noneWeight))) {
        throw new TrainingException("the weight of none must be above 0, got " + noneWeight);
      }
      if (!(mostLost >= 0 && mostLost <= 1)) {
        throw new TrainingException("the macro-F1 to lose must be 0 to 1, got " + mostLost);
      }
    }
  }

  /**
   * A quantised model that was written.
   *
   * @param card its card
   * @param rule how ranges were found
   * @param layers convolutions that could run on whole numbers
   * @param floatLayers those of them that were left in float
   * @param floatBytes size of the float graph
   * @param bytes size of the quantised graph
   */
  public record Quantised(
      ModelCard card,
      RangeRule rule,
      int layers,
      Set<String> floatLayers,
      long floatBytes,
      long bytes,
      Agreement agreement) {}

  /**
   * Quantises a model. Its card is kept but for id, metrics and provenance: probabilities hardly
   * move, so what was fitted on the float model's still holds; the metrics say how far they moved.
   *
   * @param model folder of the float model
   * @param provenance where the quantised model is from; its parent is the float model
   * @param out folder for the quantised model, made where it is missing; a model in it is replaced
   *     only once the new one agrees
   * @throws TrainingException if the model cannot be quantised, or loses more than is allowed
   * @throws UncheckedIOException if a folder cannot be read or written
   */
  public static Quantised run(
      Path model, QuantisationWafers wafers, Options options, Provenance provenance, Path out) {
    if (!Files.isDirectory(model)) {
      throw new TrainingException(model + " must be the folder of a model");
    }
    try (Classifier floatModel = Classifier.open(model)) {
      if (Files.exists(out) && Files.isSameFile(model, out)) {
        throw new TrainingException(out + " holds the float model; choose another folder");
      }
      Path graph = model.resolve(ModelCard.GRAPH_FILE_NAME);
      byte[] bytes = Files.readAllBytes(graph);
      Draft draft =
          new Draft(
              graph.toString(),
              bytes,
              floatModel.card(),
              wafers.calibration().stream().map(LabelledWafer::wafer).toList());
      Draft.Candidate best = draft.best();
      ObjectNode card = card(model, best, provenance);
      Files.createDirectories(out);
      Path unproven = Files.createTempDirectory(out, "unproven");
      try {
        Files.write(unproven.resolve(ModelCard.GRAPH_FILE_NAME), best.bytes().toByteArray());
        write(card, unproven);
        Agreement agreement = agreement(floatModel, unproven, wafers, options);
        measured(card, wafers, options, provenance, agreement);
        write(card, unproven);
        move(unproven, out, ModelCard.GRAPH_FILE_NAME);
        move(unproven, out, ModelCard.FILE_NAME);
        return new Quantised(
            ModelCard.read(out.resolve(ModelCard.FILE_NAME)),
            best.rule(),
            draft.layers(),
            best.floatLayers(),
            bytes.length,
            best.bytes().size(),
            agreement);
      } finally {
        delete(unproven);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the model to " + out + ": " + e, e);
    }
  }

  private static Agreement agreement(
      Classifier floatModel, Path quantisedModel, QuantisationWafers wafers, Options options) {
    Agreement agreement;
    try (Classifier quantised = Classifier.open(quantisedModel)) {
      agreement = Agreement.of(floatModel, quantised, wafers.verification(), options.noneWeight());
    }
    double lost = Math.max(agreement.plain().lost(), agreement.weighted().lost());
    if (!(lost <= options.mostLost())) {
      throw new TrainingException(
          "the quantised model loses %.4f macro-F1 on %s (%.2f %% equal labels), at most %.4f is"
                  .formatted(
                      lost, wafers.split(), 100 * agreement.equalLabels(), options.mostLost())
              + " allowed; no model is written");
    }
    return agreement;
  }

  /** The float model's card with another id and provenance, as JSON: whatever it holds is kept. */
  private static ObjectNode card(Path model, Draft.Candidate best, Provenance provenance)
      throws IOException {
    byte[] json = Files.readAllBytes(model.resolve(ModelCard.FILE_NAME));
    ObjectNode card = (ObjectNode) JSON.readTree(json);
    String parent = card.path("id").stringValue();
    card.put("id", ModelCard.idOf(best.bytes().toByteArray()));
    card.putArray("metrics");
    card.putObject("provenance")
        .put("data", provenance.data())
        .put("dataSha256", provenance.dataSha256())
        .put("codeVersion", provenance.codeVersion())
        .put("seed", provenance.seed())
        .put("parent", parent)
        .put("created", provenance.created().toString())
        .put("command", provenance.command());
    return card;
  }

  private static void measured(
      ObjectNode card,
      QuantisationWafers wafers,
      Options options,
      Provenance provenance,
      Agreement agreement) {
    String turned = "%s, %,d wafers in eight turns".formatted(wafers.split(), agreement.wafers());
    ObjectNode values =
        card.withArray("metrics")
            .addObject()
            .put("data", provenance.data())
            .put("split", turned)
            .putObject("values");
    values
        .put("macroF1", agreement.plain().ofQuantised())
        .put("macroF1.parent", agreement.plain().ofFloat())
        .put("macroF1.lost.standardError", agreement.plain().error())
        .put("labelsAsParent", agreement.equalLabels())
        .put("probabilityDifference.mean", agreement.meanDifference())
        .put("probabilityDifference.largest", agreement.largestDifference())
        .put("calibrationWafers", (double) wafers.calibration().size());
    agreement.others().forEach(values::put);
    card.withArray("metrics")
        .addObject()
        .put("data", provenance.data())
        .put("split", turned + ", none x " + options.noneWeight())
        .putObject("values")
        .put("macroF1", agreement.weighted().ofQuantised())
        .put("macroF1.parent", agreement.weighted().ofFloat())
        .put("macroF1.lost.standardError", agreement.weighted().error());
  }

  /** A card that a reader takes, or none. */
  private static void write(ObjectNode json, Path folder) {
    byte[] bytes = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
    ModelCard.parse(ModelCard.FILE_NAME, bytes).write(folder.resolve(ModelCard.FILE_NAME));
  }

  private static void move(Path from, Path to, String name) throws IOException {
    Files.move(
        from.resolve(name),
        to.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
