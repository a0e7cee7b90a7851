package fabwafer.app;

import fabwafer.classifier.Prediction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/** A prediction for a person's eyes and for a script: what the model does not say is left out. */
final class PredictionLines {
  private PredictionLines() {}

  /** Label and confidence; then in words what else the model says. */
  static String text(Prediction prediction) {
    List<String> parts = new ArrayList<>();
    parts.add(prediction.label());
    parts.add(String.format(Locale.ROOT, "%.4f", prediction.probability()));
    prediction
        .patterns()
        .ifPresent(patterns -> parts.add("patterns " + joined(" + ", patterns.said(), "none")));
    prediction.conformalSet().ifPresent(set -> parts.add("fits " + joined(", ", set, "no class")));
    prediction
        .novelty()
        .ifPresent(novelty -> parts.add(String.format(Locale.ROOT, "novelty %.3f", novelty)));
    prediction.decision().ifPresent(decision -> parts.add(words(decision)));
    return String.join("  ", parts);
  }

  private static String words(Prediction.Decision decision) {
    String word = decision.kind().word();
    return decision.reasons().isEmpty()
        ? word
        : word + ": " + String.join("; ", decision.reasons());
  }

  private static String joined(String separator, List<String> labels, String empty) {
    return labels.isEmpty() ? empty : String.join(separator, labels);
  }

  /** Adds the fields of a prediction, named as in the messages. */
  static void put(Prediction prediction, ObjectNode line) {
    line.put("prediction", prediction.label()).put("probability", prediction.probability());
    prediction.probabilities().forEach(line.putObject("probabilities")::put);
    prediction
        .patterns()
        .ifPresent(
            patterns -> {
              patterns.said().forEach(line.putArray("patterns")::add);
              patterns.probabilities().forEach(line.putObject("patternProbabilities")::put);
            });
    prediction.conformalSet().ifPresent(set -> set.forEach(line.putArray("conformalSet")::add));
    prediction.novelty().ifPresent(novelty -> line.put("novelty", novelty));
    prediction
        .decision()
        .ifPresent(
            decision -> {
              line.put("decision", decision.kind().word());
              decision.reasons().forEach(line.putArray("reasons")::add);
            });
  }
}
