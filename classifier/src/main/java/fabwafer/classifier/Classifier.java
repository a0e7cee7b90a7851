package fabwafer.classifier;

import fabwafer.classifier.ModelCard.Input;
import fabwafer.wafer.Turn;
import fabwafer.wafer.WaferMap;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A model in use: wafer maps in, predictions out.
 *
 * <p>Safe for several threads: calls run side by side, each on its caller's thread (and on more
 * only where {@link Options#intraOpThreads()} says so). {@link #close()} waits for calls that run.
 */
public final class Classifier implements AutoCloseable {
  /** Most wafer maps that go through the graph at once; longer lists go in turns. */
  public static final int MAX_BATCH = 64;

  // Input of one run; bounds what a card with a large side can ask for.
  private static final int MAX_INPUT_BYTES = 16 * 1024 * 1024;

  // Buffers kept for the next calls; more calls at once make their own and drop them.
  private static final int MAX_KEPT_BUFFERS = 8;

  /**
   * How a model is run.
   *
   * @param intraOpThreads threads that share one run, 1 to {@link #MAX_THREADS}. With 1, the
   *     default, the caller's thread does all: best where several callers classify at once
   */
  public record Options(int intraOpThreads) {
    /** Most threads of one run. */
    public static final int MAX_THREADS = 256;

    /** One thread. */
    public static final Options DEFAULT = new Options(1);

    public Options {
      if (intraOpThreads < 1 || intraOpThreads > MAX_THREADS) {
        throw new ClassifierException(
            "a classifier's threads must be 1 to %d, got %d"
                .formatted(MAX_THREADS, intraOpThreads));
      }
    }
  }

  /** In how many turns a wafer is seen of which the model is not sure. */
  public static final int ALL_VIEWS = Turn.values().length;

  /** The first leaves a wafer as it lies. */
  private static final List<Turn> TURNS = List.of(Turn.values());

  private static final WaferMap BLANK = WaferMap.of(1, 1, new byte[] {1});

  private final ModelCard card;
  private final Preprocessing preprocessing;
  private final OnnxGraph graph;
  private final Judge judge;
  private final TurnedPlanes turnedPlanes;
  private final int batchLimit;
  private final BlockingQueue<OnnxGraph.Buffers> buffers =
      new ArrayBlockingQueue<>(MAX_KEPT_BUFFERS);
  private final ReadWriteLock closing = new ReentrantReadWriteLock();
  private boolean closed;

  private Classifier(ModelCard card, Preprocessing preprocessing, OnnxGraph graph) {
    this.card = card;
    this.preprocessing = preprocessing;
    this.graph = graph;
    this.judge = Judge.of(card);
    this.turnedPlanes = new TurnedPlanes(preprocessing.side());
    this.batchLimit =
        Math.clamp(
            MAX_INPUT_BYTES / preprocessing.inputLength(),
            1,
            Math.min(MAX_BATCH, graph.maxBatch()));
  }

  /** Opens a model with {@link Options#DEFAULT}. */
  public static Classifier open(Path model) {
    return open(model, Options.DEFAULT);
  }

  /**
   * Opens a model and proves that it runs: the graph is the one its card speaks of, takes the input
   * and gives the classes the card says, and answers for a blank wafer map.
   *
   * @param model a folder, or a zip, with {@value ModelCard#FILE_NAME} and {@value
   *     ModelCard#GRAPH_FILE_NAME}
   * @throws ModelCardException if the card is wrong
   * @throws ClassifierException if anything else keeps the model from running
   */
  public static Classifier open(Path model, Options options) {
    ModelFiles files = ModelFiles.read(model);
    ModelCard card = files.card();
    Preprocessing preprocessing = preprocessing(model, card);
    OnnxGraph graph = OnnxGraph.open(model.toString(), files.graph(), card, options);
    Classifier classifier = new Classifier(card, preprocessing, graph);
    try {
      classifier.classify(BLANK);
      return classifier;
    } catch (RuntimeException e) {
      classifier.close();
      throw e;
    }
  }

  /** The model's card. */
  public ModelCard card() {
    return card;
  }

  /**
   * Classifies one wafer map.
   *
   * @throws ClassifierException if the graph fails on it
   * @throws IllegalStateException if this classifier is closed
   */
  public Prediction classify(WaferMap wafer) {
    return classify(List.of(wafer)).getFirst();
  }

  /**
   * Classifies wafer maps, {@link #MAX_BATCH} at a time where the graph takes batches.
   *
   * @return a prediction for each, in the same order
   * @throws ClassifierException if the graph fails on one
   * @throws IllegalStateException if this classifier is closed
   */
  public List<Prediction> classify(List<WaferMap> wafers) {
    List<Prediction> predictions = new ArrayList<>(wafers.size());
    for (int from = 0; from < wafers.size(); from += batchLimit) {
      List<WaferMap> batch = wafers.subList(from, Math.min(from + batchLimit, wafers.size()));
      predictions.addAll(predictions(batch));
    }
    return predictions;
  }

  /**
   * What the graph gives for wafer maps, not judged by the card.
   *
   * @param views 1 for each wafer as it lies, or {@link #ALL_VIEWS} for the mean over its turns
   * @return an output for each, in the same order
   * @throws IllegalArgumentException if views is neither
   * @throws ClassifierException if the graph fails on one
   * @throws IllegalStateException if this classifier is closed
   */
  public List<GraphOutput> outputs(List<WaferMap> wafers, int views) {
    if (views != 1 && views != ALL_VIEWS) {
      throw new IllegalArgumentException(
          "views must be 1 or %d, got %d".formatted(ALL_VIEWS, views));
    }
    List<GraphOutput> outputs = new ArrayList<>(wafers.size());
    for (int from = 0; from < wafers.size(); from += batchLimit) {
      List<WaferMap> batch = wafers.subList(from, Math.min(from + batchLimit, wafers.size()));
      outputs.addAll(running(() -> seen(batch, output -> views == ALL_VIEWS)).outputs());
    }
    return outputs;
  }

  /**
   * What the graph gives for one wafer, not judged by the card.
   *
   * @param single for the wafer as it lies
   * @param averaged the mean over its {@link #ALL_VIEWS} turns
   */
  public record Views(GraphOutput single, GraphOutput averaged) {}

  /**
   * What the graph gives for wafer maps in one view and in all: what a card's numbers are fitted
   * on.
   *
   * @return both for each, in the same order
   * @throws ClassifierException if the graph fails on one
   * @throws IllegalStateException if this classifier is closed
   */
  public List<Views> views(List<WaferMap> wafers) {
    List<Views> views = new ArrayList<>(wafers.size());
    for (int from = 0; from < wafers.size(); from += batchLimit) {
      List<WaferMap> batch = wafers.subList(from, Math.min(from + batchLimit, wafers.size()));
      Seen seen = running(() -> seen(batch, output -> true));
      for (int i = 0; i < batch.size(); i++) {
        views.add(new Views(seen.single.get(i), seen.outputs.get(i)));
      }
    }
    return views;
  }

  /** Closes the model once no call runs; closing again does nothing. */
  @Override
  public void close() {
    closing.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        buffers.clear();
        graph.close();
      }
    } finally {
      closing.writeLock().unlock();
    }
  }

  private List<Prediction> predictions(List<WaferMap> batch) {
    Seen seen = running(() -> seen(batch, judge::wantsAllViews));
    List<Prediction> predictions = new ArrayList<>(batch.size());
    for (int i = 0; i < batch.size(); i++) {
      predictions.add(judge.prediction(seen.outputs.get(i), seen.views(i)));
    }
    return predictions;
  }

  /** Does some work while the graph is open. */
  private <T> T running(Supplier<T> work) {
    closing.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the classifier is closed");
      }
      return work.get();
    } finally {
      closing.readLock().unlock();
    }
  }

  /**
   * What the graph gave for a batch.
   *
   * @param single for each wafer as it lies
   * @param outputs the same, or the mean over all views
   * @param turned which of them were seen in all views
   */
  private record Seen(List<GraphOutput> single, List<GraphOutput> outputs, BitSet turned) {
    int views(int wafer) {
      return turned.get(wafer) ? ALL_VIEWS : 1;
    }
  }

  private Seen seen(List<WaferMap> batch, Predicate<GraphOutput> wantsAllViews) {
    OnnxGraph.Buffers taken = take(batch.size());
    int offset = 0;
    for (WaferMap wafer : batch) {
      preprocessing.encode(wafer, taken.bytes(), offset);
      offset += preprocessing.inputLength();
    }
    List<GraphOutput> single = graph.run(taken, batch.size());
    BitSet unsure = new BitSet();
    for (int i = 0; i < batch.size(); i++) {
      unsure.set(i, wantsAllViews.test(single.get(i)));
    }
    List<GraphOutput> outputs = unsure.isEmpty() ? single : averaged(taken.bytes(), single, unsure);
    keep(taken);
    return new Seen(single, outputs, unsure);
  }

  /**
   * Outputs in which some wafers have the mean over all views. The view they were seen in is not
   * computed again; the others go through the graph in as few runs as the batch limit allows.
   *
   * @param encoded the wafers' planes
   */
  private List<GraphOutput> averaged(byte[] encoded, List<GraphOutput> single, BitSet wafers) {
    int others = ALL_VIEWS - 1;
    int wanted = wafers.cardinality() * others;
    OnnxGraph.Buffers taken = take(Math.min(wanted, batchLimit));
    List<GraphOutput> turned = new ArrayList<>(wanted);
    int[] indices = wafers.stream().toArray();
    int filled = 0;
    for (int i = 0; i < wanted; i++) {
      turnedPlanes.turn(
          TURNS.get(1 + i % others),
          encoded,
          indices[i / others] * preprocessing.inputLength(),
          taken.bytes(),
          filled * preprocessing.inputLength());
      filled++;
      if (filled == batchLimit || i == wanted - 1) {
        turned.addAll(graph.run(taken, filled));
        filled = 0;
      }
    }
    keep(taken);
    List<GraphOutput> outputs = new ArrayList<>(single);
    for (int i = 0; i < indices.length; i++) {
      List<GraphOutput> views = new ArrayList<>(ALL_VIEWS);
      views.add(single.get(indices[i]));
      views.addAll(turned.subList(i * others, (i + 1) * others));
      outputs.set(indices[i], GraphOutput.mean(views));
    }
    return outputs;
  }

  /** Kept buffers where they are large enough, else new ones. */
  private OnnxGraph.Buffers take(int batch) {
    OnnxGraph.Buffers kept = buffers.poll();
    return kept != null && kept.capacity() >= batch
        ? kept
        : new OnnxGraph.Buffers(card.input(), preprocessing.inputLength(), batch);
  }

  @SuppressWarnings("CheckReturnValue") // where enough are kept, these are dropped
  private void keep(OnnxGraph.Buffers used) {
    buffers.offer(used);
  }

  private static Preprocessing preprocessing(Path model, ModelCard card) {
    Preprocessing preprocessing;
    try {
      preprocessing = Preprocessing.ofName(card.preprocessing());
    } catch (IllegalArgumentException e) {
      throw new ClassifierException(model + ": " + e.getMessage(), e);
    }
    Input input = card.input();
    if (input.planes() != Preprocessing.PLANES || input.side() != preprocessing.side()) {
      throw new ClassifierException(
          "%s: the card's input is %d planes of side %d, but its preprocessing %s makes %d of side %d"
              .formatted(
                  model,
                  input.planes(),
                  input.side(),
                  preprocessing.name(),
                  Preprocessing.PLANES,
                  preprocessing.side()));
    }
    return preprocessing;
  }
}
