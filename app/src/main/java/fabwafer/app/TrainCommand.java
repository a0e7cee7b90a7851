package fabwafer.app;

import fabwafer.classifier.ModelCard.Provenance;
import fabwafer.training.TrainedNetwork;
import fabwafer.training.Training;
import fabwafer.training.TrainingData;
import fabwafer.training.TrainingOptions;
import fabwafer.wafer.dataset.WaferDatasets;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class TrainCommand implements Callable<Integer> {
  /** The checkpoint's file in the model's folder; it goes when the model is written. */
  static final String CHECKPOINT = "training.checkpoint";

  private static final TrainingOptions DEFAULT = TrainingOptions.DEFAULT;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "DATA",
      description = "Labelled wafers: an NPZ file, or a folder train|valid/<label>/*.png.")
  private Path data;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "MODEL",
      description = "Folder for model.onnx and model.json; made where it is missing.")
  private Path out;

  @Option(
      names = "--validation-fold",
      paramLabel = "FOLD",
      description = {
        "Fold to validate on; it is kept from training. Without it the data set's own part 'valid'",
        "or else a tenth of its groups is taken; never wafers at random."
      })
  private @Nullable Integer validationFold;

  @Option(names = "--epochs", description = "Most epochs; the learning rate spreads over them.")
  private int epochs = DEFAULT.epochs();

  @Option(names = "--seed", description = "The same seed gives the same model.")
  private long seed = DEFAULT.seed();

  @Option(names = "--batch", description = "Wafers a step.")
  private int batch = DEFAULT.batch();

  @Option(
      names = "--none-per-epoch",
      paramLabel = "WAFERS",
      description = "Wafers labelled none an epoch sees, the next ones each time; 0 for all.")
  private int nonePerEpoch = DEFAULT.nonePerEpoch();

  @Option(
      names = "--none-weight",
      paramLabel = "TIMES",
      description = {
        "How many wafers of the fab one wafer labelled none of DATA stands for: probabilities are",
        "for that mix of classes, and the best epoch is chosen at it."
      })
  private double noneWeight = DEFAULT.noneWeight();

  @Option(names = "--learning-rate", paramLabel = "RATE", description = "The cycle's peak.")
  private double learningRate = DEFAULT.peakLearningRate();

  @Option(names = "--weight-decay", paramLabel = "DECAY", description = "AdamW's decay.")
  private double weightDecay = DEFAULT.weightDecay();

  @Option(
      names = "--label-smoothing",
      paramLabel = "SHARE",
      description = "Share of a label that is spread over all classes.")
  private double labelSmoothing = DEFAULT.labelSmoothing();

  @Option(
      names = "--patience",
      paramLabel = "EPOCHS",
      description = "Epochs without a better macro-F1 after which training stops.")
  private int patience = DEFAULT.patience();

  @Option(names = "--resume", description = "Go on from the checkpoint in the model's folder.")
  private boolean resume;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields before it runs the command
  TrainCommand() {}

  @Override
  public Integer call() throws IOException {
    PrintWriter print = spec.commandLine().getOut();
    TrainingOptions options =
        new TrainingOptions(
            DEFAULT.architecture(),
            epochs,
            batch,
            nonePerEpoch,
            seed,
            learningRate,
            weightDecay,
            labelSmoothing,
            DEFAULT.averaging(),
            patience,
            noneWeight);
    String dataSha256 = Sha256.of(data);
    TrainingData parted =
        TrainingData.of(
            WaferDatasets.read(data),
            validationFold == null ? OptionalInt.empty() : OptionalInt.of(validationFold));
    Files.createDirectories(out);
    Path checkpoint = out.resolve(CHECKPOINT);
    TrainedNetwork trained;
    try (TrainingProgress listener = new TrainingProgress(print)) {
      trained = Training.run(parted, options, checkpoint, resume, listener);
    }
    TrainedNetwork.Export export = trained.export(out, provenance(dataSha256));
    Files.delete(checkpoint);
    print.printf(
        Locale.ROOT,
        "%s: model %s, epoch %d, macro-F1 %.4f, temperature %.3f; the graph agrees to %.1e%n",
        out,
        export.card().id().substring(0, 12),
        trained.best().epoch(),
        trained.best().macroF1(),
        export.card().calibration().temperature(),
        export.difference());
    print.flush();
    return 0;
  }

  private Provenance provenance(String dataSha256) {
    return new Provenance(
        data.getFileName().toString(),
        dataSha256,
        Main.VERSION,
        seed,
        Optional.empty(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS),
        command());
  }

  /** The command line that makes the model again; file names only, and every number. */
  private String command() {
    List<String> words = new ArrayList<>(List.of("fabwafer", "train"));
    words.add(data.getFileName().toString());
    words.addAll(List.of("--out", "MODEL"));
    if (validationFold != null) {
      words.addAll(List.of("--validation-fold", validationFold.toString()));
    }
    Map<String, Object> numbers =
        new TreeMap<>(
            Map.of(
                "--epochs", epochs,
                "--seed", seed,
                "--batch", batch,
                "--none-per-epoch", nonePerEpoch,
                "--none-weight", noneWeight,
                "--learning-rate", learningRate,
                "--weight-decay", weightDecay,
                "--label-smoothing", labelSmoothing,
                "--patience", patience));
    numbers.forEach((option, number) -> words.addAll(List.of(option, number.toString())));
    return String.join(" ", words);
  }
}
