package fabwafer.app;

import fabwafer.classifier.ModelCard;
import fabwafer.classifier.ModelCard.Provenance;
import fabwafer.training.TrainingException;
import fabwafer.training.quantisation.Agreement;
import fabwafer.training.quantisation.Agreement.Loss;
import fabwafer.training.quantisation.Quantisation;
import fabwafer.training.quantisation.Quantisation.Quantised;
import fabwafer.training.quantisation.QuantisationWafers;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fabwafer quantise}: a float model in, a smaller and faster one out. */
@Command(
    name = "quantise",
    description = {
      "Makes a model whose convolutions run on whole numbers: a quarter of the size, about twice"
          + " as",
      "fast. Some wafers tell the ranges of what lies between the layers; others, never the same,",
      "tell how the two models agree, and no model is written that loses too much."
    },
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class QuantiseCommand implements Callable<Integer> {
  private static final double KILO = 1_000;

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "MODEL", description = "Folder of the float model.")
  private Path model;

  @Parameters(
      index = "1",
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
      names = "--wafers",
      paramLabel = "WAFERS",
      description = "Wafers that tell the ranges, of each label as many where there are enough.")
  private int wafers = 1_000;

  @Mixin private ValidationFolds validationFolds;

  @Option(
      names = "--none-weight",
      paramLabel = "TIMES",
      description = "How many wafers of the fab one wafer labelled none of DATA stands for.")
  private double noneWeight = 4.014;

  @Option(
      names = "--most-lost",
      paramLabel = "MACRO-F1",
      description = "Macro-F1 that may be lost, weighed or not; a model that loses more fails.")
  private double mostLost = 0.003;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields before it runs the command
  QuantiseCommand() {}

  @Override
  public Integer call() throws IOException {
    Quantisation.Options options = new Quantisation.Options(noneWeight, mostLost);
    if (!Files.isDirectory(model)) {
      throw new TrainingException("no folder of a model: " + model);
    }
    ModelCard floatCard = ModelCard.read(model.resolve(ModelCard.FILE_NAME));
    QuantisationWafers parted = QuantisationWafers.of(data.read(), validationFolds.list(), wafers);
    Provenance provenance =
        new Provenance(
            data.fileName(),
            data.sha256(),
            Main.VERSION,
            floatCard.provenance().seed(),
            Optional.of(floatCard.id()),
            Instant.now().truncatedTo(ChronoUnit.SECONDS),
            command());
    report(parted, Quantisation.run(model, parted, options, provenance, out));
    return 0;
  }

  private void report(QuantisationWafers parted, Quantised made) {
    PrintWriter print = spec.commandLine().getOut();
    print.printf(
        Locale.ROOT,
        "%s: model %s, %,.0f kB (float %,.0f kB)%n",
        out,
        made.card().id().substring(0, 12),
        made.bytes() / KILO,
        made.floatBytes() / KILO);
    print.printf(
        Locale.ROOT,
        "  %d of %d convolutions on whole numbers%s; ranges by %s over %,d wafers%n",
        made.layers() - made.floatLayers().size(),
        made.layers(),
        made.floatLayers().isEmpty() ? "" : ", in float " + String.join(", ", made.floatLayers()),
        made.rule().word(),
        parted.calibration().size());
    Agreement agreement = made.agreement();
    print.printf(
        Locale.ROOT,
        "  on %s, %,d wafers in eight turns: %.2f %% equal labels, probabilities differ by %.4f in"
            + " the mean and %.3f at most%n",
        parted.split(),
        agreement.wafers(),
        100 * agreement.equalLabels(),
        agreement.meanDifference(),
        agreement.largestDifference());
    agreement
        .others()
        .forEach((name, mean) -> print.printf(Locale.ROOT, "  %s %.4f%n", name, mean));
    print.printf("  macro-F1 %s%n", shown(agreement.plain()));
    print.printf("  macro-F1, none x %s, %s%n", noneWeight, shown(agreement.weighted()));
    print.flush();
  }

  private static String shown(Loss loss) {
    return String.format(
        Locale.ROOT,
        "%.4f, float %.4f: lost %.4f ± %.4f",
        loss.ofQuantised(),
        loss.ofFloat(),
        loss.lost(),
        loss.error());
  }

  /** The command line that makes the model again; file names only, and every number. */
  private String command() {
    List<String> words = new ArrayList<>(List.of("fabwafer", "quantise", "MODEL"));
    words.add(data.fileName());
    words.addAll(List.of("--out", "MODEL8", "--wafers", String.valueOf(wafers)));
    words.addAll(validationFolds.words());
    words.addAll(List.of("--none-weight", String.valueOf(noneWeight)));
    words.addAll(List.of("--most-lost", String.valueOf(mostLost)));
    return String.join(" ", words);
  }
}
