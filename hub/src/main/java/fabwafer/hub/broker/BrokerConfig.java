package fabwafer.hub.broker;

import fabwafer.protocol.tls.PeerTls;
import java.util.Optional;

/** Which broker the hub uses. */
public sealed interface BrokerConfig permits BrokerConfig.Embedded, BrokerConfig.External {

  /**
   * A broker in this process.
   *
   * @param host the address of the unencrypted listener, which asks for no credential; {@code
   *     127.0.0.1} for this machine only
   * @param port its port, 0 for any free one
   * @param tls the listener for devices with a credential, if there is to be one
   * @param allowOpen whether the unencrypted listener may be reachable from other machines
   */
  record Embedded(String host, int port, Optional<Tls> tls, boolean allowOpen)
      implements BrokerConfig {
    /** MQTT's own port. */
    public static final int DEFAULT_PORT = 1883;

    /** An unencrypted listener for this machine only. */
    public Embedded(String host, int port) {
      this(host, port, Optional.empty(), false);
    }
  }

  /**
   * A TLS listener.
   *
   * @param host the address to listen on
   * @param port the port to listen on, 0 for any free one
   */
  record Tls(String host, int port) {
    /** MQTT's own port for TLS. */
    public static final int DEFAULT_PORT = 8883;
  }

  /**
   * A broker that runs elsewhere and speaks MQTT 5 with shared subscriptions.
   *
   * @param host where it is
   * @param port its port
   * @param tls what to trust and be known by; empty: no encryption
   * @param user who the hub is to it, if it asks
   * @param password the user's
   */
  record External(
      String host,
      int port,
      Optional<PeerTls> tls,
      Optional<String> user,
      Optional<String> password)
      implements BrokerConfig {
    /** Without the password. */
    @Override
    public String toString() {
      return "External[host=%s, port=%d, tls=%s, user=%s]"
          .formatted(host, port, tls.isPresent(), user.orElse("none"));
    }
  }
}
