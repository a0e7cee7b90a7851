package fabwafer.hub.certificate;

import static java.nio.charset.StandardCharsets.US_ASCII;

import fabwafer.hub.HubException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys and certificates as PEM files (RFC 7468) of one folder that only its owner may enter. */
final class CertificateFiles {
  private static final int LINE_CHARS = 64;
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]*)-----END PRIVATE KEY-----");

  private final Path folder;

  /** Takes a folder; makes it where needed. */
  CertificateFiles(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder, only(folder, "rwx------"));
  }

  Path path(String name) {
    return folder.resolve(name);
  }

  boolean has(String name) {
    return Files.exists(path(name));
  }

  /** Writes a file that only its owner may read: whole or not at all, also after a power cut. */
  void write(String name, byte[] content) throws IOException {
    Path target = path(name);
    Path unfinished = path(name + ".tmp");
    Files.deleteIfExists(unfinished);
    try (FileChannel channel =
        FileChannel.open(
            unfinished,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            only(folder, "rw-------"))) {
      ByteBuffer left = ByteBuffer.wrap(content);
      while (left.hasRemaining()) {
        channel.write(left);
      }
      channel.force(true);
    }
    Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
  }

  void write(String name, String pem) throws IOException {
    write(name, pem.getBytes(US_ASCII));
  }

  PrivateKey key(String name) throws IOException {
    Matcher pem = KEY.matcher(Files.readString(path(name), US_ASCII));
    if (!pem.find()) {
      throw new HubException(path(name) + " holds no private key");
    }
    try {
      byte[] encoded = Base64.getMimeDecoder().decode(pem.group(1));
      return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new HubException(path(name) + " holds no private key that can be read", e);
    }
  }

  /** The certificates of a file, in its order; at least one. */
  List<X509Certificate> certificates(String name) throws IOException {
    try {
      List<X509Certificate> chain =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(path(name))))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (chain.isEmpty()) {
        throw new HubException(path(name) + " holds no certificate");
      }
      return chain;
    } catch (GeneralSecurityException e) {
      throw new HubException(path(name) + " holds no certificate: " + e.getMessage(), e);
    }
  }

  static String pem(PrivateKey key) {
    return pem("PRIVATE KEY", key.getEncoded());
  }

  static String pem(X509Certificate certificate) {
    try {
      return pem("CERTIFICATE", certificate.getEncoded());
    } catch (GeneralSecurityException e) {
      throw new HubException("a certificate cannot be written: " + e.getMessage(), e);
    }
  }

  private static String pem(String kind, byte[] encoded) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(
            kind,
            Base64.getMimeEncoder(LINE_CHARS, new byte[] {'\n'}).encodeToString(encoded),
            kind);
  }

  /** Rights for a new file or folder, where the file system knows them. */
  private static FileAttribute<?>[] only(Path folder, String rights) {
    return folder.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights))
        }
        : new FileAttribute<?>[0];
  }
}
