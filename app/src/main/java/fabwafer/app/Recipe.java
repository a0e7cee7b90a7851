package fabwafer.app;

import fabwafer.training.Architecture;
import fabwafer.training.TrainingException;
import fabwafer.training.TrainingOptions;
import fabwafer.training.TrainingOptions.Loss;
import fabwafer.training.TrainingOptions.Sampling;
import fabwafer.training.TrainingOptions.Schedule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Training options as a file says them, section {@code train}; what it does not say is the
 * program's default. {@link #settings} is the way back, so that a card or a log names every number.
 */
final class Recipe {
  private static final TrainingOptions DEFAULT = TrainingOptions.DEFAULT;

  private Recipe() {}

  /**
   * Reads a recipe.
   *
   * @param file HOCON or JSON, or empty for the defaults
   * @param flags key → value, such as {@code epochs} → {@code 12}; they win over the file
   * @throws Settings.MistakesException naming every mistake
   */
  static TrainingOptions read(
      Optional<Path> file, Map<String, String> environment, Map<String, String> flags) {
    Settings settings = Settings.load("train", file, environment, flags);
    Schedule schedule = DEFAULT.schedule();
    Sampling sampling = DEFAULT.sampling();
    Loss loss = DEFAULT.loss();
    int most = TrainingOptions.MAX_EPOCHS;
    int wafers = 10_000_000;
    TrainingOptions options =
        new TrainingOptions(
            architecture(settings),
            new Schedule(
                settings.integer("epochs", schedule.epochs(), 1, most),
                settings.integer("batch", schedule.batch(), 2, TrainingOptions.MAX_BATCH),
                settings.number("learning-rate", schedule.peakLearningRate(), 1e-6, 1),
                settings.number("weight-decay", schedule.weightDecay(), 0, 1),
                settings.number("averaging", schedule.averaging(), 0, 1),
                settings.integer("patience", schedule.patience(), 0, most),
                settings.integer(
                    "least-steps", schedule.leastSteps(), 0, TrainingOptions.MAX_STEPS)),
            new Sampling(
                settings.integer("none-per-epoch", sampling.nonePerEpoch(), 0, wafers),
                settings.integer("pattern-per-epoch", sampling.patternPerEpoch(), 0, wafers),
                settings.integer("composed-per-epoch", sampling.composedPerEpoch(), 0, wafers),
                settings.number("distorted-share", sampling.distortedShare(), 0, 1)),
            new Loss(
                settings.number("label-smoothing", loss.labelSmoothing(), 0, 0.5),
                settings.number("pattern-share", loss.patternShare(), 0, 10),
                settings.number("teacher-share", loss.teacherShare(), 0, 1)),
            settings.whole("seed", DEFAULT.seed(), Long.MIN_VALUE, Long.MAX_VALUE),
            settings.number("none-weight", DEFAULT.noneWeight(), 1e-3, 1e3));
    settings.requireNoMistakes();
    return options;
  }

  private static Architecture architecture(Settings settings) {
    Architecture known = DEFAULT.architecture();
    int side = settings.integer("side", known.side(), 16, 1_024);
    int stem =
        settings.integer("stem-channels", known.stemChannels(), 1, Architecture.MAX_CHANNELS);
    List<String> texts = settings.texts("stages", stages(known));
    try {
      return new Architecture(side, stem, stages(texts));
    } catch (TrainingException | NumberFormatException e) {
      settings.mistake(
          "stages",
          "must be <channels>x<blocks>, 1 to %d of them, such as 48x2, 96x2; got '%s' (%s)"
              .formatted(Architecture.MAX_STAGES, String.join(", ", texts), e.getMessage()));
      return known;
    }
  }

  private static List<Architecture.Stage> stages(List<String> texts) {
    List<Architecture.Stage> stages = new ArrayList<>();
    for (String text : texts) {
      String[] numbers = text.split("x", -1);
      if (numbers.length != 2) {
        throw new NumberFormatException("no stage: '" + text + "'");
      }
      stages.add(
          new Architecture.Stage(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1])));
    }
    return stages;
  }

  private static List<String> stages(Architecture architecture) {
    return architecture.stages().stream()
        .map(stage -> stage.channels() + "x" + stage.blocks())
        .toList();
  }

  /** Every setting of options by key, in one order: read as flags they give the same options. */
  static Map<String, String> settings(TrainingOptions options) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("seed", options.seed());
    values.put("epochs", options.schedule().epochs());
    values.put("batch", options.schedule().batch());
    values.put("learning-rate", options.schedule().peakLearningRate());
    values.put("weight-decay", options.schedule().weightDecay());
    values.put("averaging", options.schedule().averaging());
    values.put("patience", options.schedule().patience());
    values.put("least-steps", options.schedule().leastSteps());
    values.put("none-per-epoch", options.sampling().nonePerEpoch());
    values.put("pattern-per-epoch", options.sampling().patternPerEpoch());
    values.put("composed-per-epoch", options.sampling().composedPerEpoch());
    values.put("distorted-share", options.sampling().distortedShare());
    values.put("label-smoothing", options.loss().labelSmoothing());
    values.put("pattern-share", options.loss().patternShare());
    values.put("teacher-share", options.loss().teacherShare());
    values.put("none-weight", options.noneWeight());
    values.put("side", options.architecture().side());
    values.put("stem-channels", options.architecture().stemChannels());
    values.put("stages", String.join(",", stages(options.architecture())));
    return values.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                entry -> String.valueOf(entry.getValue()),
                (a, b) -> a,
                LinkedHashMap::new));
  }
}
