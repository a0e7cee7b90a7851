package fabwafer.classifier.calibration;

import java.util.Formatter;
import java.util.Locale;
import java.util.stream.Collectors;

/** A fit for a person to read: what each step changed. */
public final class FittedText {
  private FittedText() {}

  /** The tables, lines of at most 100 characters. */
  public static String write(Fitted fitted) {
    StringBuilder text = new StringBuilder();
    Formatter out = new Formatter(text, Locale.ROOT);
    out.format("%,d held-out wafers in %,d groups\n", fitted.wafers(), fitted.groups());
    out.format("\n");
    out.format(
        "%-44s %8s %8s %8s %8s  %8s %8s\n",
        "", "accuracy", "macro-F1", "loss", "ECE", "macro-F1", "ECE");
    out.format("%-44s %35s  %17s\n", "", "at the mix", "as they are");
    for (Fitted.Step step : fitted.steps()) {
      out.format(
          "%-44s %8.4f %8.4f %8.4f %8.4f  %8.4f %8.4f\n",
          step.name(),
          step.atMix().accuracy(),
          step.atMix().macroF1(),
          step.atMix().negativeLogLikelihood(),
          step.atMix().ece(),
          step.asTheyAre().macroF1(),
          step.asTheyAre().ece());
    }
    views(out, fitted);
    classes(out, fitted);
    decision(out, fitted);
    patterns(out, fitted);
    return text.toString();
  }

  private static void views(Formatter out, Fitted fitted) {
    out.format("\n");
    out.format(
        "%-12s %9s %9s %8s %8s %8s\n",
        "views.below", "in eight", "runs each", "accuracy", "macro-F1", "loss");
    for (Fitted.ViewsRow row : fitted.views()) {
      out.format(
          "%-12s %8.1f%% %9.2f %8.4f %8.4f %8.4f\n",
          row.below().isPresent() ? String.valueOf(row.below().getAsDouble()) : "never",
          100 * row.share(),
          1 + 7 * row.share(),
          row.scores().accuracy(),
          row.scores().macroF1(),
          row.scores().negativeLogLikelihood());
    }
  }

  private static void classes(Formatter out, Fitted fitted) {
    out.format("\n");
    out.format(
        "%-14s %7s %9s %9s %9s %9s %9s\n",
        "class", "wafers", "threshold", "F1 before", "F1 after", "least", "covered");
    for (Fitted.ClassRow row : fitted.classes()) {
      out.format(
          "%-14s %,7d %9.3f %9.4f %9.4f %9.5f %9.4f\n",
          row.label(),
          row.wafers(),
          row.threshold(),
          row.f1Before(),
          row.f1After(),
          row.least(),
          row.covered());
    }
    out.format(
        "conformal sets hold on average (cross-fitted): %s\n",
        fitted.sets().stream()
            .map(
                row ->
                    String.format(Locale.ROOT, "%.3f classes for %s", row.size(), row.coverage()))
            .collect(Collectors.joining(", ")));
  }

  private static void decision(Formatter out, Fitted fitted) {
    out.format("\n");
    if (fitted.decision().isEmpty()) {
      out.format("no decision rule: none keeps the error small enough with 95 %% certainty\n");
      return;
    }
    Fitted.DecisionRow row = fitted.decision().get();
    out.format(
        "accept from confidence %.4f: %.2f %% of wafers, error %.3f %% (95 %% bound %.3f %%)\n",
        row.minConfidence(), 100 * row.coverage(), 100 * row.error(), 100 * row.errorBound());
    out.format(
        "  cross-fitted: %.2f %% of wafers, error %.3f %%\n",
        100 * row.crossCoverage(), 100 * row.crossError());
  }

  private static void patterns(Formatter out, Fitted fitted) {
    if (fitted.patterns().isEmpty()) {
      return;
    }
    out.format("\n");
    out.format(
        "%-14s %7s %9s %9s %9s %9s\n",
        "pattern", "wafers", "threshold", "F1 today", "F1 at 0.5", "F1 after");
    for (Fitted.PatternRow row : fitted.patterns()) {
      out.format(
          "%-14s %,7d %9.3f %9.4f %9.4f %9.4f\n",
          row.label(),
          row.wafers(),
          row.threshold(),
          row.f1Today(),
          row.f1Calibrated(),
          row.f1After());
    }
    fitted
        .exactMatch()
        .ifPresent(
            exact ->
                out.format(
                    "exact match %.4f today, %.4f calibrated with thresholds (cross-fitted)\n",
                    exact.before(), exact.after()));
  }
}
