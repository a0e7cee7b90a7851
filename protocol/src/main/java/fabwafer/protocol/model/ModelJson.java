package fabwafer.protocol.model;

import fabwafer.protocol.MessageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The fields of one message about models, read strictly. */
final class ModelJson {
  /** Most bytes of a message about a model; chunks are no JSON. */
  static final int MAX_BYTES = 256 * 1024;

  private static final int MAX_DEPTH = 8;
  private static final int MAX_TOKENS = 2_048;

  static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxTokenCount(MAX_TOKENS)
                          .maxStringLength(MAX_BYTES)
                          .maxDocumentLength(MAX_BYTES)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final String what;
  private final JsonNode fields;

  private ModelJson(String what, JsonNode fields) {
    this.what = what;
    this.fields = fields;
  }

  /**
   * Reads an object.
   *
   * @param what the message, for what is said of it
   */
  static ModelJson parse(String what, byte[] json) {
    if (json.length > MAX_BYTES) {
      throw new MessageException(
          "%s must be at most %,d bytes, got %,d".formatted(what, MAX_BYTES, json.length));
    }
    JsonNode root;
    try {
      root = MAPPER.readTree(json);
    } catch (JacksonException e) {
      throw new MessageException(what + " is not JSON", e);
    }
    if (!(root instanceof ObjectNode)) {
      throw new MessageException(what + " must be a JSON object");
    }
    return new ModelJson(what, root);
  }

  String text(String field, int mostChars) {
    return optionalText(field, mostChars).orElseThrow(() -> wrong(field, "is missing"));
  }

  Optional<String> optionalText(String field, int mostChars) {
    JsonNode value = fields.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isString() || value.stringValue().length() > mostChars) {
      throw wrong(field, "must be a text of at most %,d characters".formatted(mostChars));
    }
    return Optional.of(value.stringValue());
  }

  long whole(String field, long least, long most) {
    JsonNode value = fields.path(field);
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.longValue() < least
        || value.longValue() > most) {
      throw wrong(field, "must be a whole number, %d to %d".formatted(least, most));
    }
    return value.longValue();
  }

  double number(String field, double least, double most) {
    JsonNode value = fields.path(field);
    if (!value.isNumber() || !(value.doubleValue() >= least && value.doubleValue() <= most)) {
      throw wrong(field, "must be a number, %s to %s".formatted(least, most));
    }
    return value.doubleValue();
  }

  List<ModelJson> objects(String field, int most) {
    JsonNode value = fields.path(field);
    if (!value.isArray() || value.size() > most) {
      throw wrong(field, "must be a list of at most " + most);
    }
    List<ModelJson> objects = new ArrayList<>();
    for (JsonNode item : value) {
      if (!item.isObject()) {
        throw wrong(field, "must hold objects");
      }
      objects.add(new ModelJson(what + ", " + field, item));
    }
    return objects;
  }

  Optional<ModelJson> object(String field) {
    JsonNode value = fields.path(field);
    return value.isObject()
        ? Optional.of(new ModelJson(what + ", " + field, value))
        : Optional.empty();
  }

  List<String> texts(String field, int most, int mostChars) {
    JsonNode value = fields.path(field);
    if (!value.isArray() || value.size() > most) {
      throw wrong(field, "must be a list of at most %d texts".formatted(most));
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode item : value) {
      if (!item.isString() || item.stringValue().length() > mostChars) {
        throw wrong(field, "must hold texts of at most %d characters".formatted(mostChars));
      }
      texts.add(item.stringValue());
    }
    return texts;
  }

  private MessageException wrong(String field, String problem) {
    return new MessageException("%s: %s %s".formatted(what, field, problem));
  }
}
