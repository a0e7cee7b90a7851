package fabwafer.hub.delivery;

import fabwafer.hub.HubException;
import fabwafer.protocol.MessageException;
import fabwafer.protocol.model.ModelKeys;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;

/** The key that the hub signs orders with. */
final class SigningKey {
  private static final String FOLDER = "model-key";
  private static final String FILE = "model-key.pem";

  private SigningKey() {}

  /**
   * Reads the key; makes it at the first start, readable by its owner alone.
   *
   * @param own a file of one's own, which is never written
   * @throws HubException if a key is there and cannot be used
   */
  static KeyPair open(Path data, Optional<Path> own) {
    Path file = own.orElse(data.resolve(FOLDER).resolve(FILE));
    try {
      if (own.isEmpty() && !Files.exists(file)) {
        write(file, ModelKeys.pem(ModelKeys.make().getPrivate()));
      }
      PrivateKey secret =
          ModelKeys.privateKey(file.toString(), Files.readString(file, StandardCharsets.US_ASCII));
      return pairOf(secret);
    } catch (IOException | MessageException | GeneralSecurityException e) {
      throw new HubException("the key that signs models cannot be used: " + e.getMessage(), e);
    }
  }

  /** The JDK gives no public key of a private one; Bouncy Castle does. */
  private static KeyPair pairOf(PrivateKey secret) throws IOException, GeneralSecurityException {
    byte[] seed = ((EdECPrivateKey) secret).getBytes().orElseThrow();
    byte[] known =
        SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(
                new Ed25519PrivateKeyParameters(seed, 0).generatePublicKey())
            .getEncoded();
    return new KeyPair(
        KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(known)), secret);
  }

  private static void write(Path file, String pem) throws IOException {
    Path folder = file.toAbsolutePath().resolveSibling("");
    Files.createDirectories(folder, only(file, "rwx------"));
    Path unfinished = file.resolveSibling(FILE + ".tmp");
    Files.deleteIfExists(unfinished);
    try (FileChannel channel =
        FileChannel.open(
            unfinished,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            only(file, "rw-------"))) {
      ByteBuffer left = ByteBuffer.wrap(pem.getBytes(StandardCharsets.US_ASCII));
      while (left.hasRemaining()) {
        channel.write(left);
      }
      channel.force(true);
    }
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static FileAttribute<?>[] only(Path file, String rights) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights))
        }
        : new FileAttribute<?>[0];
  }
}
