package fabwafer.protocol.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys and certificates in PEM (RFC 7468). */
final class PemFiles {
  /** What the store in memory is closed with: it never leaves the process. */
  static final char[] PASSWORD = "memory".toCharArray();

  private static final String ALIAS = "peer";
  private static final int MAX_BYTES = 1024 * 1024;
  private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA");
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]*)-----END PRIVATE KEY-----");

  private PemFiles() {}

  /** The certificates of a file, at least one. */
  static List<X509Certificate> certificates(Path file) {
    try {
      List<X509Certificate> found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(read(file)))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (found.isEmpty()) {
        throw new TlsException(file + " holds no certificate");
      }
      return found;
    } catch (GeneralSecurityException e) {
      throw new TlsException(file + " holds no certificate that can be read", e);
    }
  }

  /** A store of one key with its certificates. */
  static KeyStore keyStore(Path certificate, Path key) {
    List<X509Certificate> chain = certificates(certificate);
    PrivateKey secret = key(key);
    if (!secret.getAlgorithm().equals(chain.getFirst().getPublicKey().getAlgorithm())) {
      throw new TlsException(key + " is not the key of " + certificate);
    }
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(ALIAS, secret, PASSWORD, chain.toArray(new Certificate[0]));
      return store;
    } catch (IOException | GeneralSecurityException e) {
      throw new TlsException(certificate + " cannot be used: " + e.getMessage(), e);
    }
  }

  private static PrivateKey key(Path file) {
    Matcher pem = KEY.matcher(new String(read(file), StandardCharsets.US_ASCII));
    if (!pem.find()) {
      throw new TlsException(
          file + " holds no key: it must be PEM, PKCS #8 and not encrypted (BEGIN PRIVATE KEY)");
    }
    try {
      PKCS8EncodedKeySpec encoded =
          new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1)));
      for (String algorithm : ALGORITHMS) {
        try {
          return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
        } catch (InvalidKeySpecException e) {
          // Of another algorithm, perhaps.
        }
      }
      throw new TlsException(file + " holds a key of none of the kinds " + ALGORITHMS);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new TlsException(file + " holds no key that can be read", e);
    }
  }

  private static byte[] read(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new TlsException("%s is larger than %,d bytes".formatted(file, MAX_BYTES));
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new TlsException(file + " is not there", e);
    } catch (AccessDeniedException e) {
      throw new TlsException(file + " may not be read by this user", e);
    } catch (IOException e) {
      throw new TlsException(file + " cannot be read: " + e.getMessage(), e);
    }
  }
}
