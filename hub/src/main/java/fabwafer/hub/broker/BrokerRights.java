package fabwafer.hub.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.auth.PublishAuthorizer;
import com.hivemq.extension.sdk.api.auth.SimpleAuthenticator;
import com.hivemq.extension.sdk.api.auth.SubscriptionAuthorizer;
import com.hivemq.extension.sdk.api.auth.parameter.PublishAuthorizerInput;
import com.hivemq.extension.sdk.api.auth.parameter.PublishAuthorizerOutput;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthInput;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthOutput;
import com.hivemq.extension.sdk.api.auth.parameter.SubscriptionAuthorizerInput;
import com.hivemq.extension.sdk.api.auth.parameter.SubscriptionAuthorizerOutput;
import com.hivemq.extension.sdk.api.packets.connect.ConnackReasonCode;
import com.hivemq.extension.sdk.api.packets.connect.ConnectPacket;
import com.hivemq.extension.sdk.api.packets.publish.AckReasonCode;
import com.hivemq.extension.sdk.api.packets.subscribe.SubackReasonCode;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;
import fabwafer.protocol.Topic;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.function.BooleanSupplier;

/**
 * Who may do what at the embedded broker. Devices may publish below {@code fabwafer/}, as long as
 * the hub can store what they send; nobody but the hub may take its session or join a share of the
 * messages, for whoever did would take wafers away from it.
 */
final class BrokerRights implements ExtensionMain {
  /** Begins a shared subscription, which hands each message to one of its members only. */
  private static final String SHARES = "$share/";

  /** Messages that wait for a client that is no hub; past it the broker drops that client's. */
  private static final long CLIENT_QUEUE = 1_000;

  private final BrokerAddress hub;
  private final BooleanSupplier hubCanStore;

  /**
   * Rights.
   *
   * @param hub the hub's own session and credentials
   * @param hubCanStore whether messages can be stored; where not, they are refused, so that devices
   *     keep them
   */
  BrokerRights(BrokerAddress hub, BooleanSupplier hubCanStore) {
    this.hub = hub;
    this.hubCanStore = hubCanStore;
  }

  @Override
  public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
    SimpleAuthenticator connecting = this::connect;
    TopicRights topics = new TopicRights();
    Services.securityRegistry().setAuthenticatorProvider(client -> connecting);
    Services.securityRegistry().setAuthorizerProvider(client -> topics);
  }

  @Override
  public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {
    // Nothing was opened.
  }

  private void connect(SimpleAuthInput input, SimpleAuthOutput output) {
    ConnectPacket packet = input.getConnectPacket();
    if (!packet.getClientId().equals(hub.clientId())) {
      output.getClientSettings().setClientQueueSizeMaximum(CLIENT_QUEUE);
      output.authenticateSuccessfully();
    } else if (isHub(packet)) {
      output.authenticateSuccessfully();
    } else {
      output.failAuthentication(
          ConnackReasonCode.CLIENT_IDENTIFIER_NOT_VALID, "this client id is the hub's");
    }
  }

  private boolean isHub(ConnectPacket packet) {
    byte[] given = packet.getPassword().map(BrokerRights::bytes).orElse(new byte[0]);
    return MessageDigest.isEqual(given, hub.password().orElseThrow().getBytes(UTF_8));
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private final class TopicRights implements PublishAuthorizer, SubscriptionAuthorizer {
    @Override
    public void authorizePublish(PublishAuthorizerInput input, PublishAuthorizerOutput output) {
      if (!input.getPublishPacket().getTopic().startsWith(Topic.ROOT + "/")) {
        output.failAuthorization(
            AckReasonCode.NOT_AUTHORIZED, "topics here begin with " + Topic.ROOT + "/");
      } else if (!hubCanStore.getAsBoolean()) {
        output.failAuthorization(
            AckReasonCode.QUOTA_EXCEEDED, "the hub cannot store messages now; keep them");
      } else {
        output.authorizeSuccessfully();
      }
    }

    @Override
    public void authorizeSubscribe(
        SubscriptionAuthorizerInput input, SubscriptionAuthorizerOutput output) {
      boolean hubAsks = input.getClientInformation().getClientId().equals(hub.clientId());
      if (input.getSubscription().getTopicFilter().startsWith(SHARES) && !hubAsks) {
        output.failAuthorization(
            SubackReasonCode.NOT_AUTHORIZED, "shared subscriptions are the hub's");
      } else {
        output.authorizeSuccessfully();
      }
    }
  }
}
