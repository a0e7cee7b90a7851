package fabwafer.classifier.evaluation;

import fabwafer.classifier.evaluation.Breakdown.Cell;
import fabwafer.classifier.evaluation.Comparison.Difference;
import fabwafer.classifier.evaluation.LabelDoubts.OfLabel;
import fabwafer.classifier.evaluation.LabelDoubts.Suspect;
import fabwafer.classifier.evaluation.Metrics.SetMetrics;
import fabwafer.classifier.evaluation.Metrics.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What an evaluation found beside its figures, as lines for the terminal. */
final class FindingsText {
  private static final int CELLS_SHOWN = 8;
  private static final int COMBINATIONS_SHOWN = 8;
  private static final int SUSPECTS_SHOWN = 5;

  private FindingsText() {}

  static List<String> lines(Evaluation evaluation) {
    List<String> lines = new ArrayList<>();
    certainty(lines, evaluation.certainty());
    evaluation.weighted().metrics().sets().ifPresent(sets -> sets(lines, sets));
    evaluation.breakdowns().forEach(breakdown -> breakdown(lines, breakdown));
    evaluation.doubts().ifPresent(doubts -> doubts(lines, doubts, evaluation.wafers()));
    return lines;
  }

  private static void certainty(List<String> lines, Certainty certainty) {
    CoverageRisk risk = certainty.coverageRisk();
    lines.add(
        String.format(
            Locale.ROOT,
            "  area under error over coverage %.6f; with these errors at least %.6f",
            risk.area(),
            risk.leastArea()));
    if (certainty.turned() > 0) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  seen in all eight turns: %.2f %% of the wafers",
              100 * certainty.turned()));
    }
    certainty
        .decision()
        .ifPresent(
            check ->
                lines.add(
                    String.format(
                        Locale.ROOT,
                        "  accepts %.2f %%, wrong in %.2f %% of these; review sees %.1f %% of the"
                            + " errors",
                        100 * check.coverage(),
                        100 * check.error(),
                        100 * check.errorsSeen())));
    certainty
        .unseen()
        .ifPresent(
            unseen ->
                lines.add(
                    String.format(
                        Locale.ROOT,
                        "  novelty tells %s, never trained on, from the rest: AUROC %.4f %s (%,d"
                            + " against %,d wafers)",
                        unseen.label(),
                        unseen.auroc(),
                        EvaluationText.range(unseen.interval().orElse(null)),
                        unseen.wafers(),
                        unseen.others())));
    certainty.conformal().ifPresent(check -> conformal(lines, check));
  }

  private static void conformal(List<String> lines, ConformalCheck check) {
    lines.add("");
    lines.add(
        String.format(
            Locale.ROOT,
            "conformal sets hold the label in %.2f %%%s; %.2f labels a set, %.1f %% empty, %.1f %%"
                + " several",
            100 * check.coverage(),
            check.promised().isPresent()
                ? String.format(
                    Locale.ROOT, " (promised %.1f %%)", 100 * check.promised().getAsDouble())
                : "",
            check.meanSize(),
            100 * check.empty(),
            100 * check.multiple()));
    for (ConformalCheck.OfClass one : check.perClass()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  %-12s %6.2f %%  %-15s %,8d",
              one.label(),
              100 * one.coverage(),
              EvaluationText.range(one.interval().orElse(null)),
              one.wafers()));
    }
  }

  private static void sets(List<String> lines, SetMetrics sets) {
    lines.add("");
    lines.add("whole set right, by number of patterns");
    sets.byPatterns()
        .forEach(
            (patterns, share) ->
                lines.add(
                    String.format(
                        Locale.ROOT,
                        "  %-12s %8.4f %,8d",
                        patterns,
                        share.exactMatch(),
                        share.wafers())));
    lines.add("worst combinations");
    sets.byCombination().entrySet().stream()
        .sorted(
            Map.Entry.comparingByValue(
                (one, other) -> Double.compare(one.exactMatch(), other.exactMatch())))
        .limit(COMBINATIONS_SHOWN)
        .forEach(
            entry -> {
              Share share = entry.getValue();
              lines.add(
                  String.format(
                      Locale.ROOT,
                      "  %-40s %8.4f %,8d",
                      entry.getKey(),
                      share.exactMatch(),
                      share.wafers()));
            });
  }

  private static void breakdown(List<String> lines, Breakdown breakdown) {
    lines.add("");
    lines.add(
        String.format(
            Locale.ROOT,
            "%-19s %8s  %-15s %8s  %-15s %7s %7s",
            "by " + breakdown.by(),
            "accuracy",
            "95 % interval",
            "macro-F1",
            "95 % interval",
            "wafers",
            "groups"));
    for (Cell cell : breakdown.cells().stream().limit(CELLS_SHOWN).toList()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  %-17s %8.4f  %-15s %8.4f  %-15s %,7d %,7d%s",
              cell.name(),
              cell.accuracy(),
              cell.accuracyInterval().map(EvaluationText::range).orElse("few groups"),
              cell.macroF1(),
              cell.macroF1Interval().map(EvaluationText::range).orElse(""),
              cell.wafers(),
              cell.groups(),
              cell.few() ? "  too few" : ""));
    }
    int more = breakdown.cells().size() - CELLS_SHOWN;
    if (more > 0) {
      lines.add(String.format(Locale.ROOT, "  and %,d more in the report", more));
    }
  }

  private static void doubts(List<String> lines, LabelDoubts doubts, int wafers) {
    lines.add("");
    lines.add(
        String.format(
            Locale.ROOT,
            "%,d labels look wrong, if the model was not trained on these wafers; all stay in every"
                + " figure",
            doubts.suspects().size()));
    lines.add(
        String.format(
            Locale.ROOT,
            "  %-12s %7s %7s %8s  %-15s %s",
            "label",
            "wafers",
            "doubted",
            "share",
            "95 % interval",
            "trust"));
    for (OfLabel one : doubts.ofLabels()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  %-12s %,7d %,7d %6.2f %%  %-15s %s",
              one.label(),
              one.wafers(),
              one.doubted(),
              100 * one.share(),
              EvaluationText.range(one.interval().orElse(null)),
              one.trust().words()));
    }
    if (doubts.implausible(wafers)) {
      lines.add("  " + LabelDoubts.IMPLAUSIBLE);
    }
    for (Suspect suspect : doubts.suspects().stream().limit(SUSPECTS_SHOWN).toList()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  %s: labelled %s, rather %s (probability %.4f, margin %.4f)",
              suspect.outcome().wafer().name(),
              suspect.label(),
              suspect.suggested(),
              suspect.probability(),
              suspect.margin()));
    }
  }

  static List<String> lines(Comparison comparison) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("against model " + EvaluationText.shortId(comparison.against()));
    lines.add(
        String.format(
            Locale.ROOT,
            "%-19s %8s %8s %9s  %s",
            "",
            "model",
            "against",
            "differs",
            "95 % interval"));
    for (Difference one : shown(comparison)) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%-19s %8.4f %8.4f %9s  %s%s",
              title(one),
              one.first(),
              one.second(),
              Comparison.signed(one.value()),
              Comparison.range(one.interval()),
              one.higher() || one.lower() ? "  *" : ""));
    }
    lines.add(
        String.format(
            Locale.ROOT,
            "only the model is right on %,d wafers, only the other on %,d, neither on %,d of %,d",
            comparison.onlyFirstRight(),
            comparison.onlySecondRight(),
            comparison.bothWrong(),
            comparison.wafers()));
    lines.add(comparison.sentence());
    return lines;
  }

  /** The headline figures and the recalls, each once. */
  static List<Difference> shown(Comparison comparison) {
    List<Difference> shown = new ArrayList<>();
    // Exact match says more than accuracy on sets of patterns, and the same on single labels.
    String twin = comparison.deciding().equals("exactMatch") ? "accuracy" : "exactMatch";
    EvaluationText.HEADLINES.keySet().stream()
        .filter(name -> !name.equals(twin))
        .forEach(name -> comparison.difference(name).ifPresent(shown::add));
    shown.addAll(comparison.recalls());
    return shown;
  }

  /** What a person calls a figure of {@link #shown}. */
  static String title(Difference one) {
    String headline = EvaluationText.HEADLINES.get(one.name());
    return headline != null ? headline : "recall " + Comparison.labelOf(one);
  }
}
