package fabwafer.hub.broker;

import com.hivemq.extension.sdk.api.auth.PublishAuthorizer;
import com.hivemq.extension.sdk.api.auth.SubscriptionAuthorizer;
import com.hivemq.extension.sdk.api.auth.parameter.PublishAuthorizerInput;
import com.hivemq.extension.sdk.api.auth.parameter.PublishAuthorizerOutput;
import com.hivemq.extension.sdk.api.auth.parameter.SubscriptionAuthorizerInput;
import com.hivemq.extension.sdk.api.auth.parameter.SubscriptionAuthorizerOutput;
import com.hivemq.extension.sdk.api.packets.publish.AckReasonCode;
import com.hivemq.extension.sdk.api.packets.publish.PublishPacket;
import com.hivemq.extension.sdk.api.packets.subscribe.SubackReasonCode;
import fabwafer.hub.broker.Connections.Connection;
import fabwafer.hub.device.DeviceGate;
import fabwafer.hub.device.DeviceGate.Admission.Admitted;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Which messages a client may publish and to what it may subscribe: a device what {@link
 * TopicRights} says, whoever has no credential what is below {@code fabwafer/}. Shared
 * subscriptions are the hub's alone, for whoever joined one would take wafers away from it. Asked
 * on the broker's threads.
 */
final class TopicAuthorizer implements PublishAuthorizer, SubscriptionAuthorizer {
  /** Begins a shared subscription, which hands each message to one of its members only. */
  private static final String SHARES = "$share/";

  private final String hubClientId;
  private final DeviceGate devices;
  private final BooleanSupplier hubCanStore;
  private final Connections connections;
  private final RefusedAttempts refused;

  /**
   * An authorizer.
   *
   * @param hubClientId the hub's own session
   * @param hubCanStore false while devices are to keep their messages
   */
  TopicAuthorizer(
      String hubClientId,
      DeviceGate devices,
      BooleanSupplier hubCanStore,
      Connections connections,
      RefusedAttempts refused) {
    this.hubClientId = hubClientId;
    this.devices = devices;
    this.hubCanStore = hubCanStore;
    this.connections = connections;
    this.refused = refused;
  }

  @Override
  public void authorizePublish(PublishAuthorizerInput input, PublishAuthorizerOutput output) {
    PublishPacket packet = input.getPublishPacket();
    String clientId = input.getClientInformation().getClientId();
    Optional<Connection> connection = connections.of(clientId);
    Optional<String> refusal = refusal(clientId, connection, packet);
    if (refusal.isPresent()) {
      note("publish", connection, packet.getTopic(), refusal.get());
      output.failAuthorization(AckReasonCode.NOT_AUTHORIZED, refusal.get());
    } else if (!hubCanStore.getAsBoolean()) {
      output.failAuthorization(
          AckReasonCode.QUOTA_EXCEEDED, "the hub cannot store messages now; keep them");
    } else {
      connection
          .flatMap(Connection::admitted)
          .ifPresent(admitted -> devices.seen(admitted.device(), connection.get().address()));
      output.authorizeSuccessfully();
    }
  }

  private Optional<String> refusal(
      String clientId, Optional<Connection> connection, PublishPacket packet) {
    if (connection.isEmpty()) {
      return Optional.of("the connection was cut");
    }
    Optional<Admitted> admitted = connection.get().admitted();
    if (admitted.isEmpty()) {
      return clientId.equals(hubClientId)
          ? Optional.empty()
          : TopicRights.strangerMayNotPublish(packet.getTopic());
    }
    return devices.holds(admitted.get())
        ? TopicRights.mayNotPublish(admitted.get().device(), packet.getTopic(), packet.getRetain())
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
      note("subscribe", connection, filter, refusal.get());
      output.failAuthorization(SubackReasonCode.NOT_AUTHORIZED, refusal.get());
    } else {
      output.authorizeSuccessfully();
    }
  }

  private Optional<String> refusal(
      String clientId, Optional<Connection> connection, String filter) {
    if (clientId.equals(hubClientId)) {
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

  private void note(String what, Optional<Connection> connection, String object, String reason) {
    refused.note(
        what,
        connection.flatMap(Connection::admitted).map(Admitted::device),
        connection.flatMap(Connection::address),
        object,
        reason);
  }
}
