package fabwafer.classifier;

import fabwafer.classifier.Judgement.Conformal;
import fabwafer.classifier.Judgement.Decision;
import fabwafer.classifier.Judgement.Novelty;
import fabwafer.classifier.Judgement.Patterns;
import fabwafer.classifier.Judgement.Views;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The {@link Judgement} of a model card as JSON: fields of the card that may be absent. */
final class JudgementJson {
  private JudgementJson() {}

  /** Answers null where a part is wrong; its mistakes are noted. */
  static @Nullable Judgement read(CardSection root) {
    Optional<Views> views = part(root, "views", JudgementJson::views);
    Optional<Patterns> patterns = part(root, "patterns", JudgementJson::patterns);
    Optional<Conformal> conformal = part(root, "conformal", JudgementJson::conformal);
    Optional<Novelty> novelty = part(root, "novelty", JudgementJson::novelty);
    Optional<Decision> decision = part(root, "decision", JudgementJson::decision);
    if (novelty.isEmpty() && root.has("novelty")) {
      return null; // Else the decision would seem to lack it.
    }
    return root.made(() -> new Judgement(views, patterns, conformal, novelty, decision));
  }

  private static <T> Optional<T> part(
      CardSection root, String field, Function<CardSection, @Nullable T> reader) {
    return root.has(field) ? Optional.ofNullable(root.section(field, reader)) : Optional.empty();
  }

  private static @Nullable Views views(CardSection json) {
    Double below = json.number("below");
    return below == null ? null : json.made(() -> new Views(below));
  }

  private static @Nullable Patterns patterns(CardSection json) {
    List<String> labels = json.texts("labels");
    Double temperature = json.number("temperature");
    Map<String, Double> bias =
        json.has("bias") ? json.section("bias", CardSection::numbers) : Map.of();
    Map<String, Double> thresholds = json.section("thresholds", CardSection::numbers);
    String fittedOn = json.text("fittedOn");
    return labels == null
            || temperature == null
            || bias == null
            || thresholds == null
            || fittedOn == null
        ? null
        : json.made(() -> new Patterns(labels, temperature, bias, thresholds, fittedOn));
  }

  private static @Nullable Conformal conformal(CardSection json) {
    Double coverage = json.number("coverage");
    Map<String, Double> least = json.section("least", CardSection::numbers);
    String fittedOn = json.text("fittedOn");
    return coverage == null || least == null || fittedOn == null
        ? null
        : json.made(() -> new Conformal(coverage, least, fittedOn));
  }

  private static @Nullable Novelty novelty(CardSection json) {
    List<Double> quantiles = json.numberList("quantiles");
    String fittedOn = json.text("fittedOn");
    return quantiles == null || fittedOn == null
        ? null
        : json.made(() -> new Novelty(quantiles, fittedOn));
  }

  private static @Nullable Decision decision(CardSection json) {
    Double minConfidence = json.number("minConfidence");
    Double maxNovelty = json.has("maxNovelty") ? json.number("maxNovelty") : Double.valueOf(1);
    Double coverage = json.number("coverage");
    Double error = json.number("error");
    String fittedOn = json.text("fittedOn");
    return minConfidence == null
            || maxNovelty == null
            || coverage == null
            || error == null
            || fittedOn == null
        ? null
        : json.made(() -> new Decision(minConfidence, maxNovelty, coverage, error, fittedOn));
  }

  /** Adds the parts there are. */
  static void write(ObjectNode root, Judgement judgement) {
    judgement.views().ifPresent(views -> root.putObject("views").put("below", views.below()));
    judgement.patterns().ifPresent(patterns -> write(root.putObject("patterns"), patterns));
    judgement
        .conformal()
        .ifPresent(
            conformal -> {
              ObjectNode json = root.putObject("conformal").put("coverage", conformal.coverage());
              ModelCardJson.putNumbers(json, "least", conformal.least());
              json.put("fittedOn", conformal.fittedOn());
            });
    judgement
        .novelty()
        .ifPresent(
            novelty -> {
              ObjectNode json = root.putObject("novelty");
              ArrayNode quantiles = json.putArray("quantiles");
              novelty.quantiles().forEach(quantiles::add);
              json.put("fittedOn", novelty.fittedOn());
            });
    judgement
        .decision()
        .ifPresent(
            decision ->
                root.putObject("decision")
                    .put("minConfidence", decision.minConfidence())
                    .put("maxNovelty", decision.maxNovelty())
                    .put("coverage", decision.coverage())
                    .put("error", decision.error())
                    .put("fittedOn", decision.fittedOn()));
  }

  private static void write(ObjectNode json, Patterns patterns) {
    ArrayNode labels = json.putArray("labels");
    patterns.labels().forEach(labels::add);
    json.put("temperature", patterns.temperature());
    if (!patterns.bias().isEmpty()) {
      ModelCardJson.putNumbers(json, "bias", patterns.bias());
    }
    ModelCardJson.putNumbers(json, "thresholds", patterns.thresholds());
    json.put("fittedOn", patterns.fittedOn());
  }
}
