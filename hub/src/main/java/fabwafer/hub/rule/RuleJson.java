package fabwafer.hub.rule;

import fabwafer.hub.hold.HoldMode;
import fabwafer.hub.statistics.Cusum;
import fabwafer.hub.statistics.Ewma;
import fabwafer.hub.web.JsonBody;
import fabwafer.hub.web.ProblemException;
import fabwafer.protocol.Names;
import fabwafer.wafer.DefectPattern;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Rules as the REST contract and the database write them; whatever is wrong is named. */
final class RuleJson {
  /** The fields of a rule. */
  static final String[] FIELDS = {
    "name", "enabled", "fab", "camera", "product", "pattern", "probability", "probabilities", "per",
    "test", "k", "n", "expected", "weight", "width", "slack", "decision", "hold"
  };

  static final int MAX_NAME_CHARS = 80;

  /** Most wafers of a window: what is kept of a stream is read and written at each wafer. */
  static final int MAX_WINDOW = 200;

  /** Most wafers of a group. */
  static final int MAX_GROUP = 10_000;

  private static final int MAX_TEXT_CHARS = 256;

  /** Most thresholds of fabs and cameras of a rule. */
  private static final int MAX_PROBABILITIES = 1_000;

  private static final List<String> TESTS =
      List.of("threshold", "k-of-n", "p-chart", "ewma", "cusum");
  private static final double LEAST_SHARE = 0.0001;
  private static final double MOST_SHARE = 0.9999;
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private RuleJson() {}

  /** A rule as it is kept. */
  static String text(Rule rule) {
    return MAPPER.writeValueAsString(json(rule));
  }

  /** A rule that was kept. */
  static Rule parse(String text) {
    return read(JsonBody.of((ObjectNode) MAPPER.readTree(text)));
  }

  static ObjectNode json(Rule rule) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("name", rule.name());
    json.put("enabled", rule.enabled());
    json.put("fab", rule.fab().orElse(null));
    json.put("camera", rule.camera().orElse(null));
    json.put("product", rule.product().orElse(null));
    json.put("pattern", rule.pattern().orElse(null));
    json.put("probability", rule.probability());
    ArrayNode probabilities = json.putArray("probabilities");
    new TreeMap<>(rule.probabilities())
        .forEach((place, probability) -> probabilities.add(place + "=" + probability));
    json.put("per", rule.per().word());
    json.put("test", rule.test().word());
    putTest(json, rule.test());
    json.put("hold", rule.hold().word());
    return json;
  }

  private static void putTest(ObjectNode json, RuleTest test) {
    switch (test) {
      case RuleTest.Threshold _ -> {
        // Its probability is the rule's.
      }
      case RuleTest.KOfN kOfN -> json.put("k", kOfN.k()).put("n", kOfN.n());
      case RuleTest.OfShare chart -> putGroups(json, chart.n(), chart.expected());
      case RuleTest.OfAverage chart -> {
        putGroups(json, chart.n(), chart.expected());
        json.put("weight", chart.chart().weight()).put("width", chart.chart().width());
      }
      case RuleTest.OfSum chart -> {
        putGroups(json, chart.n(), chart.expected());
        json.put("slack", chart.chart().slack()).put("decision", chart.chart().decision());
      }
    }
  }

  private static void putGroups(ObjectNode json, int n, double expected) {
    json.put("n", n).put("expected", expected);
  }

  /**
   * A rule as somebody sent it.
   *
   * @throws ProblemException if it is none
   */
  static Rule read(JsonBody body) {
    String name = body.text("name", MAX_NAME_CHARS).strip();
    if (name.isEmpty() || !name.matches("[^\\p{Cntrl}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]+")) {
      throw ProblemException.field("name", "name must say something, in one line");
    }
    return new Rule(
        name,
        body.flag("enabled", true),
        name(body, "fab"),
        name(body, "camera"),
        text(body, "product"),
        text(body, "pattern").map(DefectPattern::canonicalLabel),
        body.number("probability", 0.5, 0, 1),
        probabilities(body),
        Rule.Per.valueOf(
            word(body, "per", "camera", Arrays.stream(Rule.Per.values()).map(Rule.Per::word))),
        test(body),
        HoldMode.valueOf(
            word(body, "hold", "off", Arrays.stream(HoldMode.values()).map(HoldMode::word))));
  }

  private static RuleTest test(JsonBody body) {
    String test = body.text("test", MAX_TEXT_CHARS);
    return switch (test) {
      case "threshold" -> new RuleTest.Threshold();
      case "k-of-n" -> {
        int n = whole(body, "n", MAX_WINDOW);
        yield new RuleTest.KOfN(whole(body, "k", n), n);
      }
      case "p-chart" -> new RuleTest.OfShare(group(body), expected(body));
      case "ewma" ->
          new RuleTest.OfAverage(
              group(body),
              expected(body),
              new Ewma(
                  body.number("weight", Ewma.USUAL.weight(), 0.001, 1),
                  body.number("width", Ewma.USUAL.width(), 0.1, 10)));
      case "cusum" ->
          new RuleTest.OfSum(
              group(body),
              expected(body),
              new Cusum(
                  body.number("slack", Cusum.USUAL.slack(), 0, 10),
                  body.number("decision", Cusum.USUAL.decision(), 0.1, 100)));
      default ->
          throw ProblemException.field("test", "test must be one of " + String.join(", ", TESTS));
    };
  }

  private static double expected(JsonBody body) {
    require(body, "expected");
    return body.number("expected", 0, LEAST_SHARE, MOST_SHARE);
  }

  private static int group(JsonBody body) {
    return whole(body, "n", MAX_GROUP);
  }

  private static int whole(JsonBody body, String field, int most) {
    require(body, field);
    return (int) body.whole(field, 1, 1, most);
  }

  private static void require(JsonBody body, String field) {
    if (!body.has(field)) {
      throw ProblemException.field(field, field + " is missing");
    }
  }

  private static Map<String, Double> probabilities(JsonBody body) {
    Map<String, Double> probabilities = new TreeMap<>();
    for (String text : body.texts("probabilities", MAX_PROBABILITIES, MAX_TEXT_CHARS * 2)) {
      String[] parts = text.split("=", 2);
      String[] names = parts[0].split("/", -1);
      boolean isPlace = names.length <= 2 && Arrays.stream(names).allMatch(Names::isName);
      double probability = parts.length == 2 ? probability(parts[1]) : Double.NaN;
      if (!isPlace || !(probability >= 0 && probability <= 1)) {
        throw ProblemException.field(
            "probabilities", "probabilities must hold texts such as faba=0.6 or faba/camera1=0.7");
      }
      probabilities.put(parts[0], probability);
    }
    return probabilities;
  }

  private static double probability(String text) {
    return text.matches("[0-9]{1,3}(\\.[0-9]{1,20})?(E-?[0-9]{1,2})?")
        ? Double.parseDouble(text)
        : Double.NaN;
  }

  private static Optional<String> name(JsonBody body, String field) {
    Optional<String> name = text(body, field);
    if (name.isPresent() && !Names.isName(name.get())) {
      throw ProblemException.field(field, field + " must be a name: A-Z a-z 0-9 . _ -");
    }
    return name;
  }

  private static Optional<String> text(JsonBody body, String field) {
    return body.optionalText(field, MAX_TEXT_CHARS)
        .map(String::strip)
        .filter(text -> !text.isEmpty());
  }

  private static String word(JsonBody body, String field, String fallback, Stream<String> words) {
    List<String> known = words.toList();
    String word = body.optionalText(field, MAX_TEXT_CHARS).orElse(fallback);
    if (!known.contains(word)) {
      throw ProblemException.field(
          field, "%s must be one of %s".formatted(field, String.join(", ", known)));
    }
    return word.toUpperCase(Locale.ROOT);
  }
}
