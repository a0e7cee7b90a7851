package fabwafer.hub.quarantine;

import java.util.Optional;

/**
 * A message that was refused.
 *
 * @param id of the row; a later message has a greater one
 * @param topic where it came, as it came (bounded)
 * @param fab the topic's fab, where it has one
 * @param camera the topic's camera, where it has one
 * @param reason why it was refused, fit to be shown to a person
 * @param payloadBytes its size
 * @param keptBytes how many of them are kept
 * @param times how often the very same message came
 * @param firstReceivedMillis when it first came, milliseconds since 1970
 * @param lastReceivedMillis when it last came, milliseconds since 1970
 */
public record RefusedMessage(
    long id,
    String topic,
    Optional<String> fab,
    Optional<String> camera,
    String reason,
    long payloadBytes,
    long keptBytes,
    long times,
    long firstReceivedMillis,
    long lastReceivedMillis) {}
