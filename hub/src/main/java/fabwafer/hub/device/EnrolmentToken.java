package fabwafer.hub.device;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a device enrols with, once: {@code <secret>.<pin>}. The secret is 24 random bytes, the pin
 * the SHA-256 of the hub's authority (its public key); both in base64url. By the pin the device
 * knows the hub before it has the authority's certificate, so that nobody between the two can take
 * the secret.
 */
final class EnrolmentToken {
  private static final int SECRET_BYTES = 24;
  private static final Pattern FORM = Pattern.compile("([A-Za-z0-9_-]{32})\\.[A-Za-z0-9_-]{43}");

  private EnrolmentToken() {}

  /**
   * A new token.
   *
   * @param authorityFingerprint the authority's key, 64 hex digits
   */
  static String make(String authorityFingerprint) {
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    return base64.encodeToString(secret)
        + "."
        + base64.encodeToString(HexFormat.of().parseHex(authorityFingerprint));
  }

  /**
   * What is kept of a token: the SHA-256 of its secret, in hex; empty if it has no token's form.
   */
  static Optional<String> digest(String token) {
    Matcher parts = FORM.matcher(token.strip());
    if (!parts.matches()) {
      return Optional.empty();
    }
    try {
      byte[] secret = parts.group(1).getBytes(StandardCharsets.US_ASCII);
      return Optional.of(
          HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(secret)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
