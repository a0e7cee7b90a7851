package fabwafer.protocol.model;

import fabwafer.protocol.Limits;
import fabwafer.protocol.MessageException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a device says of its model, retained on {@code …/model/reported}.
 *
 * @param agent who says it: two agents of one camera have one topic
 * @param state how far it is with what it was told last
 * @param serving id of the model that answers
 * @param sequence number of the order that it serves by; 0: the model it was installed with
 * @param desiredSequence number of the order that {@code state} speaks of; 0: of none
 * @param received bytes of it that are here
 * @param reason why it was refused, for a person; empty where it was not
 * @param previous id of the model that is kept to go back to
 * @param counts what the serving model did since it serves
 */
public record ModelReport(
    String agent,
    State state,
    String serving,
    long sequence,
    long desiredSequence,
    long received,
    Optional<String> reason,
    Optional<String> previous,
    Counts counts) {
  /** What follows {@code model/} in the topic of reports. */
  public static final String TOPIC_REST = "reported";

  /** Most characters of a reason. */
  public static final int MAX_REASON_CHARS = 500;

  private static final int MAX_WORD_CHARS = 32;
  private static final double MOST_MILLIS = 1e9;

  /** How far a device is. */
  public enum State {
    /** It serves what it was told to. */
    SERVING,
    /** It has a part of the files. */
    RECEIVING,
    /** It has all files and tries them. */
    CHECKING,
    /** It does not take what it was told to; the model before goes on. */
    REFUSED;

    /** As messages and the REST contract spell it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The state that a word spells. */
    public static Optional<State> ofWord(String word) {
      return Arrays.stream(values()).filter(state -> state.word().equals(word)).findFirst();
    }
  }

  /**
   * What a model did on a device since it serves there.
   *
   * @param wafers that it was asked about
   * @param errors of these, on how many it failed
   * @param compared how many were shown to the model before, too
   * @param disagreements of these, how many that model gave another label
   * @param meanMillis mean time of an answer, 0 before the first
   * @param previousMeanMillis the same of the model before, over the wafers compared
   */
  public record Counts(
      long wafers,
      long errors,
      long compared,
      long disagreements,
      double meanMillis,
      double previousMeanMillis) {
    /** Before the first wafer. */
    public static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0);
  }

  public ModelReport {
    reason = reason.map(ModelReport::bounded);
  }

  /**
   * Reads a payload.
   *
   * @throws MessageException if it breaks a limit
   */
  public static ModelReport parse(byte[] payload) {
    ModelJson fields = ModelJson.parse("the report", payload);
    String word = fields.text("state", MAX_WORD_CHARS);
    return new ModelReport(
        fields.text("agent", 2 * Limits.MAX_NAME_CHARS + 1),
        State.ofWord(word).orElseThrow(() -> new MessageException("the report: state is unknown")),
        fields.text("serving", Limits.MAX_NAME_CHARS),
        fields.whole("sequence", 0, Long.MAX_VALUE),
        fields.whole("desiredSequence", 0, Long.MAX_VALUE),
        fields.whole("received", 0, Long.MAX_VALUE),
        fields.optionalText("reason", MAX_REASON_CHARS),
        fields.optionalText("previous", Limits.MAX_NAME_CHARS),
        fields.object("counts").map(ModelReport::counts).orElse(Counts.NONE));
  }

  /** The payload, JSON in UTF-8. */
  public byte[] toPayload() {
    ObjectNode json =
        ModelJson.MAPPER
            .createObjectNode()
            .put("agent", agent)
            .put("state", state.word())
            .put("serving", serving)
            .put("sequence", sequence)
            .put("desiredSequence", desiredSequence)
            .put("received", received);
    reason.ifPresent(text -> json.put("reason", text));
    previous.ifPresent(id -> json.put("previous", id));
    json.putObject("counts")
        .put("wafers", counts.wafers)
        .put("errors", counts.errors)
        .put("compared", counts.compared)
        .put("disagreements", counts.disagreements)
        .put("meanMillis", counts.meanMillis)
        .put("previousMeanMillis", counts.previousMeanMillis);
    return ModelJson.MAPPER.writeValueAsBytes(json);
  }

  private static Counts counts(ModelJson fields) {
    return new Counts(
        fields.whole("wafers", 0, Long.MAX_VALUE),
        fields.whole("errors", 0, Long.MAX_VALUE),
        fields.whole("compared", 0, Long.MAX_VALUE),
        fields.whole("disagreements", 0, Long.MAX_VALUE),
        fields.number("meanMillis", 0, MOST_MILLIS),
        fields.number("previousMeanMillis", 0, MOST_MILLIS));
  }

  private static String bounded(String reason) {
    return reason.substring(0, Math.min(reason.length(), MAX_REASON_CHARS));
  }
}
