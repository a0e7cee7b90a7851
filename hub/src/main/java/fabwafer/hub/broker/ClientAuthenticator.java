package fabwafer.hub.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hivemq.extension.sdk.api.async.Async;
import com.hivemq.extension.sdk.api.async.TimeoutFallback;
import com.hivemq.extension.sdk.api.auth.SimpleAuthenticator;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthInput;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthOutput;
import com.hivemq.extension.sdk.api.client.parameter.ClientTlsInformation;
import com.hivemq.extension.sdk.api.client.parameter.ConnectionInformation;
import com.hivemq.extension.sdk.api.packets.connect.ConnackReasonCode;
import com.hivemq.extension.sdk.api.packets.connect.ConnectPacket;
import fabwafer.hub.broker.Connections.Connection;
import fabwafer.hub.device.Device;
import fabwafer.hub.device.DeviceGate;
import fabwafer.hub.device.DeviceGate.Admission;
import fabwafer.hub.device.DeviceGate.Admission.Admitted;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is let in: the hub with its password, a device by its certificate or password under client
 * identifiers of its own, and on the unencrypted listener whoever has no credential and takes no
 * device's identifier. Who is let in is entered in the {@link Connections}. Asked on the broker's
 * threads; passwords, which take long, are checked on threads of its own.
 */
final class ClientAuthenticator implements SimpleAuthenticator {
  /** Where a connection's number is kept at the connection. */
  static final String NUMBER = "fabwafer";

  /** Messages that wait for a client that is no hub; past it the broker drops that client's. */
  private static final long CLIENT_QUEUE = 1_000;

  /** Passwords that are checked at a time, and that may wait for it. */
  private static final int CHECKING = 2;

  private static final int WAITING = 256;
  private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(20);
  private static final Logger LOG = LoggerFactory.getLogger(ClientAuthenticator.class);

  private final BrokerAddress hub;
  private final DeviceGate devices;
  private final Connections connections;
  private final RefusedAttempts refused;
  private final ThreadPoolExecutor checking =
      new ThreadPoolExecutor(
          CHECKING,
          CHECKING,
          1,
          TimeUnit.MINUTES,
          new LinkedBlockingQueue<>(WAITING),
          Thread.ofPlatform().name("mqtt-passwords-", 0).daemon().factory());

  /**
   * An authenticator.
   *
   * @param hub the hub's own session and credentials
   * @param connections where to enter who is let in
   */
  ClientAuthenticator(
      BrokerAddress hub, DeviceGate devices, Connections connections, RefusedAttempts refused) {
    this.hub = hub;
    this.devices = devices;
    this.connections = connections;
    this.refused = refused;
  }

  /** Checks no more passwords. */
  void close() {
    checking.shutdownNow();
  }

  @Override
  public void onConnect(SimpleAuthInput input, SimpleAuthOutput output) {
    ConnectPacket packet = input.getConnectPacket();
    ConnectionInformation connection = input.getConnectionInformation();
    if (packet.getClientId().equals(hub.clientId())) {
      connectHub(packet, connection, output);
      return;
    }
    output.getClientSettings().setClientQueueSizeMaximum(CLIENT_QUEUE);
    Optional<String> address = address(connection);
    var certificate =
        connection.getClientTlsInformation().flatMap(ClientTlsInformation::getClientCertificate);
    if (certificate.isPresent()) {
      judge(packet, connection, devices.certificate(certificate.get()), output);
    } else if (packet.getUserName().isPresent()) {
      String name = packet.getUserName().get();
      String password =
          packet.getPassword().map(given -> new String(bytes(given), UTF_8)).orElse("");
      Async<SimpleAuthOutput> later = output.async(CHECK_TIMEOUT, TimeoutFallback.FAILURE);
      try {
        checking.execute(
            () -> {
              try {
                Admission admission = devices.password(name, password, address.orElse("unknown"));
                judge(packet, connection, admission, output);
              } catch (RuntimeException e) {
                LOG.error("a device's password could not be checked", e);
                output.failAuthentication(ConnackReasonCode.SERVER_UNAVAILABLE);
              } finally {
                later.resume();
              }
            });
      } catch (RejectedExecutionException e) {
        output.failAuthentication(
            ConnackReasonCode.SERVER_BUSY, "too many passwords are checked at once");
        later.resume();
      }
    } else {
      connectWithoutCredential(packet, connection, output);
    }
  }

  private void connectHub(
      ConnectPacket packet, ConnectionInformation connection, SimpleAuthOutput output) {
    byte[] given = packet.getPassword().map(ClientAuthenticator::bytes).orElse(new byte[0]);
    if (MessageDigest.isEqual(given, hub.password().orElseThrow().getBytes(UTF_8))) {
      letIn(packet, connection, Optional.empty(), output);
    } else {
      refuse(
          packet,
          connection,
          Optional.empty(),
          ConnackReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
          "this client id is the hub's",
          output);
    }
  }

  private void connectWithoutCredential(
      ConnectPacket packet, ConnectionInformation connection, SimpleAuthOutput output) {
    if (connection.getClientTlsInformation().isPresent()) {
      refuse(
          packet,
          connection,
          Optional.empty(),
          ConnackReasonCode.NOT_AUTHORIZED,
          "a device's certificate or password is needed here",
          output);
    } else if (devices.isOwned(packet.getClientId())) {
      refuse(
          packet,
          connection,
          Optional.empty(),
          ConnackReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
          "this client id is a device's, and comes with its credential only",
          output);
    } else {
      letIn(packet, connection, Optional.empty(), output);
    }
  }

  private void judge(
      ConnectPacket packet,
      ConnectionInformation connection,
      Admission admission,
      SimpleAuthOutput output) {
    switch (admission) {
      case Admission.Refused(Optional<Device> device, String reason) ->
          refuse(packet, connection, device, ConnackReasonCode.NOT_AUTHORIZED, reason, output);
      case Admitted admitted -> {
        Device device = admitted.device();
        if (!device.owns(packet.getClientId())) {
          refuse(
              packet,
              connection,
              Optional.of(device),
              ConnackReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
              "the client id must be %s or begin with %s/".formatted(device.name(), device.name()),
              output);
          return;
        }
        Optional<String> will =
            packet
                .getWillPublish()
                .flatMap(last -> TopicRights.mayNotWill(device, last.getTopic(), last.getRetain()));
        if (will.isPresent()) {
          String topic = packet.getWillPublish().get().getTopic();
          refused.note("will", Optional.of(device), address(connection), topic, will.get());
          output.failAuthentication(ConnackReasonCode.NOT_AUTHORIZED, "last will: " + will.get());
          return;
        }
        devices.seen(device, address(connection));
        letIn(packet, connection, Optional.of(admitted), output);
      }
    }
  }

  private void letIn(
      ConnectPacket packet,
      ConnectionInformation information,
      Optional<Admitted> admitted,
      SimpleAuthOutput output) {
    Connection connection = connections.add(packet.getClientId(), admitted, address(information));
    information
        .getConnectionAttributeStore()
        .putAsString(NUMBER, Long.toString(connection.number()));
    output.authenticateSuccessfully();
  }

  private void refuse(
      ConnectPacket packet,
      ConnectionInformation connection,
      Optional<Device> device,
      ConnackReasonCode code,
      String reason,
      SimpleAuthOutput output) {
    refused.note("connect", device, address(connection), packet.getClientId(), reason);
    output.failAuthentication(code, reason);
  }

  private static Optional<String> address(ConnectionInformation connection) {
    return connection.getInetAddress().map(InetAddress::getHostAddress);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
