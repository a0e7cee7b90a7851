package fabwafer.classifier;

/**
 * A model that cannot be read, opened or run. The message says what, where and which limit, and is
 * fit to be shown to a person as it is.
 */
public class ClassifierException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ClassifierException(String message) {
    super(message);
  }

  public ClassifierException(String message, Throwable cause) {
    super(message, cause);
  }
}
