package fabwafer.hub.similarity;

import fabwafer.classifier.Embedding;
import fabwafer.hub.HubException;
import fabwafer.hub.archive.Archive;
import fabwafer.hub.classification.ClassificationQuery.Cursor;
import fabwafer.hub.classification.ClassificationStore;
import fabwafer.hub.database.Database;
import fabwafer.hub.inference.ServedModel;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.image.WaferImages;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When the hub's model changes: has the new one look at the wafers that another one has seen, the
 * last first, so that they are found as similar again. On a thread of its own that rests more than
 * it works; what it has not done is done after a restart.
 */
public final class EmbeddingCatchUp implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddingCatchUp.class);

  /** Wafers of one transaction. */
  private static final int BATCH = 16;

  /** How much longer than the work a rest is. */
  private static final int REST_TIMES = 2;

  private static final Duration POLL = Duration.ofSeconds(5);

  private final Database database;
  private final Embeddings embeddings;
  private final ClassificationStore classifications;
  private final Archive archive;
  private final Supplier<Optional<ServedModel>> model;
  private final int limit;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = Thread.ofPlatform().name("embeddings").unstarted(this::run);
  private String caughtUp = "";

  /**
   * The work; {@link #start} begins it.
   *
   * @param model the model in use; empty while there is none
   * @param limit wafers that are looked at anew at most: as many as are searched
   */
  public EmbeddingCatchUp(
      Database database,
      Embeddings embeddings,
      ClassificationStore classifications,
      Archive archive,
      Supplier<Optional<ServedModel>> model,
      int limit) {
    this.database = database;
    this.embeddings = embeddings;
    this.classifications = classifications;
    this.archive = archive;
    this.model = model;
    this.limit = limit;
  }

  /** Works from now on. */
  public void start() {
    thread.start();
  }

  /** Ends after the batch under way. */
  @Override
  public void close() {
    closing.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    boolean ended = false;
    while (!ended) {
      Optional<ServedModel> served = model.get();
      try {
        if (served.isPresent() && !served.get().id().equals(caughtUp)) {
          catchUp(served.get());
        }
      } catch (RuntimeException e) {
        LOG.warn("past wafers could not be looked at by the new model; tried again", e);
      }
      ended = rest(POLL);
    }
  }

  /** Looks at all of them; ends early where the model changes again. */
  private void catchUp(ServedModel served) {
    long below = Long.MAX_VALUE;
    int looked = 0;
    List<Embeddings.Row> page;
    do {
      page = embeddings.lacking(served.id(), below, BATCH);
      long began = System.nanoTime();
      Map<Cursor, Direction> seen = new LinkedHashMap<>();
      for (Embeddings.Row row : page) {
        direction(served, row.wafer()).ifPresent(found -> seen.put(row.wafer(), found));
        below = row.id();
      }
      if (!seen.isEmpty()) {
        database.change(
            handle ->
                seen.forEach(
                    (wafer, found) -> embeddings.store(handle, served.id(), wafer, found)));
      }
      looked += page.size();
      boolean changed = !model.get().map(ServedModel::id).equals(Optional.of(served.id()));
      if (changed || rest(Duration.ofNanos(REST_TIMES * (System.nanoTime() - began)))) {
        return;
      }
    } while (page.size() == BATCH && looked < limit);
    caughtUp = served.id();
    if (looked > 0) {
      LOG.info("the model {} has looked at {} past wafers", served.id(), looked);
    }
  }

  private Optional<Direction> direction(ServedModel served, Cursor wafer) {
    return classifications
        .find(wafer.imgid(), wafer.timestampMillis())
        .flatMap(found -> archive.find(found.device(), found.imgid(), found.timestampMillis()))
        .flatMap(
            image -> {
              try {
                return served
                    .classify(WaferImages.read(image.imgid(), archive.read(image)))
                    .embedding();
              } catch (WaferException | HubException e) {
                // Removed meanwhile, or no wafer map: the others go on.
                return Optional.<Embedding>empty();
              }
            })
        .map(Direction::of);
  }

  /** Waits; answers whether the end came meanwhile. */
  private boolean rest(Duration time) {
    try {
      return closing.await(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
