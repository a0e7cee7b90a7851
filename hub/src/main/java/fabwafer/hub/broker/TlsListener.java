package fabwafer.hub.broker;

import fabwafer.hub.HubException;
import fabwafer.hub.certificate.CertificateAuthority;
import fabwafer.hub.certificate.ServerCertificate;
import fabwafer.hub.certificate.TlsRules;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The broker's TLS listener, as its configuration says it. The broker reads key and certificate
 * from a file, and looks every 10 s whether it changed: so a renewal needs no restart.
 */
final class TlsListener {
  private static final String KEYS = "keys.p12";
  private static final String TRUST = "trust.p12";
  private static final int PASSWORD_BYTES = 24;
  private static final int HANDSHAKE_MILLIS = 10_000;
  private static final Logger LOG = LoggerFactory.getLogger(TlsListener.class);

  private TlsListener() {}

  /**
   * Writes the files of the listener, keeps them up to date, and answers its configuration.
   *
   * @param folder where the files go; only its owner may enter it afterwards
   */
  static String open(InetSocketAddress to, Path folder, EmbeddedBroker.Parts parts) {
    byte[] random = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(random);
    String password = HexFormat.of().formatHex(random);
    try {
      Files.createDirectories(folder);
      if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
      }
      write(folder.resolve(TRUST), trusting(parts.authority()), password);
      write(folder.resolve(KEYS), parts.certificate().keyStore(password.toCharArray()), password);
    } catch (IOException | GeneralSecurityException e) {
      throw new HubException("cannot write the broker's certificates to " + folder + ": " + e, e);
    }
    ServerCertificate certificate = parts.certificate();
    certificate.onRenewal(
        () -> {
          try {
            write(folder.resolve(KEYS), certificate.keyStore(password.toCharArray()), password);
          } catch (IOException | GeneralSecurityException e) {
            LOG.error("the broker goes on with the old certificate: {}", e.getMessage());
          }
        });
    return xml(to, folder, password);
  }

  private static String xml(InetSocketAddress to, Path folder, String password) {
    return """
    <tls-tcp-listener>
          <port>%d</port>
          <bind-address>%s</bind-address>
          <tls>
            <protocols>%s</protocols>
            <cipher-suites>%s</cipher-suites>
            <prefer-server-cipher-suites>true</prefer-server-cipher-suites>
            <client-authentication-mode>OPTIONAL</client-authentication-mode>
            <handshake-timeout>%d</handshake-timeout>
            <keystore>
              <path>%s</path>
              <password>%s</password>
              <private-key-password>%s</private-key-password>
            </keystore>
            <truststore>
              <path>%s</path>
              <password>%s</password>
            </truststore>
          </tls>
        </tls-tcp-listener>\
    """
        .formatted(
            to.getPort(),
            to.getAddress().getHostAddress(),
            elements("protocol", TlsRules.PROTOCOLS),
            elements("cipher-suite", TlsRules.CIPHER_SUITES),
            HANDSHAKE_MILLIS,
            escaped(folder.resolve(KEYS)),
            password,
            password,
            escaped(folder.resolve(TRUST)),
            password);
  }

  private static String elements(String name, java.util.List<String> values) {
    return values.stream()
        .map(value -> "<%s>%s</%s>".formatted(name, value, name))
        .collect(Collectors.joining());
  }

  private static String escaped(Path file) {
    return file.toAbsolutePath().toString().replace("&", "&amp;").replace("<", "&lt;");
  }

  private static KeyStore trusting(CertificateAuthority authority)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("authority", authority.certificate());
    return store;
  }

  private static void write(Path file, KeyStore store, String password)
      throws IOException, GeneralSecurityException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".tmp");
    try (OutputStream out = Files.newOutputStream(unfinished)) {
      store.store(out, password.toCharArray());
    }
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
