package fabwafer.hub.certificate;

import fabwafer.hub.HubException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hub's own certificate authority: one key (EC P-256, which every TLS peer in use takes), made
 * at the first start and kept in {@value #FOLDER} of the data folder, readable by its owner alone.
 * It issues the certificate of the hub's TLS ports and those of devices, to nobody else and for
 * nothing else.
 */
public final class CertificateAuthority {
  /** The folder's name in the data folder. */
  public static final String FOLDER = "certificates";

  /** The authority's own certificate in {@value #FOLDER}: what agents and browsers must trust. */
  public static final String CA_FILE = "ca.pem";

  /** How long a device's certificate is valid; agents renew theirs when two thirds are over. */
  public static final Duration DEVICE_LIFETIME = Duration.ofDays(365);

  private static final String CA_KEY_FILE = "ca-key.pem";
  private static final String LOCK_FILE = "lock";
  private static final Duration CA_LIFETIME = Duration.ofDays(7305);

  /** Past this the authority needs a successor: its certificates end with it. */
  private static final Duration CA_WARNING = Duration.ofDays(730);

  /** Two threads of one process must not wait for one file lock: the second would fail. */
  private static final Object OPENING = new Object();

  private static final Logger LOG = LoggerFactory.getLogger(CertificateAuthority.class);

  private final CertificateFiles files;
  private final Issuer issuer;
  private final InstantSource clock;

  private CertificateAuthority(CertificateFiles files, Issuer issuer, InstantSource clock) {
    this.files = files;
    this.issuer = issuer;
    this.clock = clock;
  }

  /**
   * Opens the authority of a data folder; makes it where there is none.
   *
   * @throws HubException if its files cannot be used, or one of them is missing
   */
  public static CertificateAuthority open(Path data, InstantSource clock) {
    Path folder = data.resolve(FOLDER);
    try {
      CertificateFiles files = new CertificateFiles(folder);
      synchronized (OPENING) {
        try (FileChannel channel =
                FileChannel.open(
                    files.path(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock _ = channel.lock()) {
          return open(files, clock);
        }
      }
    } catch (IOException e) {
      throw new HubException("cannot use the certificates in " + folder + ": " + e, e);
    }
  }

  private static CertificateAuthority open(CertificateFiles files, InstantSource clock)
      throws IOException {
    if (!files.has(CA_KEY_FILE)) {
      if (files.has(CA_FILE)) {
        throw new HubException(
            ("%s is there, but its key %s is not: put the key back from a backup; or remove both,"
                    + " and the hub makes a new authority, at which every device must enrol again")
                .formatted(files.path(CA_FILE), files.path(CA_KEY_FILE)));
      }
      files.write(CA_KEY_FILE, CertificateFiles.pem(Keys.make().getPrivate()));
    }
    PrivateKey key = files.key(CA_KEY_FILE);
    if (!files.has(CA_FILE)) {
      // Also after a start that was killed between the two files.
      KeyPair pair = Keys.pairOf(key);
      X509Certificate own = Issuer.selfSigned(pair, clock.instant(), CA_LIFETIME);
      files.write(CA_FILE, CertificateFiles.pem(own));
      LOG.info("made the hub's certificate authority: {}", files.path(CA_FILE));
    }
    X509Certificate own = files.certificates(CA_FILE).getFirst();
    if (!belongTogether(key, own.getPublicKey())) {
      throw new HubException(
          "%s is not the key of %s: put the right one back from a backup"
              .formatted(files.path(CA_KEY_FILE), files.path(CA_FILE)));
    }
    Instant end = own.getNotAfter().toInstant();
    if (end.isBefore(clock.instant().plus(CA_WARNING))) {
      LOG.warn(
          "the hub's certificate authority ends at {}, and every certificate with it; remove {} by"
              + " then, restart, and enrol every device again",
          end,
          files.path("").toAbsolutePath());
    }
    return new CertificateAuthority(files, new Issuer(key, own), clock);
  }

  /** The authority's own certificate. */
  public X509Certificate certificate() {
    return issuer.certificate();
  }

  /** Its own certificate's file, PEM, for agents and browsers to trust. */
  public Path file() {
    return files.path(CA_FILE);
  }

  /** Its own certificate as PEM. */
  public String pem() {
    return CertificateFiles.pem(certificate());
  }

  /** A certificate as PEM. */
  public static String pem(X509Certificate certificate) {
    return CertificateFiles.pem(certificate);
  }

  /**
   * The certificate of the hub's TLS ports; issued anew where it is about to end or a name is
   * missing in it.
   *
   * @param names host names and addresses it must be valid for, beside those of this machine
   * @throws HubException if a name is none, or the files cannot be written
   */
  public ServerCertificate server(Collection<String> names) {
    return ServerCertificate.open(files, issuer, ServerNames.with(names), clock);
  }

  /**
   * Issues a device's certificate, valid for {@link #DEVICE_LIFETIME}.
   *
   * @param device the device's name, which becomes the subject whatever the request says
   */
  public X509Certificate issue(CertificateRequest request, String device) {
    return issuer.device(request.key(), device, clock.instant(), DEVICE_LIFETIME);
  }

  private static boolean belongTogether(PrivateKey key, PublicKey other) {
    try {
      byte[] text = {1, 2, 3};
      Signature signing = Signature.getInstance(Issuer.ALGORITHM);
      signing.initSign(key);
      signing.update(text);
      byte[] signature = signing.sign();
      signing.initVerify(other);
      signing.update(text);
      return signing.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** A server's chain: its own certificate, then the authority's. */
  static List<X509Certificate> chain(X509Certificate own, Issuer issuer) {
    return List.of(own, issuer.certificate());
  }
}
