package fabwafer.hub.web;

import fabwafer.hub.HubException;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the server's ports before it starts, so that a taken one is one clear failure. */
final class Listeners {
  private static final int ACCEPTORS = 1;
  private static final int SELECTORS = 1;

  /** How long a connection may be silent, also in the middle of a request or a handshake. */
  private static final long IDLE_TIMEOUT_MILLIS = 30_000;

  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  /** Forward secrecy and authenticated encryption only (RFC 9325, 4.2). */
  private static final String[] CIPHER_SUITES = {
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
    "TLS_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
  };

  private static final int STORE_PASSWORD_BYTES = 16;
  private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

  private Listeners() {}

  /** The plain port. */
  static ServerConnector http(Server server, HttpConfiguration http, WebConfig config) {
    ServerConnector connector =
        new ServerConnector(server, ACCEPTORS, SELECTORS, new HttpConnectionFactory(http));
    return opened(connector, config.host(), config.port(), "hub.http-port");
  }

  /** The TLS port. */
  static ServerConnector https(
      Server server,
      HttpConfiguration http,
      WebConfig config,
      WebConfig.Https https,
      TlsIdentity identity) {
    SslContextFactory.Server tls = new SslContextFactory.Server();
    use(tls, identity);
    tls.setIncludeProtocols(PROTOCOLS);
    tls.setExcludeProtocols();
    tls.setIncludeCipherSuites(CIPHER_SUITES);
    tls.setExcludeCipherSuites();
    tls.setRenegotiationAllowed(false);
    identity.onChange(() -> reload(tls, identity));
    HttpConfiguration secured = new HttpConfiguration(http);
    // By whatever name or address it is reached: the certificate's names are the browser's matter.
    secured.addCustomizer(new SecureRequestCustomizer(false));
    HttpConnectionFactory plain = new HttpConnectionFactory(secured);
    ConnectionFactory[] factories = {
      new SslConnectionFactory(tls, plain.getProtocol()), plain,
    };
    ServerConnector connector =
        new ServerConnector(server, null, null, null, ACCEPTORS, SELECTORS, factories);
    return opened(connector, config.host(), https.port(), "hub.https-port");
  }

  private static void use(SslContextFactory.Server tls, TlsIdentity identity) {
    byte[] random = new byte[STORE_PASSWORD_BYTES];
    new SecureRandom().nextBytes(random);
    String password = HexFormat.of().formatHex(random);
    tls.setKeyStore(identity.keyStore(password.toCharArray()));
    tls.setKeyStorePassword(password);
    tls.setKeyManagerPassword(password);
  }

  private static void reload(SslContextFactory.Server tls, TlsIdentity identity) {
    try {
      tls.reload(ignored -> use(tls, identity));
    } catch (Exception e) {
      LOG.error("the new certificate of the HTTPS port cannot be used: {}", e.getMessage(), e);
    }
  }

  private static ServerConnector opened(
      ServerConnector connector, String host, int port, String setting) {
    connector.setHost(host);
    connector.setPort(port);
    connector.setIdleTimeout(IDLE_TIMEOUT_MILLIS);
    try {
      connector.open();
    } catch (IOException e) {
      throw new HubException(
          "cannot listen on %s port %d: %s; %s sets another port"
              .formatted(host, port, reason(e), setting),
          e);
    }
    return connector;
  }

  private static String reason(IOException e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return Optional.ofNullable(root.getMessage()).orElse(root.toString());
  }
}
