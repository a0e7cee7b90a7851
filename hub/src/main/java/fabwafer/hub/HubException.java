package fabwafer.hub;

/**
 * A failure of the hub that a person can mend: the message says what failed, where and which limit
 * or setting it concerns, in one line.
 */
public class HubException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public HubException(String message) {
    super(message);
  }

  public HubException(String message, Throwable cause) {
    super(message, cause);
  }
}
