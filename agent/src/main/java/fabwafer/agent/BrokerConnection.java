package fabwafer.agent;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.exceptions.MqttEncodeException;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedContext;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import fabwafer.agent.AgentConfig.Broker;
import fabwafer.protocol.tls.PeerTls;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One camera's connection to the broker, MQTT 5. It keeps no session: the spool is what is
 * remembered, and a connection that ends forgets what was on its way, so that nothing is sent twice
 * by two memories. Used by one thread; its callbacks come on threads of the MQTT client.
 */
final class BrokerConnection {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

  /** A broker that hangs is given up after one and a half of it. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

  /** What the broker said to a message. */
  sealed interface Answer {
    /** It has it. */
    record Accepted() implements Answer {}

    /** It will never take it. */
    record RefusedForGood(String reason) implements Answer {}

    /** It does not take it now. */
    record RefusedNow(String reason) implements Answer {}

    /** The connection ended before an answer: nobody knows. */
    record Unanswered() implements Answer {}
  }

  /** An MQTT message, QoS 1. */
  static final class Message {
    private final String topic;
    private final byte[] payload;
    private final boolean retained;

    Message(String topic, byte[] payload, boolean retained) {
      this.topic = topic;
      this.payload = payload;
      this.retained = retained;
    }

    private Mqtt5Publish toPublish() {
      return Mqtt5Publish.builder()
          .topic(topic)
          .payload(payload)
          .qos(MqttQos.AT_LEAST_ONCE)
          .retain(retained)
          .contentType("application/json")
          .build();
    }
  }

  /** Why a connection could not be made or ended; fit to be shown. */
  static final class ConnectionException extends Exception {
    private static final long serialVersionUID = 1L;

    ConnectionException(String message) {
      super(message);
    }
  }

  private final Broker broker;
  private final Mqtt5AsyncClient client;
  private int receiveMaximum;

  /**
   * @param clientId the connection's MQTT client identifier
   * @param onDisconnected told why, after each connection that was up
   */
  BrokerConnection(Broker broker, String clientId, Consumer<String> onDisconnected) {
    this.broker = broker;
    this.client =
        client(broker, clientId)
            .addDisconnectedListener(
                ended -> {
                  if (ended.getClientConfig().getState().isConnected()) {
                    onDisconnected.accept(told(ended, clientId));
                  }
                })
            .buildAsync();
  }

  /** A client for a broker, with its TLS and credentials. */
  static Mqtt5ClientBuilder client(Broker broker, String clientId) {
    Mqtt5ClientBuilder builder =
        MqttClient.builder()
            .useMqttVersion5()
            .identifier(clientId)
            .transportConfig()
            .serverHost(broker.host())
            .serverPort(broker.port())
            .socketConnectTimeout(CONNECT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
            .mqttConnectTimeout(CONNECT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
            // Within the transport: beside it, the client would forget it and speak in the clear.
            .sslConfig(broker.tls().map(BrokerConnection::ssl).orElse(null))
            .applyTransportConfig();
    broker
        .credentials()
        .ifPresent(
            known ->
                builder
                    .simpleAuth()
                    .username(known.user())
                    .password(known.password().getBytes(StandardCharsets.UTF_8))
                    .applySimpleAuth());
    return builder;
  }

  /**
   * Connects.
   *
   * @param lastWill published by the broker when this connection ends without a goodbye
   */
  void connect(Message lastWill) throws ConnectionException, InterruptedException {
    Mqtt5Connect connect =
        Mqtt5Connect.builder()
            .cleanStart(true)
            .sessionExpiryInterval(0)
            .keepAlive((int) KEEP_ALIVE.toSeconds())
            .willPublish(lastWill.toPublish().asWill())
            .build();
    try {
      receiveMaximum =
          client
              .connect(connect)
              .get(HANDSHAKE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
              .getRestrictions()
              .getReceiveMaximum();
    } catch (ExecutionException e) {
      throw new ConnectionException(
          "broker %s:%d: %s".formatted(broker.host(), broker.port(), toldOfTls(e.getCause())));
    } catch (TimeoutException e) {
      disconnect(CONNECT_TIMEOUT);
      throw new ConnectionException(
          "broker %s:%d does not answer".formatted(broker.host(), broker.port()));
    }
  }

  private static MqttClientSslConfig ssl(PeerTls tls) {
    return MqttClientSslConfig.builder()
        .protocols(PeerTls.PROTOCOLS)
        .trustManagerFactory(tls.trust().orElse(null))
        .keyManagerFactory(tls.identity().orElse(null))
        .build();
  }

  /** How many messages the broker takes before it answered, 1 to 65,535. */
  int receiveMaximum() {
    return receiveMaximum;
  }

  /**
   * Sends a message; messages reach the broker in the order of the calls.
   *
   * @param onAnswer called once, on a thread of the MQTT client
   */
  void publish(Message message, Consumer<Answer> onAnswer) {
    var _ =
        client
            .publish(message.toPublish())
            .whenComplete((result, error) -> onAnswer.accept(answer(result, error)));
  }

  /** Ends the connection with a goodbye: the broker drops the last will. */
  void disconnect(Duration most) throws InterruptedException {
    try {
      client.disconnect().get(most.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // It was down already, or hangs: the last will says the same.
      return;
    }
  }

  private static Answer answer(@Nullable Mqtt5PublishResult result, @Nullable Throwable thrown) {
    Throwable error = thrown instanceof CompletionException e ? e.getCause() : thrown;
    if (error == null && result != null) {
      error = result.getError().orElse(null);
    }
    return switch (error) {
      case null -> accepted(result);
      case Mqtt5PubAckException refused -> refused(refused.getMqttMessage().getReasonCode());
      case MqttEncodeException tooLarge ->
          new Answer.RefusedForGood(String.valueOf(tooLarge.getMessage()));
      default -> new Answer.Unanswered();
    };
  }

  /**
   * A broker that has no subscriber acknowledges and drops the message (MQTT 5, section 3.4.2.1,
   * 0x10): a hub that never came yet would lose it.
   */
  private static Answer accepted(@Nullable Mqtt5PublishResult result) {
    boolean dropped =
        result instanceof Mqtt5PublishResult.Mqtt5Qos1Result acknowledged
            && !acknowledged.getPublish().isRetain()
            && acknowledged.getPubAck().getReasonCode()
                == Mqtt5PubAckReasonCode.NO_MATCHING_SUBSCRIBERS;
    return dropped
        ? new Answer.RefusedNow("no hub has subscribed at the broker yet")
        : new Answer.Accepted();
  }

  private static Answer refused(Mqtt5PubAckReasonCode reason) {
    return switch (reason) {
      case TOPIC_NAME_INVALID, PAYLOAD_FORMAT_INVALID -> new Answer.RefusedForGood(words(reason));
      default -> new Answer.RefusedNow(words(reason));
    };
  }

  private static String words(Enum<?> reason) {
    return reason.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String told(MqttClientDisconnectedContext ended, String clientId) {
    if (ended.getCause() instanceof Mqtt5DisconnectException e
        && e.getMqttMessage().getReasonCode() == Mqtt5DisconnectReasonCode.SESSION_TAKEN_OVER) {
      return "another client connected with our client identifier %s: give each agent its own"
          .formatted(clientId);
    }
    return told(ended.getCause());
  }

  /** What stands between two peers of TLS, in words that say what to mend. */
  private String toldOfTls(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (message.contains("No subject alternative") || message.contains("No name matching")) {
        return "its certificate is not for the name "
            + broker.host()
            + "; add that to the hub's certificate-names";
      }
      if (cause instanceof CertificateException
          && !(cause instanceof CertificateExpiredException)) {
        return "its certificate is not of "
            + broker
                .tls()
                .flatMap(PeerTls::authority)
                .map(file -> "the authority in " + file)
                .orElse("an authority that this machine trusts")
            + ": it is another hub, or somebody in between";
      }
      if (cause instanceof SSLException && message.contains("Received fatal alert")) {
        return "refuses our certificate: it is over, or of another hub (" + message + ")";
      }
      if (cause instanceof SSLException && message.contains("not an SSL/TLS record")) {
        return "does not speak TLS on this port";
      }
    }
    return told(failure);
  }

  private static String told(@Nullable Throwable cause) {
    return switch (cause) {
      case null -> "unknown failure";
      case Mqtt5ConnAckException e ->
          "refuses the connection: " + words(e.getMqttMessage().getReasonCode());
      case Mqtt5DisconnectException e ->
          "ended the connection: " + words(e.getMqttMessage().getReasonCode());
      default -> String.valueOf(cause.getMessage());
    };
  }
}
