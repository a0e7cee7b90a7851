package fabwafer.protocol.model;

import fabwafer.protocol.MessageException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.EncodedKeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys that models are signed with: Ed25519 (RFC 8032), as PEM (RFC 8410). */
public final class ModelKeys {
  static final String ALGORITHM = "Ed25519";

  private static final int LINE_CHARS = 64;
  private static final Pattern PRIVATE = pattern("PRIVATE KEY");
  private static final Pattern PUBLIC = pattern("PUBLIC KEY");

  private ModelKeys() {}

  /** A new pair. */
  public static KeyPair make() {
    try {
      return KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has Ed25519", e);
    }
  }

  /** A key's name: SHA-256 of it (SubjectPublicKeyInfo, DER), 64 hexadecimal digits. */
  public static String fingerprint(PublicKey key) {
    return ModelManifest.sha256(key.getEncoded());
  }

  /** PEM of a public key. */
  public static String pem(PublicKey key) {
    return pem("PUBLIC KEY", key.getEncoded());
  }

  /** PEM of a private key, not encrypted. */
  public static String pem(PrivateKey key) {
    return pem("PRIVATE KEY", key.getEncoded());
  }

  /**
   * The public key of a PEM text.
   *
   * @param where it is from, for messages
   * @throws MessageException if it holds none of Ed25519
   */
  public static PublicKey publicKey(String where, String pem) {
    return publicKey(where, der(where, pem, PUBLIC, "public"));
  }

  /** The same of its DER bytes. */
  static PublicKey publicKey(String where, byte[] der) {
    try {
      return KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(der));
    } catch (GeneralSecurityException e) {
      throw new MessageException(where + " holds no public key of Ed25519", e);
    }
  }

  /**
   * The private key of a PEM text.
   *
   * @throws MessageException if it holds none of Ed25519
   */
  public static PrivateKey privateKey(String where, String pem) {
    EncodedKeySpec encoded = new PKCS8EncodedKeySpec(der(where, pem, PRIVATE, "private"));
    try {
      return KeyFactory.getInstance(ALGORITHM).generatePrivate(encoded);
    } catch (GeneralSecurityException e) {
      throw new MessageException(where + " holds no private key of Ed25519", e);
    }
  }

  private static byte[] der(String where, String pem, Pattern form, String kind) {
    Matcher found = form.matcher(pem);
    if (!found.find()) {
      throw new MessageException(where + " holds no " + kind + " key in PEM");
    }
    try {
      return Base64.getMimeDecoder().decode(found.group(1));
    } catch (IllegalArgumentException e) {
      throw new MessageException(where + " holds no " + kind + " key that can be read", e);
    }
  }

  private static Pattern pattern(String kind) {
    return Pattern.compile(
        "-----BEGIN %s-----([A-Za-z0-9+/=\\s]*)-----END %s-----".formatted(kind, kind));
  }

  private static String pem(String kind, byte[] encoded) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(
            kind,
            Base64.getMimeEncoder(LINE_CHARS, new byte[] {'\n'}).encodeToString(encoded),
            kind);
  }
}
