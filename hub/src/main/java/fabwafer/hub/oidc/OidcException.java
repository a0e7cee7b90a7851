package fabwafer.hub.oidc;

import fabwafer.hub.HubException;

/** A login at a provider that did not succeed. */
final class OidcException extends HubException {
  private static final long serialVersionUID = 1L;

  /** What the login page tells; the log tells the rest. */
  enum Reason {
    /** The person or the provider said no. */
    DENIED("denied"),
    /** It took too long, was begun in another browser, or is done already. */
    EXPIRED("expired"),
    /** None of the person's groups has a role here. */
    NO_ROLE("no-role"),
    /** The person's name cannot be an account's here, or another account has it. */
    NAME("name"),
    /** The provider cannot be reached, or what it says is wrong. */
    FAILED("failed");

    private final String word;

    Reason(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  private final Reason reason;

  OidcException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  OidcException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  Reason reason() {
    return reason;
  }
}
