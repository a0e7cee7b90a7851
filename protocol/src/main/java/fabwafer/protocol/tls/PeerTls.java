package fabwafer.protocol.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * What a client of TLS trusts and is known by. Once it exists, its files could be read; a
 * certificate that is replaced later is used from the next connection on.
 *
 * @param authority file of the authorities that the server's certificate must come from; empty:
 *     those that the JDK trusts
 * @param files certificate and key that the client shows; empty: none
 */
public record PeerTls(Optional<Path> authority, Optional<Identity> files) {
  /** The versions to speak. */
  public static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

  /**
   * The files a client is known by.
   *
   * @param certificate PEM, the client's own certificate first
   * @param key PEM, PKCS #8, not encrypted
   */
  public record Identity(Path certificate, Path key) {}

  public PeerTls {
    authority.ifPresent(PeerTls::trusting);
    files.ifPresent(identity -> PemFiles.keyStore(identity.certificate(), identity.key()));
  }

  /** Whom to trust; empty: whom the JDK trusts. */
  public Optional<TrustManagerFactory> trust() {
    return authority.map(PeerTls::trusting);
  }

  /** What to show; empty: nothing. */
  public Optional<KeyManagerFactory> identity() {
    return files.map(FileKeys::factory);
  }

  /** The certificate that is shown now. */
  public Optional<X509Certificate> certificate() {
    return files.map(identity -> PemFiles.certificates(identity.certificate()).getFirst());
  }

  /** Both, for HTTPS. */
  public SSLContext context() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          identity().map(KeyManagerFactory::getKeyManagers).orElse(new KeyManager[0]),
          trust().map(TrustManagerFactory::getTrustManagers).orElse(systemTrust()),
          new SecureRandom());
      return context;
    } catch (GeneralSecurityException e) {
      throw new TlsException("TLS cannot be used: " + e.getMessage(), e);
    }
  }

  private static TrustManager[] systemTrust() throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init((KeyStore) null);
    return factory.getTrustManagers();
  }

  private static TrustManagerFactory trusting(Path authority) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      int number = 0;
      for (X509Certificate certificate : PemFiles.certificates(authority)) {
        store.setCertificateEntry("authority-" + number++, certificate);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory;
    } catch (IOException | GeneralSecurityException e) {
      throw new TlsException(authority + " cannot be trusted: " + e.getMessage(), e);
    }
  }
}
