package fabwafer.classifier.evaluation;

import fabwafer.classifier.evaluation.Evaluation.ConfusedPair;
import fabwafer.classifier.evaluation.Evaluation.Figures;
import fabwafer.classifier.evaluation.Metrics.Share;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An evaluation as JSON, for scripts. At the top stand the figures with none weighed as the
 * protocol says; under {@code unweighted} the same figures with each wafer counting 1; {@code
 * definitions} says what they mean on this data set.
 */
public final class EvaluationJson {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private EvaluationJson() {}

  /** The JSON text, in UTF-8. */
  public static byte[] write(Evaluation evaluation) {
    return write(evaluation, Optional.empty());
  }

  /** The JSON text, in UTF-8, with a comparison under {@code comparison}. */
  public static byte[] write(Evaluation evaluation, Optional<Comparison> comparison) {
    ObjectNode root = MAPPER.createObjectNode();
    figures(root, evaluation.weighted());
    root.put("saidOneOfThem", evaluation.saidOneOfThem());
    evaluation
        .oneLabel()
        .ifPresent(
            one ->
                root.putObject("oneLabel")
                    .put("wafers", one.wafers())
                    .put("accuracy", one.accuracy())
                    .put("macroF1", one.macroF1()));
    figures(root.putObject("unweighted"), evaluation.plain());
    confusion(root.putObject("confusion"), evaluation.confusion());
    ArrayNode pairs = root.putArray("confusedPairs");
    for (ConfusedPair pair : evaluation.confusedPairs()) {
      pairs
          .addObject()
          .put("truth", pair.truth())
          .put("predicted", pair.predicted())
          .put("wafers", pair.wafers())
          .put("ofTruth", pair.ofTruth());
    }
    FindingsJson.write(root, evaluation);
    comparison.ifPresent(found -> comparison(root.putObject("comparison"), found));
    ObjectNode definitions = root.putObject("definitions");
    Definitions.of(evaluation).forEach(definitions::put);
    protocol(root.putObject("protocol"), evaluation);
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
  }

  private static void figures(ObjectNode json, Figures figures) {
    Metrics metrics = figures.metrics();
    json.put("accuracy", metrics.accuracy());
    json.put("exactMatch", metrics.exactMatch());
    json.put("macroF1", metrics.macroF1());
    json.put("weightedF1", metrics.weightedF1());
    json.put("worstClassRecall", metrics.worstClassRecall());
    json.put("worstClass", metrics.worstClass());
    json.put("ece", metrics.ece());
    json.putObject("binary")
        .put("accuracy", metrics.binary().accuracy())
        .put("precision", metrics.binary().precision())
        .put("recall", metrics.binary().recall());
    ObjectNode perClass = json.putObject("perClass");
    metrics
        .perClass()
        .forEach(
            (label, one) ->
                perClass
                    .putObject(label)
                    .put("precision", one.precision())
                    .put("recall", one.recall())
                    .put("f1", one.f1())
                    .put("support", one.support()));
    metrics
        .sets()
        .ifPresent(
            sets -> {
              json.put("hammingLoss", sets.hammingLoss());
              ObjectNode byPatterns = json.putObject("byPatterns");
              sets.byPatterns()
                  .forEach((patterns, share) -> share(byPatterns, patterns.toString(), share));
              ObjectNode byCombination = json.putObject("byCombination");
              sets.byCombination().forEach((name, share) -> share(byCombination, name, share));
            });
    ArrayNode selective = json.putArray("selective");
    for (SelectivePoint point : figures.selective()) {
      selective
          .addObject()
          .put("coverage", point.coverage())
          .put("error", point.error())
          .put("threshold", point.threshold());
    }
    ArrayNode reliability = json.putArray("reliability");
    for (ReliabilityBin bin : figures.reliability()) {
      reliability
          .addObject()
          .put("from", bin.from())
          .put("to", bin.to())
          .put("wafers", bin.wafers())
          .put("confidence", bin.confidence())
          .put("accuracy", bin.accuracy());
    }
    ObjectNode intervals = json.putObject("intervals");
    for (String name : metrics.values().keySet()) {
      interval(intervals, name, Optional.ofNullable(figures.intervals().get(name)));
    }
  }

  private static void share(ObjectNode json, String name, Share share) {
    json.putObject(name).put("exactMatch", share.exactMatch()).put("wafers", share.wafers());
  }

  /** An interval as an array of its ends; nothing where there is none. */
  static void interval(ObjectNode json, String name, Optional<Interval> interval) {
    interval.ifPresent(ends -> json.putArray(name).add(ends.low()).add(ends.high()));
  }

  private static void confusion(ObjectNode json, Confusion confusion) {
    ArrayNode truths = json.putArray("truths");
    confusion.truths().forEach(truth -> truths.add(Confusion.name(truth)));
    ArrayNode predicted = json.putArray("predicted");
    confusion.answers().forEach(answer -> predicted.add(Confusion.name(answer)));
    ArrayNode wafers = json.putArray("wafers");
    for (List<Integer> row : confusion.wafers()) {
      ArrayNode counts = wafers.addArray();
      row.forEach(counts::add);
    }
  }

  private static void comparison(ObjectNode json, Comparison comparison) {
    json.put("against", comparison.against())
        .put("verdict", comparison.verdict().name().toLowerCase(Locale.ROOT))
        .put("sentence", comparison.sentence())
        .put("deciding", comparison.deciding())
        .put("wafers", comparison.wafers())
        .put("groups", comparison.groups())
        .put("onlyModelRight", comparison.onlyFirstRight())
        .put("onlyAgainstRight", comparison.onlySecondRight())
        .put("bothWrong", comparison.bothWrong());
    ObjectNode differences = json.putObject("differences");
    for (Comparison.Difference one : comparison.differences()) {
      ObjectNode difference = differences.putObject(one.name());
      difference
          .put("model", one.first())
          .put("against", one.second())
          .put("difference", one.value());
      interval(difference, "interval", Optional.of(one.interval()));
      difference.put("shareHigher", one.shareHigher());
    }
  }

  private static void protocol(ObjectNode json, Evaluation evaluation) {
    Protocol protocol = evaluation.protocol();
    json.put("data", protocol.data())
        .put("dataSha256", protocol.dataSha256())
        .put("split", protocol.split())
        .put("wafers", evaluation.wafers())
        .put("groups", evaluation.groups())
        .put("labelling", evaluation.labelling().name().toLowerCase(Locale.ROOT))
        .put("patternHead", evaluation.patternHead())
        .put("dieMaskForced", protocol.dieMaskForced())
        .put("modelId", protocol.modelId())
        .put("noneWeight", protocol.noneWeight())
        .put("eceBins", Tally.BINS)
        .put("bootstrapResamples", protocol.resamples())
        .put("bootstrapSeed", protocol.seed());
  }
}
