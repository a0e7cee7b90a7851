package fabwafer.hub.device;

/** Something that cannot be done with a device; the message is fit for whoever asked. */
public final class DeviceException extends fabwafer.hub.HubException {
  private static final long serialVersionUID = 1L;

  /** Why it cannot be done. */
  public enum Reason {
    /** A name, number or other value is out of its limits. */
    BAD_VALUE,
    NOT_FOUND,
    /** It is not in the state for it. */
    CONFLICT,
    /** The token, or the key of a request, gives no right to it. */
    NOT_ALLOWED
  }

  private final Reason reason;

  DeviceException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** Why it cannot be done. */
  public Reason reason() {
    return reason;
  }
}
