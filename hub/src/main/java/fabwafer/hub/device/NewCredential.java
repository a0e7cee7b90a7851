package fabwafer.hub.device;

import fabwafer.hub.account.Passwords;
import fabwafer.hub.certificate.CertificateAuthority;
import fabwafer.hub.certificate.Keys;
import java.util.Optional;

/**
 * What a device that is added or rotated gets: a password, or a token with which it enrols.
 *
 * @param secret the password or the token, to be shown once
 * @param passwordHash what is kept of a password
 * @param tokenDigest what is kept of a token
 * @param tokenEndsMillis until when a token may be used, milliseconds since 1970
 */
record NewCredential(
    String secret,
    Optional<String> passwordHash,
    Optional<String> tokenDigest,
    Optional<Long> tokenEndsMillis) {

  static NewCredential password(Passwords passwords) {
    String password = passwords.random();
    return new NewCredential(
        password, Optional.of(passwords.hash(password)), Optional.empty(), Optional.empty());
  }

  static NewCredential token(CertificateAuthority authority, long endsMillis) {
    String token = EnrolmentToken.make(Keys.fingerprint(authority.certificate().getPublicKey()));
    return new NewCredential(
        token, Optional.empty(), EnrolmentToken.digest(token), Optional.of(endsMillis));
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return passwordHash.isPresent() ? "NewCredential[password]" : "NewCredential[token]";
  }
}
