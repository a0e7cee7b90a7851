package fabwafer.classifier;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An object of the card; a getter that cannot answer notes why and answers null. */
final class CardSection {
  private final String prefix;
  private final ObjectNode json;
  private final List<String> mistakes;
  private final Set<String> asked = new HashSet<>();

  /**
   * @param prefix what stands before this object's fields in a message, such as {@code input.}
   * @param mistakes receives every mistake
   */
  CardSection(String prefix, ObjectNode json, List<String> mistakes) {
    this.prefix = prefix;
    this.json = json;
    this.mistakes = mistakes;
  }

  boolean has(String field) {
    asked.add(field);
    JsonNode value = json.get(field);
    return value != null && !value.isNull();
  }

  @Nullable String text(String field) {
    return value(field, "a text", JsonNode::isString, JsonNode::stringValue);
  }

  @Nullable Integer wholeNumber(String field) {
    return value(
        field,
        "a whole number",
        node -> node.isIntegralNumber() && node.canConvertToInt(),
        JsonNode::intValue);
  }

  @Nullable Long longNumber(String field) {
    return value(
        field,
        "a whole number",
        node -> node.isIntegralNumber() && node.canConvertToLong(),
        JsonNode::longValue);
  }

  @Nullable Double number(String field) {
    return value(field, "a number", CardSection::isFinite, JsonNode::doubleValue);
  }

  @Nullable ArrayNode array(String field) {
    return value(field, "a list", JsonNode::isArray, ArrayNode.class::cast);
  }

  /** Every element of a list, by a getter that answers null for what is none of its kind. */
  <T> @Nullable List<T> list(
      String field, String expected, Predicate<JsonNode> test, Function<JsonNode, T> getter) {
    ArrayNode array = array(field);
    if (array == null) {
      return null;
    }
    List<T> list = new ArrayList<>();
    for (JsonNode element : array) {
      if (!test.test(element)) {
        mistakes.add(
            "%s%s[%d] must be %s, got %s"
                .formatted(prefix, field, list.size(), expected, ModelCardJson.shown(element)));
        return null;
      }
      list.add(getter.apply(element));
    }
    return list;
  }

  @Nullable List<String> texts(String field) {
    return list(field, "a text", JsonNode::isString, JsonNode::stringValue);
  }

  @Nullable List<Double> numberList(String field) {
    return list(field, "a number", CardSection::isFinite, JsonNode::doubleValue);
  }

  /** Every field of this object as a number. */
  Map<String, Double> numbers() {
    Map<String, Double> numbers = new LinkedHashMap<>();
    for (String field : json.propertyNames()) {
      Double number = number(field);
      if (number != null) {
        numbers.put(field, number);
      }
    }
    return numbers;
  }

  <T> @Nullable T section(String field, Function<CardSection, @Nullable T> reader) {
    ObjectNode object = value(field, "an object", JsonNode::isObject, ObjectNode.class::cast);
    return object == null ? null : section(field, object, reader);
  }

  <T> @Nullable T section(String field, JsonNode value, Function<CardSection, @Nullable T> reader) {
    if (!(value instanceof ObjectNode object)) {
      mistakes.add(prefix + field + " must be an object, got " + ModelCardJson.shown(value));
      return null;
    }
    CardSection section = new CardSection(prefix + field + ".", object, mistakes);
    T read = reader.apply(section);
    section.requireNothingMore();
    return read;
  }

  /** What a maker makes, or null and its mistakes noted. */
  <T> @Nullable T made(Supplier<T> maker) {
    try {
      return maker.get();
    } catch (ModelCardException e) {
      mistakes.addAll(e.mistakes());
      return null;
    }
  }

  /** Notes a mistake of this object's field. */
  void mistake(String problem) {
    mistakes.add(prefix + problem);
  }

  void requireNothingMore() {
    for (String field : json.propertyNames()) {
      if (!asked.contains(field)) {
        mistakes.add(prefix + ModelCardJson.shown(field) + " is no field of a model card");
      }
    }
  }

  private static boolean isFinite(JsonNode node) {
    return node.isNumber() && Double.isFinite(node.doubleValue());
  }

  private <T> @Nullable T value(
      String field, String expected, Predicate<JsonNode> test, Function<JsonNode, T> getter) {
    if (!has(field)) {
      mistakes.add(prefix + field + " is missing");
      return null;
    }
    JsonNode value = json.get(field);
    if (value == null || !test.test(value)) {
      mistakes.add(
          prefix
              + ModelCardJson.shown(field)
              + " must be "
              + expected
              + ", got "
              + ModelCardJson.shown(value));
      return null;
    }
    return getter.apply(value);
  }
}
