package fabwafer.hub.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.async.Async;
import com.hivemq.extension.sdk.api.async.TimeoutFallback;
import com.hivemq.extension.sdk.api.auth.PublishAuthorizer;
import com.hivemq.extension.sdk.api.auth.SimpleAuthenticator;
import com.hivemq.extension.sdk.api.auth.SubscriptionAuthorizer;
import com.hivemq.extension.sdk.api.auth.parameter.PublishAuthorizerInput;
import com.hivemq.extension.sdk.api.auth.parameter.PublishAuthorizerOutput;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthInput;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthOutput;
import com.hivemq.extension.sdk.api.auth.parameter.SubscriptionAuthorizerInput;
import com.hivemq.extension.sdk.api.auth.parameter.SubscriptionAuthorizerOutput;
import com.hivemq.extension.sdk.api.client.parameter.ClientTlsInformation;
import com.hivemq.extension.sdk.api.client.parameter.ConnectionInformation;
import com.hivemq.extension.sdk.api.events.client.ClientLifecycleEventListener;
import com.hivemq.extension.sdk.api.events.client.parameters.AuthenticationSuccessfulInput;
import com.hivemq.extension.sdk.api.events.client.parameters.ConnectionStartInput;
import com.hivemq.extension.sdk.api.events.client.parameters.DisconnectEventInput;
import com.hivemq.extension.sdk.api.packets.connect.ConnackReasonCode;
import com.hivemq.extension.sdk.api.packets.connect.ConnectPacket;
import com.hivemq.extension.sdk.api.packets.disconnect.DisconnectReasonCode;
import com.hivemq.extension.sdk.api.packets.publish.AckReasonCode;
import com.hivemq.extension.sdk.api.packets.publish.PublishPacket;
import com.hivemq.extension.sdk.api.packets.subscribe.SubackReasonCode;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;
import fabwafer.hub.audit.Actor;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.broker.Connections.Connection;
import fabwafer.hub.device.Device;
import fabwafer.hub.device.DeviceGate.Admission;
import fabwafer.hub.device.DeviceGate.Admission.Admitted;
import fabwafer.protocol.Topic;
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
 * Who may do what at the embedded broker. A device is let in by its certificate or password, under
 * client identifiers of its own, and then may what {@link TopicRights} says. Without a credential
 * one is let in on the unencrypted listener alone, and may publish below {@code fabwafer/}. Nobody
 * but the hub may take its session or join a share of the messages, for whoever did would take
 * wafers away from it. What is refused is counted, and told in the audit.
 */
final class BrokerRights implements ExtensionMain {
  /** Begins a shared subscription, which hands each message to one of its members only. */
  private static final String SHARES = "$share/";

  /** Messages that wait for a client that is no hub; past it the broker drops that client's. */
  private static final long CLIENT_QUEUE = 1_000;

  /** Where a connection's number is kept at the connection. */
  private static final String NUMBER = "fabwafer";

  /** Passwords that are checked at a time, and that may wait for it. */
  private static final int CHECKING = 2;

  private static final int WAITING = 256;
  private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(20);
  private static final int SHOWN_CHARS = 200;
  private static final Logger LOG = LoggerFactory.getLogger(BrokerRights.class);

  private final BrokerAddress hub;
  private final EmbeddedBroker.Parts parts;
  private final Connections connections = new Connections();
  private final ThreadPoolExecutor checking =
      new ThreadPoolExecutor(
          CHECKING,
          CHECKING,
          1,
          TimeUnit.MINUTES,
          new LinkedBlockingQueue<>(WAITING),
          Thread.ofPlatform().name("mqtt-passwords-", 0).daemon().factory());

  /**
   * Rights.
   *
   * @param hub the hub's own session and credentials
   */
  BrokerRights(BrokerAddress hub, EmbeddedBroker.Parts parts) {
    this.hub = hub;
    this.parts = parts;
  }

  @Override
  public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
    SimpleAuthenticator connecting = this::connect;
    TopicAuthorizer topics = new TopicAuthorizer();
    Lifecycle lifecycle = new Lifecycle();
    Services.securityRegistry().setAuthenticatorProvider(client -> connecting);
    Services.securityRegistry().setAuthorizerProvider(client -> topics);
    Services.eventRegistry().setClientLifecycleEventListener(client -> lifecycle);
    parts.devices().onChange(this::cutWhoLostTheirCredential);
  }

  @Override
  public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {
    parts.devices().onChange(() -> {});
    checking.shutdownNow();
  }

  private void connect(SimpleAuthInput input, SimpleAuthOutput output) {
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
      judge(packet, connection, parts.devices().certificate(certificate.get()), output);
    } else if (packet.getUserName().isPresent()) {
      String name = packet.getUserName().get();
      String password =
          packet.getPassword().map(given -> new String(bytes(given), UTF_8)).orElse("");
      Async<SimpleAuthOutput> later = output.async(CHECK_TIMEOUT, TimeoutFallback.FAILURE);
      try {
        checking.execute(
            () -> {
              try {
                Admission admission =
                    parts.devices().password(name, password, address.orElse("unknown"));
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
    byte[] given = packet.getPassword().map(BrokerRights::bytes).orElse(new byte[0]);
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
    } else if (parts.devices().isOwned(packet.getClientId())) {
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
          note("will", actor(Optional.of(device), address(connection)), topic, will.get());
          output.failAuthentication(ConnackReasonCode.NOT_AUTHORIZED, "last will: " + will.get());
          return;
        }
        parts.devices().seen(device, address(connection));
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
    note("connect", actor(device, address(connection)), packet.getClientId(), reason);
    output.failAuthentication(code, reason);
  }

  /** Tells the audit and the counters; an actor has one entry a minute, whatever it tries. */
  private void note(String what, Actor actor, String object, String reason) {
    parts.metrics().counter("fabwafer.broker.refused", "what", what).increment();
    parts
        .strangers()
        .note(
            actor,
            "broker." + what + "-refused",
            "broker",
            AuditLog.detail().put("what", shown(object)).put("reason", reason));
  }

  private void cutWhoLostTheirCredential() {
    for (Connection cut :
        connections.which(
            connection ->
                connection.admitted().filter(held -> !parts.devices().holds(held)).isPresent())) {
      LOG.info(
          "{}: its credential was revoked, replaced or is over; cutting the connection",
          cut.clientId());
      connections.remove(cut.clientId(), cut.number());
      var _ =
          Services.clientService()
              .disconnectClient(
                  cut.clientId(),
                  false,
                  DisconnectReasonCode.NOT_AUTHORIZED,
                  "the credential was revoked, replaced or is over")
              .thenCompose(_ -> Services.clientService().invalidateSession(cut.clientId()))
              .exceptionally(
                  failure -> {
                    // A session that ends with its connection is gone by now.
                    LOG.debug("{} had no session to end", cut.clientId(), failure);
                    return false;
                  });
    }
  }

  private static Actor actor(Optional<Device> device, Optional<String> address) {
    return new Actor(device.map(known -> "device:" + known.name()).orElse("anyone"), address);
  }

  private static Optional<String> address(ConnectionInformation connection) {
    return connection.getInetAddress().map(InetAddress::getHostAddress);
  }

  private static String shown(String text) {
    return text.length() <= SHOWN_CHARS ? text : text.substring(0, SHOWN_CHARS) + "…";
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private final class TopicAuthorizer implements PublishAuthorizer, SubscriptionAuthorizer {
    @Override
    public void authorizePublish(PublishAuthorizerInput input, PublishAuthorizerOutput output) {
      PublishPacket packet = input.getPublishPacket();
      String clientId = input.getClientInformation().getClientId();
      Optional<Connection> connection = connections.of(clientId);
      Optional<String> refusal = refusal(connection, packet);
      if (refusal.isPresent()) {
        note("publish", actor(connection), packet.getTopic(), refusal.get());
        output.failAuthorization(AckReasonCode.NOT_AUTHORIZED, refusal.get());
      } else if (!parts.hubCanStore().getAsBoolean()) {
        output.failAuthorization(
            AckReasonCode.QUOTA_EXCEEDED, "the hub cannot store messages now; keep them");
      } else {
        connection
            .flatMap(Connection::admitted)
            .ifPresent(
                admitted -> parts.devices().seen(admitted.device(), connection.get().address()));
        output.authorizeSuccessfully();
      }
    }

    private Optional<String> refusal(Optional<Connection> connection, PublishPacket packet) {
      if (connection.isEmpty()) {
        return Optional.of("the connection was cut");
      }
      Optional<Admitted> admitted = connection.get().admitted();
      if (admitted.isEmpty()) {
        return packet.getTopic().startsWith(Topic.ROOT + "/")
            ? Optional.empty()
            : Optional.of("topics here begin with " + Topic.ROOT + "/");
      }
      return parts.devices().holds(admitted.get())
          ? TopicRights.mayNotPublish(
              admitted.get().device(), packet.getTopic(), packet.getRetain())
          : Optional.of("the credential was revoked, replaced or is over");
    }

    @Override
    public void authorizeSubscribe(
        SubscriptionAuthorizerInput input, SubscriptionAuthorizerOutput output) {
      String clientId = input.getClientInformation().getClientId();
      String filter = input.getSubscription().getTopicFilter();
      Optional<Connection> connection = connections.of(clientId);
      Optional<String> refusal = refusal(clientId, connection, filter);
      if (refusal.isPresent()) {
        note("subscribe", actor(connection), filter, refusal.get());
        output.failAuthorization(SubackReasonCode.NOT_AUTHORIZED, refusal.get());
      } else {
        output.authorizeSuccessfully();
      }
    }

    private Optional<String> refusal(
        String clientId, Optional<Connection> connection, String filter) {
      if (clientId.equals(hub.clientId())) {
        return Optional.empty();
      }
      if (filter.startsWith(SHARES)) {
        return Optional.of("shared subscriptions are the hub's");
      }
      if (connection.isEmpty()) {
        return Optional.of("the connection was cut");
      }
      return connection
          .get()
          .admitted()
          .flatMap(admitted -> TopicRights.mayNotSubscribe(admitted.device(), filter));
    }

    private Actor actor(Optional<Connection> connection) {
      return BrokerRights.actor(
          connection.flatMap(Connection::admitted).map(Admitted::device),
          connection.flatMap(Connection::address));
    }
  }

  private final class Lifecycle implements ClientLifecycleEventListener {
    @Override
    public void onMqttConnectionStart(ConnectionStartInput input) {
      // It is judged when it authenticates.
    }

    @Override
    public void onAuthenticationSuccessful(AuthenticationSuccessfulInput input) {
      // It was entered when it was let in.
    }

    @Override
    public void onDisconnect(DisconnectEventInput input) {
      input
          .getConnectionInformation()
          .getConnectionAttributeStore()
          .getAsString(NUMBER)
          .ifPresent(
              number ->
                  connections.remove(
                      input.getClientInformation().getClientId(), Long.parseLong(number)));
    }
  }
}
