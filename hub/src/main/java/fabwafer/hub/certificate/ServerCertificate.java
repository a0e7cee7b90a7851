package fabwafer.hub.certificate;

import fabwafer.hub.HubException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Key and certificate of the hub's TLS ports, MQTT and HTTPS alike. It is renewed before it ends:
 * {@link #renewIfDue()} is called now and then, and tells those who asked to be told.
 */
public final class ServerCertificate {
  /** Browsers take no longer one. */
  static final Duration LIFETIME = Duration.ofDays(397);

  /** So long before its end a certificate is renewed. */
  static final Duration RENEWED_BEFORE = Duration.ofDays(60);

  private static final String FILE = "server.pem";
  private static final String KEY_FILE = "server-key.pem";
  private static final String ALIAS = "hub";
  private static final Logger LOG = LoggerFactory.getLogger(ServerCertificate.class);

  private final CertificateFiles files;
  private final Issuer issuer;
  private final Set<String> names;
  private final InstantSource clock;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile Pair current;

  private record Pair(PrivateKey key, X509Certificate certificate) {}

  private ServerCertificate(
      CertificateFiles files, Issuer issuer, Set<String> names, InstantSource clock, Pair current) {
    this.files = files;
    this.issuer = issuer;
    this.names = names;
    this.clock = clock;
    this.current = current;
  }

  static ServerCertificate open(
      CertificateFiles files, Issuer issuer, Set<String> names, InstantSource clock) {
    try {
      if (files.has(FILE) && files.has(KEY_FILE)) {
        Pair kept = new Pair(files.key(KEY_FILE), files.certificates(FILE).getFirst());
        ServerCertificate opened = new ServerCertificate(files, issuer, names, clock, kept);
        opened.renewIfDue();
        return opened;
      }
      return new ServerCertificate(
          files, issuer, names, clock, issue(files, issuer, names, clock.instant()));
    } catch (IOException e) {
      throw new HubException("cannot use " + files.path(FILE) + ": " + e, e);
    }
  }

  /** The certificate in use now. */
  public X509Certificate certificate() {
    return current.certificate();
  }

  /** The certificate in use now, then the authority's. */
  public List<X509Certificate> chain() {
    return CertificateAuthority.chain(current.certificate(), issuer);
  }

  /** Key and chain in use now, as a PKCS #12 key store of one entry. */
  public KeyStore keyStore(char[] password) {
    Pair pair = current;
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          ALIAS,
          pair.key(),
          password,
          CertificateAuthority.chain(pair.certificate(), issuer).toArray(new Certificate[0]));
      return store;
    } catch (GeneralSecurityException | IOException e) {
      throw new HubException("the hub's certificate cannot be used: " + e.getMessage(), e);
    }
  }

  /** Has a listener called after each renewal, on the thread that renewed. */
  public void onRenewal(Runnable listener) {
    listeners.add(listener);
  }

  /**
   * Renews the certificate where it is near its end, of another authority, or lacks a name.
   *
   * @return whether there is a new one now
   * @throws HubException if it cannot be written; the old one stays in use
   */
  public synchronized boolean renewIfDue() {
    Instant now = clock.instant();
    if (!isDue(current, now)) {
      return false;
    }
    try {
      current = issue(files, issuer, names, now);
    } catch (IOException e) {
      throw new HubException("cannot write " + files.path(FILE) + ": " + e, e);
    }
    listeners.forEach(Runnable::run);
    return true;
  }

  private boolean isDue(Pair pair, Instant now) {
    X509Certificate certificate = pair.certificate();
    return certificate.getNotAfter().toInstant().isBefore(now.plus(RENEWED_BEFORE))
        || certificate.getNotBefore().toInstant().isAfter(now)
        || !isOf(certificate, issuer)
        || !isFor(pair.key(), certificate)
        || !ServerNames.of(certificate).containsAll(names);
  }

  private static Pair issue(CertificateFiles files, Issuer issuer, Set<String> names, Instant now)
      throws IOException {
    KeyPair pair = Keys.make();
    X509Certificate certificate = issuer.server(pair.getPublic(), names, now, LIFETIME);
    // A kill between the two leaves a pair that does not match, which the next start replaces.
    files.write(KEY_FILE, CertificateFiles.pem(pair.getPrivate()));
    files.write(
        FILE, CertificateFiles.pem(certificate) + CertificateFiles.pem(issuer.certificate()));
    LOG.info(
        "the hub's TLS certificate is valid until {} for {}",
        certificate.getNotAfter().toInstant(),
        String.join(", ", names));
    return new Pair(pair.getPrivate(), certificate);
  }

  private static boolean isOf(X509Certificate certificate, Issuer issuer) {
    try {
      certificate.verify(issuer.certificate().getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static boolean isFor(PrivateKey key, X509Certificate certificate) {
    return Keys.pairOf(key).getPublic().equals(certificate.getPublicKey());
  }
}
