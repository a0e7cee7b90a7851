package fabwafer.app;

import fabwafer.classifier.Classifier;
import fabwafer.classifier.ClassifierException;
import fabwafer.classifier.Judgement;
import fabwafer.classifier.ModelCard;
import fabwafer.classifier.calibration.CardFit;
import fabwafer.classifier.calibration.FitOptions;
import fabwafer.classifier.calibration.Fitted;
import fabwafer.classifier.calibration.FittedText;
import fabwafer.classifier.calibration.HeldOutWafer;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.dataset.DieMask;
import fabwafer.wafer.dataset.WaferDataset;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fabwafer calibrate}: fits a model's card on wafers that its recipe has not seen. */
@Command(
    name = "calibrate",
    description = {
      "Fits what a model's card says of its outputs: calibration, thresholds, conformal sets,",
      "novelty, when a wafer is seen in eight views, and when an answer is accepted.",
      "It is fitted on what other runs of the model's recipe say of the folds they were not"
          + " trained",
      "on, so that no wafer is judged by a network that knows it. The card is written anew; the",
      "network stays."
    },
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class CalibrateCommand implements Callable<Integer> {
  private static final int MAX_THREADS = 64;

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "MODEL", description = "Folder of the model to fit.")
  private Path model;

  @Parameters(
      index = "1",
      paramLabel = "DATA",
      converter = LabelledData.Converter.class,
      description = {LabelledData.DESCRIPTION, "It needs folds."})
  private LabelledData data;

  @Option(
      names = "--held-out",
      required = true,
      paramLabel = "RUN:FOLDS",
      description = {
        "A run's model and the folds it was not trained on, such as runs/a:0,1; once for each run,",
        "no fold twice. MODEL itself may be one."
      })
  private List<String> heldOut = List.of();

  @Option(
      names = "--none-weight",
      paramLabel = "TIMES",
      description = "How many wafers of the fab one wafer labelled none of DATA stands for.")
  private double noneWeight = 1;

  @Option(
      names = "--coverage",
      paramLabel = "SHARE",
      description = "Share of each class's wafers whose conformal set shall hold it.")
  private double coverage = 0.99;

  @Option(
      names = "--max-error",
      paramLabel = "SHARE",
      description = "Largest share of wrong answers among those accepted without a person.")
  private double maxError = 0.005;

  @Option(
      names = "--max-novelty",
      paramLabel = "SHARE",
      description = "A wafer more novel than this share of the known ones is reviewed.")
  private double maxNovelty = 0.99;

  @Option(
      names = "--keep-patterns",
      description = {
        "Leave the pattern set's part of the card as it is. Fitted to wafers that are labelled"
            + " with",
        "one pattern each, it seldom says that two stand together."
      })
  private boolean keepPatterns;

  @Option(
      names = "--leave-out",
      paramLabel = "LABEL",
      split = ",",
      description = {
        "Do not fit on wafers with these patterns: those that MODEL was trained without, so that",
        "the card knows nothing of them either."
      })
  private List<String> leaveOut = List.of();

  @Option(names = "--dry-run", description = "Show the figures and leave the card as it is.")
  private boolean dryRun;

  @Option(names = "--threads", description = "Wafers are classified on so many threads.")
  private int threads = Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors());

  @SuppressWarnings("NullAway.Init") // picocli sets the fields before it runs the command
  CalibrateCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (threads < 1 || threads > MAX_THREADS) {
      throw wrongUse("--threads must be 1 to %d, got %,d".formatted(MAX_THREADS, threads));
    }
    List<HeldOutRun> runs = runs();
    FitOptions options = options(runs);
    Path cardFile = model.resolve(ModelCard.FILE_NAME);
    if (!Files.isDirectory(model)) {
      throw new ClassifierException(model + " is no model's folder, into which a card is written");
    }
    ModelCard card = proven(model);
    PrintWriter print = spec.commandLine().getOut();
    for (HeldOutRun run : runs) {
      run.requireFits(model, card);
    }
    Set<DefectPattern> unknown = unknown();
    WaferDataset read = data.read().where(wafer -> Collections.disjoint(wafer.patterns(), unknown));
    // Where outlines tell the patterns, training did not see them either.
    WaferDataset wafers = DieMask.tellsPatterns(read) ? DieMask.common(read).forceAll(read) : read;
    for (HeldOutRun run : runs) {
      run.requireFolds(wafers);
    }
    List<HeldOutWafer> pool = new ArrayList<>();
    for (HeldOutRun run : runs) {
      List<HeldOutWafer> given = run.classify(wafers, threads);
      print.printf(Locale.ROOT, "%s: %,d wafers of %s%n", run.path(), given.size(), run.words());
      print.flush();
      pool.addAll(given);
    }
    Fitted fitted = CardFit.fit(card, pool, options);
    print.print(FittedText.write(fitted));
    if (!dryRun) {
      (keepPatterns ? withPatternsOf(card, fitted.card()) : fitted.card()).write(cardFile);
      print.println("card written to " + cardFile);
    }
    print.flush();
    return 0;
  }

  private Set<DefectPattern> unknown() {
    Set<DefectPattern> unknown = EnumSet.noneOf(DefectPattern.class);
    for (String label : leaveOut) {
      unknown.add(
          DefectPattern.ofLabel(label)
              .orElseThrow(
                  () ->
                      wrongUse(
                          "--leave-out must be of %s, got '%s'"
                              .formatted(String.join(", ", DefectPattern.labels()), label))));
    }
    return unknown;
  }

  private static ModelCard withPatternsOf(ModelCard before, ModelCard fitted) {
    Judgement judgement =
        before.judgement().patterns().map(fitted.judgement()::with).orElse(fitted.judgement());
    return fitted.with(fitted.calibration(), fitted.thresholds(), judgement, fitted.metrics());
  }

  /** The card of a model that runs. */
  private static ModelCard proven(Path model) {
    try (Classifier classifier = Classifier.open(model)) {
      return classifier.card();
    }
  }

  private List<HeldOutRun> runs() {
    List<HeldOutRun> runs = new ArrayList<>();
    Map<Integer, Path> given = new HashMap<>();
    for (String words : heldOut) {
      HeldOutRun run;
      try {
        run = HeldOutRun.parse(words);
      } catch (IllegalArgumentException e) {
        throw wrongUse("--held-out " + words + ": " + e.getMessage());
      }
      for (int fold : run.folds()) {
        Path other = given.put(fold, run.path());
        if (other != null) {
          throw wrongUse("--held-out: fold %d is given twice".formatted(fold));
        }
      }
      runs.add(run);
    }
    return runs;
  }

  private FitOptions options(List<HeldOutRun> runs) {
    TreeSet<Integer> folds = new TreeSet<>();
    runs.forEach(run -> folds.addAll(run.folds()));
    try {
      return new FitOptions(
          noneWeight,
          coverage,
          maxError,
          maxNovelty,
          "%s, %s%s, none x %s"
              .formatted(data.fileName(), HeldOutRun.words(folds), without(), noneWeight));
    } catch (ClassifierException e) {
      throw wrongUse(String.valueOf(e.getMessage()));
    }
  }

  private String without() {
    return String.join("", leaveOut.stream().map(label -> ", without " + label).toList());
  }

  private CommandLine.ParameterException wrongUse(String message) {
    return new CommandLine.ParameterException(spec.commandLine(), message);
  }
}
