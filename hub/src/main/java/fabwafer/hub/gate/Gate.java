package fabwafer.hub.gate;

import fabwafer.classifier.Classifier;
import fabwafer.classifier.evaluation.Answers;
import fabwafer.classifier.evaluation.Comparison;
import fabwafer.classifier.evaluation.Comparison.Difference;
import fabwafer.classifier.evaluation.Evaluation;
import fabwafer.classifier.evaluation.Evaluator;
import fabwafer.classifier.evaluation.Metrics;
import fabwafer.classifier.evaluation.Metrics.ClassMetrics;
import fabwafer.classifier.evaluation.Outcome;
import fabwafer.classifier.evaluation.Protocol;
import fabwafer.hub.gate.ExcursionReplay.Detected;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.WaferDataset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Holds a candidate against the champion, on wafers that neither was trained on. Not one figure
 * decides: every rule must hold, and each says why it does or does not.
 */
public final class Gate {
  private static final int TIMED = 20;
  private static final double NANOS_PER_MILLI = 1e6;
  private static final int PER_THOUSAND = 1_000;
  private static final int RESAMPLES = 500;

  private final GateRules rules;
  private final ExcursionReplay replay;

  public Gate(GateRules rules, ExcursionReplay replay) {
    this.rules = rules;
    this.replay = replay;
  }

  /**
   * Judges.
   *
   * @param heldOut wafers that neither model was trained on
   * @param sha256 of them
   * @param champion empty where there is none: then nothing is compared
   * @param bytes of the candidate's zip
   * @throws InterruptedException if the thread is interrupted
   */
  public GateVerdict judge(
      Classifier candidate,
      Optional<Classifier> champion,
      WaferDataset heldOut,
      String sha256,
      long bytes)
      throws InterruptedException {
    GateVerdict verdict = new GateVerdict();
    verdict.judge(
        "held-out wafers",
        heldOut.size() >= rules.leastWafers(),
        heldOut.size(),
        rules.leastWafers(),
        String.format(Locale.ROOT, "%,d, at least %,d", heldOut.size(), rules.leastWafers()));
    Protocol protocol =
        new Protocol(
            heldOut.source(),
            sha256,
            "held out",
            false,
            candidate.card().id(),
            rules.noneWeight(),
            RESAMPLES,
            1);
    Answers answers = Evaluator.answers(candidate, heldOut, 1, done -> {});
    Metrics metrics = Evaluation.of(answers, protocol, Map.of()).weighted().metrics();
    byFloors(verdict, metrics);
    if (champion.isPresent()) {
      Answers theirs = Evaluator.answers(champion.get(), heldOut, 1, done -> {});
      against(verdict, Comparison.of(answers, theirs, protocol));
      falseHolds(verdict, answers, theirs);
      byReplay(verdict, replay.run(candidate, champion.get()));
    }
    bySize(verdict, candidate, heldOut, bytes);
    figures(verdict, metrics);
    return verdict;
  }

  private void byFloors(GateVerdict verdict, Metrics metrics) {
    verdict.judge(
        "macro-F1",
        metrics.macroF1() >= rules.macroF1(),
        metrics.macroF1(),
        rules.macroF1(),
        String.format(Locale.ROOT, "%.4f, at least %.4f", metrics.macroF1(), rules.macroF1()));
    verdict.judge(
        "calibration",
        metrics.ece() <= rules.ece(),
        metrics.ece(),
        rules.ece(),
        String.format(
            Locale.ROOT,
            "expected calibration error %.4f, at most %.4f",
            metrics.ece(),
            rules.ece()));
    metrics
        .perClass()
        .forEach(
            (label, figures) -> {
              floor(
                  verdict,
                  "recall of " + label,
                  figures.recall(),
                  rules.recallFloor(label),
                  figures);
              floor(
                  verdict,
                  "precision of " + label,
                  figures.precision(),
                  rules.precisionFloor(label),
                  figures);
            });
  }

  private void floor(
      GateVerdict verdict, String name, double value, double floor, ClassMetrics figures) {
    if (figures.support() < rules.leastOfClass()) {
      verdict.notJudged(
          name,
          String.format(
              Locale.ROOT, "%d of %d wafers needed", figures.support(), rules.leastOfClass()));
    } else {
      verdict.judge(
          name,
          value >= floor,
          value,
          floor,
          String.format(Locale.ROOT, "%.4f, at least %.4f", value, floor));
    }
  }

  private void against(GateVerdict verdict, Comparison comparison) {
    List<Difference> lower = comparison.lowerRecalls();
    String worst =
        lower.isEmpty()
            ? "no recall is below the champion's beyond its 95 % interval"
            : "worse beyond the 95 % interval: "
                + String.join(
                    ", ",
                    lower.stream()
                        .map(
                            one ->
                                String.format(
                                    Locale.ROOT,
                                    "%s %.4f instead of %.4f",
                                    one.name().replace("perClass.", "").replace(".", ", "),
                                    one.first(),
                                    one.second()))
                        .toList());
    verdict.judge(
        "no class worse",
        lower.isEmpty() || !rules.noClassWorse(),
        worst + "; bootstrap by lot of " + comparison.groups() + " lots");
    ArrayNode differences = verdict.figures().putArray("against");
    for (Difference one : comparison.differences()) {
      differences
          .addObject()
          .put("name", one.name())
          .put("candidate", one.first())
          .put("champion", one.second())
          .put("low", one.interval().low())
          .put("high", one.interval().high());
    }
    verdict.figures().put("sentence", comparison.sentence());
  }

  private void falseHolds(GateVerdict verdict, Answers ours, Answers theirs) {
    double mine = falseHolds(ours);
    double champions = falseHolds(theirs);
    verdict.judge(
        "false holds",
        mine <= champions + rules.falseHoldsPerThousand(),
        mine,
        champions + rules.falseHoldsPerThousand(),
        String.format(
            Locale.ROOT,
            "%.1f of 1,000 wafers without a pattern would be held, the champion %.1f, at most %.1f"
                + " more",
            mine,
            champions,
            rules.falseHoldsPerThousand()));
  }

  private double falseHolds(Answers answers) {
    List<Outcome> clean =
        answers.outcomes().stream()
            .filter(outcome -> outcome.wafer().patterns().contains(DefectPattern.NONE))
            .toList();
    long held =
        clean.stream()
            .filter(outcome -> replay.alarms(outcome.predicted(), outcome.probability()))
            .count();
    return clean.isEmpty() ? 0 : (double) PER_THOUSAND * held / clean.size();
  }

  private void byReplay(GateVerdict verdict, List<Detected> detected) {
    if (detected.isEmpty()) {
      verdict.notJudged("past excursions", "none has wafers in the archive");
      return;
    }
    long missed = detected.stream().filter(Detected::missedByCandidateAlone).count();
    int later = detected.stream().mapToInt(Detected::later).max().orElse(0);
    verdict.judge(
        "past excursions found",
        missed <= rules.excursionsMissed(),
        (double) missed,
        rules.excursionsMissed(),
        String.format(
            Locale.ROOT,
            "of %d, %d missed that the champion finds, at most %d",
            detected.size(),
            missed,
            rules.excursionsMissed()));
    verdict.judge(
        "past excursions in time",
        later <= rules.wafersLater(),
        later,
        rules.wafersLater(),
        String.format(
            Locale.ROOT,
            "at most %d wafers after the champion, allowed %d",
            later,
            rules.wafersLater()));
    ArrayNode list = verdict.figures().putArray("excursions");
    for (Detected one : detected) {
      list.addObject()
          .put("camera", one.excursion().device().toString())
          .put("pattern", one.excursion().pattern())
          .put("from", one.excursion().fromMillis())
          .put("wafers", one.wafers())
          .put("candidateAfter", one.candidate())
          .put("championAfter", one.champion());
    }
  }

  private void bySize(GateVerdict verdict, Classifier candidate, WaferDataset heldOut, long bytes) {
    verdict.judge(
        "size",
        bytes <= rules.bytes(),
        (double) bytes,
        (double) rules.bytes(),
        String.format(Locale.ROOT, "%,d bytes, at most %,d", bytes, rules.bytes()));
    List<WaferMap> some = heldOut.wafers().stream().map(LabelledWafer::wafer).limit(TIMED).toList();
    long began = System.nanoTime();
    some.forEach(candidate::classify);
    double millis = (System.nanoTime() - began) / NANOS_PER_MILLI / some.size();
    verdict.judge(
        "speed",
        millis <= rules.waferMillis(),
        millis,
        rules.waferMillis(),
        String.format(
            Locale.ROOT,
            "%.2f ms a wafer on one thread, at most %.2f",
            millis,
            rules.waferMillis()));
  }

  private static void figures(GateVerdict verdict, Metrics metrics) {
    ObjectNode figures = verdict.figures();
    figures
        .put("macroF1", metrics.macroF1())
        .put("accuracy", metrics.accuracy())
        .put("ece", metrics.ece());
    ObjectNode classes = figures.putObject("perClass");
    metrics
        .perClass()
        .forEach(
            (label, of) ->
                classes
                    .putObject(label)
                    .put("recall", of.recall())
                    .put("precision", of.precision())
                    .put("support", of.support()));
  }
}
