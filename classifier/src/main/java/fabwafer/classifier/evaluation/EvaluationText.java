package fabwafer.classifier.evaluation;

import fabwafer.classifier.evaluation.Evaluation.ConfusedPair;
import fabwafer.classifier.evaluation.Evaluation.Figures;
import fabwafer.classifier.evaluation.Metrics.ClassMetrics;
import fabwafer.wafer.dataset.WaferDataset.Labelling;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An evaluation as a table for the terminal, at most about 90 columns wide. */
public final class EvaluationText {
  /** Figure's name in {@link Metrics#values()} → what a person calls it. */
  static final Map<String, String> HEADLINES = headlines();

  private static final int MODEL_ID_SHOWN = 12;

  private EvaluationText() {}

  /** The table, lines ended by a line feed. */
  public static String write(Evaluation evaluation) {
    return write(evaluation, Optional.empty());
  }

  /** The table with a comparison at its end. */
  public static String write(Evaluation evaluation, Optional<Comparison> comparison) {
    List<String> lines = new ArrayList<>();
    lines.add(subject(evaluation));
    lines.addAll(notes(evaluation));
    lines.add("");
    lines.addAll(headlineTable(evaluation));
    lines.add("");
    lines.addAll(classTable(evaluation.weighted()));
    lines.add("");
    lines.addAll(pairs(evaluation));
    lines.addAll(selective(evaluation.weighted()));
    lines.addAll(FindingsText.lines(evaluation));
    comparison.ifPresent(found -> lines.addAll(FindingsText.lines(found)));
    return String.join("\n", lines.stream().map(String::stripTrailing).toList()) + "\n";
  }

  /** What was evaluated, in one line. */
  static String subject(Evaluation evaluation) {
    Protocol protocol = evaluation.protocol();
    return String.format(
        Locale.ROOT,
        "%s, %s: %,d wafers in %,d groups; model %s",
        protocol.data(),
        protocol.split(),
        evaluation.wafers(),
        evaluation.groups(),
        shortId(protocol.modelId()));
  }

  /** What a reader must know to read the figures right; may be none. */
  static List<String> notes(Evaluation evaluation) {
    List<String> notes = new ArrayList<>();
    Protocol protocol = evaluation.protocol();
    if (protocol.weighted()) {
      notes.add("A wafer whose truth is none counts " + protocol.noneWeight() + ", any other 1.");
    }
    if (protocol.dieMaskForced()) {
      notes.add("Every wafer map got the data set's common die mask: its own leaks the label.");
    }
    if (evaluation.labelling() == Labelling.MULTIPLE) {
      notes.add(
          evaluation.patternHead()
              ? "Wafers may have several patterns: the answer is the set of patterns the model"
                  + " says."
              : "Wafers may have several patterns, this model says one label: no wafer with two can"
                  + " be right.");
      notes.add(
          String.format(
              Locale.ROOT,
              "Its one label is one of the wafer's patterns for %.2f %% of the wafers.",
              100 * evaluation.saidOneOfThem()));
    }
    if (evaluation.groups() == evaluation.wafers()) {
      notes.add("No groups are known: intervals draw single wafers and may be too narrow.");
    }
    return List.copyOf(notes);
  }

  /** The headline figures that say something on this data set. */
  static Map<String, String> headlines(Evaluation evaluation) {
    Map<String, String> shown = new LinkedHashMap<>(HEADLINES);
    boolean several = evaluation.labelling() == Labelling.MULTIPLE;
    if (several) {
      // The same number as the exact match there.
      shown.remove("accuracy");
    } else {
      shown.remove("hammingLoss");
      if (!evaluation.patternHead()) {
        shown.remove("exactMatch");
      }
    }
    return shown;
  }

  static String shortId(String modelId) {
    return modelId.substring(0, Math.min(MODEL_ID_SHOWN, modelId.length()));
  }

  /** An interval such as {@code 0.9123–0.9345}, or empty where there is none. */
  static String range(@Nullable Interval interval) {
    return interval == null
        ? ""
        : String.format(Locale.ROOT, "%.4f–%.4f", interval.low(), interval.high());
  }

  private static List<String> headlineTable(Evaluation evaluation) {
    List<String> lines = new ArrayList<>();
    boolean both = evaluation.protocol().weighted();
    String first = both ? "none x " + evaluation.protocol().noneWeight() : "value";
    lines.add(
        String.format(Locale.ROOT, "%-19s %12s  %-15s", "", first, "95 % interval")
            + (both ? String.format(Locale.ROOT, "  %8s  %-15s", "each 1", "95 % interval") : ""));
    Map<String, Double> weighted = evaluation.weighted().metrics().values();
    Map<String, Double> plain = evaluation.plain().metrics().values();
    headlines(evaluation)
        .forEach(
            (name, title) -> {
              String line =
                  String.format(
                      Locale.ROOT,
                      "%-19s %12.4f  %-15s",
                      title,
                      weighted.getOrDefault(name, Double.NaN),
                      range(evaluation.weighted().intervals().get(name)));
              if (both) {
                line +=
                    String.format(
                        Locale.ROOT,
                        "  %8.4f  %-15s",
                        plain.getOrDefault(name, Double.NaN),
                        range(evaluation.plain().intervals().get(name)));
              }
              lines.add(line);
            });
    lines.add("worst class: " + evaluation.weighted().metrics().worstClass());
    return lines;
  }

  private static List<String> classTable(Figures figures) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%-12s %9s %8s %8s  %-15s %8s",
            "class",
            "precision",
            "recall",
            "F1",
            "95 % of F1",
            "wafers"));
    figures.metrics().perClass().forEach((label, one) -> lines.add(classRow(figures, label, one)));
    return lines;
  }

  private static String classRow(Figures figures, String label, ClassMetrics one) {
    return String.format(
        Locale.ROOT,
        "%-12s %9s %8s %8s  %-15s %,8d",
        label,
        one.predicted() == 0 ? "-" : String.format(Locale.ROOT, "%.4f", one.precision()),
        one.support() == 0 ? "-" : String.format(Locale.ROOT, "%.4f", one.recall()),
        one.support() == 0 ? "-" : String.format(Locale.ROOT, "%.4f", one.f1()),
        range(figures.intervals().get("perClass." + label + ".f1")),
        one.support());
  }

  private static List<String> pairs(Evaluation evaluation) {
    List<String> lines = new ArrayList<>();
    if (!evaluation.confusedPairs().isEmpty()) {
      lines.add("most confused");
      for (ConfusedPair pair : evaluation.confusedPairs()) {
        lines.add(
            String.format(
                Locale.ROOT,
                "  %,6d of %,7d %s taken for %s",
                pair.wafers(),
                pair.ofTruth(),
                pair.truth(),
                pair.predicted()));
      }
      lines.add("");
    }
    return lines;
  }

  private static List<String> selective(Figures figures) {
    List<String> lines = new ArrayList<>();
    lines.add("if it may keep silent where it is not sure");
    for (SelectivePoint point : figures.selective()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  speaks of %6.2f %%, wrong in %6.2f %% of these (probability %.4f and above)",
              100 * point.coverage(),
              100 * point.error(),
              point.threshold()));
    }
    return lines;
  }

  private static Map<String, String> headlines() {
    Map<String, String> headlines = new LinkedHashMap<>();
    headlines.put("accuracy", "accuracy");
    headlines.put("exactMatch", "exact match");
    headlines.put("macroF1", "macro-F1");
    headlines.put("weightedF1", "weighted F1");
    headlines.put("worstClassRecall", "worst class recall");
    headlines.put("binary.accuracy", "defect? accuracy");
    headlines.put("binary.precision", "defect? precision");
    headlines.put("binary.recall", "defect? recall");
    headlines.put("hammingLoss", "Hamming loss");
    headlines.put("ece", "ECE (15 bins)");
    return Collections.unmodifiableMap(headlines);
  }
}
