package fabwafer.hub.catalogue;

import fabwafer.protocol.DeviceName;
import fabwafer.protocol.StatusMessage;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A camera and how it is.
 *
 * @param device whose
 * @param firstSeenMillis when the hub first stored something of it, milliseconds since 1970
 * @param lastSeenMillis when the hub last heard of it, milliseconds since 1970
 * @param state what its last status said; empty if it never sent one
 * @param stateSinceMillis when the state last changed, milliseconds since 1970; 0 without a state
 * @param model id of the model it runs, if it said so
 * @param version version of its agent, if it said so
 * @param spooled inspections waiting at the device, if it said so
 * @param spoolLimit most inspections that may wait there, if it said so
 * @param problems what is wrong with it now, as its alarms say; empty: nothing
 */
public record Camera(
    DeviceName device,
    long firstSeenMillis,
    long lastSeenMillis,
    Optional<StatusMessage.State> state,
    long stateSinceMillis,
    Optional<String> model,
    Optional<String> version,
    OptionalLong spooled,
    OptionalLong spoolLimit,
    List<String> problems) {
  public Camera {
    problems = List.copyOf(problems);
  }
}
