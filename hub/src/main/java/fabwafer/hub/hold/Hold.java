package fabwafer.hub.hold;

import fabwafer.protocol.DeviceName;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A lot that a rule holds, or would; where its message tells no lot, a single wafer.
 *
 * @param id of the hold
 * @param rule that fired
 * @param alarm that it opened or counted on
 * @param device that sent the wafer
 * @param lot as the wafer's message tells it; empty: the wafer alone
 * @param imgid the wafer at which the rule fired
 * @param timestampMillis the wafer's time, milliseconds since 1970
 * @param receivedMillis when the hub stored the wafer
 * @param reason which rule fired, with which numbers
 * @param state how far it is
 * @param openedMillis when the hub noted it
 * @param heldMillis when it was decided to hold
 * @param heldBy who did; empty: the rule, or nobody yet
 * @param sentMillis when the first machine had the message
 * @param closedMillis when it was dismissed or released
 * @param closedBy who did
 */
public record Hold(
    long id,
    long rule,
    long alarm,
    DeviceName device,
    Optional<String> lot,
    String imgid,
    long timestampMillis,
    long receivedMillis,
    String reason,
    State state,
    long openedMillis,
    OptionalLong heldMillis,
    Optional<String> heldBy,
    OptionalLong sentMillis,
    OptionalLong closedMillis,
    Optional<String> closedBy) {

  /** How far a hold is. */
  public enum State {
    /** Noted alone. */
    SHADOW,
    /** A person is to confirm or dismiss it. */
    PROPOSED,
    /** It was sent, or is about to be. */
    HELD,
    /** A person said that it need not be held. */
    DISMISSED,
    /** A person let it go; the release was sent, or is about to be. */
    RELEASED;

    /** As the database and the REST interface spell it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static State ofWord(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }
  }

  /** What is held, for a person. */
  String what() {
    return lot.map(name -> "lot " + name).orElse("wafer " + imgid);
  }
}
