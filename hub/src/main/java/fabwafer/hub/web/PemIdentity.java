package fabwafer.hub.web;

import fabwafer.hub.HubException;
import java.io.FileReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A certificate chain and its key in PEM files of the operator's own, such as those that an ACME
 * client renews. The files are looked at now and then; a changed pair that does not fit together is
 * told in the log, and the one in use stays.
 */
public final class PemIdentity implements TlsIdentity, AutoCloseable {
  /** How often the files are looked at. */
  private static final Duration LOOK_EVERY = Duration.ofSeconds(30);

  /** Largest file; a chain has some 10 KB. */
  private static final int MAX_BYTES = 1024 * 1024;

  private static final String ALIAS = "hub";
  private static final Logger LOG = LoggerFactory.getLogger(PemIdentity.class);

  private final Path chainFile;
  private final Path keyFile;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("https-certificate").daemon().factory());
  private volatile Pair current;
  private String seen;

  private record Pair(PrivateKey key, List<X509Certificate> chain) {}

  private PemIdentity(Path chainFile, Path keyFile, Pair current, String seen) {
    this.chainFile = chainFile;
    this.keyFile = keyFile;
    this.current = current;
    this.seen = seen;
  }

  /**
   * Reads the files and watches them from now on.
   *
   * @param chainFile the server's certificate, then those that issued it
   * @param keyFile its private key without a password: PKCS #8, PKCS #1 or SEC 1
   * @throws HubException if they cannot be read, or do not fit together
   */
  public static PemIdentity open(Path chainFile, Path keyFile) {
    try {
      PemIdentity identity =
          new PemIdentity(chainFile, keyFile, read(chainFile, keyFile), state(chainFile, keyFile));
      var _ =
          identity.watch.scheduleWithFixedDelay(
              identity::reloadIfChanged,
              LOOK_EVERY.toSeconds(),
              LOOK_EVERY.toSeconds(),
              TimeUnit.SECONDS);
      return identity;
    } catch (IOException e) {
      throw new HubException(
          "cannot read hub.https-certificate %s and hub.https-key %s: %s"
              .formatted(chainFile, keyFile, e),
          e);
    }
  }

  @Override
  public KeyStore keyStore(char[] password) {
    Pair pair = current;
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(ALIAS, pair.key, password, pair.chain.toArray(new Certificate[0]));
      return store;
    } catch (GeneralSecurityException | IOException e) {
      throw new HubException(chainFile + " cannot be used: " + e.getMessage(), e);
    }
  }

  @Override
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /** Takes a changed pair into use. */
  synchronized void reloadIfChanged() {
    try {
      String now = state(chainFile, keyFile);
      if (now.equals(seen)) {
        return;
      }
      seen = now;
      current = read(chainFile, keyFile);
      listeners.forEach(Runnable::run);
      LOG.info(
          "{} is in use, valid until {}",
          chainFile,
          current.chain.getFirst().getNotAfter().toInstant());
    } catch (IOException | RuntimeException e) {
      LOG.error(
          "the certificate in {} changed and cannot be used; the one before stays in use: {}",
          chainFile,
          e.getMessage());
    }
  }

  @Override
  public void close() {
    watch.shutdownNow();
  }

  private static String state(Path chainFile, Path keyFile) throws IOException {
    return "%s %d %s %d"
        .formatted(
            Files.getLastModifiedTime(chainFile),
            Files.size(chainFile),
            Files.getLastModifiedTime(keyFile),
            Files.size(keyFile));
  }

  private static Pair read(Path chainFile, Path keyFile) throws IOException {
    requireSmall(chainFile);
    requireSmall(keyFile);
    PrivateKey key = key(keyFile);
    List<X509Certificate> chain = chain(chainFile);
    if (!belongTogether(key, chain.getFirst())) {
      throw new HubException(keyFile + " is not the key of the first certificate in " + chainFile);
    }
    return new Pair(key, chain);
  }

  private static void requireSmall(Path file) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new HubException("%s must be at most %,d bytes".formatted(file, MAX_BYTES));
    }
  }

  private static PrivateKey key(Path file) throws IOException {
    try (PEMParser parser =
        new PEMParser(new FileReader(file.toFile(), StandardCharsets.US_ASCII))) {
      JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
      for (Object part = parser.readObject(); part != null; part = parser.readObject()) {
        if (part instanceof PEMKeyPair pair) {
          return converter.getPrivateKey(pair.getPrivateKeyInfo());
        }
        if (part instanceof PrivateKeyInfo info) {
          return converter.getPrivateKey(info);
        }
      }
      throw new HubException(file + " holds no private key without a password");
    }
  }

  private static List<X509Certificate> chain(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      Collection<? extends Certificate> all =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (all.isEmpty()) {
        throw new HubException(file + " holds no certificate");
      }
      return all.stream().map(X509Certificate.class::cast).toList();
    } catch (GeneralSecurityException e) {
      throw new HubException(file + " holds no certificate: " + e.getMessage(), e);
    }
  }

  private static boolean belongTogether(PrivateKey key, X509Certificate certificate) {
    try {
      String algorithm =
          switch (key.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> key.getAlgorithm();
          };
      byte[] text = {1, 2, 3};
      Signature signing = Signature.getInstance(algorithm);
      signing.initSign(key);
      signing.update(text);
      byte[] signature = signing.sign();
      signing.initVerify(certificate.getPublicKey());
      signing.update(text);
      return signing.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
