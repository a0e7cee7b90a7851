package fabwafer.hub.ingest;

import fabwafer.hub.archive.ArchivedImage;
import fabwafer.hub.database.Database;
import fabwafer.protocol.ImageMessage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that stores. It takes whatever waits, up to a batch, into one transaction, and
 * acknowledges each message once that is committed: under load one flush of the disk serves many
 * messages, without load no message waits for another.
 *
 * <p>What cannot be committed is not acknowledged but tried again, ever less often. An image that
 * cannot be written to the archive is parked in the database and holds up no other message.
 */
final class StoringThread implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoringThread.class);

  private static final int PREPARING_THREADS = 8;
  private static final Duration FIRST_RETRY = Duration.ofMillis(250);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(250);
  private static final Duration OFFER_POLL = Duration.ofMillis(200);

  private final Database database;
  private final Intake intake;
  private final ImageParking parking;
  private final IngestListener listener;
  private final int batch;
  private final BlockingQueue<Incoming> queue;
  private final Counter stored;
  private final Counter duplicates;
  private final Counter refused;
  private final Counter retries;
  private final Thread thread = Thread.ofPlatform().name("ingest").unstarted(this::run);
  private final ExecutorService preparing =
      Executors.newFixedThreadPool(
          PREPARING_THREADS, Thread.ofPlatform().name("ingest-prepare-", 0).daemon().factory());
  private long parkedDueNanos;
  private int parkedTries;
  private volatile Optional<String> trouble = Optional.empty();
  private volatile boolean databaseFails;
  private volatile boolean closed;

  StoringThread(
      Database database,
      Intake intake,
      ImageParking parking,
      IngestListener listener,
      int batch,
      MeterRegistry metrics) {
    this.database = database;
    this.intake = intake;
    this.parking = parking;
    this.listener = listener;
    this.batch = batch;
    this.queue = new ArrayBlockingQueue<>(batch);
    this.stored = counter(metrics, "stored");
    this.duplicates = counter(metrics, "duplicate");
    this.refused = counter(metrics, "refused");
    this.retries =
        Counter.builder("fabwafer.ingest.retries")
            .description("Tries to store that failed for want of disk or database")
            .register(metrics);
    metrics.gauge("fabwafer.ingest.waiting", queue, BlockingQueue::size);
  }

  void start() {
    thread.start();
  }

  /** Hands over a message; waits while the queue is full. One dropped at the end comes again. */
  void offer(Incoming incoming) {
    try {
      boolean taken = false;
      while (!taken && !closed) {
        taken = queue.offer(incoming, OFFER_POLL.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Why messages or images cannot be stored at the moment; empty: they can. */
  Optional<String> trouble() {
    return trouble.or(parking::trouble);
  }

  /** Whether it is worth to take in more messages. */
  boolean canStore() {
    return !databaseFails;
  }

  /** Ends after the batch under way. */
  @Override
  public void close() {
    closed = true;
    try (preparing) {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (!closed) {
        List<Incoming> taken = take();
        if (!taken.isEmpty()) {
          store(prepareAll(taken));
        }
        archiveParked();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Throwable e) {
      // Out of memory, or a mistake of ours. Nothing is lost: nothing was acknowledged.
      databaseFails = true;
      trouble = Optional.of("ingest ended: " + e);
      LOG.error("ingest ended and must be started again; messages wait at the broker", e);
      throw e;
    }
  }

  private List<Incoming> take() throws InterruptedException {
    List<Incoming> taken = new ArrayList<>(batch);
    Incoming first = queue.poll(POLL.toMillis(), TimeUnit.MILLISECONDS);
    if (first != null) {
      taken.add(first);
      queue.drainTo(taken, batch - 1);
    }
    return taken;
  }

  private record Work(Incoming incoming, Prepared prepared) {}

  /**
   * Reads messages and archives their images, several at a time: each image waits for the disk, and
   * a disk flushes many files in little more time than one.
   */
  private List<Work> prepareAll(List<Incoming> taken) throws InterruptedException {
    List<Callable<Work>> tasks =
        taken.stream()
            .map(message -> (Callable<Work>) () -> new Work(message, prepare(message)))
            .toList();
    List<Work> works = new ArrayList<>(tasks.size());
    for (Future<Work> work : preparing.invokeAll(tasks)) {
      works.add(work.resultNow());
    }
    return works;
  }

  private Prepared prepare(Incoming incoming) {
    try {
      return intake.prepare(incoming);
    } catch (RuntimeException e) {
      LOG.error("a message of {} could not be read", incoming.topic(), e);
      return new Prepared.Unfit("it could not be read: " + e);
    }
  }

  /** Takes parked images to the archive, if it is time to try. */
  private void archiveParked() {
    if (System.nanoTime() - parkedDueNanos < 0) {
      return;
    }
    List<Consumer<IngestListener>> later = new ArrayList<>();
    boolean done;
    try {
      done = parking.archive(new Unparked(later));
    } catch (RuntimeException e) {
      LOG.error("cannot take parked images to the archive: {}", e.toString());
      done = false;
    }
    tell(later);
    parkedTries = done ? 0 : parkedTries + 1;
    parkedDueNanos = System.nanoTime() + (done ? POLL : retryAfter(parkedTries)).toNanos();
  }

  private final class Unparked implements ImageParking.Exit {
    private final List<Consumer<IngestListener>> later;

    Unparked(List<Consumer<IngestListener>> later) {
      this.later = later;
    }

    @Override
    public void archived(Handle handle, ArchivedImage image) {
      intake.storeImage(handle, image, later);
    }

    @Override
    public void refused(Handle handle, ImageMessage message, String reason) {
      Incoming incoming = new Incoming(message.topic().toString(), message.toPayload(), () -> {});
      intake.refuse(handle, incoming, reason, later);
    }
  }

  /** Stores works in one transaction, for as long as it takes. */
  private void store(List<Work> works) throws InterruptedException {
    for (int tries = 1; !works.isEmpty(); tries++) {
      try {
        commit(works);
        if (tries > 1) {
          databaseFails = false;
          trouble = Optional.empty();
          LOG.info("the database can be written again");
        }
        return;
      } catch (RuntimeException e) {
        if (!(e instanceof ImageParking.FullException) && Database.isOfTheRows(e)) {
          storeEach(works, e);
          return;
        }
        retries.increment();
        databaseFails = true;
        trouble = Optional.of("the database cannot be written: " + e.getMessage());
        LOG.error(
            "cannot store {} messages, trying again in {} ms: {}",
            works.size(),
            retryAfter(tries).toMillis(),
            e.toString());
        if (pauseOrClosed(retryAfter(tries))) {
          return;
        }
        archiveParked();
      }
    }
  }

  /** One message spoils its batch: each goes into a transaction of its own, and it is found. */
  private void storeEach(List<Work> works, RuntimeException failure) throws InterruptedException {
    if (works.size() > 1) {
      for (Work work : works) {
        store(List.of(work));
      }
      return;
    }
    Incoming incoming = works.getFirst().incoming;
    LOG.error("a message of {} could not be stored", incoming.topic(), failure);
    if (works.getFirst().prepared instanceof Prepared.Unfit) {
      return; // Not even quarantine takes it: it stays unacknowledged.
    }
    store(List.of(new Work(incoming, new Prepared.Unfit("it could not be stored: " + failure))));
  }

  private void commit(List<Work> works) {
    List<Consumer<IngestListener>> later = new ArrayList<>();
    List<Ingested> outcomes =
        database.write(
            handle -> {
              List<Ingested> all = new ArrayList<>(works.size());
              for (Work work : works) {
                all.add(intake.store(handle, work.incoming, work.prepared, later));
              }
              return all;
            });
    for (Work work : works) {
      work.incoming.acknowledgement().run();
    }
    outcomes.forEach(this::count);
    tell(later);
  }

  private void tell(List<Consumer<IngestListener>> later) {
    for (Consumer<IngestListener> telling : later) {
      try {
        telling.accept(listener);
      } catch (RuntimeException e) {
        LOG.warn("a listener to what is stored failed", e);
      }
    }
  }

  private void count(Ingested outcome) {
    switch (outcome) {
      case Ingested.Stored done -> stored.increment();
      case Ingested.Duplicate duplicate -> duplicates.increment();
      case Ingested.Refused refusal -> {
        refused.increment();
        LOG.warn("a message was refused: {}", refusal.reason());
      }
      case Ingested.Parked parked -> retries.increment();
      case Ingested.Ignored ignored -> {
        // Nothing happened.
      }
    }
  }

  private boolean pauseOrClosed(Duration pause) throws InterruptedException {
    long end = System.nanoTime() + pause.toNanos();
    while (!closed && System.nanoTime() - end < 0) {
      Thread.sleep(Math.min(pause.toMillis(), POLL.toMillis()));
    }
    return closed;
  }

  private static Duration retryAfter(int tries) {
    Duration pause = FIRST_RETRY.multipliedBy(1L << Math.min(tries - 1, 10));
    return pause.compareTo(LONGEST_RETRY) < 0 ? pause : LONGEST_RETRY;
  }

  private static Counter counter(MeterRegistry metrics, String outcome) {
    return Counter.builder("fabwafer.ingest.messages")
        .description("Messages committed and acknowledged, by what became of them")
        .tag("outcome", outcome)
        .register(metrics);
  }
}
