package fabwafer.app;

import fabwafer.classifier.Classifier;
import fabwafer.classifier.ClassifierException;
import fabwafer.classifier.evaluation.Answers;
import fabwafer.classifier.evaluation.Comparison;
import fabwafer.classifier.evaluation.Evaluation;
import fabwafer.classifier.evaluation.EvaluationJson;
import fabwafer.classifier.evaluation.EvaluationReport;
import fabwafer.classifier.evaluation.EvaluationText;
import fabwafer.classifier.evaluation.Evaluator;
import fabwafer.classifier.evaluation.LabelDoubts;
import fabwafer.classifier.evaluation.Protocol;
import fabwafer.classifier.evaluation.Suspects;
import fabwafer.classifier.explanation.Explanation;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.dataset.DieMask;
import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.Split;
import fabwafer.wafer.dataset.WaferDataset;
import fabwafer.wafer.dataset.WaferDatasets;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fabwafer evaluate}: how good a model is on labelled wafers. */
@Command(
    name = "evaluate",
    description = {
      "Holds a model against labelled wafers: accuracy, F1, each class, defect or none, confusion,",
      "calibration, with 95 %% bootstrap intervals that draw whole groups.",
      "On a data set whose wafers may have several patterns, the common die mask is forced on"
          + " every",
      "wafer map, because there the outline leaks the label.",
      "Tells where the model is weak, which labels look wrong, and with --against whether it is"
          + " better",
      "than another."
    },
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class EvaluateCommand implements Callable<Integer> {
  private static final int MAX_THREADS = 64;
  private static final long SEED = 1;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "DATA",
      converter = LabelledData.Converter.class,
      description = LabelledData.DESCRIPTION)
  private LabelledData data;

  @Mixin private ModelOption model;

  @Option(
      names = {"--fold", "--folds"},
      split = ",",
      paramLabel = "FOLD",
      description = "Only wafers of these folds, 0 to 9.")
  private List<Integer> folds = List.of();

  @Option(
      names = "--part",
      paramLabel = "PART",
      description = "Only wafers of this part of the data set: train, valid, test or unsplit.")
  private @Nullable Split part;

  @Option(
      names = "--limit",
      paramLabel = "WAFERS",
      description = "At most so many wafers, evenly spread over those chosen.")
  private @Nullable Integer limit;

  @Option(
      names = "--none-weight",
      paramLabel = "TIMES",
      description = {
        "How many wafers of the fab one wafer labelled none of DATA stands for; the figures"
            + " without",
        "it are given as well."
      })
  private double noneWeight = 1;

  @Option(
      names = "--own-die-masks",
      description = "Leave every wafer map its own outline, whatever the data set.")
  private boolean ownDieMasks;

  @Option(
      names = "--against",
      paramLabel = "MODEL",
      description = "Another model, held against the same wafers: is the first one better?")
  private @Nullable Path against;

  @Option(
      names = "--unseen",
      paramLabel = "LABEL",
      description = "The model was trained without this pattern: tell whether its novelty shows.")
  private @Nullable String unseen;

  @Option(names = "--html", paramLabel = "FILE", description = "Write a report with pictures.")
  private @Nullable Path html;

  @Option(names = "--json", paramLabel = "FILE", description = "Write all figures for a script.")
  private @Nullable Path json;

  @Option(
      names = "--suspects",
      paramLabel = "FILE",
      description = "Write the wafers whose label looks wrong, as CSV.")
  private @Nullable Path suspects;

  @Option(names = "--threads", description = "Wafers are classified on so many threads.")
  private int threads = Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors());

  @SuppressWarnings("NullAway.Init") // picocli sets the fields before it runs the command
  EvaluateCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    requireRange("--threads", threads, MAX_THREADS);
    if (limit != null) {
      requireRange("--limit", limit, WaferDatasets.MAX_WAFERS);
    }
    requirePlace("--html", html);
    requirePlace("--json", json);
    requirePlace("--suspects", suspects);
    WaferDataset all = data.read();
    boolean forced = !ownDieMasks && DieMask.tellsPatterns(all);
    WaferDataset chosen = limited(chosen(all));
    if (chosen.size() == 0) {
      throw new ClassifierException(
          "%s: no wafers to evaluate in %s".formatted(all.source(), split(all, chosen)));
    }
    WaferDataset fair = forced ? DieMask.common(all).forceAll(chosen) : chosen;
    Map<String, String> parts = data.parts(all);
    try (Classifier classifier = model.open()) {
      Protocol protocol = protocol(all, chosen, forced, classifier.card().id());
      Answers answers = answers(classifier, fair);
      Optional<Comparison> comparison =
          against == null
              ? Optional.empty()
              : Optional.of(Comparison.of(answers, answersOf(against, fair), protocol));
      Evaluation evaluation = Evaluation.of(answers, protocol, parts);
      report(evaluation, comparison, classifier);
    }
    return 0;
  }

  private Answers answersOf(Path other, WaferDataset wafers) throws InterruptedException {
    try (Classifier classifier = Classifier.open(other)) {
      return answers(classifier, wafers);
    }
  }

  private Protocol protocol(WaferDataset all, WaferDataset chosen, boolean forced, String modelId)
      throws IOException {
    try {
      return new Protocol(
          data.fileName(),
          data.sha256(),
          split(all, chosen),
          forced,
          modelId,
          noneWeight,
          Protocol.RESAMPLES,
          SEED,
          Optional.ofNullable(unseen).map(DefectPattern::canonicalLabel));
    } catch (IllegalArgumentException e) {
      throw wrongUse("--none-weight: " + e.getMessage());
    }
  }

  private Answers answers(Classifier classifier, WaferDataset wafers) throws InterruptedException {
    if (!onTerminal()) {
      return Evaluator.answers(classifier, wafers, threads, count -> {});
    }
    try (ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName("evaluate")
            .setUnit(" wafers", 1)
            .setInitialMax(wafers.size())
            .showSpeed()
            .build()) {
      return Evaluator.answers(classifier, wafers, threads, bar::stepBy);
    }
  }

  private void report(Evaluation evaluation, Optional<Comparison> comparison, Classifier classifier)
      throws IOException, InterruptedException {
    PrintWriter print = spec.commandLine().getOut();
    print.print(EvaluationText.write(evaluation, comparison));
    if (html != null) {
      Map<String, Explanation> explanations =
          Evaluator.explanations(classifier, evaluation, threads);
      Files.write(html, EvaluationReport.write(evaluation, comparison, explanations));
      print.println("report written to " + html);
    }
    if (json != null) {
      Files.write(json, EvaluationJson.write(evaluation, comparison));
      print.println("figures written to " + json);
    }
    if (suspects != null) {
      Optional<LabelDoubts> doubts = evaluation.doubts();
      if (doubts.isEmpty()) {
        print.println("no suspects: this model's one label cannot doubt a set of patterns");
      } else {
        Files.write(suspects, Suspects.csv(doubts.get()));
        print.println("suspected labels written to " + suspects);
      }
    }
    print.flush();
  }

  private WaferDataset chosen(WaferDataset all) {
    SortedSet<Integer> wanted = new TreeSet<>(folds);
    return all.where(
        wafer ->
            (wanted.isEmpty() || wanted.contains(wafer.fold()))
                && (part == null || part == wafer.split()));
  }

  private WaferDataset limited(WaferDataset chosen) {
    if (limit == null || chosen.size() <= limit) {
      return chosen;
    }
    List<LabelledWafer> some = new ArrayList<>(limit);
    for (long i = 0; i < limit; i++) {
      some.add(chosen.get((int) (i * chosen.size() / limit)));
    }
    return new WaferDataset(chosen.source(), chosen.labelling(), some);
  }

  /** Which wafers, in words: {@code fold 2, part test, 500 of 4,923 evenly spread}. */
  private String split(WaferDataset all, WaferDataset limited) {
    List<String> words = new ArrayList<>();
    if (!folds.isEmpty()) {
      List<String> numbers = new TreeSet<>(folds).stream().map(String::valueOf).toList();
      words.add((numbers.size() == 1 ? "fold " : "folds ") + String.join(", ", numbers));
    }
    if (part != null) {
      words.add("part " + part.folder());
    }
    if (words.isEmpty()) {
      words.add("all wafers");
    }
    int before = limit == null ? limited.size() : chosen(all).size();
    if (limited.size() < before) {
      words.add("%,d of %,d evenly spread".formatted(limited.size(), before));
    }
    return String.join(", ", words);
  }

  private void requireRange(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw wrongUse("%s must be 1 to %,d, got %,d".formatted(option, most, value));
    }
  }

  /** Told at once, not after minutes of work. */
  private void requirePlace(String option, @Nullable Path file) {
    if (file == null) {
      return;
    }
    Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file);
    if (Files.isDirectory(file) || !Files.isDirectory(folder) || !Files.isWritable(folder)) {
      throw wrongUse(option + ": cannot write a file " + file);
    }
  }

  private CommandLine.ParameterException wrongUse(String message) {
    return new CommandLine.ParameterException(spec.commandLine(), message);
  }

  private static boolean onTerminal() {
    return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
  }
}
