package fabwafer.hub.certificate;

import fabwafer.hub.HubException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/**
 * A request for a certificate (PKCS #10): a public key, and the proof that whoever asks has the
 * private one. What else it says is ignored.
 *
 * @param key the key that is to be certified
 */
public record CertificateRequest(PublicKey key) {
  /** Most characters of a request: one of a long RSA key has some 3,000. */
  public static final int MAX_CHARS = 8 * 1024;

  private static final int MIN_RSA_BITS = 2048;
  private static final int MAX_RSA_BITS = 8192;
  private static final int MIN_EC_BITS = 256;
  private static final int MAX_EC_BITS = 521;
  private static final Pattern PEM =
      Pattern.compile(
          "-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----([A-Za-z0-9+/=\\s]*)"
              + "-----END (?:NEW )?CERTIFICATE REQUEST-----");

  /**
   * Reads a request in PEM and checks its signature.
   *
   * @throws HubException if it is none, its signature is wrong, or its key is of a kind or length
   *     that is not taken; fit to be shown to whoever asks
   */
  public static CertificateRequest parse(String pem) {
    if (pem.length() > MAX_CHARS) {
      throw new HubException(
          "the certificate request must be at most %,d characters, got %,d"
              .formatted(MAX_CHARS, pem.length()));
    }
    Matcher matcher = PEM.matcher(pem);
    if (!matcher.find()) {
      throw new HubException("the certificate request must be PKCS #10 in PEM");
    }
    try {
      byte[] encoded = Base64.getMimeDecoder().decode(matcher.group(1));
      JcaPKCS10CertificationRequest request = new JcaPKCS10CertificationRequest(encoded);
      PublicKey key = request.getPublicKey();
      requireStrong(key);
      if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
        throw new HubException("the certificate request is not signed by its own key");
      }
      return new CertificateRequest(key);
    } catch (IOException
        | GeneralSecurityException
        | OperatorCreationException
        | PKCSException
        | IllegalArgumentException
        | IllegalStateException e) {
      throw new HubException("the certificate request cannot be read", e);
    }
  }

  private static void requireStrong(PublicKey key) {
    boolean strong =
        switch (key) {
          case ECPublicKey ec -> {
            int bits = ec.getParams().getCurve().getField().getFieldSize();
            yield bits >= MIN_EC_BITS && bits <= MAX_EC_BITS;
          }
          case RSAPublicKey rsa ->
              rsa.getModulus().bitLength() >= MIN_RSA_BITS
                  && rsa.getModulus().bitLength() <= MAX_RSA_BITS;
          case EdECPublicKey _ -> true;
          default -> false;
        };
    if (!strong) {
      throw new HubException(
          "the certificate request's key must be EC of %d to %d bits, RSA of %d to %d bits, or EdDSA"
              .formatted(MIN_EC_BITS, MAX_EC_BITS, MIN_RSA_BITS, MAX_RSA_BITS));
    }
  }
}
