package fabwafer.protocol;

import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The fields of one message, read strictly: each getter names the field it could not read. */
final class JsonFields {
  private static final int MAX_NUMBER_CHARS = 40;

  static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(Limits.MAX_JSON_DEPTH)
                          .maxTokenCount(Limits.MAX_JSON_TOKENS)
                          .maxStringLength(Limits.MAX_PAYLOAD_BYTES)
                          .maxNumberLength(MAX_NUMBER_CHARS)
                          .maxDocumentLength(Limits.MAX_PAYLOAD_BYTES)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private final ObjectNode fields;

  private JsonFields(ObjectNode fields) {
    this.fields = fields;
  }

  static JsonFields parse(byte[] payload) {
    if (payload.length > Limits.MAX_PAYLOAD_BYTES) {
      throw new MessageException(
          "payload must be at most %,d bytes, got %,d"
              .formatted(Limits.MAX_PAYLOAD_BYTES, payload.length));
    }
    JsonNode root;
    try {
      root = MAPPER.readTree(new ByteArrayInputStream(payload));
    } catch (JacksonException e) {
      throw new MessageException("payload is not JSON: " + firstLine(e), e);
    } catch (ArithmeticException | NumberFormatException e) {
      // An exponent past the range of int, such as 1e99999999999.
      throw new MessageException("payload holds a number out of range", e);
    }
    if (!(root instanceof ObjectNode object)) {
      throw new MessageException("payload must be a JSON object");
    }
    return new JsonFields(object);
  }

  String text(String field) {
    JsonNode value = required(field);
    if (!value.isString()) {
      throw new MessageException(field + " must be a text, got " + Names.shown(value.toString()));
    }
    return value.stringValue();
  }

  /** A name field that must be what the topic says. */
  String nameAsInTopic(String field, String inTopic) {
    String name = text(field);
    if (!name.equals(inTopic)) {
      throw new MessageException(
          "%s is %s but the topic says %s"
              .formatted(field, Names.shown(name), Names.shown(inTopic)));
    }
    return name;
  }

  /** Milliseconds since 1970, from seconds or milliseconds, a number or a numeric text. */
  long timestampMillis() {
    BigDecimal given = decimal("timestamp");
    boolean inSeconds = given.compareTo(BigDecimal.valueOf(Limits.SECONDS_BELOW)) < 0;
    BigDecimal millis = inSeconds ? given.movePointRight(3) : given;
    if (millis.signum() < 0
        || millis.compareTo(BigDecimal.valueOf(Limits.MAX_TIMESTAMP_MILLIS)) > 0) {
      throw new MessageException(
          "timestamp must be seconds or milliseconds since 1970, up to %d ms, got %s"
              .formatted(Limits.MAX_TIMESTAMP_MILLIS, Names.shown(given.toString())));
    }
    return millis.longValue();
  }

  /**
   * A time as a message carries it: milliseconds, but seconds where a reader would take the
   * milliseconds of a time before March 1973 for seconds.
   */
  static BigDecimal timestamp(long millis) {
    return millis < Limits.SECONDS_BELOW
        ? BigDecimal.valueOf(millis, 3)
        : BigDecimal.valueOf(millis);
  }

  double probability() {
    double value = decimal("probability").doubleValue();
    if (!(value >= 0 && value <= 1)) {
      throw new MessageException("probability must be in [0, 1], got " + value);
    }
    return value;
  }

  /**
   * What is left of the object without the fields named.
   *
   * @throws MessageException if it is larger than {@link Limits#MAX_MORE_CHARS} or holds text that
   *     cannot be written again
   */
  ObjectNode without(Set<String> known) {
    ObjectNode more = MAPPER.createObjectNode();
    for (Map.Entry<String, JsonNode> field : fields.properties()) {
      if (!known.contains(field.getKey())) {
        more.set(field.getKey(), field.getValue());
      }
    }
    requireMore(known, more);
    return more;
  }

  /** The same check for fields that a caller adds; they must not stand in for the protocol's. */
  static void requireMore(Set<String> known, ObjectNode more) {
    for (String field : known) {
      if (more.has(field)) {
        throw new MessageException("a further field must not be named " + field);
      }
    }
    long characters = characters(more);
    if (characters > Limits.MAX_MORE_CHARS) {
      throw new MessageException(
          "further fields must hold at most %,d characters, got %,d"
              .formatted(Limits.MAX_MORE_CHARS, characters));
    }
  }

  /** Depth is bounded by {@link Limits#MAX_JSON_DEPTH} when it comes from a payload. */
  private static long characters(JsonNode node) {
    if (node.isString()) {
      return requireWellFormed(node.stringValue()).length();
    }
    if (node.isValueNode()) {
      return node.toString().length();
    }
    long characters = 0;
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      characters += requireWellFormed(field.getKey()).length();
    }
    for (JsonNode child : node) {
      characters += 1 + characters(child);
    }
    return characters;
  }

  /** Half a surrogate pair is no character: it can be escaped in JSON, but not written as UTF-8. */
  static String requireWellFormed(String text) {
    if (text.codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
      throw new MessageException("text holds half a surrogate pair: " + Names.shown(text));
    }
    return text;
  }

  private BigDecimal decimal(String field) {
    JsonNode value = required(field);
    if (value.isNumber()) {
      return bounded(field, value.decimalValue());
    }
    if (value.isString() && value.stringValue().strip().length() <= MAX_NUMBER_CHARS) {
      try {
        return bounded(field, new BigDecimal(value.stringValue().strip()));
      } catch (NumberFormatException e) {
        throw notANumber(field, value, e);
      }
    }
    throw notANumber(field, value, null);
  }

  /** An exponent such as 1e999999999 must not reach arithmetic that would expand it. */
  private static BigDecimal bounded(String field, BigDecimal value) {
    if (value.precision() - (long) value.scale() > MAX_NUMBER_CHARS
        || value.scale() > MAX_NUMBER_CHARS) {
      throw new MessageException(field + " is out of range: " + Names.shown(value.toString()));
    }
    return value;
  }

  private static MessageException notANumber(
      String field, JsonNode value, @Nullable Throwable cause) {
    String message = field + " must be a number, got " + Names.shown(value.toString());
    return cause == null ? new MessageException(message) : new MessageException(message, cause);
  }

  private JsonNode required(String field) {
    JsonNode value = fields.get(field);
    if (value == null || value.isNull()) {
      throw new MessageException(field + " is missing");
    }
    return value;
  }

  private static String firstLine(JacksonException e) {
    String message = String.valueOf(e.getOriginalMessage());
    String line = message.lines().findFirst().orElse("");
    var location = e.getLocation();
    return location == null
        ? line
        : line + " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
  }
}
