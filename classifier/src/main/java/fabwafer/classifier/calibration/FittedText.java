package fabwafer.classifier.calibration;

import java.util.Locale;
import java.util.stream.Collectors;

/** A fit for a person to read: what each step changed. */
public final class FittedText {
  private FittedText() {}

  /** The tables, lines of at most 100 characters. */
  public static String write(Fitted fitted) {
    StringBuilder text = new StringBuilder();
    line(text, "%,d held-out wafers in %,d groups", fitted.wafers(), fitted.groups());
    line(text, "");
    line(
        text,
        "%-44s %8s %8s %8s %8s  %8s %8s",
        "",
        "accuracy",
        "macro-F1",
        "loss",
        "ECE",
        "macro-F1",
        "ECE");
    line(text, "%-44s %35s  %17s", "", "at the mix", "as they are");
    for (Fitted.Step step : fitted.steps()) {
      line(
          text,
          "%-44s %8.4f %8.4f %8.4f %8.4f  %8.4f %8.4f",
          step.name(),
          step.atMix().accuracy(),
          step.atMix().macroF1(),
          step.atMix().negativeLogLikelihood(),
          step.atMix().ece(),
          step.asTheyAre().macroF1(),
          step.asTheyAre().ece());
    }
    views(text, fitted);
    classes(text, fitted);
    decision(text, fitted);
    patterns(text, fitted);
    return text.toString();
  }

  private static void views(StringBuilder text, Fitted fitted) {
    line(text, "");
    line(
        text,
        "%-12s %9s %9s %8s %8s %8s",
        "views.below",
        "in eight",
        "runs each",
        "accuracy",
        "macro-F1",
        "loss");
    for (Fitted.ViewsRow row : fitted.views()) {
      line(
          text,
          "%-12s %8.1f%% %9.2f %8.4f %8.4f %8.4f",
          row.below().isPresent() ? String.valueOf(row.below().getAsDouble()) : "never",
          100 * row.share(),
          1 + 7 * row.share(),
          row.scores().accuracy(),
          row.scores().macroF1(),
          row.scores().negativeLogLikelihood());
    }
  }

  private static void classes(StringBuilder text, Fitted fitted) {
    line(text, "");
    line(
        text,
        "%-14s %7s %9s %9s %9s %9s %9s",
        "class",
        "wafers",
        "threshold",
        "F1 before",
        "F1 after",
        "least",
        "covered");
    for (Fitted.ClassRow row : fitted.classes()) {
      line(
          text,
          "%-14s %,7d %9.3f %9.4f %9.4f %9.5f %9.4f",
          row.label(),
          row.wafers(),
          row.threshold(),
          row.f1Before(),
          row.f1After(),
          row.least(),
          row.covered());
    }
    line(
        text,
        "conformal sets hold on average (cross-fitted): %s",
        fitted.sets().stream()
            .map(
                row ->
                    String.format(Locale.ROOT, "%.3f classes for %s", row.size(), row.coverage()))
            .collect(Collectors.joining(", ")));
  }

  private static void decision(StringBuilder text, Fitted fitted) {
    line(text, "");
    if (fitted.decision().isEmpty()) {
      line(text, "no decision rule: none keeps the error small enough with 95 %% certainty");
      return;
    }
    Fitted.DecisionRow row = fitted.decision().get();
    line(
        text,
        "accept from confidence %.4f: %.2f %% of wafers, error %.3f %% (95 %% bound %.3f %%)",
        row.minConfidence(),
        100 * row.coverage(),
        100 * row.error(),
        100 * row.errorBound());
    line(
        text,
        "  cross-fitted: %.2f %% of wafers, error %.3f %%",
        100 * row.crossCoverage(),
        100 * row.crossError());
  }

  private static void patterns(StringBuilder text, Fitted fitted) {
    if (fitted.patterns().isEmpty()) {
      return;
    }
    line(text, "");
    line(text, "%-14s %7s %9s %9s %9s", "pattern", "wafers", "threshold", "F1 at 0.5", "F1 after");
    for (Fitted.PatternRow row : fitted.patterns()) {
      line(
          text,
          "%-14s %,7d %9.3f %9.4f %9.4f",
          row.label(),
          row.wafers(),
          row.threshold(),
          row.f1Before(),
          row.f1After());
    }
    fitted
        .exactMatch()
        .ifPresent(
            exact ->
                line(
                    text,
                    "exact match %.4f at 0.5, %.4f with thresholds (cross-fitted)",
                    exact.before(),
                    exact.after()));
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
