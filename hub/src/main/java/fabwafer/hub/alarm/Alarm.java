package fabwafer.hub.alarm;

import fabwafer.protocol.DeviceName;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A situation: a pattern that a camera keeps seeing.
 *
 * @param id of the alarm; a later one has a greater one
 * @param device whose situation
 * @param pattern the label predicted
 * @param state how far it is
 * @param firstSeenMillis time of its first wafer, milliseconds since 1970
 * @param lastSeenMillis time of its last wafer, milliseconds since 1970
 * @param wafers how many wafers it counts
 * @param firstImgid the wafer that opened it
 * @param lastImgid the wafer with the latest time
 * @param maxProbability greatest probability of its wafers, in [0, 1]
 * @param openedMillis when the hub opened it, milliseconds since 1970
 * @param acknowledgedMillis when a person acknowledged it, milliseconds since 1970
 * @param acknowledgedBy who did
 * @param closedMillis when it ended or was resolved, milliseconds since 1970
 * @param closedBy who resolved it; empty if it ended by itself
 * @param comment what the person said
 */
public record Alarm(
    long id,
    DeviceName device,
    String pattern,
    State state,
    long firstSeenMillis,
    long lastSeenMillis,
    long wafers,
    String firstImgid,
    String lastImgid,
    double maxProbability,
    long openedMillis,
    OptionalLong acknowledgedMillis,
    Optional<String> acknowledgedBy,
    OptionalLong closedMillis,
    Optional<String> closedBy,
    Optional<String> comment) {

  /** How far an alarm is. */
  public enum State {
    /** It lasts, and no person has seen to it. */
    OPEN,
    /** It lasts, and a person knows. */
    ACKNOWLEDGED,
    /** It ended by itself: no wafer of it came for the quiet time. A late one opens it again. */
    ENDED,
    /** A person resolved it: the next wafer of its pattern is a new situation. */
    RESOLVED;

    /** As the database and the REST interface spell it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static State ofWord(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }
  }

  /** A wafer that an alarm counts. */
  public record Wafer(String imgid, long timestampMillis, double probability) {}
}
