package fabwafer.hub.ingest;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedContext;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import fabwafer.hub.HubException;
import fabwafer.hub.archive.Archive;
import fabwafer.hub.broker.BrokerAddress;
import fabwafer.hub.catalogue.Catalogue;
import fabwafer.hub.classification.ClassificationStore;
import fabwafer.hub.database.Database;
import fabwafer.hub.quarantine.QuarantineStore;
import fabwafer.hub.rule.AlarmRules;
import fabwafer.protocol.PredictionMessage;
import fabwafer.protocol.tls.PeerTls;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hub's client at its broker, whichever that is: subscribed to all topics, with a session that
 * outlives connections. What is not acknowledged when the hub goes comes again when it is back.
 */
public final class Ingest implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Ingest.class);

  private static final long FIRST_RECONNECT_MILLIS = 200;
  private static final long LONGEST_RECONNECT_MILLIS = 10_000;
  private static final long RESUBSCRIBE_SECONDS = 10;
  private static final long STOP_SECONDS = 5;
  private static final long PUBLISH_SECONDS = 15;
  private static final int KEEP_ALIVE_SECONDS = 30;

  private final BrokerAddress address;
  private final IngestConfig config;
  private final StoringThread storing;
  private final Mqtt5AsyncClient client;
  private final ExecutorService receiving =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("ingest-receive").daemon().factory());
  private volatile Optional<String> disconnection = Optional.of("not yet connected");
  private volatile boolean closed;

  /**
   * What ingest stores with.
   *
   * @param statement what the hub makes of a prediction before it is stored
   */
  public record Stores(
      Database database,
      Archive archive,
      Catalogue catalogue,
      ClassificationStore classifications,
      AlarmRules alarmRules,
      QuarantineStore quarantine,
      DeviceModels models,
      UnaryOperator<PredictionMessage> statement) {}

  /** Ingest, not yet connected. */
  public Ingest(
      BrokerAddress address,
      IngestConfig config,
      Stores stores,
      IngestListener listener,
      MeterRegistry metrics,
      InstantSource clock) {
    this.address = address;
    this.config = config;
    ImageParking parking =
        new ImageParking(stores.database, stores.archive, config.parkedLimitBytes());
    Intake intake =
        new Intake(
            stores.archive,
            stores.catalogue,
            stores.classifications,
            stores.alarmRules,
            stores.quarantine,
            parking,
            stores.models,
            stores.statement,
            clock);
    this.storing =
        new StoringThread(stores.database, intake, parking, listener, config.batch(), metrics);
    this.client = client();
    client.publishes(MqttGlobalPublishFilter.ALL, this::receive, receiving, true);
  }

  /**
   * Starts to store, and connects; a broker that is away is tried until it is there. Returns at
   * once.
   */
  public void start() {
    storing.start();
    Mqtt5Connect connect =
        Mqtt5Connect.builder()
            .cleanStart(false)
            .noSessionExpiry()
            .keepAlive(KEEP_ALIVE_SECONDS)
            .restrictions()
            .receiveMaximum(config.receiveMaximum())
            .applyRestrictions()
            .build();
    var _ = client.connect(connect);
  }

  /** Why no messages come from the broker at the moment; empty: they do. */
  public Optional<String> disconnection() {
    return disconnection;
  }

  /** Why messages cannot be stored at the moment; empty: they can. */
  public Optional<String> trouble() {
    return storing.trouble();
  }

  /** Whether it is worth to take in more messages: else whoever sends them should keep them. */
  public boolean canStore() {
    return storing.canStore();
  }

  /**
   * Takes in a message that came on another way than the broker. It waits for its turn like any.
   *
   * @return completes once the message is committed, whatever became of it
   * @throws HubException if nothing can be stored at the moment
   */
  public CompletableFuture<Void> submit(String topic, byte[] payload) {
    if (!canStore() || closed) {
      throw new HubException(
          "nothing can be stored at the moment: " + trouble().orElse("the hub stops"));
    }
    CompletableFuture<Void> committed = new CompletableFuture<>();
    storing.offer(new Incoming(topic, payload, () -> committed.complete(null)));
    return committed;
  }

  /**
   * Publishes a message with QoS 1, not retained.
   *
   * @throws IOException if the broker did not take it, as far as is known
   */
  public void publish(String topic, byte[] payload) throws IOException {
    try {
      send(topic, payload, false).get(PUBLISH_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the hub stops", e);
    } catch (TimeoutException e) {
      throw new IOException("the broker did not answer in " + PUBLISH_SECONDS + " s", e);
    } catch (ExecutionException e) {
      throw new IOException("the broker did not take the message: " + reason(e), e);
    }
  }

  /**
   * Publishes a message with QoS 1.
   *
   * @return completes once the broker has it; fails at once while there is no connection
   */
  public CompletableFuture<?> send(String topic, byte[] payload, boolean retained) {
    return client
        .publishWith()
        .topic(topic)
        .qos(MqttQos.AT_LEAST_ONCE)
        .retain(retained)
        .payload(payload)
        .send();
  }

  /** Ends after the batch under way; the session stays at the broker. */
  @Override
  public void close() {
    closed = true;
    storing.close();
    try {
      client.disconnect().get(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("the hub was not connected when it stopped", e);
    }
    receiving.shutdownNow();
  }

  private Mqtt5AsyncClient client() {
    Mqtt5ClientBuilder builder =
        Mqtt5Client.builder()
            .identifier(address.clientId())
            .serverHost(address.host())
            .serverPort(address.port())
            .automaticReconnect()
            .initialDelay(FIRST_RECONNECT_MILLIS, TimeUnit.MILLISECONDS)
            .maxDelay(LONGEST_RECONNECT_MILLIS, TimeUnit.MILLISECONDS)
            .applyAutomaticReconnect()
            .addConnectedListener(context -> subscribe())
            .addDisconnectedListener(this::disconnected);
    if (address.tls().isPresent()) {
      PeerTls tls = address.tls().get();
      var ssl = builder.sslConfig().protocols(PeerTls.PROTOCOLS);
      if (tls.trust().isPresent()) {
        ssl = ssl.trustManagerFactory(tls.trust().get());
      }
      if (tls.identity().isPresent()) {
        ssl = ssl.keyManagerFactory(tls.identity().get());
      }
      builder = ssl.applySslConfig();
    }
    if (address.user().isPresent()) {
      builder =
          builder
              .simpleAuth()
              .username(address.user().get())
              .password(address.password().orElse("").getBytes(StandardCharsets.UTF_8))
              .applySimpleAuth();
    }
    return builder.buildAsync();
  }

  /** Subscribes at each connect: the session, and the subscription in it, may have been lost. */
  private void subscribe() {
    var _ =
        client
            .subscribeWith()
            .topicFilter(address.topicFilter())
            .qos(MqttQos.AT_LEAST_ONCE)
            .send()
            .whenComplete(
                (answer, failure) -> {
                  if (failure == null) {
                    disconnection = Optional.empty();
                    LOG.info("connected to the broker at {}", address);
                  } else if (!closed) {
                    disconnection = Optional.of("cannot subscribe: " + failure.getMessage());
                    LOG.error(
                        "the broker at {} refuses the subscription {}, trying again in {} s: {}",
                        address,
                        address.topicFilter(),
                        RESUBSCRIBE_SECONDS,
                        failure.getMessage());
                    CompletableFuture.delayedExecutor(RESUBSCRIBE_SECONDS, TimeUnit.SECONDS)
                        .execute(this::resubscribe);
                  }
                });
  }

  private void resubscribe() {
    if (!closed && client.getState().isConnected()) {
      subscribe();
    }
  }

  private void disconnected(MqttClientDisconnectedContext context) {
    if (closed) {
      return;
    }
    String reason = reason(context.getCause());
    boolean told = disconnection.equals(Optional.of(reason));
    disconnection = Optional.of(reason);
    if (!told) {
      LOG.error("no connection to the broker at {}, trying until there is: {}", address, reason);
    }
  }

  private static String reason(Throwable cause) {
    if (cause instanceof Mqtt5ConnAckException refusal) {
      return "the broker refuses the hub: " + refusal.getMqttMessage().getReasonCode();
    }
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  private void receive(Mqtt5Publish publish) {
    storing.offer(
        new Incoming(
            publish.getTopic().toString(), publish.getPayloadAsBytes(), publish::acknowledge));
  }
}
