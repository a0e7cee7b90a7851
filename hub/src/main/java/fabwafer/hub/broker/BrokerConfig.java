package fabwafer.hub.broker;

import java.util.Optional;

/** Which broker the hub uses. */
public sealed interface BrokerConfig permits BrokerConfig.Embedded, BrokerConfig.External {

  /**
   * A broker in this process.
   *
   * @param host the address to listen on; {@code 127.0.0.1} for this machine only
   * @param port the port to listen on, 0 for any free one
   */
  record Embedded(String host, int port) implements BrokerConfig {
    /** MQTT's own port. */
    public static final int DEFAULT_PORT = 1883;
  }

  /**
   * A broker that runs elsewhere and speaks MQTT 5 with shared subscriptions.
   *
   * @param host where it is
   * @param port its port
   * @param tls whether to speak TLS, trusting the certificates that this JDK trusts
   * @param user who the hub is to it, if it asks
   * @param password the user's
   */
  record External(
      String host, int port, boolean tls, Optional<String> user, Optional<String> password)
      implements BrokerConfig {
    /** Without the password. */
    @Override
    public String toString() {
      return "External[host=%s, port=%d, tls=%s, user=%s]"
          .formatted(host, port, tls, user.orElse("none"));
    }
  }
}
