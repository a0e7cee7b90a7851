package fabwafer.app;

import fabwafer.classifier.Classifier;
import fabwafer.classifier.ClassifierException;
import fabwafer.classifier.GraphOutput;
import fabwafer.classifier.Judge;
import fabwafer.classifier.ModelCard;
import fabwafer.classifier.ModelPackage;
import fabwafer.classifier.Prediction;
import fabwafer.classifier.calibration.HeldOutWafer;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.WaferDataset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A run of training and the folds it was not trained on.
 *
 * @param path of the run's model
 * @param folds 0 to {@link #MAX_FOLD}, at least one
 */
record HeldOutRun(Path path, SortedSet<Integer> folds) {
  /** Folds are numbered from 0 to this. */
  static final int MAX_FOLD = 9;

  private static final Pattern FOLDS = Pattern.compile("[0-9](,[0-9])*");
  private static final Pattern TRAINED = Pattern.compile("fabwafer train .*");
  private static final Pattern KEPT =
      Pattern.compile("--validation-folds?[ =]([0-9](?:,[0-9])*)(?= |$)");

  HeldOutRun {
    folds = Collections.unmodifiableSortedSet(new TreeSet<>(folds));
  }

  /**
   * Reads {@code RUN:0,1}.
   *
   * @throws IllegalArgumentException if it is not of that form or names a fold twice
   */
  static HeldOutRun parse(String words) {
    int colon = words.lastIndexOf(':');
    String folds = words.substring(colon + 1);
    if (colon < 1 || !FOLDS.matcher(folds).matches()) {
      throw new IllegalArgumentException(
          "must be a run and its folds, 0 to %d, such as runs/a:0,1".formatted(MAX_FOLD));
    }
    SortedSet<Integer> numbers = numbers(folds);
    if (numbers.size() < folds.split(",", -1).length) {
      throw new IllegalArgumentException("names a fold twice");
    }
    return new HeldOutRun(Path.of(words.substring(0, colon)), numbers);
  }

  private static SortedSet<Integer> numbers(String folds) {
    SortedSet<Integer> numbers = new TreeSet<>();
    for (String fold : folds.split(",", -1)) {
      numbers.add(Integer.parseInt(fold));
    }
    return numbers;
  }

  /** The folds in words, such as {@code folds 0, 1}. */
  String words() {
    return words(folds);
  }

  static String words(SortedSet<Integer> folds) {
    return (folds.size() == 1 ? "fold " : "folds ")
        + folds.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }

  /**
   * Refuses a run whose outputs cannot stand for the model's: other classes, patterns or
   * preprocessing, or trained on the folds it is said not to know.
   */
  void requireFits(Path model, ModelCard card) {
    ModelCard own = ModelCard.read(path.resolve(ModelCard.FILE_NAME));
    requireSame(model, "list of classes", card.classes(), own.classes());
    requireSame(model, "preprocessing", card.preprocessing(), own.preprocessing());
    requireSame(model, "list of patterns", patterns(card), patterns(own));
    requireUnknown(own);
  }

  /** Refuses a run that was trained on one of the folds. */
  void requireUnknown() {
    requireUnknown(ModelPackage.read(path).card());
  }

  private void requireUnknown(ModelCard own) {
    String command = own.provenance().command();
    if (!TRAINED.matcher(command).matches()) {
      return; // A model of another program does not say what it was trained on.
    }
    Matcher kept = KEPT.matcher(command);
    Set<Integer> known = new HashSet<>(folds);
    while (kept.find()) {
      known.removeAll(numbers(kept.group(1)));
    }
    if (!known.isEmpty()) {
      throw new ClassifierException(
          "%s was trained on %s, as its card says: %s"
              .formatted(path, words(new TreeSet<>(known)), command));
    }
  }

  private void requireSame(Path model, String what, Object models, Object runs) {
    if (!models.equals(runs)) {
      throw new ClassifierException(
          "%s: its %s is %s, that of %s is %s".formatted(path, what, runs, model, models));
    }
  }

  private static List<String> patterns(ModelCard card) {
    return card.judgement().patterns().map(patterns -> patterns.labels()).orElse(List.of());
  }

  /** Refuses folds of which the data set has no wafer. */
  void requireFolds(WaferDataset data) {
    Set<Integer> there =
        data.wafers().stream().map(LabelledWafer::fold).collect(Collectors.toSet());
    SortedSet<Integer> missing = new TreeSet<>(folds);
    missing.removeAll(there);
    if (!missing.isEmpty()) {
      throw new ClassifierException(
          "%s has no wafer of %s".formatted(data.source(), words(missing)));
    }
  }

  /** What the run's model gives for the wafers of its folds. */
  List<HeldOutWafer> classify(WaferDataset data, int threads) throws InterruptedException {
    List<LabelledWafer> wafers = data.where(wafer -> folds.contains(wafer.fold())).wafers();
    List<HeldOutWafer> given = new ArrayList<>(wafers.size());
    try (Classifier classifier = Classifier.open(path);
        ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<List<HeldOutWafer>>> batches = new ArrayList<>();
      for (int from = 0; from < wafers.size(); from += Classifier.MAX_BATCH) {
        List<LabelledWafer> batch =
            wafers.subList(from, Math.min(from + Classifier.MAX_BATCH, wafers.size()));
        int first = from;
        batches.add(pool.submit(() -> heldOut(classifier, batch, first)));
      }
      for (Future<List<HeldOutWafer>> batch : batches) {
        given.addAll(result(pool, batch));
      }
    }
    return given;
  }

  private static <T> T result(ExecutorService pool, Future<T> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      pool.shutdownNow();
      throw e.getCause() instanceof ClassifierException failure
          ? failure
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      pool.shutdownNow();
      throw e;
    }
  }

  private List<HeldOutWafer> heldOut(Classifier classifier, List<LabelledWafer> batch, int first) {
    List<String> classes = classifier.card().classes();
    Judge judge = Judge.of(classifier.card());
    List<Classifier.Views> views =
        classifier.views(batch.stream().map(LabelledWafer::wafer).toList());
    List<HeldOutWafer> given = new ArrayList<>(batch.size());
    for (int i = 0; i < batch.size(); i++) {
      LabelledWafer wafer = batch.get(i);
      GraphOutput single = views.get(i).single();
      Prediction today = judge.prediction(single, 1);
      int label = wafer.patterns().size() == 1 ? classes.indexOf(wafer.label().label()) : -1;
      Set<String> patterns = new HashSet<>();
      wafer.patterns().forEach(pattern -> patterns.add(pattern.label()));
      patterns.remove(DefectPattern.NONE.label());
      // A wafer of unknown group is a group of its own, apart from those that are known.
      int group =
          wafer.group() == LabelledWafer.UNKNOWN
              ? -1 - (folds.first() << 24) - first - i
              : wafer.group();
      given.add(
          new HeldOutWafer(
              new Classifier.Views(
                  single.withoutEmbedding(), views.get(i).averaged().withoutEmbedding()),
              new HeldOutWafer.Said(classes.indexOf(today.label()), today.probability()),
              label < 0 ? OptionalInt.empty() : OptionalInt.of(label),
              patterns,
              group));
    }
    return given;
  }
}
