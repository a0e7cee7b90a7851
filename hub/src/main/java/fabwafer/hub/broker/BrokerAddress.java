package fabwafer.hub.broker;

import fabwafer.protocol.Topic;
import fabwafer.protocol.tls.PeerTls;
import java.util.Optional;

/**
 * How the hub's own client reaches the broker.
 *
 * @param host where it is
 * @param port its port
 * @param tls what to trust and be known by; empty: no encryption
 * @param clientId the name of the hub's session, the same at every start
 * @param topicFilter what the hub subscribes to: {@link Topic#ALL} where the broker is its own,
 *     {@link #SHARE} where several hubs may share one
 * @param user who the hub is, if the broker asks
 * @param password the user's
 */
public record BrokerAddress(
    String host,
    int port,
    Optional<PeerTls> tls,
    String clientId,
    String topicFilter,
    Optional<String> user,
    Optional<String> password) {
  /** All hubs of one broker subscribe to this; each message goes to one of them. */
  public static final String SHARE = "$share/hub/" + Topic.ALL;

  /** Without the password. */
  @Override
  public String toString() {
    return host + ":" + port;
  }
}
