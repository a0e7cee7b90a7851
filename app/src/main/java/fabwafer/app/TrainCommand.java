package fabwafer.app;

import fabwafer.classifier.ModelCard.Provenance;
import fabwafer.training.SoftLabels;
import fabwafer.training.TrainedNetwork;
import fabwafer.training.Training;
import fabwafer.training.TrainingData;
import fabwafer.training.TrainingListener;
import fabwafer.training.TrainingOptions;
import fabwafer.training.TrainingStart;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.dataset.DieMask;
import fabwafer.wafer.dataset.WaferDataset;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fabwafer train}: a data set in, a model folder out. */
@Command(
    name = "train",
    description = {
      "Trains a residual network on labelled wafers and writes it as an ONNX model with its card.",
      "After each epoch a checkpoint is written into the model's folder; --resume goes on from it."
    },
    mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {
  /** The checkpoint's file in the model's folder; it goes when the model is written. */
  static final String CHECKPOINT = "training.checkpoint";

  /** The run's log, which stays. */
  static final String LOG = "training.jsonl";

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "DATA",
      converter = LabelledData.Converter.class,
      description = LabelledData.DESCRIPTION)
  private LabelledData data;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "MODEL",
      description = "Folder for model.onnx and model.json; made where it is missing.")
  private Path out;

  @Option(
      names = "--recipe",
      paramLabel = "FILE",
      description = {
        "Settings of the run, section train; experiments/ has some. What it does not say is the",
        "program's default."
      })
  private @Nullable Path recipe;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting that wins over the recipe's, such as epochs=12. May be repeated.")
  private Map<String, String> set = new LinkedHashMap<>();

  @Option(names = "--seed", description = "The same seed gives the same model. Default: 1")
  private @Nullable Long seed;

  @Mixin private ValidationFolds validationFolds;

  @Option(
      names = "--validate-nothing",
      description = {
        "Learn from every wafer: for a recipe that was measured before. 'calibrate' then fits the",
        "probabilities on what the measured runs said of the folds they had not seen."
      })
  private boolean validateNothing;

  @Option(
      names = "--leave-out",
      paramLabel = "LABEL",
      split = ",",
      description = {
        "Neither train nor validate on wafers with these patterns: 'evaluate --unseen' then tells",
        "how well their novelty gives them away."
      })
  private List<String> leaveOut = List.of();

  @Option(
      names = "--from",
      paramLabel = "MODEL",
      description = {
        "Go on from the weights of a model that 'train' made, its folder or zip. The architecture",
        "is the model's, whatever the recipe says."
      })
  private @Nullable Path from;

  @Option(
      names = "--replay",
      paramLabel = "DATA",
      converter = LabelledData.Converter.class,
      description = {
        "Old labelled wafers to learn beside DATA, so that what was learnt is not forgotten; what",
        "is validated on is theirs. All of DATA is then learnt from."
      })
  private @Nullable LabelledData replay;

  @Option(
      names = "--replay-wafers",
      paramLabel = "N",
      description = "Most wafers of --replay, of each class as many; default: ${DEFAULT-VALUE}.")
  private int replayWafers = 6_000;

  @Option(
      names = "--teacher",
      paramLabel = "MODEL",
      description = {
        "Learn what this model makes of the wafers beside their labels (teacher-share in the",
        "recipe); of several, the mean. It must not know the folds that are validated on."
      })
  private List<Path> teachers = List.of();

  @Option(names = "--resume", description = "Go on from the checkpoint in the model's folder.")
  private boolean resume;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields before it runs the command
  TrainCommand() {}

  @Override
  public Integer call() throws IOException {
    PrintWriter print = spec.commandLine().getOut();
    Optional<TrainingStart> start = Optional.ofNullable(from).map(TrainingStart::of);
    TrainingOptions read = Recipe.read(Optional.ofNullable(recipe), System.getenv(), flags());
    TrainingOptions options =
        start.map(model -> read.withArchitecture(model.architecture())).orElse(read);
    if (validateNothing && !validationFolds.list().isEmpty()) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--validate-nothing and --validation-folds exclude each other");
    }
    String dataSha256 = data.sha256();
    TrainingData parted = parted(fair(data.read()));
    for (Path teacher : teachers) {
      if (!validationFolds.list().isEmpty()) {
        new HeldOutRun(teacher, new TreeSet<>(validationFolds.set())).requireUnknown();
      }
    }
    Files.createDirectories(out);
    Path checkpoint = out.resolve(CHECKPOINT);
    TrainedNetwork trained;
    Map<String, String> settings = Recipe.settings(options);
    TrainingLog log = new TrainingLog(out.resolve(LOG), settings, parted.split());
    try (TrainingProgress progress = new TrainingProgress(print)) {
      trained =
          Training.run(
              parted,
              options,
              start,
              teachers.isEmpty()
                  ? Optional.empty()
                  : Optional.of(SoftLabels.of(teachers, parted.training())),
              checkpoint,
              resume,
              TrainingListener.both(log, progress));
    }
    TrainedNetwork.Export export =
        trained.export(out, provenance(dataSha256, options, start.map(TrainingStart::id)));
    Files.delete(checkpoint);
    print.printf(
        Locale.ROOT,
        "%s: model %s, epoch %d%s; the graph agrees to %.1e%n",
        out,
        export.card().id().substring(0, 12),
        trained.best().epoch(),
        parted.validation().isEmpty()
            ? ", not validated"
            : String.format(Locale.ROOT, ", macro-F1 %.4f", trained.best().macroF1()),
        export.difference());
    export
        .card()
        .judgement()
        .conformal()
        .ifPresent(sets -> print.printf("conformal sets: %s%n", sets.fittedOn()));
    print.flush();
    return 0;
  }

  private Map<String, String> flags() {
    Map<String, String> flags = new LinkedHashMap<>(set);
    if (seed != null) {
      flags.put("seed", seed.toString());
    }
    return flags;
  }

  private TrainingData parted(WaferDataset wafers) throws IOException {
    if (replay != null) {
      return TrainingData.withReplay(
          TrainingData.all(wafers),
          TrainingData.of(fair(replay.read()), validationFolds.set()),
          replayWafers);
    }
    TrainingData parted =
        validateNothing ? TrainingData.all(wafers) : TrainingData.of(wafers, validationFolds.set());
    for (String label : leaveOut) {
      parted = parted.without(leftOut(label));
    }
    return parted;
  }

  private DefectPattern leftOut(String label) {
    return DefectPattern.ofLabel(label)
        .orElseThrow(
            () ->
                new CommandLine.ParameterException(
                    spec.commandLine(),
                    "--leave-out must be of %s, got '%s'"
                        .formatted(String.join(", ", DefectPattern.labels()), label)));
  }

  /** Where outlines tell the patterns, every wafer gets the outline that most have. */
  private static WaferDataset fair(WaferDataset wafers) {
    return DieMask.tellsPatterns(wafers) ? DieMask.common(wafers).forceAll(wafers) : wafers;
  }

  private Provenance provenance(
      String dataSha256, TrainingOptions options, Optional<String> parent) {
    return new Provenance(
        data.fileName(),
        dataSha256,
        Main.VERSION,
        options.seed(),
        parent,
        Instant.now().truncatedTo(ChronoUnit.SECONDS),
        command(options));
  }

  /** The command line that makes the model again; file names only, and every number. */
  private String command(TrainingOptions options) {
    List<String> words = new ArrayList<>(List.of("fabwafer", "train"));
    words.add(data.fileName());
    words.addAll(List.of("--out", "MODEL"));
    if (validateNothing) {
      words.add("--validate-nothing");
    }
    if (from != null) {
      words.addAll(List.of("--from", "MODEL0"));
    }
    if (replay != null) {
      words.addAll(List.of("--replay", replay.fileName()));
      words.addAll(List.of("--replay-wafers", String.valueOf(replayWafers)));
    }
    for (int i = 0; i < teachers.size(); i++) {
      words.addAll(List.of("--teacher", "TEACHER" + (i + 1)));
    }
    if (!leaveOut.isEmpty()) {
      words.addAll(List.of("--leave-out", String.join(",", leaveOut)));
    }
    words.addAll(validationFolds.words());
    Recipe.settings(options)
        .forEach((key, value) -> words.addAll(List.of("--set", key + "=" + value)));
    return String.join(" ", words);
  }
}
