package fabwafer.hub.broker;

import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.events.client.ClientLifecycleEventListener;
import com.hivemq.extension.sdk.api.events.client.parameters.AuthenticationSuccessfulInput;
import com.hivemq.extension.sdk.api.events.client.parameters.ConnectionStartInput;
import com.hivemq.extension.sdk.api.events.client.parameters.DisconnectEventInput;
import com.hivemq.extension.sdk.api.packets.disconnect.DisconnectReasonCode;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;
import fabwafer.hub.broker.Connections.Connection;
import fabwafer.hub.device.DeviceGate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may do what at the embedded broker. A device is let in by its certificate or password, under
 * client identifiers of its own, and then may what {@link TopicRights} says. Without a credential
 * one is let in on the unencrypted listener alone, and may publish below {@code fabwafer/}. Nobody
 * but the hub may take its session or join a share of the messages, for whoever did would take
 * wafers away from it. What is refused is counted, and told in the audit. This class ties the
 * rights to the broker ({@link ClientAuthenticator}, {@link TopicAuthorizer}), and cuts the
 * connections of devices that lost their credential.
 */
final class BrokerRights implements ExtensionMain {
  private static final Logger LOG = LoggerFactory.getLogger(BrokerRights.class);

  private final DeviceGate devices;
  private final Connections connections = new Connections();
  private final ClientAuthenticator clients;
  private final TopicAuthorizer topics;

  /**
   * Rights.
   *
   * @param hub the hub's own session and credentials
   */
  BrokerRights(BrokerAddress hub, EmbeddedBroker.Parts parts) {
    this.devices = parts.devices();
    RefusedAttempts refused = new RefusedAttempts(parts.metrics(), parts.strangers());
    this.clients = new ClientAuthenticator(hub, devices, connections, refused);
    this.topics =
        new TopicAuthorizer(hub.clientId(), devices, parts.hubCanStore(), connections, refused);
  }

  @Override
  public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
    Lifecycle lifecycle = new Lifecycle();
    Services.securityRegistry().setAuthenticatorProvider(_ -> clients);
    Services.securityRegistry().setAuthorizerProvider(_ -> topics);
    Services.eventRegistry().setClientLifecycleEventListener(_ -> lifecycle);
    devices.onChange(this::cutWhoLostTheirCredential);
  }

  @Override
  public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {
    devices.onChange(() -> {});
    clients.close();
  }

  private void cutWhoLostTheirCredential() {
    for (Connection cut :
        connections.which(
            connection -> connection.admitted().filter(held -> !devices.holds(held)).isPresent())) {
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
          .getAsString(ClientAuthenticator.NUMBER)
          .ifPresent(
              number ->
                  connections.remove(
                      input.getClientInformation().getClientId(), Long.parseLong(number)));
    }
  }
}
