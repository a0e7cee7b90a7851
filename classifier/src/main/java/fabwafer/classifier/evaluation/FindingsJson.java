package fabwafer.classifier.evaluation;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What an evaluation found beside its figures, as JSON. */
final class FindingsJson {
  /** Most suspected labels in the JSON; the table of suspects holds all. */
  static final int MAX_SUSPECTS = 1_000;

  private FindingsJson() {}

  static void write(ObjectNode root, Evaluation evaluation) {
    breakdowns(root.putArray("breakdowns"), evaluation);
    Certainty certainty = evaluation.certainty();
    coverageRisk(root.putObject("coverageRisk"), certainty.coverageRisk());
    calibration(root.putObject("calibration"), certainty);
    certainty.conformal().ifPresent(check -> conformal(root.putObject("conformal"), check));
    certainty.decision().ifPresent(check -> decision(root.putObject("decision"), check));
    certainty
        .unseen()
        .ifPresent(
            unseen -> {
              ObjectNode node =
                  root.putObject("unseen")
                      .put("label", unseen.label())
                      .put("wafers", unseen.wafers())
                      .put("others", unseen.others())
                      .put("auroc", unseen.auroc());
              EvaluationJson.interval(node, "aurocInterval", unseen.interval());
            });
    certainty.novelty().ifPresent(histogram -> novelty(root.putObject("novelty"), histogram));
    root.put("shareSeenInAllTurns", certainty.turned());
    evaluation
        .doubts()
        .ifPresent(doubts -> doubts(root.putObject("labelDoubts"), doubts, evaluation.wafers()));
  }

  private static void breakdowns(ArrayNode json, Evaluation evaluation) {
    for (Breakdown breakdown : evaluation.breakdowns()) {
      ObjectNode one =
          json.addObject().put("by", breakdown.by()).put("meaning", breakdown.meaning());
      ArrayNode cells = one.putArray("cells");
      for (Breakdown.Cell cell : breakdown.cells()) {
        ObjectNode node =
            cells
                .addObject()
                .put("name", cell.name())
                .put("wafers", cell.wafers())
                .put("groups", cell.groups())
                .put("errors", cell.errors())
                .put("few", cell.few())
                .put("accuracy", cell.accuracy())
                .put("macroF1", cell.macroF1());
        EvaluationJson.interval(node, "accuracyInterval", cell.accuracyInterval());
        EvaluationJson.interval(node, "macroF1Interval", cell.macroF1Interval());
      }
    }
  }

  private static void coverageRisk(ObjectNode json, CoverageRisk risk) {
    json.put("area", risk.area()).put("leastArea", risk.leastArea());
    ArrayNode curve = json.putArray("curve");
    risk.curve().forEach(point -> curve.addArray().add(point.coverage()).add(point.error()));
  }

  private static void calibration(ObjectNode json, Certainty certainty) {
    for (ClassCalibration one : certainty.perClass()) {
      json.putObject(one.label())
          .put("said", one.said())
          .put("confidence", one.confidence())
          .put("precision", one.precision())
          .put("meanProbability", one.meanProbability())
          .put("share", one.share())
          .put("ece", one.ece());
    }
  }

  private static void conformal(ObjectNode json, ConformalCheck check) {
    check.promised().ifPresent(promised -> json.put("promised", promised));
    json.put("wafers", check.wafers()).put("coverage", check.coverage());
    EvaluationJson.interval(json, "coverageInterval", check.interval());
    json.put("meanSize", check.meanSize())
        .put("empty", check.empty())
        .put("single", check.single())
        .put("multiple", check.multiple());
    ObjectNode perClass = json.putObject("perClass");
    for (ConformalCheck.OfClass one : check.perClass()) {
      ObjectNode node =
          perClass
              .putObject(one.label())
              .put("wafers", one.wafers())
              .put("coverage", one.coverage());
      EvaluationJson.interval(node, "coverageInterval", one.interval());
      node.put("meanSize", one.meanSize());
    }
  }

  private static void decision(ObjectNode json, DecisionCheck check) {
    json.put("wafers", check.wafers()).put("coverage", check.coverage());
    EvaluationJson.interval(json, "coverageInterval", check.coverageInterval());
    json.put("error", check.error());
    EvaluationJson.interval(json, "errorInterval", check.errorInterval());
    json.put("reviewError", check.reviewError()).put("errorsSeen", check.errorsSeen());
    ObjectNode reasons = json.putObject("reasons");
    check.reasons().forEach(reasons::put);
  }

  private static void novelty(ObjectNode json, NoveltyHistogram histogram) {
    ArrayNode right = json.putArray("right");
    histogram.right().forEach(right::add);
    ArrayNode wrong = json.putArray("wrong");
    histogram.wrong().forEach(wrong::add);
    json.put("meanRight", histogram.meanRight()).put("meanWrong", histogram.meanWrong());
  }

  private static void doubts(ObjectNode json, LabelDoubts doubts, int wafers) {
    ObjectNode byLabel = json.putObject("byLabel");
    for (LabelDoubts.OfLabel one : doubts.ofLabels()) {
      ObjectNode node =
          byLabel
              .putObject(one.label())
              .put("wafers", one.wafers())
              .put("doubted", one.doubted())
              .put("share", one.share());
      EvaluationJson.interval(node, "shareInterval", one.interval());
      node.put("suggestedFor", one.suggestedFor())
          .put("selfConfidence", one.selfConfidence())
          .put("trust", one.trust().words());
    }
    json.put("doubted", doubts.suspects().size()).put("plausible", !doubts.implausible(wafers));
    ArrayNode suspects = json.putArray("suspects");
    doubts.suspects().stream()
        .limit(MAX_SUSPECTS)
        .forEach(
            suspect ->
                suspects
                    .addObject()
                    .put("name", suspect.outcome().wafer().name())
                    .put("label", suspect.label())
                    .put("suggested", suspect.suggested())
                    .put("probability", suspect.probability())
                    .put("margin", suspect.margin()));
  }
}
