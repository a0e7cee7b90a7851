package fabwafer.protocol;

import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a device is, retained on {@link Topic.Status}; the broker publishes the last will, which says
 * offline, when the device is gone.
 *
 * @param state online or offline
 * @param timestampMillis when it was written, milliseconds since 1970; a last will's is that of the
 *     connect
 * @param more fields the protocol does not name: an agent of ours sends {@code model} (id), {@code
 *     version}, {@code spooled} (inspections waiting) and {@code spoolLimit}
 */
public record StatusMessage(State state, long timestampMillis, ObjectNode more) {
  private static final Set<String> FIELDS = Set.of("state", "timestamp");

  /** Whether a device is there. */
  public enum State {
    ONLINE("online"),
    OFFLINE("offline");

    private final String word;

    State(String word) {
      this.word = word;
    }

    /** As the message spells it. */
    public String word() {
      return word;
    }
  }

  public StatusMessage {
    JsonFields.requireMore(FIELDS, more);
    more = more.deepCopy();
  }

  /** A status without further fields. */
  public static StatusMessage of(State state, long timestampMillis) {
    return new StatusMessage(state, timestampMillis, JsonFields.MAPPER.createObjectNode());
  }

  /**
   * Reads a payload.
   *
   * @throws MessageException if it breaks a limit
   */
  public static StatusMessage parse(byte[] payload) {
    JsonFields fields = JsonFields.parse(payload);
    String word = fields.text("state");
    for (State state : State.values()) {
      if (state.word.equals(word)) {
        return new StatusMessage(state, fields.timestampMillis(), fields.without(FIELDS));
      }
    }
    throw new MessageException("state must be online or offline, got " + Names.shown(word));
  }

  /** The payload, JSON in UTF-8. */
  public byte[] toPayload() {
    ObjectNode json = JsonFields.MAPPER.createObjectNode();
    json.put("state", state.word());
    json.put("timestamp", JsonFields.timestamp(timestampMillis));
    json.setAll(more);
    return JsonFields.MAPPER.writeValueAsBytes(json);
  }
}
