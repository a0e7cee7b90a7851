package fabwafer.hub.certificate;

import fabwafer.hub.HubException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.asn1.x9.X962Parameters;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.math.ec.ECPoint;

/** Keys of the hub's own, all EC P-256, and the one name of anybody's key. */
public final class Keys {
  private static final String CURVE = "secp256r1";

  private Keys() {}

  /**
   * A public key's name: SHA-256 of it (SubjectPublicKeyInfo, DER), 64 hex digits. It stays the
   * same over renewals of a certificate.
   */
  public static String fingerprint(PublicKey key) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static KeyPair make() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(CURVE));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The pair that a private key of {@link #make} belongs to. */
  static KeyPair pairOf(PrivateKey key) {
    if (!(key instanceof ECPrivateKey secret)) {
      throw new HubException("the authority's key is not one of EC P-256");
    }
    try {
      X9ECParameters curve = ECNamedCurveTable.getByName(CURVE);
      ECPoint point = curve.getG().multiply(secret.getS()).normalize();
      SubjectPublicKeyInfo encoded =
          new SubjectPublicKeyInfo(
              new AlgorithmIdentifier(
                  X9ObjectIdentifiers.id_ecPublicKey,
                  new X962Parameters(ECNamedCurveTable.getOID(CURVE))),
              point.getEncoded(false));
      PublicKey known =
          KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(encoded.getEncoded()));
      return new KeyPair(known, key);
    } catch (GeneralSecurityException | IOException e) {
      throw new HubException("the authority's key cannot be used: " + e.getMessage(), e);
    }
  }
}
