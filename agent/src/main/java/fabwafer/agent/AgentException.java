package fabwafer.agent;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/**
 * An agent that cannot start or go on. The message says what, where and which limit, and is fit to
 * be shown to a person as it is.
 */
public class AgentException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public AgentException(String message) {
    super(message);
  }

  public AgentException(String message, Throwable cause) {
    super(message, cause);
  }

  /** What an I/O failure says, with its kind where its message is a bare path. */
  public static String told(IOException e) {
    return switch (e) {
      case NoSuchFileException gone -> "no such file or folder: " + gone.getFile();
      case AccessDeniedException denied -> "no right to use " + denied.getFile();
      case NotDirectoryException file -> "not a folder: " + file.getFile();
      default -> {
        String message = e.getMessage();
        yield message == null ? e.getClass().getSimpleName() : message;
      }
    };
  }
}
