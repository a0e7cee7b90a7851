package fabwafer.wafer;

/**
 * A wafer map that cannot be made, read or written. The message says what, where and which limit,
 * and is fit to be shown to a person as it is.
 */
public class WaferException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public WaferException(String message) {
    super(message);
  }

  public WaferException(String message, Throwable cause) {
    super(message, cause);
  }
}
