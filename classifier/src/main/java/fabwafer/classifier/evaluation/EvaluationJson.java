package fabwafer.classifier.evaluation;

import fabwafer.classifier.evaluation.Evaluation.ConfusedPair;
import fabwafer.classifier.evaluation.Evaluation.Figures;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An evaluation as JSON, for scripts. At the top stand the figures with none weighed as the
 * protocol says; under {@code unweighted} the same figures with each wafer counting 1.
 */
public final class EvaluationJson {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private EvaluationJson() {}

  /** The JSON text, in UTF-8. */
  public static byte[] write(Evaluation evaluation) {
    ObjectNode root = MAPPER.createObjectNode();
    figures(root, evaluation.weighted());
    root.put("saidOneOfThem", evaluation.saidOneOfThem());
    figures(root.putObject("unweighted"), evaluation.plain());
    confusion(root.putObject("confusion"), evaluation);
    ArrayNode pairs = root.putArray("confusedPairs");
    for (ConfusedPair pair : evaluation.confusedPairs()) {
      pairs
          .addObject()
          .put("truth", pair.truth())
          .put("predicted", pair.predicted())
          .put("wafers", pair.wafers())
          .put("ofTruth", pair.ofTruth());
    }
    protocol(root.putObject("protocol"), evaluation);
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
  }

  private static void figures(ObjectNode json, Figures figures) {
    Metrics metrics = figures.metrics();
    json.put("accuracy", metrics.accuracy());
    json.put("exactMatch", metrics.accuracy());
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
      Interval interval = figures.intervals().get(name);
      if (interval != null) {
        intervals.putArray(name).add(interval.low()).add(interval.high());
      }
    }
  }

  private static void confusion(ObjectNode json, Evaluation evaluation) {
    ArrayNode truths = json.putArray("truths");
    evaluation.truths().forEach(truths::add);
    ArrayNode predicted = json.putArray("predicted");
    evaluation.classes().forEach(predicted::add);
    ArrayNode wafers = json.putArray("wafers");
    for (List<Integer> row : evaluation.confusion()) {
      ArrayNode counts = wafers.addArray();
      row.forEach(counts::add);
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
        .put("dieMaskForced", protocol.dieMaskForced())
        .put("modelId", protocol.modelId())
        .put("noneWeight", protocol.noneWeight())
        .put("eceBins", Tally.BINS)
        .put("bootstrapResamples", protocol.resamples())
        .put("bootstrapSeed", protocol.seed());
  }
}
