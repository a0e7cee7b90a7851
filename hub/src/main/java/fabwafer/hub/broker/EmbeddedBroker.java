package fabwafer.hub.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hivemq.configuration.service.InternalConfigurations;
import com.hivemq.embedded.EmbeddedExtension;
import com.hivemq.embedded.EmbeddedHiveMQ;
import com.hivemq.migration.meta.PersistenceType;
import fabwafer.hub.HubException;
import fabwafer.hub.audit.RepeatedEvents;
import fabwafer.hub.certificate.CertificateAuthority;
import fabwafer.hub.certificate.ServerCertificate;
import fabwafer.hub.device.DeviceGate;
import fabwafer.protocol.Limits;
import fabwafer.protocol.Topic;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A HiveMQ Community Edition in this process, its data in a folder. What it acknowledged it keeps
 * over a kill.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);

  /** The hub's session at its own broker; must stay, for the broker keeps messages under it. */
  private static final String HUB_CLIENT_ID = "fabwafer-hub";

  /**
   * Files per kind of data, instead of 64: seconds less at every start. The data is divided by it,
   * so it must never change once a broker has data.
   */
  private static final int BUCKETS = 8;

  /**
   * Which part of the machine's memory its write buffers, and its cache, may take each, instead of
   * a 32nd and a 64th. Its logs take as much on the disk: near 1 GB when it was empty.
   */
  private static final int MEMORY_PORTION = 512;

  /**
   * How long the broker lingers before it closes its files, instead of 2 s; ingest has stopped by
   * then.
   */
  private static final int SHUTDOWN_GRACE_MILLIS = 200;

  /**
   * Messages that may wait for the hub; the broker drops what is past it. While the hub cannot
   * store, devices are told to keep theirs (see {@link BrokerRights}).
   */
  private static final long QUEUE_LIMIT = 10_000_000;

  /** Messages of one device that may be under way. */
  private static final int DEVICE_RECEIVE_MAXIMUM = 100;

  private static final int MAX_CONNECTIONS = 20_000;

  /** A topic and properties beside the payload. */
  private static final int PACKET_HEADER_BYTES = 64 * 1024;

  private static final int SECRET_BYTES = 24;

  private final EmbeddedHiveMQ broker;
  private final BrokerAddress address;
  private final Optional<InetSocketAddress> tls;

  private EmbeddedBroker(
      EmbeddedHiveMQ broker, BrokerAddress address, Optional<InetSocketAddress> tls) {
    this.broker = broker;
    this.address = address;
    this.tls = tls;
  }

  /**
   * What a broker works with.
   *
   * @param hubCanStore whether the hub can store messages; asked for each one
   * @param devices who may connect
   * @param strangers where refusals are told
   * @param metrics where refusals are counted
   * @param authority whose certificates devices show
   * @param certificate what the TLS listener shows
   */
  public record Parts(
      BooleanSupplier hubCanStore,
      DeviceGate devices,
      RepeatedEvents strangers,
      MeterRegistry metrics,
      CertificateAuthority authority,
      ServerCertificate certificate) {}

  /**
   * Starts a broker and waits until it listens; some seconds.
   *
   * @param folder where it keeps its data
   * @throws HubException if a port is in use, the broker does not start, or it would be open to
   *     other machines and nobody said that it may be
   */
  public static EmbeddedBroker start(BrokerConfig.Embedded config, Path folder, Parts parts) {
    InetAddress host = resolve("hub.mqtt-host", config.host());
    requireClosed(config, host);
    int port = requireFree("hub.mqtt-port", host, config.port());
    Optional<InetSocketAddress> tls =
        config
            .tls()
            .map(
                listener -> {
                  InetAddress address = resolve("hub.mqtt-tls-host", listener.host());
                  return new InetSocketAddress(
                      address, requireFree("hub.mqtt-tls-port", address, listener.port()));
                });
    InternalConfigurations.PERSISTENCE_BUCKET_COUNT.set(BUCKETS);
    InternalConfigurations.PAYLOAD_PERSISTENCE_BUCKET_COUNT.set(BUCKETS);
    InternalConfigurations.PERSISTENCE_SHUTDOWN_GRACE_PERIOD_MSEC.set(SHUTDOWN_GRACE_MILLIS);
    InternalConfigurations.PAYLOAD_PERSISTENCE_MEMTABLE_SIZE_PORTION.set(MEMORY_PORTION);
    InternalConfigurations.PAYLOAD_PERSISTENCE_BLOCK_CACHE_SIZE_PORTION.set(MEMORY_PORTION);
    // Retained are the devices' states only: few and small. As BUCKETS, not to be changed later.
    InternalConfigurations.RETAINED_MESSAGE_PERSISTENCE_TYPE.set(PersistenceType.FILE);
    InternalConfigurations.JMX_REPORTER_ENABLED.set(false);
    BrokerAddress address =
        new BrokerAddress(
            host.isAnyLocalAddress() ? "127.0.0.1" : host.getHostAddress(),
            port,
            Optional.empty(),
            HUB_CLIENT_ID,
            // Not a share: the broker stops serving shares after a kill, see docs/decisions.
            Topic.ALL,
            Optional.of(HUB_CLIENT_ID),
            Optional.of(secret()));
    Path configuration = folder.resolve("conf");
    EmbeddedHiveMQ broker =
        build(
            folder,
            configuration,
            configXml(host, port, tls.map(to -> TlsListener.open(to, configuration, parts))),
            new BrokerRights(address, parts));
    try {
      broker.start().get();
    } catch (ExecutionException e) {
      throw new HubException("the embedded broker did not start: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HubException("interrupted while the embedded broker started", e);
    }
    return new EmbeddedBroker(broker, address, tls);
  }

  /** How the hub reaches it; the port is the one it listens on. */
  public BrokerAddress address() {
    return address;
  }

  /** Where it takes devices by TLS, if it does; the port is the one it listens on. */
  public Optional<InetSocketAddress> tls() {
    return tls;
  }

  @Override
  public void close() {
    try {
      broker.close();
    } catch (ExecutionException e) {
      LOG.warn("the embedded broker did not stop cleanly", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void requireClosed(BrokerConfig.Embedded config, InetAddress host) {
    if (host.isLoopbackAddress()) {
      return;
    }
    if (!config.allowOpen()) {
      throw new HubException(
          """
          hub.mqtt-host = %s would let whoever reaches this machine send and read wafers, \
          unencrypted and without a credential.
            Leave it at 127.0.0.1 and set hub.mqtt-tls-host = %s: devices then connect by TLS, each \
          with a credential of its own ('fabwafer device add').
            Where the network itself is closed: hub.mqtt-allow-open = true.\
          """
              .formatted(config.host(), config.host()));
    }
    LOG.warn(
        "hub.mqtt-allow-open: the broker listens on {}:{}, beyond this machine, without credentials"
            + " or encryption: whoever reaches it can send and read wafers",
        config.host(),
        config.port());
  }

  private static EmbeddedHiveMQ build(
      Path folder, Path configuration, String xml, BrokerRights rights) {
    Path extensions = folder.resolve("extensions");
    try {
      Files.createDirectories(extensions);
      Files.createDirectories(folder.resolve("data"));
      Files.createDirectories(configuration);
      Files.writeString(configuration.resolve("config.xml"), xml, UTF_8);
    } catch (IOException e) {
      throw new HubException("cannot write the broker's folder " + folder + ": " + e, e);
    }
    return EmbeddedHiveMQ.builder()
        .withConfigurationFolder(configuration)
        .withDataFolder(folder.resolve("data"))
        .withExtensionsFolder(extensions)
        .withEmbeddedExtension(
            EmbeddedExtension.builder()
                .withId("fabwafer")
                .withName("Fabwafer's rights")
                .withVersion("1")
                .withAuthor("Fabwafer")
                .withExtensionMain(rights)
                .build())
        .withoutLoggingBootstrap()
        .build();
  }

  private static String configXml(InetAddress host, int port, Optional<String> tlsListener) {
    return """
    <?xml version="1.0"?>
    <!-- Written at every start. -->
    <hivemq>
      <listeners>
        <tcp-listener>
          <port>%d</port>
          <bind-address>%s</bind-address>
        </tcp-listener>
        %s
      </listeners>
      <mqtt>
        <queued-messages>
          <max-queue-size>%d</max-queue-size>
        </queued-messages>
        <packets>
          <max-packet-size>%d</max-packet-size>
        </packets>
        <receive-maximum>
          <server-receive-maximum>%d</server-receive-maximum>
        </receive-maximum>
      </mqtt>
      <restrictions>
        <max-connections>%d</max-connections>
      </restrictions>
      <anonymous-usage-statistics>
        <enabled>false</enabled>
      </anonymous-usage-statistics>
    </hivemq>
    """
        .formatted(
            port,
            host.getHostAddress(),
            tlsListener.orElse(""),
            QUEUE_LIMIT,
            Limits.MAX_PAYLOAD_BYTES + PACKET_HEADER_BYTES,
            DEVICE_RECEIVE_MAXIMUM,
            MAX_CONNECTIONS);
  }

  private static InetAddress resolve(String setting, String host) {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new HubException(setting + ": no such address: " + host, e);
    }
  }

  /** The broker itself only logs that it could not listen, so it is tried before. */
  private static int requireFree(String setting, InetAddress host, int port) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(host, port));
      return probe.getLocalPort();
    } catch (IOException e) {
      throw new HubException(
          "cannot listen on %s:%d for MQTT: %s; %s sets another port"
              .formatted(
                  host.getHostAddress(),
                  port,
                  String.valueOf(e.getMessage()).contains("in use")
                      ? "the port is in use"
                      : e.getMessage(),
                  setting),
          e);
    }
  }

  private static String secret() {
    byte[] random = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }
}
