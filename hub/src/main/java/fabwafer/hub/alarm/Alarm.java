package fabwafer.hub.alarm;

import fabwafer.protocol.DeviceName;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A situation: a pattern that a camera keeps seeing, or what else a rule found; or a trouble of a
 * device or of the hub that stands.
 *
 * @param id of the alarm; a later one has a greater one
 * @param kind what it is about
 * @param device whose situation; empty for one of the hub itself
 * @param subject what one of the hub itself is about; empty text else
 * @param pattern the label predicted; of an alarm without wafers the kind of trouble
 * @param state how far it is
 * @param firstSeenMillis time of its first wafer, milliseconds since 1970
 * @param lastSeenMillis time of its last wafer, milliseconds since 1970
 * @param wafers how many wafers it counts
 * @param firstImgid the wafer that opened it; empty text without wafers
 * @param lastImgid the wafer with the latest time; empty text without wafers
 * @param maxProbability greatest probability of its wafers, in [0, 1]
 * @param openedMillis when the hub opened it, milliseconds since 1970
 * @param firing which rule opened it and why, for one of wafers
 * @param message what is wrong, for one without wafers
 * @param care what people did about it
 */
public record Alarm(
    long id,
    Kind kind,
    Optional<DeviceName> device,
    String subject,
    String pattern,
    State state,
    long firstSeenMillis,
    long lastSeenMillis,
    long wafers,
    String firstImgid,
    String lastImgid,
    double maxProbability,
    long openedMillis,
    Optional<Firing> firing,
    Optional<String> message,
    Care care) {

  /** What alarms are about. */
  public enum Kind {
    /** Wafers that a rule speaks of. */
    WAFERS,
    /** What a device says is wrong with it. */
    DEVICE,
    /** What the hub finds wrong with itself, its models or its data. */
    SYSTEM;

    /** As the database and the REST interface spell it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Kind ofWord(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }
  }

  /** How far an alarm is. */
  public enum State {
    /** It lasts, and no person has seen to it. */
    OPEN,
    /** It lasts, and a person knows. */
    ACKNOWLEDGED,
    /** A person wants to hear nothing of it until a time; then it fires again if it still lasts. */
    SUPPRESSED,
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

  /** What a resolved alarm was. */
  public enum Cause {
    /** There was something. */
    CONFIRMED,
    /** There was nothing. */
    FALSE,
    /** Somebody tried something. */
    TEST;

    /** As the database and the REST interface spell it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Cause ofWord(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }

    static List<String> words() {
      return Arrays.stream(values()).map(Cause::word).toList();
    }
  }

  /**
   * Why there is an alarm.
   *
   * @param rule which rule
   * @param version the rule's version at that moment
   * @param stream the wafers that the rule follows as one, such as {@code faba/camera1}
   * @param sentence which rule fired, with which numbers; for a person. Empty for alarms of older
   *     hubs
   */
  public record Firing(long rule, long version, String stream, Optional<String> sentence) {}

  /**
   * What people did about an alarm.
   *
   * @param acknowledgedMillis when a person acknowledged it, milliseconds since 1970
   * @param acknowledgedBy who did
   * @param suppressedUntilMillis until when it is suppressed, or was last
   * @param suppressedBy who did
   * @param suppressReason why
   * @param closedMillis when it ended or was resolved, milliseconds since 1970
   * @param closedBy who resolved it; empty if it ended by itself
   * @param cause what it was, as the person who resolved it said
   * @param comment what the person who resolved it said
   */
  public record Care(
      OptionalLong acknowledgedMillis,
      Optional<String> acknowledgedBy,
      OptionalLong suppressedUntilMillis,
      Optional<String> suppressedBy,
      Optional<String> suppressReason,
      OptionalLong closedMillis,
      Optional<String> closedBy,
      Optional<Cause> cause,
      Optional<String> comment) {}

  /** A wafer that an alarm counts. */
  public record Wafer(String imgid, long timestampMillis, double probability) {}
}
