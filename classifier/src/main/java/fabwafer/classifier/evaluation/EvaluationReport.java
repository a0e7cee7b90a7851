package fabwafer.classifier.evaluation;

import fabwafer.classifier.evaluation.Evaluation.ConfusedPair;
import fabwafer.classifier.evaluation.Evaluation.Figures;
import fabwafer.wafer.dataset.WaferDataset.Labelling;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An evaluation as one HTML page that needs no other file and no network. */
public final class EvaluationReport {
  private static final String STYLE = "report.css";

  // Below this share of its row a cell of the confusion matrix stays white.
  private static final double LEAST_SHADE = 0.003;

  private EvaluationReport() {}

  /** The page, in UTF-8. */
  public static byte[] write(Evaluation evaluation) {
    Html page = new Html();
    head(page, evaluation);
    headlines(page, evaluation);
    perClass(page, evaluation.weighted());
    confusion(page, evaluation);
    charts(page, evaluation);
    pairs(page, evaluation);
    mistakes(page, evaluation);
    protocol(page, evaluation);
    page.add("</main></body></html>");
    return page.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void head(Html page, Evaluation evaluation) {
    page.add("<!DOCTYPE html>");
    page.add("<html lang=\"en\"><head><meta charset=\"utf-8\">");
    page.add(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';"
            + " img-src data:; style-src 'unsafe-inline'\">");
    page.add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    page.add("<title>Evaluation of %s</title>", evaluation.protocol().data());
    page.add("<style>").add(style()).add("</style></head><body><main>");
    page.add("<h1>How good is this model?</h1>");
    page.add("<p class=\"subject\">%s</p>", EvaluationText.subject(evaluation));
    List<String> notes = EvaluationText.notes(evaluation);
    if (!notes.isEmpty()) {
      page.add("<ul class=\"notes\">");
      notes.forEach(note -> page.add("<li>%s</li>", note));
      page.add("</ul>");
    }
  }

  private static Html style() {
    try (InputStream css = EvaluationReport.class.getResourceAsStream(STYLE)) {
      if (css == null) {
        throw new IllegalStateException(STYLE + " is missing from the program");
      }
      String text = new String(css.readAllBytes(), StandardCharsets.UTF_8);
      return new Html().add(text.replace("%", "%%"));
    } catch (IOException e) {
      throw new UncheckedIOException(STYLE, e);
    }
  }

  private static void headlines(Html page, Evaluation evaluation) {
    boolean both = evaluation.protocol().weighted();
    page.add("<h2>Figures</h2><div class=\"wide\"><table class=\"figures\"><thead><tr><th></th>");
    page.add(
        "<th>%s</th><th>95 %% interval</th>",
        both ? "none counts " + evaluation.protocol().noneWeight() : "value");
    if (both) {
      page.add("<th>each wafer counts 1</th><th>95 %% interval</th>");
    }
    page.add("</tr></thead><tbody>");
    EvaluationText.HEADLINES.forEach(
        (name, title) -> {
          String shown =
              name.equals("worstClassRecall")
                  ? title + ": " + evaluation.weighted().metrics().worstClass()
                  : title;
          page.add("<tr><th>%s</th>", shown);
          figure(page, evaluation.weighted(), name, "lead");
          if (both) {
            figure(page, evaluation.plain(), name, "");
          }
          page.add("</tr>");
        });
    page.add("</tbody></table></div>");
  }

  private static void figure(Html page, Figures figures, String name, String style) {
    Double value = figures.metrics().values().get(name);
    page.add(
        "<td class=\"%s\">%s</td><td class=\"range\">%s</td>",
        style,
        value == null ? "–" : String.format(Locale.ROOT, "%.4f", value),
        EvaluationText.range(figures.intervals().get(name)));
  }

  private static void perClass(Html page, Figures figures) {
    page.add("<h2>Class by class</h2><div class=\"wide\"><table class=\"figures\"><thead><tr>");
    page.add("<th>class</th><th>precision</th><th>95 %% interval</th><th>recall</th>");
    page.add("<th>95 %% interval</th><th>F1</th><th>95 %% interval</th><th>wafers</th>");
    page.add("</tr></thead><tbody>");
    figures
        .metrics()
        .perClass()
        .forEach(
            (label, one) -> {
              page.add("<tr><th>%s</th>", label);
              figure(page, figures, "perClass." + label + ".precision", "");
              figure(page, figures, "perClass." + label + ".recall", "");
              figure(page, figures, "perClass." + label + ".f1", "lead");
              page.add("<td>%,d</td></tr>", one.support());
            });
    page.add("</tbody></table></div>");
  }

  private static void confusion(Html page, Evaluation evaluation) {
    page.add("<h2>Confusion matrix</h2>");
    boolean several = evaluation.labelling() == Labelling.MULTIPLE;
    String partly = several ? ", grey is one of several patterns" : "";
    page.add("<p>Rows are the ground truth, columns what the model said. Wafers, not weighted;");
    page.add("the shade is the share of the row. Blue is right, orange is wrong%s.</p>", partly);
    page.add("<div class=\"wide\"><table class=\"confusion\"><thead><tr><th></th>");
    evaluation.classes().forEach(label -> page.add("<th>%s</th>", label));
    page.add("<th class=\"sum\">wafers</th></tr></thead><tbody>");
    for (int row = 0; row < evaluation.truths().size(); row++) {
      String truth = evaluation.truths().get(row);
      List<Integer> counts = evaluation.confusion().get(row);
      int sum = counts.stream().mapToInt(Integer::intValue).sum();
      page.add("<tr><th>%s</th>", truth);
      for (int column = 0; column < counts.size(); column++) {
        cell(page, truth, evaluation.classes().get(column), counts.get(column), sum);
      }
      page.add("<td class=\"sum\">%,d</td></tr>", sum);
    }
    page.add("</tbody></table></div>");
  }

  private static void cell(Html page, String truth, String predicted, int wafers, int ofTruth) {
    double share = ofTruth == 0 ? 0 : (double) wafers / ofTruth;
    boolean right = truth.equals(predicted);
    boolean oneOfThem = List.of(truth.split("\\+", -1)).contains(predicted);
    if (wafers == 0) {
      page.add("<td class=\"%s\"></td>", right ? "right" : "");
      return;
    }
    // Mistakes are few where a model is good: the root makes them visible.
    double shade = share < LEAST_SHADE ? 0 : right ? share : Math.sqrt(share);
    page.add(
        "<td class=\"%s\" style=\"background: rgb(%s / %.2f)%s\" title=\"%s\">%,d<br>"
            + "<small>%.1f %%</small></td>",
        right ? "right" : "",
        right ? "29 111 184" : oneOfThem ? "110 125 150" : "214 96 40",
        0.9 * shade,
        shade > 0.7 ? "; color: #fff" : "",
        truth + " taken for " + predicted,
        wafers,
        100 * share);
  }

  private static void charts(Html page, Evaluation evaluation) {
    Figures figures = evaluation.weighted();
    page.add("<h2>Is it as right as it is sure?</h2><div class=\"charts\"><figure>");
    page.add(EvaluationCharts.reliability(figures.reliability()));
    page.add(
        "<figcaption>Share of right predictions by confidence, %d bins. On the dashed line a model"
            + " is as right as it is sure; below it, it is too sure. Pale bars hold few wafers. ECE"
            + " %.4f.</figcaption></figure><figure>",
        Tally.BINS, figures.metrics().ece());
    page.add(EvaluationCharts.coverage(figures.selective()));
    page.add(
        "<figcaption>Share of wrong predictions left if the model keeps silent on the wafers it is"
            + " least sure of.</figcaption></figure></div>");
  }

  private static void pairs(Html page, Evaluation evaluation) {
    page.add("<h2>Most confused</h2>");
    if (evaluation.confusedPairs().isEmpty()) {
      page.add("<p>No wafer was taken for another.</p>");
      return;
    }
    page.add("<table class=\"figures pairs\"><thead><tr><th>ground truth</th><th>taken for</th>");
    page.add("<th>wafers</th><th>of its wafers</th></tr></thead><tbody>");
    for (ConfusedPair pair : evaluation.confusedPairs()) {
      page.add(
          "<tr><th>%s</th><th>%s</th><td>%,d</td><td>%.1f %%</td></tr>",
          pair.truth(), pair.predicted(), pair.wafers(), 100.0 * pair.wafers() / pair.ofTruth());
    }
    page.add("</tbody></table>");
  }

  private static void mistakes(Html page, Evaluation evaluation) {
    if (evaluation.worstMistakes().isEmpty()) {
      return;
    }
    page.add("<h2>Worst mistakes</h2>");
    page.add("<p>Wrong where the model was most sure. Some ground truths are wrong, too.");
    page.add("<span class=\"key fail\"></span> failing die");
    page.add("<span class=\"key pass\"></span> passing die</p><div class=\"wafers\">");
    for (Outcome outcome : evaluation.worstMistakes()) {
      page.add(
          "<figure><img alt=\"%s\" src=\"%s\"><figcaption><b>%s</b><br>taken for <b>%s</b>"
              + "<br>%.2f&nbsp;%% sure<br><small>%s · %d × %d</small></figcaption></figure>",
          outcome.wafer().name(),
          WaferPicture.address(outcome.wafer().wafer()),
          outcome.wafer().labels(),
          outcome.predicted(),
          100 * outcome.probability(),
          outcome.wafer().name(),
          outcome.wafer().wafer().height(),
          outcome.wafer().wafer().width());
    }
    page.add("</div>");
  }

  private static void protocol(Html page, Evaluation evaluation) {
    Protocol protocol = evaluation.protocol();
    page.add("<h2>How it was measured</h2><dl>");
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("data", protocol.data() + ", SHA-256 " + protocol.dataSha256());
    facts.put("wafers", protocol.split() + ": " + evaluation.wafers());
    facts.put("model", protocol.modelId());
    facts.put("weight of none", String.valueOf(protocol.noneWeight()));
    facts.put(
        "intervals",
        "percentile bootstrap, %,d samples of whole groups (%,d), seed %d"
            .formatted(protocol.resamples(), evaluation.groups(), protocol.seed()));
    facts.put("macro-F1", "mean over the classes that occur in ground truth or predictions");
    facts.put("ECE", Tally.BINS + " bins of equal width");
    facts.forEach((name, value) -> page.add("<dt>%s</dt><dd>%s</dd>", name, value));
    page.add("</dl>");
  }
}
