package fabwafer.hub.registry;

import fabwafer.hub.HubException;

/** Something that cannot be done with a model; the message is fit for whoever asked. */
public final class ModelException extends HubException {
  private static final long serialVersionUID = 1L;

  /** Why it cannot be done. */
  public enum Reason {
    /** The model, or a word, is not what it must be. */
    BAD_VALUE,
    NOT_FOUND,
    /** It is not in the stage for it, or the gate stands against it. */
    CONFLICT
  }

  private final Reason reason;

  public ModelException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  ModelException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Why it cannot be done. */
  public Reason reason() {
    return reason;
  }
}
