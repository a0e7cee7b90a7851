package fabwafer.protocol;

/** The bounds of the protocol. A sender past one of them is refused with its name and value. */
public final class Limits {
  /** Most bytes of an image file: a wafer map of 4,096 x 4,096 noisy dies as PNG is about 4 MB. */
  public static final int MAX_IMAGE_BYTES = 8 * 1024 * 1024;

  /**
   * Most bytes of a message's payload: an image in base64, with room for fields of the sender's.
   */
  public static final int MAX_PAYLOAD_BYTES = 12 * 1024 * 1024;

  /** Most characters of a name: fab, camera or imgid. Keeps paths and topics short. */
  public static final int MAX_NAME_CHARS = 128;

  /** Most levels of a model topic after {@code model/}. */
  public static final int MAX_MODEL_LEVELS = 8;

  /** Most characters of a prediction's label. */
  public static final int MAX_LABEL_CHARS = 64;

  /**
   * Most labels of one list or map of a model's assessment: more patterns than a person tells
   * apart.
   */
  public static final int MAX_LABELS = 64;

  /** Most reasons of a decision. */
  public static final int MAX_REASONS = 16;

  /** Most characters of one reason: a line or two. */
  public static final int MAX_REASON_CHARS = 256;

  /** Deepest nesting of a message's JSON. */
  public static final int MAX_JSON_DEPTH = 16;

  /** Most JSON tokens of a message: a small payload of many tiny fields fills memory. */
  public static final int MAX_JSON_TOKENS = 4_096;

  /** Most characters, names and values together, of the fields that the protocol does not name. */
  public static final int MAX_MORE_CHARS = 65_536;

  /** Timestamps below this count seconds, from here on milliseconds, since 1970. */
  public static final long SECONDS_BELOW = 100_000_000_000L;

  /**
   * Latest timestamp in milliseconds: 2286-11-20, ten digits of seconds. A later one is a mistake.
   */
  public static final long MAX_TIMESTAMP_MILLIS = 9_999_999_999_999L;

  private Limits() {}
}
