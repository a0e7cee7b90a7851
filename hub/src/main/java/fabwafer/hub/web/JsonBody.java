package fabwafer.hub.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The JSON object that a request carries; each getter names the field it could not read. */
public final class JsonBody {
  private final ObjectNode fields;

  private JsonBody(ObjectNode fields) {
    this.fields = fields;
  }

  /**
   * Reads a body.
   *
   * @param known the fields it may have
   * @throws ProblemException if it is no JSON object, or has another field
   */
  static JsonBody parse(byte[] body, Set<String> known) {
    JsonNode root;
    try {
      root = Json.MAPPER.readTree(body);
    } catch (JacksonException e) {
      throw new ProblemException(Problem.MALFORMED_JSON, "the body is not JSON: " + firstLine(e));
    }
    return of(root, known);
  }

  private static JsonBody of(JsonNode root, Set<String> known) {
    if (!(root instanceof ObjectNode object)) {
      throw new ProblemException(Problem.BAD_BODY, "the body must be a JSON object");
    }
    return of(object, known);
  }

  private static JsonBody of(ObjectNode object, Set<String> known) {
    for (String name : object.propertyNames()) {
      if (!known.contains(name)) {
        String shown = Texts.shown(name);
        throw ProblemException.field(
            Texts.plain(name),
            "%s is no field here; known: %s"
                .formatted(shown, String.join(", ", new TreeSet<>(known))));
      }
    }
    return new JsonBody(object);
  }

  /** An object that the hub wrote itself. */
  public static JsonBody of(ObjectNode object) {
    return new JsonBody(object);
  }

  /** Whether a field is there and not null. */
  public boolean has(String field) {
    return value(field) != null;
  }

  /**
   * A text.
   *
   * @throws ProblemException if it is missing, no text, or longer than allowed
   */
  public String text(String field, int maxChars) {
    return optionalText(field, maxChars)
        .orElseThrow(() -> ProblemException.field(field, field + " is missing"));
  }

  /** A text that may be missing or null. */
  public Optional<String> optionalText(String field, int maxChars) {
    JsonNode value = value(field);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isString()) {
      throw ProblemException.field(field, field + " must be a text");
    }
    String text = value.stringValue();
    if (text.length() > maxChars) {
      throw ProblemException.field(
          field,
          "%s must be at most %,d characters, got %,d".formatted(field, maxChars, text.length()));
    }
    return Optional.of(text);
  }

  /** A whole number within bounds, or its default where it is missing or null. */
  public long whole(String field, long fallback, long least, long most) {
    JsonNode value = value(field);
    if (value == null) {
      return fallback;
    }
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.longValue() < least
        || value.longValue() > most) {
      throw ProblemException.field(
          field, "%s must be a whole number from %d to %d".formatted(field, least, most));
    }
    return value.longValue();
  }

  /** A number within bounds, or its default where it is missing or null. */
  public double number(String field, double fallback, double least, double most) {
    JsonNode value = value(field);
    if (value == null) {
      return fallback;
    }
    double number = value.isNumber() ? value.doubleValue() : Double.NaN;
    if (!(number >= least && number <= most)) {
      throw ProblemException.field(
          field, "%s must be a number from %s to %s".formatted(field, least, most));
    }
    return number;
  }

  /** True or false, or its default where it is missing or null. */
  public boolean flag(String field, boolean fallback) {
    JsonNode value = value(field);
    if (value == null) {
      return fallback;
    }
    if (!value.isBoolean()) {
      throw ProblemException.field(field, field + " must be true or false");
    }
    return value.booleanValue();
  }

  /** A list of texts; empty where it is missing or null. */
  public List<String> texts(String field, int maxTexts, int maxChars) {
    JsonNode value = value(field);
    if (value == null) {
      return List.of();
    }
    if (!value.isArray() || value.size() > maxTexts) {
      throw ProblemException.field(
          field, "%s must be a list of at most %d texts".formatted(field, maxTexts));
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode text : value) {
      if (!text.isString() || text.stringValue().length() > maxChars) {
        throw ProblemException.field(
            field, "%s must hold texts of at most %d characters".formatted(field, maxChars));
      }
      texts.add(text.stringValue());
    }
    return texts;
  }

  /**
   * A list of objects; empty where it is missing or null.
   *
   * @param known the fields that each may have
   */
  public List<JsonBody> objects(String field, int maxObjects, String... known) {
    JsonNode value = value(field);
    if (value == null) {
      return List.of();
    }
    if (!value.isArray() || value.size() > maxObjects) {
      throw ProblemException.field(
          field, "%s must be a list of at most %d objects".formatted(field, maxObjects));
    }
    List<JsonBody> objects = new ArrayList<>();
    for (JsonNode each : value) {
      if (!(each instanceof ObjectNode object)) {
        throw ProblemException.field(field, field + " must hold objects");
      }
      objects.add(of(object, Set.of(known)));
    }
    return objects;
  }

  /** A time, seconds or milliseconds since 1970, a number or a numeric text, as it came. */
  public String timestamp(String field) {
    JsonNode value = value(field);
    if (value == null) {
      throw ProblemException.field(field, field + " is missing");
    }
    if (!value.isNumber() && !value.isString()) {
      throw ProblemException.field(field, field + " must be a number");
    }
    return value.asString();
  }

  /**
   * Rows of whole numbers, such as die codes.
   *
   * @throws ProblemException if the field holds anything else, or a number outside 0 to 255
   */
  public List<byte[]> rows(String field) {
    JsonNode value = value(field);
    if (value == null || !value.isArray()) {
      throw ProblemException.field(field, field + " must be a list of rows");
    }
    List<byte[]> rows = new ArrayList<>(value.size());
    for (JsonNode row : value) {
      if (!row.isArray()) {
        throw ProblemException.field(
            field, "%s, row %d must be a list of numbers".formatted(field, rows.size()));
      }
      byte[] codes = new byte[row.size()];
      for (int i = 0; i < codes.length; i++) {
        JsonNode code = row.get(i);
        if (!code.canConvertToInt()
            || !code.isIntegralNumber()
            || code.intValue() < 0
            || code.intValue() > 255) {
          throw ProblemException.field(
              field,
              "%s, row %d, column %d must be 0, 1 or 2, got %s"
                  .formatted(field, rows.size(), i, Texts.shown(code.toString())));
        }
        codes[i] = (byte) code.intValue();
      }
      rows.add(codes);
    }
    return rows;
  }

  /** A field as it came, for formats of others; a missing node where it is not there. */
  public JsonNode tree(String field) {
    return fields.path(field);
  }

  private @Nullable JsonNode value(String field) {
    JsonNode value = fields.get(field);
    return value == null || value.isNull() ? null : value;
  }

  private static String firstLine(JacksonException e) {
    String line = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
    var location = e.getLocation();
    return location == null
        ? Texts.plain(line)
        : "%s (line %d, column %d)"
            .formatted(Texts.plain(line), location.getLineNr(), location.getColumnNr());
  }
}
