package fabwafer.protocol;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An {@link Assessment} as the JSON fields of a message or an answer.
 *
 * <p>Reading is lenient, a field at a time: a field of another form, or past a limit, is as if it
 * were not there. These fields only add to a prediction; a wrong one must not cost the wafer.
 */
public final class AssessmentFields {
  private static final String PATTERNS = "patterns";
  private static final String PATTERN_PROBABILITIES = "patternProbabilities";
  private static final String CONFORMAL_SET = "conformalSet";
  private static final String NOVELTY = "novelty";
  private static final String DECISION = "decision";
  private static final String REASONS = "reasons";

  /** The names of the fields. */
  public static final Set<String> NAMES =
      Set.of(PATTERNS, PATTERN_PROBABILITIES, CONFORMAL_SET, NOVELTY, DECISION, REASONS);

  private AssessmentFields() {}

  /**
   * What of an object's fields can be read.
   *
   * @param fields not modified; those of other names are passed over
   */
  public static Assessment read(ObjectNode fields) {
    Optional<Double> novelty =
        sound(fields.get(NOVELTY), node -> Assessment.requireShare(NOVELTY, number(NOVELTY, node)));
    return new Assessment(
        sound(fields.get(PATTERNS), node -> Assessment.requirePatterns(texts(PATTERNS, node))),
        sound(
                fields.get(PATTERN_PROBABILITIES),
                node -> Assessment.requireProbabilities(numbers(PATTERN_PROBABILITIES, node)))
            .orElse(Map.of()),
        sound(
            fields.get(CONFORMAL_SET),
            node -> Assessment.requireLabels(CONFORMAL_SET, texts(CONFORMAL_SET, node))),
        novelty.isPresent() ? OptionalDouble.of(novelty.get()) : OptionalDouble.empty(),
        sound(fields.get(DECISION), node -> text(DECISION, node))
            .flatMap(Assessment.Decision::ofWord),
        sound(fields.get(REASONS), node -> Assessment.requireReasons(texts(REASONS, node)))
            .orElse(List.of()));
  }

  /** Writes what an assessment holds; what it does not hold becomes no field. */
  public static void write(Assessment assessment, ObjectNode fields) {
    assessment.patterns().ifPresent(labels -> labels.forEach(fields.putArray(PATTERNS)::add));
    if (!assessment.patternProbabilities().isEmpty()) {
      assessment.patternProbabilities().forEach(fields.putObject(PATTERN_PROBABILITIES)::put);
    }
    assessment
        .conformalSet()
        .ifPresent(labels -> labels.forEach(fields.putArray(CONFORMAL_SET)::add));
    assessment.novelty().ifPresent(share -> fields.put(NOVELTY, share));
    assessment.decision().ifPresent(decision -> fields.put(DECISION, decision.word()));
    if (!assessment.reasons().isEmpty()) {
      assessment.reasons().forEach(fields.putArray(REASONS)::add);
    }
  }

  /** What a field says; empty where it is absent or says nothing that can be taken. */
  private static <T> Optional<T> sound(@Nullable JsonNode field, Function<JsonNode, T> reading) {
    if (field == null || field.isNull()) {
      return Optional.empty();
    }
    try {
      return Optional.of(reading.apply(field));
    } catch (MessageException e) {
      // Kept as it came with the message's further fields, where a person can see it.
      return Optional.empty();
    }
  }

  private static List<String> texts(String field, JsonNode node) {
    if (!(node instanceof ArrayNode array)) {
      throw new MessageException(field + " must be an array");
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode element : array) {
      texts.add(text(field, element));
    }
    return texts;
  }

  private static Map<String, Double> numbers(String field, JsonNode node) {
    if (!(node instanceof ObjectNode object)) {
      throw new MessageException(field + " must be an object");
    }
    Map<String, Double> numbers = new LinkedHashMap<>();
    object
        .properties()
        .forEach(entry -> numbers.put(entry.getKey(), number(field, entry.getValue())));
    return numbers;
  }

  private static String text(String field, JsonNode node) {
    if (!node.isString()) {
      throw new MessageException(field + " must hold texts");
    }
    return node.stringValue();
  }

  private static double number(String field, JsonNode node) {
    if (!node.isNumber()) {
      throw new MessageException(field + " must hold numbers");
    }
    // What no double holds, such as 1e999, is no share of anything.
    return node.asDouble(Double.NaN);
  }
}
