package fabwafer.classifier.evaluation;

import fabwafer.classifier.Classifier;
import fabwafer.classifier.ClassifierException;
import fabwafer.classifier.Prediction;
import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.WaferDataset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/** Holds a model against a data set. */
public final class Evaluator {
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
    return Evaluation.of(
        classifier.card().classes(),
        outcomes(classifier, dataset.wafers(), threads, classified),
        dataset.labelling(),
        protocol);
  }

  private static List<Outcome> outcomes(
      Classifier classifier, List<LabelledWafer> wafers, int threads, IntConsumer classified)
      throws InterruptedException {
    List<Outcome> outcomes = new ArrayList<>(wafers.size());
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<List<Outcome>>> batches = new ArrayList<>();
      for (int from = 0; from < wafers.size(); from += Classifier.MAX_BATCH) {
        List<LabelledWafer> batch =
            wafers.subList(from, Math.min(from + Classifier.MAX_BATCH, wafers.size()));
        batches.add(
            pool.submit(
                () -> {
                  List<Outcome> done = outcomes(classifier, batch);
                  classified.accept(done.size());
                  return done;
                }));
      }
      try {
        for (Future<List<Outcome>> batch : batches) {
          outcomes.addAll(batch.get());
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
    return outcomes;
  }

  private static List<Outcome> outcomes(Classifier classifier, List<LabelledWafer> batch) {
    List<Prediction> predictions =
        classifier.classify(batch.stream().map(LabelledWafer::wafer).toList());
    List<Outcome> outcomes = new ArrayList<>(batch.size());
    for (int i = 0; i < batch.size(); i++) {
      Prediction prediction = predictions.get(i);
      outcomes.add(new Outcome(batch.get(i), prediction.label(), prediction.probability()));
    }
    return outcomes;
  }
}
