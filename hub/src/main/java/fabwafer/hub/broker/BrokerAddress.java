package fabwafer.hub.broker;

import java.util.Optional;

/**
 * How the hub's own client reaches the broker.
 *
 * @param host where it is
 * @param port its port
 * @param tls whether to speak TLS
 * @param clientId the name of the hub's session, the same at every start
 * @param user who the hub is, if the broker asks
 * @param password the user's
 */
public record BrokerAddress(
    String host,
    int port,
    boolean tls,
    String clientId,
    Optional<String> user,
    Optional<String> password) {
  /** Without the password. */
  @Override
  public String toString() {
    return host + ":" + port;
  }
}
