package fabwafer.classifier;

import fabwafer.classifier.ModelCard.Calibration;
import fabwafer.classifier.ModelCard.Input;
import fabwafer.classifier.ModelCard.Measurement;
import fabwafer.classifier.ModelCard.Provenance;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A model card as JSON. Unknown fields are refused: a misspelt one would change the results. */
final class ModelCardJson {
  private static final int FORMAT = 1;
  private static final int MAX_DEPTH = 8;
  private static final int MAX_NUMBER_CHARS = 40;
  private static final int MAX_MISTAKES = 20;
  private static final int SHOWN_CHARS = 60;

  private static final JsonMapper MAPPER = strictMapper(ModelCard.MAX_BYTES).build();

  private final List<String> mistakes;

  private ModelCardJson(List<String> mistakes) {
    this.mistakes = mistakes;
  }

  /** Reads JSON of at most so many bytes, bounded in depth, without two fields of one name. */
  static JsonMapper.Builder strictMapper(int maxBytes) {
    return JsonMapper.builder(
            JsonFactory.builder()
                .streamReadConstraints(
                    StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxStringLength(maxBytes)
                        .maxNumberLength(MAX_NUMBER_CHARS)
                        .maxDocumentLength(maxBytes)
                        .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build())
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  }

  static ModelCard parse(String name, byte[] json) {
    if (json.length > ModelCard.MAX_BYTES) {
      throw new ClassifierException(
          "%s: a model card has at most %,d bytes".formatted(name, ModelCard.MAX_BYTES));
    }
    JsonNode root;
    try {
      root = MAPPER.readTree(json);
    } catch (JacksonException e) {
      throw new ClassifierException(name + ": the model card is not JSON: " + firstLine(e), e);
    }
    if (!(root instanceof ObjectNode object)) {
      throw new ClassifierException(name + ": a model card must be a JSON object");
    }
    List<String> mistakes = new ArrayList<>();
    ModelCard card = new ModelCardJson(mistakes).card(object);
    if (card == null || !mistakes.isEmpty()) {
      throw new ModelCardException(
          name + ": ", mistakes.subList(0, Math.min(mistakes.size(), MAX_MISTAKES)));
    }
    return card;
  }

  private @Nullable ModelCard card(ObjectNode json) {
    CardSection root = new CardSection("", json, mistakes);
    Integer format = root.wholeNumber("format");
    if (format != null && format != FORMAT) {
      mistakes.add("format must be %d, got %d".formatted(FORMAT, format));
    }
    String id = root.text("id");
    List<String> classes = root.texts("classes");
    Input input = root.section("input", this::input);
    String preprocessing = root.text("preprocessing");
    Calibration calibration = root.section("calibration", this::calibration);
    Map<String, Double> thresholds =
        root.has("thresholds") ? root.section("thresholds", CardSection::numbers) : Map.of();
    Judgement judgement = JudgementJson.read(root);
    List<Measurement> metrics = metrics(root);
    Provenance provenance = root.section("provenance", this::provenance);
    root.requireNothingMore();
    if (id == null
        || classes == null
        || input == null
        || preprocessing == null
        || calibration == null
        || thresholds == null
        || judgement == null
        || metrics == null
        || provenance == null) {
      return null;
    }
    return root.made(
        () ->
            new ModelCard(
                id,
                classes,
                input,
                preprocessing,
                calibration,
                thresholds,
                judgement,
                metrics,
                provenance));
  }

  private @Nullable Input input(CardSection json) {
    String name = json.text("name");
    Integer planes = json.wholeNumber("planes");
    Integer side = json.wholeNumber("side");
    Input.Type type = type(json);
    return name == null || planes == null || side == null || type == null
        ? null
        : json.made(() -> new Input(name, planes, side, type));
  }

  private Input.@Nullable Type type(CardSection json) {
    String word = json.text("type");
    if (word == null) {
      return null;
    }
    for (Input.Type type : Input.Type.values()) {
      if (type.word().equals(word)) {
        return type;
      }
    }
    mistakes.add("input.type must be uint8 or float32, got " + shown(word));
    return null;
  }

  private @Nullable Calibration calibration(CardSection json) {
    String method = json.text("method");
    return switch (method) {
      case null -> null;
      case "none" -> new Calibration.None();
      case "temperature" -> {
        Double temperature = json.number("temperature");
        String fittedOn = json.text("fittedOn");
        yield temperature == null || fittedOn == null
            ? null
            : json.made(() -> new Calibration.Temperature(temperature, fittedOn));
      }
      case "vector" -> {
        Double temperature = json.number("temperature");
        Map<String, Double> bias = json.section("bias", CardSection::numbers);
        String fittedOn = json.text("fittedOn");
        yield temperature == null || bias == null || fittedOn == null
            ? null
            : json.made(() -> new Calibration.Vector(temperature, bias, fittedOn));
      }
      default -> {
        json.mistake("method must be none, temperature or vector, got " + shown(method));
        yield null;
      }
    };
  }

  private @Nullable List<Measurement> metrics(CardSection root) {
    if (!root.has("metrics")) {
      return List.of();
    }
    ArrayNode array = root.array("metrics");
    if (array == null) {
      return null;
    }
    List<Measurement> measurements = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      Measurement measurement = root.section("metrics[" + i + "]", array.get(i), this::measurement);
      if (measurement != null) {
        measurements.add(measurement);
      }
    }
    return measurements;
  }

  private @Nullable Measurement measurement(CardSection json) {
    String data = json.text("data");
    String split = json.text("split");
    Map<String, Double> values = json.section("values", CardSection::numbers);
    return data == null || split == null || values == null
        ? null
        : json.made(() -> new Measurement(data, split, values));
  }

  private @Nullable Provenance provenance(CardSection json) {
    String data = json.text("data");
    String dataSha256 = json.text("dataSha256");
    String codeVersion = json.text("codeVersion");
    Long seed = json.longNumber("seed");
    Optional<String> parent =
        json.has("parent") ? Optional.ofNullable(json.text("parent")) : Optional.empty();
    Instant created = created(json);
    String command = json.text("command");
    return data == null
            || dataSha256 == null
            || codeVersion == null
            || seed == null
            || created == null
            || command == null
        ? null
        : json.made(
            () -> new Provenance(data, dataSha256, codeVersion, seed, parent, created, command));
  }

  private @Nullable Instant created(CardSection json) {
    String text = json.text("created");
    if (text == null) {
      return null;
    }
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      mistakes.add(
          "provenance.created must be a time such as 2026-11-23T10:15:30Z, got " + shown(text));
      return null;
    }
  }

  static byte[] write(ModelCard card) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("format", FORMAT);
    root.put("id", card.id());
    ArrayNode classes = root.putArray("classes");
    card.classes().forEach(classes::add);
    root.putObject("input")
        .put("name", card.input().name())
        .put("planes", card.input().planes())
        .put("side", card.input().side())
        .put("type", card.input().type().word());
    root.put("preprocessing", card.preprocessing());
    ObjectNode calibration = root.putObject("calibration");
    switch (card.calibration()) {
      case Calibration.None none -> calibration.put("method", "none");
      case Calibration.Temperature fitted ->
          calibration
              .put("method", "temperature")
              .put("temperature", fitted.temperature())
              .put("fittedOn", fitted.fittedOn());
      case Calibration.Vector fitted -> {
        calibration.put("method", "vector").put("temperature", fitted.temperature());
        putNumbers(calibration, "bias", fitted.bias());
        calibration.put("fittedOn", fitted.fittedOn());
      }
    }
    putNumbers(root, "thresholds", card.thresholds());
    JudgementJson.write(root, card.judgement());
    ArrayNode metrics = root.putArray("metrics");
    for (Measurement measurement : card.metrics()) {
      ObjectNode written =
          metrics.addObject().put("data", measurement.data()).put("split", measurement.split());
      putNumbers(written, "values", measurement.values());
    }
    Provenance from = card.provenance();
    ObjectNode provenance =
        root.putObject("provenance")
            .put("data", from.data())
            .put("dataSha256", from.dataSha256())
            .put("codeVersion", from.codeVersion())
            .put("seed", from.seed());
    from.parent().ifPresent(parent -> provenance.put("parent", parent));
    provenance.put("created", from.created().toString()).put("command", from.command());
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
  }

  static void putNumbers(ObjectNode parent, String field, Map<String, Double> numbers) {
    ObjectNode object = parent.putObject(field);
    numbers.forEach(object::put);
  }

  /** A value as it may stand in a message: short, without control characters. */
  static String shown(Object value) {
    String text = String.valueOf(value).replaceAll("\\p{Cntrl}", "?");
    return text.length() <= SHOWN_CHARS ? text : text.substring(0, SHOWN_CHARS) + "…";
  }

  private static String firstLine(JacksonException e) {
    String line = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
    var location = e.getLocation();
    return location == null
        ? line
        : line + " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
  }
}
