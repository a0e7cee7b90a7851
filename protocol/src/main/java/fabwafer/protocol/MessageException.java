package fabwafer.protocol;

/**
 * A message or topic that breaks the protocol. The message says which field, what it held and which
 * limit it broke, fit to be shown to a person; it never holds more than a few characters of input.
 */
public class MessageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public MessageException(String message) {
    super(message);
  }

  public MessageException(String message, Throwable cause) {
    super(message, cause);
  }
}
