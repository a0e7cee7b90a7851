package fabwafer.app;

import fabwafer.training.EpochReport;
import fabwafer.training.TrainingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A run as a file: one JSON object a line; first what was to be done with which settings, then an
 * epoch each. A resumed run goes on in the same file.
 */
final class TrainingLog implements TrainingListener {
  private static final JsonMapper JSON = new JsonMapper();

  private final Path file;
  private final Map<String, String> settings;
  private final String split;

  /**
   * @param settings of the run, by key
   * @param split what is kept for validation, in words
   */
  TrainingLog(Path file, Map<String, String> settings, String split) {
    this.file = file;
    this.settings = settings;
    this.split = split;
  }

  @Override
  public void started(Plan plan) {
    ObjectNode line = JSON.createObjectNode();
    ObjectNode said = line.putObject("settings");
    settings.forEach(said::put);
    // More than the recipe's where its least steps need more.
    said.put("epochs", String.valueOf(plan.epochs()));
    line.put("validation", split)
        .put("parameters", plan.parameters())
        .put("trainingWafers", plan.trainingWafers())
        .put("validationWafers", plan.validationWafers())
        .put("stepsPerEpoch", plan.stepsPerEpoch())
        .put("epochsDone", plan.epochsDone());
    append(line);
  }

  @Override
  public void epochEnded(EpochReport report) {
    ObjectNode line = JSON.createObjectNode();
    line.put("epoch", report.epoch()).put("learningRate", report.learningRate());
    number(line, "trainingLoss", report.trainingLoss());
    number(line, "validationLoss", report.validationLoss());
    number(line, "accuracy", report.accuracy());
    number(line, "macroF1", report.macroF1());
    number(line, "macroF1Weighted", report.macroF1Weighted());
    number(line, "exactMatch", report.exactMatch());
    ObjectNode recalls = line.putObject("recall");
    report.recalls().forEach(recalls::put);
    line.put("wafersPerSecond", report.wafersPerSecond())
        .put("seconds", report.seconds())
        .put("best", report.best());
    append(line);
  }

  /** JSON knows no NaN: what was not measured is left out. */
  private static void number(ObjectNode line, String name, double value) {
    if (Double.isFinite(value)) {
      line.put(name, value);
    }
  }

  private void append(ObjectNode line) {
    try {
      Files.write(
          file,
          (JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the log " + file, e);
    }
  }
}
