package fabwafer.hub.inference;

import fabwafer.classifier.Classifier;
import fabwafer.classifier.Prediction;
import fabwafer.hub.web.ProblemException;
import fabwafer.wafer.WaferMap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Lets wafers of several requests go through a graph together: a thread takes whatever waits, up to
 * a batch. Without load no wafer waits for another; under load a batch serves many. Bounded: what
 * does not fit is told to come back.
 */
final class Batcher implements AutoCloseable {
  /** Most wafers that wait: some seconds of work. */
  static final int MAX_WAITING = 1_024;

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /** A thread has a core to itself; more of them would only take turns. */
  private static final int MAX_THREADS = 4;

  private static final class Asked {
    private final ServedModel model;
    private final WaferMap wafer;
    private final CompletableFuture<Prediction> answer = new CompletableFuture<>();

    private Asked(ServedModel model, WaferMap wafer) {
      this.model = model;
      this.wafer = wafer;
    }
  }

  private final BlockingQueue<Asked> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  private final List<Thread> threads = new ArrayList<>();

  Batcher() {
    int cores = Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors());
    for (int i = 0; i < cores; i++) {
      threads.add(Thread.ofPlatform().daemon().name("inference-" + i).start(this::run));
    }
  }

  /**
   * Classifies, and waits for the answers.
   *
   * @return a prediction for each, in the same order
   * @throws ProblemException if too many wait
   */
  List<Prediction> classify(ServedModel model, List<WaferMap> wafers) {
    List<Asked> asked = new ArrayList<>(wafers.size());
    for (WaferMap wafer : wafers) {
      Asked one = new Asked(model, wafer);
      if (!waiting.offer(one)) {
        asked.forEach(given -> given.answer.cancel(false));
        throw ProblemException.tooMany(
            "%,d wafers wait to be classified, which is the limit".formatted(MAX_WAITING),
            RETRY_AFTER);
      }
      asked.add(one);
    }
    try {
      return asked.stream().map(one -> one.answer.join()).toList();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private void run() {
    try {
      while (true) {
        List<Asked> taken = new ArrayList<>();
        taken.add(waiting.take());
        waiting.drainTo(taken, Classifier.MAX_BATCH - 1);
        // Two models meet where one takes over from the other, and where one is in test.
        IdentityHashMap<ServedModel, List<Asked>> byModel = new IdentityHashMap<>();
        taken.stream()
            .filter(one -> !one.answer.isDone())
            .forEach(one -> byModel.computeIfAbsent(one.model, _ -> new ArrayList<>()).add(one));
        byModel.forEach(Batcher::answer);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void answer(ServedModel model, List<Asked> asked) {
    try {
      List<Prediction> predictions = model.classify(asked.stream().map(one -> one.wafer).toList());
      for (int i = 0; i < predictions.size(); i++) {
        asked.get(i).answer.complete(predictions.get(i));
      }
    } catch (RuntimeException | OutOfMemoryError e) {
      asked.forEach(one -> one.answer.completeExceptionally(e));
    }
  }

  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
  }
}
