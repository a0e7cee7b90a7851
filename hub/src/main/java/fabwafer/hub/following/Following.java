package fabwafer.hub.following;

import fabwafer.hub.HubException;
import fabwafer.hub.archive.Archive;
import fabwafer.hub.classification.Arrivals;
import fabwafer.hub.database.Database;
import fabwafer.hub.following.WaferBatches.Placed;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands every stored classification to every follower, in order, a batch a transaction.
 *
 * <p>Followers that are equally far share what is read and decoded; one that is behind (it is new,
 * or it failed) catches up on its own and holds up nobody. Ingest goes first: after a transaction
 * this thread rests as long as that took.
 */
public final class Following implements AutoCloseable {
  /** How often a wafer is tried alone before its follower skips it. */
  static final int MAX_TRIES = 5;

  private static final Logger LOG = LoggerFactory.getLogger(Following.class);
  private static final Duration LONGEST_REST = Duration.ofMillis(100);
  private static final int WAITING_AT_ONCE = 500;

  private final Database database;
  private final Arrivals arrivals;
  private final WaferBatches batches;
  private final FollowingConfig config;
  private final InstantSource clock;
  private final List<FollowerState> followers;
  private final MeterRegistry metrics;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = Thread.ofPlatform().name("following").unstarted(this::run);
  private volatile Optional<String> trouble = Optional.empty();

  /**
   * Enters the followers where they are new.
   *
   * @throws HubException if two have one name
   */
  public Following(
      Database database,
      Archive archive,
      List<WaferFollower> followers,
      FollowingConfig config,
      MeterRegistry metrics,
      InstantSource clock) {
    this.database = database;
    this.arrivals = new Arrivals(database);
    this.batches = new WaferBatches(arrivals, archive);
    this.config = config;
    this.metrics = metrics;
    this.clock = clock;
    this.followers = database.write(handle -> opened(handle, followers));
    this.followers.forEach(this::measure);
  }

  /** Follows from now on, on a thread of its own. */
  public void start() {
    thread.start();
  }

  /**
   * Follows on the calling thread until every follower has seen everything that is complete; for
   * command lines, which do not {@link #start}. A follower that fails ends it.
   *
   * @throws HubException if a follower fails
   */
  public void catchUp() {
    while (step()) {
      Optional<String> failing = trouble();
      if (failing.isPresent()) {
        throw new HubException(failing.get());
      }
    }
    trouble()
        .ifPresent(
            why -> {
              throw new HubException(why);
            });
  }

  /** What does not get on, and why; empty where everything does. */
  public Optional<String> trouble() {
    return trouble.or(
        () -> followers.stream().flatMap(state -> state.trouble().stream()).findFirst());
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

  private List<FollowerState> opened(Handle handle, List<WaferFollower> all) {
    long last = arrivals.last(handle);
    List<FollowerState> states = new ArrayList<>();
    for (WaferFollower follower : all) {
      if (states.stream().anyMatch(state -> state.name().equals(follower.name()))) {
        throw new HubException("two followers are named " + follower.name());
      }
      long newAt =
          switch (follower.start()) {
            case BEGINNING -> 0;
            case NOW -> last;
          };
      states.add(new FollowerState(follower, FollowerRows.open(handle, follower.name(), newAt)));
    }
    return List.copyOf(states);
  }

  private void measure(FollowerState state) {
    Gauge.builder(
            "fabwafer.following.behind",
            () -> Math.max(0, database.read(arrivals::last) - state.place()))
        .description("Classifications that a follower has not seen yet")
        .tag("follower", state.name())
        .register(metrics);
    skipped(state);
  }

  private Counter skipped(FollowerState state) {
    return Counter.builder("fabwafer.following.skipped")
        .description("Classifications that a follower failed at for good")
        .tag("follower", state.name())
        .register(metrics);
  }

  private void run() {
    try {
      boolean ended = false;
      while (!ended) {
        boolean more = stepOrTrouble();
        ended = more ? isClosing() : rest(trouble.isEmpty() ? config.poll() : config.firstRetry());
      }
    } catch (Throwable e) {
      trouble = Optional.of("following ended: " + e);
      LOG.error("following ended; what is stored meanwhile is followed after a restart", e);
      throw e;
    }
  }

  private boolean stepOrTrouble() {
    try {
      boolean more = step();
      trouble = Optional.empty();
      return more;
    } catch (RuntimeException e) {
      trouble = Optional.of("stored wafers cannot be read: " + e.getMessage());
      LOG.error("cannot read what is to be followed", e);
      return false;
    }
  }

  /**
   * Hands each follower that is due one batch.
   *
   * @return whether there was anything to hand over
   */
  boolean step() {
    arrivals.placeWithoutImage(clock.millis() - config.imagePatience().toMillis(), WAITING_AT_ONCE);
    boolean any = false;
    long upTo = Long.MAX_VALUE;
    // From the foremost on: what is new is not held up by who is behind.
    for (long place : placesFromTheFront()) {
      List<FollowerState> here =
          followers.stream().filter(state -> state.place() == place && state.isDue()).toList();
      List<Placed> batch = here.isEmpty() ? List.of() : batches.read(place, upTo, config.batch());
      for (FollowerState state : here) {
        if (!batch.isEmpty() && !isClosing()) {
          hand(state, batch);
          any = true;
        }
      }
      // Who is behind stops where the one before it stood, and from there on they share.
      upTo = place;
    }
    return any;
  }

  private List<Long> placesFromTheFront() {
    return followers.stream()
        .map(FollowerState::place)
        .distinct()
        .sorted(Comparator.reverseOrder())
        .toList();
  }

  private void hand(FollowerState state, List<Placed> batch) {
    try {
      commit(state, batch);
    } catch (Exception e) {
      if (!(e instanceof RuntimeException failure) || Database.isOfTheRows(failure)) {
        handEach(state, batch, e);
      } else {
        state.failed(String.valueOf(e.getMessage()), config);
        LOG.warn("follower {} could not write, and tries again: {}", state.name(), e.toString());
      }
    }
  }

  /** One wafer spoils its batch: each goes into a transaction of its own, and it is found. */
  private void handEach(FollowerState state, List<Placed> batch, Exception failure) {
    if (batch.size() > 1) {
      for (Placed placed : batch) {
        long before = state.place();
        hand(state, List.of(placed));
        if (state.place() == before) {
          return;
        }
      }
      return;
    }
    Placed placed = batch.getFirst();
    String wafer = placed.wafer().classification().imgid();
    String why = "%s could not be followed: %s".formatted(wafer, failure);
    if (state.failed(why, config) < MAX_TRIES) {
      LOG.warn("follower {} failed and tries again", state.name(), failure);
      return;
    }
    LOG.error("follower {} skips {}", state.name(), wafer, failure);
    database.change(
        handle -> FollowerRows.advance(handle, state.name(), state.place(), placed.place(), 1));
    state.advancedTo(placed.place());
    skipped(state).increment();
  }

  private void commit(FollowerState state, List<Placed> batch) throws Exception {
    List<FollowedWafer> wafers = batch.stream().map(Placed::wafer).toList();
    long to = batch.getLast().place();
    state.follower().prepare(wafers);
    long began = System.nanoTime();
    database.change(
        handle -> {
          FollowerRows.advance(handle, state.name(), state.place(), to, 0);
          followAll(handle, state.follower(), wafers);
        });
    state.advancedTo(to);
    rest(Duration.ofNanos(Math.min(System.nanoTime() - began, LONGEST_REST.toNanos())));
  }

  private static void followAll(Handle handle, WaferFollower follower, List<FollowedWafer> wafers) {
    try {
      follower.followAll(handle, wafers);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new FollowingException(e);
    }
  }

  /** A follower's checked failure on its way out of a transaction. */
  private static final class FollowingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FollowingException(Exception cause) {
      super(String.valueOf(cause.getMessage()), cause);
    }
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

  private boolean isClosing() {
    return closing.getCount() == 0;
  }
}
