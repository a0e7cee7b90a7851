package fabwafer.agent;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Trusts a hub by its authority's key, whose SHA-256 is known beforehand; else those whom the JDK
 * trusts, as of a proxy that stands before the hub. Host names are checked either way.
 */
final class HubTrust extends X509ExtendedTrustManager {
  private final byte[] pin;
  private final X509ExtendedTrustManager system;

  private HubTrust(byte[] pin, X509ExtendedTrustManager system) {
    this.pin = pin.clone();
    this.system = system;
  }

  /**
   * A context for HTTPS.
   *
   * @param pin SHA-256 of the authority's public key, SubjectPublicKeyInfo in DER
   */
  static SSLContext context(byte[] pin) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          null, new TrustManager[] {new HubTrust(pin, trusting(null))}, new SecureRandom());
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
    return system.getAcceptedIssuers();
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
    return system;
  }

  /** Trusts one authority; null: those of the JDK. */
  private static X509ExtendedTrustManager trusting(@Nullable X509Certificate authority)
      throws IOException, GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    KeyStore store = null;
    if (authority != null) {
      store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry("hub", authority);
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
