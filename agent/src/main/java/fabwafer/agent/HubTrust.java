package fabwafer.agent;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Trusts a hub by its authority's key, whose SHA-256 is known beforehand; else, as of a proxy that
 * stands before the hub or a hub with the company's certificate, those that the operator named or,
 * where he named none, that the JDK trusts. Host names are checked either way.
 */
final class HubTrust extends X509ExtendedTrustManager {
  private final byte[] pin;
  private final X509ExtendedTrustManager others;

  private HubTrust(byte[] pin, X509ExtendedTrustManager others) {
    this.pin = pin.clone();
    this.others = others;
  }

  /**
   * A context for HTTPS.
   *
   * @param pin SHA-256 of the authority's public key, SubjectPublicKeyInfo in DER
   * @param authorities PEM file of the others to trust; empty: those of the JDK
   * @throws AgentException if the file cannot be used
   */
  static SSLContext context(byte[] pin, Optional<Path> authorities) {
    X509Certificate[] named = authorities.map(HubTrust::read).orElse(new X509Certificate[0]);
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          null, new TrustManager[] {new HubTrust(pin, trusting(named))}, new SecureRandom());
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new AgentException("TLS cannot be used: " + e.getMessage(), e);
    }
  }

  /** What a key is pinned by. */
  static byte[] pin(PublicKey key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void checkServerTrusted(
      X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
      throws CertificateException {
    by(chain).checkServerTrusted(chain, authType, engine);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
      throws CertificateException {
    by(chain).checkServerTrusted(chain, authType, socket);
  }

  /** Without a connection there is no host name to check: so never. */
  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("a certificate is judged on its connection only");
  }

  @Override
  public void checkClientTrusted(
      X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("this is no server");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
      throws CertificateException {
    throw new CertificateException("this is no server");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("this is no server");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return others.getAcceptedIssuers();
  }

  private X509ExtendedTrustManager by(X509Certificate[] chain) throws CertificateException {
    for (X509Certificate certificate : chain) {
      if (MessageDigest.isEqual(pin, pin(certificate.getPublicKey()))) {
        try {
          return trusting(certificate);
        } catch (IOException | GeneralSecurityException e) {
          throw new CertificateException(e);
        }
      }
    }
    return others;
  }

  private static X509Certificate[] read(Path pem) {
    try (InputStream in = Files.newInputStream(pem)) {
      X509Certificate[] found =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .map(X509Certificate.class::cast)
              .toArray(X509Certificate[]::new);
      if (found.length > 0) {
        return found;
      }
    } catch (IOException e) {
      throw new AgentException(
          "the authorities in %s cannot be read: %s".formatted(pem, AgentException.told(e)), e);
    } catch (CertificateException e) {
      throw new AgentException(pem + " holds what is no certificate in PEM", e);
    }
    throw new AgentException(pem + " holds no certificate in PEM");
  }

  /** Trusts authorities; none: those of the JDK. */
  private static X509ExtendedTrustManager trusting(X509Certificate... authorities)
      throws IOException, GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    KeyStore store = null;
    if (authorities.length > 0) {
      store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (int i = 0; i < authorities.length; i++) {
        store.setCertificateEntry("authority-" + i, authorities[i]);
      }
    }
    factory.init(store);
    List<X509ExtendedTrustManager> found = new ArrayList<>();
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager extended) {
        found.add(extended);
      }
    }
    return found.getFirst();
  }
}
