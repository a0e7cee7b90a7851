package fabwafer.classifier.evaluation;

import fabwafer.classifier.Classifier;
import fabwafer.classifier.ClassifierException;
import fabwafer.classifier.Judgement;
import fabwafer.classifier.ModelCard;
import fabwafer.classifier.Prediction;
import fabwafer.classifier.explanation.Explainer;
import fabwafer.classifier.explanation.Explanation;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.WaferDataset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/** Holds a model against a data set. */
public final class Evaluator {
  /** Most mistakes explained: one costs as much as some 200 classifications. */
  public static final int MAX_EXPLAINED = 12;

  private Evaluator() {}

  /**
   * Classifies every wafer of a data set and counts.
   *
   * @param threads wafers are classified on so many threads, at least 1; the result is the same
   * @param classified called with the number of wafers of each batch done, on those threads
   * @throws ClassifierException if the data set is empty or the model fails on a wafer
   * @throws InterruptedException if the thread is interrupted
   */
  public static Evaluation evaluate(
      Classifier classifier,
      WaferDataset dataset,
      Protocol protocol,
      int threads,
      IntConsumer classified)
      throws InterruptedException {
    if (dataset.size() == 0) {
      throw new ClassifierException(
          "%s: no wafers to evaluate in %s".formatted(dataset.source(), protocol.split()));
    }
    return Evaluation.of(answers(classifier, dataset, threads, classified), protocol, Map.of());
  }

  /**
   * Classifies every wafer of a data set: what an {@link Evaluation} and a {@link Comparison} are
   * made of.
   *
   * @param threads wafers are classified on so many threads, at least 1; the result is the same
   * @param classified called with the number of wafers of each batch done, on those threads
   * @throws ClassifierException if the data set is empty or the model fails on a wafer
   * @throws InterruptedException if the thread is interrupted
   */
  public static Answers answers(
      Classifier classifier, WaferDataset dataset, int threads, IntConsumer classified)
      throws InterruptedException {
    if (dataset.size() == 0) {
      throw new ClassifierException(dataset.source() + ": no wafers to evaluate");
    }
    ModelCard card = classifier.card();
    return new Answers(
        card.id(),
        card.classes(),
        card.judgement().patterns().map(Judgement.Patterns::labels).orElse(List.of()),
        card.judgement()
            .conformal()
            .map(conformal -> OptionalDouble.of(conformal.coverage()))
            .orElse(OptionalDouble.empty()),
        dataset.labelling(),
        outcomes(classifier, dataset.wafers(), threads, classified));
  }

  /**
   * What drove the model's answers to the worst mistakes, {@link #MAX_EXPLAINED} of them: a wafer's
   * name → the explanation of the label that the model says in vain, or where it says none, of the
   * one it misses.
   *
   * @param threads wafers are explained on so many threads, at least 1; the result is the same
   * @throws ClassifierException if the model fails on a wafer
   * @throws InterruptedException if the thread is interrupted
   */
  public static Map<String, Explanation> explanations(
      Classifier classifier, Evaluation evaluation, int threads) throws InterruptedException {
    Explainer explainer = new Explainer(classifier);
    List<Outcome> mistakes =
        evaluation.worstMistakes().stream()
            .filter(
                outcome ->
                    (long) outcome.wafer().wafer().height() * outcome.wafer().wafer().width()
                        <= Explainer.MAX_CELLS)
            .limit(MAX_EXPLAINED)
            .toList();
    List<Callable<Explanation>> work = new ArrayList<>();
    for (Outcome outcome : mistakes) {
      Optional<String> label = explained(classifier.card(), evaluation, outcome);
      WaferMap wafer = outcome.wafer().wafer();
      work.add(
          () ->
              label.isPresent() ? explainer.explain(wafer, label.get()) : explainer.explain(wafer));
    }
    List<Explanation> done = onThreads(threads, work);
    Map<String, Explanation> explanations = new HashMap<>();
    for (int i = 0; i < mistakes.size(); i++) {
      explanations.put(mistakes.get(i).wafer().name(), done.get(i));
    }
    return explanations;
  }

  /** A pattern said in vain, else one missed, that the model knows. */
  private static Optional<String> explained(
      ModelCard card, Evaluation evaluation, Outcome outcome) {
    Set<String> truth = outcome.truth();
    Set<String> said = outcome.said(evaluation.labelling());
    return Stream.concat(
            said.stream().filter(label -> !truth.contains(label)),
            truth.stream().filter(label -> !said.contains(label)))
        .filter(label -> !Classes.isNone(Set.of(label)))
        .filter(
            label -> card.classes().contains(label) || evaluation.patternLabels().contains(label))
        .findFirst();
  }

  private static List<Outcome> outcomes(
      Classifier classifier, List<LabelledWafer> wafers, int threads, IntConsumer classified)
      throws InterruptedException {
    List<Callable<List<Outcome>>> batches = new ArrayList<>();
    for (int from = 0; from < wafers.size(); from += Classifier.MAX_BATCH) {
      List<LabelledWafer> batch =
          wafers.subList(from, Math.min(from + Classifier.MAX_BATCH, wafers.size()));
      batches.add(
          () -> {
            List<Outcome> done = outcomes(classifier, batch);
            classified.accept(done.size());
            return done;
          });
    }
    return onThreads(threads, batches).stream().flatMap(List::stream).toList();
  }

  /** The results of tasks, in their order. */
  private static <T> List<T> onThreads(int threads, List<Callable<T>> tasks)
      throws InterruptedException {
    List<T> results = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<T>> begun = tasks.stream().map(pool::submit).toList();
      try {
        for (Future<T> task : begun) {
          results.add(task.get());
        }
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
    return results;
  }

  private static List<Outcome> outcomes(Classifier classifier, List<LabelledWafer> batch) {
    List<Prediction> predictions =
        classifier.classify(batch.stream().map(LabelledWafer::wafer).toList());
    List<Outcome> outcomes = new ArrayList<>(batch.size());
    for (int i = 0; i < batch.size(); i++) {
      outcomes.add(Outcome.of(batch.get(i), predictions.get(i)));
    }
    return outcomes;
  }
}
