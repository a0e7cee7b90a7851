package fabwafer.hub.delivery;

import fabwafer.hub.HubException;
import fabwafer.hub.database.Database;
import fabwafer.hub.ingest.DeviceModels;
import fabwafer.hub.web.ProblemException;
import fabwafer.hub.web.RouteSource;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.Topic;
import fabwafer.protocol.model.ChunkRequest;
import fabwafer.protocol.model.ModelKeys;
import fabwafer.protocol.model.ModelReport;
import fabwafer.protocol.model.SignedManifest;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Delivers models to devices; see the package. */
public final class Delivery implements DeviceModels, AutoCloseable {
  /** Requests that wait; a device whose request is lost asks again. */
  private static final int MAX_REQUESTS = 1_024;

  private static final Duration LOOK = Duration.ofMillis(200);
  private static final long JUDGE_NANOS = Duration.ofSeconds(1).toNanos();
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final Duration STOP = Duration.ofSeconds(5);
  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

  /** The way to the broker. */
  @FunctionalInterface
  public interface Wire {
    /**
     * Publishes with QoS 1.
     *
     * @return completes once the broker has it; fails while there is no connection
     */
    CompletableFuture<?> publish(String topic, byte[] payload, boolean retained);
  }

  private record Wanted(DeviceName device, ChunkRequest request) {}

  private final Database database;
  private final InstantSource clock;
  private final Champions champions;
  private final ModelParts parts;
  private final KeyPair key;
  private final Rollouts rollouts;
  private final Wire wire;
  private final BlockingQueue<Wanted> requests = new ArrayBlockingQueue<>(MAX_REQUESTS);
  private final Thread thread = Thread.ofPlatform().name("delivery").unstarted(this::run);
  private Optional<String> champion = Optional.empty();
  private long published;
  private long judgedAtNanos = System.nanoTime() - JUDGE_NANOS;
  private volatile boolean closed;

  /**
   * Delivery of a hub; {@link #start} begins.
   *
   * @param data the hub's data folder
   * @throws HubException if the key cannot be used
   */
  public Delivery(Path data, DeliveryConfig config, DeliveryTools tools, Wire wire) {
    this.database = tools.database();
    this.clock = tools.clock();
    this.champions = tools.champions();
    this.parts = new ModelParts(data);
    this.key = SigningKey.open(data, config.signingKey());
    this.rollouts = new Rollouts(tools, parts, key, config);
    this.wire = wire;
    LOG.info("models are signed with the key {}", ModelKeys.fingerprint(key.getPublic()));
  }

  /** The key that devices are to trust, PEM. */
  public String modelKey() {
    return ModelKeys.pem(key.getPublic());
  }

  /** What people ask for. */
  public RouteSource routes() {
    return new DeliveryRoutes(database, rollouts, champions, this::modelKey);
  }

  /** Begins; returns at once. */
  public void start() {
    thread.start();
  }

  @Override
  public void reported(Handle handle, DeviceName device, ModelReport report) {
    ReportRows.put(handle, device, report, clock.millis());
  }

  @Override
  public void wanted(DeviceName device, ChunkRequest request) {
    if (!requests.offer(new Wanted(device, request))) {
      LOG.debug("{}: too many requests for chunks, it asks again", device);
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      if (thread.isAlive() && !thread.join(STOP)) {
        LOG.warn("delivery did not stop in {} s", STOP.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!closed) {
      try {
        Wanted wanted = requests.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS);
        if (wanted != null) {
          send(wanted);
        }
        if (System.nanoTime() - judgedAtNanos >= JUDGE_NANOS) {
          judgedAtNanos = System.nanoTime();
          followChampion();
          rollouts.look();
        }
        publishOrders();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (HubException | JdbiException | ProblemException | IOException e) {
        LOG.error("models cannot be delivered now, going on: {}", e.getMessage());
      } catch (RuntimeException e) {
        LOG.error("delivery: unexpected, going on", e);
      }
    }
  }

  private void followChampion() {
    Optional<String> now = champions.champion();
    if (now.isPresent() && !now.equals(champion)) {
      rollouts.champion(now.get());
      champion = now;
    }
  }

  private void publishOrders() throws InterruptedException {
    long since = published;
    for (OrderRows.Published order : database.read(handle -> OrderRows.since(handle, since))) {
      String topic = new Topic.Model(order.device, "desired").toString();
      if (!taken(wire.publish(topic, order.payload, true))) {
        return;
      }
      published = order.sequence;
    }
  }

  private void send(Wanted wanted) throws IOException, InterruptedException {
    ChunkRequest request = wanted.request;
    if (!isOrdered(wanted)) {
      LOG.debug("{}: wants a file that it was not told to use", wanted.device);
      return;
    }
    long offset = request.offset();
    for (int i = 0; i < request.chunks(); i++) {
      Optional<byte[]> chunk = parts.read(request.sha256(), offset, ChunkRequest.CHUNK_BYTES);
      if (chunk.isEmpty()) {
        return;
      }
      String topic = ChunkRequest.chunkTopic(wanted.device, request.sha256(), offset).toString();
      if (!taken(wire.publish(topic, chunk.get(), false))) {
        return;
      }
      offset += chunk.get().length;
    }
  }

  private boolean isOrdered(Wanted wanted) {
    return database
        .read(handle -> OrderRows.payload(handle, wanted.device))
        .map(payload -> SignedManifest.parse(payload).manifest())
        .filter(
            manifest ->
                manifest.files().stream()
                    .anyMatch(file -> file.sha256().equals(wanted.request.sha256())))
        .isPresent();
  }

  /** Whether the broker took a message; each waits for the one before, so none can flood it. */
  private static boolean taken(CompletableFuture<?> publishing) throws InterruptedException {
    try {
      publishing.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("the broker took no model's message", e);
      return false;
    }
  }
}
