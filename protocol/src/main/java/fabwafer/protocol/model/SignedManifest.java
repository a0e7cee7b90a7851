package fabwafer.protocol.model;

import fabwafer.protocol.MessageException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;

/**
 * A manifest with its signature, retained on {@code …/model/desired}. It holds the signer's public
 * key, so that a device can say which key it does not know; it is trusted for nothing else.
 */
public final class SignedManifest {
  private static final int MAX_MANIFEST_CHARS = 64 * 1024;
  private static final int MAX_SIGNATURE_CHARS = 128;
  private static final int MAX_KEY_CHARS = 128;

  private final byte[] bytes;
  private final byte[] signature;
  private final PublicKey key;
  private final ModelManifest manifest;

  private SignedManifest(byte[] bytes, byte[] signature, PublicKey key) {
    this.bytes = bytes;
    this.signature = signature;
    this.key = key;
    this.manifest = ModelManifest.parse(bytes);
  }

  /** Signs a manifest. */
  public static SignedManifest sign(ModelManifest manifest, KeyPair signer) {
    byte[] bytes = manifest.toBytes();
    try {
      Signature signing = Signature.getInstance(ModelKeys.ALGORITHM);
      signing.initSign(signer.getPrivate());
      signing.update(bytes);
      return new SignedManifest(bytes, signing.sign(), signer.getPublic());
    } catch (GeneralSecurityException e) {
      throw new MessageException("the manifest cannot be signed: " + e.getMessage(), e);
    }
  }

  /**
   * Reads a payload; its signature is not looked at, see {@link #isSignedBy}.
   *
   * @throws MessageException if it breaks a limit
   */
  public static SignedManifest parse(byte[] payload) {
    ModelJson fields = ModelJson.parse("the desired model", payload);
    return new SignedManifest(
        base64("manifest", fields.text("manifest", MAX_MANIFEST_CHARS)),
        base64("signature", fields.text("signature", MAX_SIGNATURE_CHARS)),
        ModelKeys.publicKey("key", base64("key", fields.text("key", MAX_KEY_CHARS))));
  }

  /** The payload, JSON in UTF-8. */
  public byte[] toPayload() {
    Base64.Encoder base64 = Base64.getEncoder();
    return ModelJson.MAPPER.writeValueAsBytes(
        ModelJson.MAPPER
            .createObjectNode()
            .put("manifest", base64.encodeToString(bytes))
            .put("signature", base64.encodeToString(signature))
            .put("key", base64.encodeToString(key.getEncoded())));
  }

  /** What was signed. */
  public ModelManifest manifest() {
    return manifest;
  }

  /** The key that it says it was signed with. */
  public PublicKey key() {
    return key;
  }

  /** Whether the owner of a key signed exactly this manifest. */
  public boolean isSignedBy(PublicKey trusted) {
    try {
      Signature checking = Signature.getInstance(ModelKeys.ALGORITHM);
      checking.initVerify(trusted);
      checking.update(bytes);
      return checking.verify(signature);
    } catch (GeneralSecurityException e) {
      // A signature of another length, or a key of another kind: not signed by it.
      return false;
    }
  }

  /** Whether another order is this one, byte by byte. */
  public boolean isSameOrder(SignedManifest other) {
    return Arrays.equals(bytes, other.bytes);
  }

  private static byte[] base64(String field, String text) {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new MessageException("the desired model: " + field + " is not base64", e);
    }
  }
}
