package fabwafer.agent.model;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import fabwafer.agent.AgentException;
import fabwafer.agent.WaferClassifier;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.MessageException;
import fabwafer.protocol.Topic;
import fabwafer.protocol.model.ChunkRequest;
import fabwafer.protocol.model.ChunkRequest.ChunkName;
import fabwafer.protocol.model.ModelReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives models for an agent's cameras on a connection of its own, so that no wafer waits behind
 * a model. See the package.
 */
public final class ModelDelivery implements AutoCloseable {
  private static final String DESIRED = "desired";

  /** What came and was not yet looked at; a chunk past it is lost, and asked for again. */
  private static final int MAX_CHUNKS_WAITING = 256;

  private static final Duration LOOK = Duration.ofMillis(200);
  private static final long REPORT_COUNTS_NANOS = Duration.ofSeconds(2).toNanos();
  private static final long RESUBSCRIBE_NANOS = Duration.ofSeconds(30).toNanos();
  private static final long FIRST_RECONNECT_MILLIS = 200;
  private static final long LONGEST_RECONNECT_MILLIS = 10_000;
  private static final int KEEP_ALIVE_SECONDS = 30;
  private static final Duration GOODBYE = Duration.ofSeconds(2);
  private static final Logger LOG = LoggerFactory.getLogger(ModelDelivery.class);

  /**
   * How models are received.
   *
   * @param folder where they lie; this agent's alone
   * @param key file of the public key that is trusted, PEM; empty: the first that comes
   * @param maxBytes the largest model that is taken, in bytes, at least 1
   */
  public record Settings(Path folder, Optional<Path> key, long maxBytes) {
    public Settings {
      if (maxBytes < 1) {
        throw new AgentException("model bytes must be at least 1, got " + maxBytes);
      }
    }
  }

  private static final class Chunk {
    private final DeviceName device;
    private final ChunkName name;
    private final byte[] bytes;

    private Chunk(DeviceName device, ChunkName name, byte[] bytes) {
      this.device = device;
      this.name = name;
      this.bytes = bytes;
    }
  }

  private final ModelFolder folder;
  private final Map<DeviceName, CameraModel> cameras = new LinkedHashMap<>();
  private final Map<DeviceName, ModelReport> reported = new HashMap<>();
  private final Map<DeviceName, Long> reportedAtNanos = new HashMap<>();
  private final Map<DeviceName, byte[]> desired = new ConcurrentHashMap<>();
  private final BlockingQueue<Chunk> chunks = new ArrayBlockingQueue<>(MAX_CHUNKS_WAITING);
  private final Mqtt5AsyncClient client;
  private final Thread thread = Thread.ofPlatform().name("models").unstarted(this::run);
  private volatile boolean reconnected;
  private volatile long resubscribeAtNanos;
  private volatile boolean subscribed;
  private volatile boolean closed;
  private int cleanedFor;

  /**
   * Opens the models that the cameras used last; {@link #start} connects.
   *
   * @param connection a client for the broker, without listeners
   * @param agent the agent's name, for reports
   * @param installed the model that cameras use that were never sent one
   * @throws AgentException if the folder cannot be used
   * @throws fabwafer.classifier.ClassifierException if the installed model does not run
   */
  public ModelDelivery(
      Settings settings,
      Mqtt5ClientBuilder connection,
      String agent,
      List<DeviceName> devices,
      Path installed) {
    LoadedModels loaded = new LoadedModels();
    try {
      this.folder = new ModelFolder(settings.folder);
      ModelTrust trust = new ModelTrust(settings.folder, settings.key);
      CameraModel.Shared shared =
          new CameraModel.Shared(agent, folder, trust, loaded, settings.maxBytes);
      for (DeviceName device : devices) {
        cameras.put(device, new CameraModel(device, installed, shared));
      }
    } catch (IOException e) {
      cameras.values().forEach(camera -> camera.classifier().close());
      throw new AgentException(
          "models %s: %s".formatted(settings.folder, AgentException.told(e)), e);
    }
    this.client =
        connection
            .automaticReconnect()
            .initialDelay(FIRST_RECONNECT_MILLIS, TimeUnit.MILLISECONDS)
            .maxDelay(LONGEST_RECONNECT_MILLIS, TimeUnit.MILLISECONDS)
            .applyAutomaticReconnect()
            .addConnectedListener(_ -> subscribe())
            .addDisconnectedListener(_ -> subscribed = false)
            .buildAsync();
  }

  /** The classifier of one of the cameras; whoever closes it closes its models. */
  public WaferClassifier classifier(DeviceName device) {
    CameraModel camera = cameras.get(device);
    if (camera == null) {
      throw new IllegalArgumentException(device + " is none of this agent's");
    }
    return camera.classifier();
  }

  /** Connects, and again whenever the connection is lost. Returns at once. */
  public void start() {
    thread.start();
    var _ = client.connectWith().cleanStart(true).keepAlive(KEEP_ALIVE_SECONDS).send();
  }

  /** Ends within some seconds; a transfer goes on after the next start. */
  @Override
  public void close() {
    closed = true;
    try {
      if (thread.isAlive()) {
        thread.join(GOODBYE);
      }
      client.disconnect().get(GOODBYE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("models: the broker was away at the end", e);
    }
  }

  /** On a thread of the MQTT client: each connection begins without subscriptions. */
  private void subscribe() {
    reconnected = true;
    for (DeviceName device : cameras.keySet()) {
      subscribe(device, DESIRED);
      subscribe(device, "chunk/#");
    }
  }

  private void subscribe(DeviceName device, String rest) {
    String filter = Topic.ROOT + "/" + device + "/model/" + rest;
    var _ =
        client
            .subscribeWith()
            .topicFilter(filter)
            .qos(MqttQos.AT_LEAST_ONCE)
            .callback(message -> hear(device, message))
            .send()
            .whenComplete(
                (_, failure) -> {
                  subscribed = failure == null;
                  if (failure != null && !closed) {
                    resubscribeAtNanos = System.nanoTime() + RESUBSCRIBE_NANOS;
                    LOG.warn(
                        "the broker lets no models come, {}: {}", filter, failure.getMessage());
                  }
                });
  }

  private void hear(DeviceName device, Mqtt5Publish message) {
    try {
      if (!(Topic.parse(message.getTopic().toString()) instanceof Topic.Model topic)) {
        return;
      }
      byte[] payload = message.getPayloadAsBytes();
      if (topic.rest().equals(DESIRED)) {
        if (payload.length > 0) {
          desired.put(device, payload);
        }
      } else if (payload.length <= ChunkRequest.CHUNK_BYTES) {
        // One that does not fit is asked for again.
        boolean _ = chunks.offer(new Chunk(device, ChunkName.parse(topic.rest()), payload));
      }
    } catch (MessageException e) {
      LOG.debug("{}: passed over: {}", message.getTopic(), e.getMessage());
    }
  }

  private void run() {
    while (!closed) {
      try {
        Chunk first = chunks.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS);
        pass(first == null ? List.of() : List.of(first));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException | OutOfMemoryError e) {
        // Cameras go on with the models they have.
        LOG.error("models: unexpected, going on", e);
      }
    }
  }

  private void pass(List<Chunk> first) {
    boolean isNew = reconnected;
    reconnected = false;
    if (isNew) {
      cameras.values().forEach(CameraModel::connected);
      reported.clear();
    }
    List<Chunk> came = new ArrayList<>(first);
    chunks.drainTo(came);
    came.forEach(chunk -> camera(chunk.device).chunk(chunk.name, chunk.bytes));
    for (CameraModel camera : cameras.values()) {
      byte[] told = desired.remove(camera.device());
      if (told != null) {
        camera.desired(told);
      }
    }
    if (subscribed) {
      ask();
    } else if (client.getState().isConnected()
        && resubscribeAtNanos != 0
        && resubscribeAtNanos - System.nanoTime() < 0) {
      resubscribeAtNanos = 0;
      subscribe();
    }
    cameras.values().forEach(camera -> camera.classifier().endProbation());
    report();
    clean();
  }

  private CameraModel camera(DeviceName device) {
    return cameras.getOrDefault(device, cameras.values().iterator().next());
  }

  /** One camera fetches a file; the others that want the same have it then. */
  private void ask() {
    Set<String> fetched = new HashSet<>();
    for (CameraModel camera : cameras.values()) {
      camera.advance();
      Optional<String> file = camera.wantedFile();
      if (file.isPresent() && fetched.add(file.get())) {
        camera
            .takeRequest()
            .ifPresent(
                request ->
                    publish(
                        new Topic.Model(camera.device(), ChunkRequest.TOPIC_REST),
                        request.toPayload(),
                        false));
      }
    }
  }

  private void report() {
    if (!client.getState().isConnected()) {
      return;
    }
    long now = System.nanoTime();
    for (CameraModel camera : cameras.values()) {
      if (!camera.wasTold()) {
        continue;
      }
      ModelReport report = camera.report();
      ModelReport last = reported.get(camera.device());
      boolean dueForCounts =
          now - reportedAtNanos.getOrDefault(camera.device(), now - REPORT_COUNTS_NANOS)
              >= REPORT_COUNTS_NANOS;
      if (last == null || isNews(report, last) || (dueForCounts && !report.equals(last))) {
        publish(new Topic.Model(camera.device(), ModelReport.TOPIC_REST), report.toPayload(), true);
        reported.put(camera.device(), report);
        reportedAtNanos.put(camera.device(), now);
      }
    }
  }

  private static boolean isNews(ModelReport report, ModelReport last) {
    return report.state() != last.state()
        || !report.reason().equals(last.reason())
        || !report.serving().equals(last.serving())
        || report.sequence() != last.sequence()
        || report.desiredSequence() != last.desiredSequence();
  }

  private void publish(Topic.Model topic, byte[] payload, boolean retained) {
    var _ =
        client
            .publishWith()
            .topic(topic.toString())
            .qos(MqttQos.AT_LEAST_ONCE)
            .retain(retained)
            .payload(payload)
            .send()
            .whenComplete(
                (result, failure) -> {
                  if (failure != null) {
                    LOG.debug("{} was not taken: {}", topic, failure.getMessage());
                  }
                });
  }

  /** Removes old models once what cameras use has changed. */
  private void clean() {
    Set<String> packages = new HashSet<>();
    Set<String> files = new HashSet<>();
    for (CameraModel camera : cameras.values()) {
      packages.addAll(camera.usedPackages());
      files.addAll(camera.usedFiles());
    }
    int now = packages.hashCode() * 31 + files.hashCode();
    if (now == cleanedFor) {
      return;
    }
    cleanedFor = now;
    try {
      folder.clean(packages, files);
    } catch (IOException e) {
      LOG.warn("old models cannot be removed: {}", AgentException.told(e));
    }
  }
}
