package fabwafer.classifier.evaluation;

import fabwafer.classifier.evaluation.LabelDoubts.OfLabel;
import fabwafer.classifier.evaluation.LabelDoubts.Suspect;
import fabwafer.classifier.evaluation.Outcome.PatternAnswer;
import fabwafer.classifier.explanation.Explanation;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.dataset.WaferDataset.Labelling;
import fabwafer.wafer.drawing.WaferDrawing;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The page's parts with pictures of wafers: worst mistakes, and labels that look wrong. */
final class PicturesSection {
  private static final int PROBABILITIES_SHOWN = 3;

  // A smaller probability would be shown as 0.0 %.
  private static final double LEAST_SHOWN = 0.0005;

  private PicturesSection() {}

  /**
   * The worst mistakes.
   *
   * @param explanations a wafer's name → what drove the model's answer; may lack any
   */
  static Html mistakes(Evaluation evaluation, Map<String, Explanation> explanations) {
    Html html = new Html();
    html.add("<p>Wrong where the model was most sure. Some ground truths are wrong, too.</p>");
    key(html);
    if (!explanations.isEmpty()) {
      html.add(
          "<p class=\"aside\">The second picture of a wafer tells what its failing dies mean to the"
              + " model: amber to dark red speaks for the label named, blue against it, grey hardly"
              + " matters.</p>");
    }
    html.add("<div class=\"wafers\">");
    for (Outcome outcome : evaluation.worstMistakes()) {
      picture(
          html,
          evaluation,
          outcome,
          Optional.ofNullable(explanations.get(outcome.wafer().name())),
          new Html()
              .add(
                  "<b>%s</b><br>taken for <b>%s</b>",
                  outcome.wafer().labels(), Classes.name(outcome.said(evaluation.labelling()))));
    }
    return html.add("</div>");
  }

  static Html suspects(Evaluation evaluation, LabelDoubts doubts) {
    Html html = new Html();
    html.add(
        "<p>%,d wafers where the model is as sure of another label as it usually is of wafers that"
            + " have it (confident learning). No figure leaves them out. It only means something"
            + " where the model was not trained on these wafers, and even then some of them are the"
            + " model's own mistakes: a person decides.</p>",
        doubts.suspects().size());
    if (doubts.implausible(evaluation.wafers())) {
      html.add("<p><strong>%s</strong></p>", LabelDoubts.IMPLAUSIBLE);
    }
    html.table(
        "figures last-text",
        "Estimated share of wrong labels",
        List.of(
            "label",
            "wafers",
            "doubted",
            "share wrong",
            "95 % interval",
            "rather this label",
            "model's mean probability",
            "trust in the estimate"));
    for (OfLabel one : doubts.ofLabels()) {
      html.row(one.label())
          .add("<td>%,d</td><td>%,d</td>", one.wafers(), one.doubted())
          .add("<td class=\"lead\">%.2f %%</td>", 100 * one.share())
          .add("<td class=\"range\">%s</td>", CertaintySection.percents(one.interval()))
          .add("<td>%,d</td><td>%.4f</td>", one.suggestedFor(), one.selfConfidence())
          .add("<td class=\"text\">%s</td></tr>", one.trust().words());
    }
    html.endTable();
    if (doubts.suspects().isEmpty()) {
      return html;
    }
    html.add(
        "<p>The %,d of the largest margin between the two probabilities:</p>",
        Math.min(LabelDoubts.MAX_PICTURES, doubts.suspects().size()));
    key(html);
    html.add("<div class=\"wafers\">");
    for (Suspect suspect : doubts.suspects().stream().limit(LabelDoubts.MAX_PICTURES).toList()) {
      picture(
          html,
          evaluation,
          suspect.outcome(),
          Optional.empty(),
          new Html()
              .add("labelled <b>%s</b><br>rather <b>%s</b>", suspect.label(), suspect.suggested()));
    }
    return html.add("</div>");
  }

  private static void picture(
      Html html,
      Evaluation evaluation,
      Outcome outcome,
      Optional<Explanation> explanation,
      Html caption) {
    WaferMap wafer = outcome.wafer().wafer();
    String name = outcome.wafer().name();
    String size = wafer.height() + " × " + wafer.width();
    html.add("<figure class=\"%s\"><div>", explanation.isPresent() ? "two" : "one");
    image(
        html,
        "Wafer map of %s, %s dies, labelled %s, the model says %s"
            .formatted(
                name,
                size,
                outcome.wafer().labels(),
                Classes.name(outcome.said(evaluation.labelling()))),
        WaferDrawing.toPng(wafer, 1));
    explanation.ifPresent(
        found ->
            image(
                html,
                "What the dies of %s mean to the label %s".formatted(name, found.label()),
                WaferDrawing.toPng(wafer, found.values(), 1)));
    html.add("</div><figcaption>").add(caption);
    html.add("<br>%s", probabilities(evaluation, outcome));
    explanation.ifPresent(
        found -> html.add("<br>%s", "coloured: what speaks for %s".formatted(found.label())));
    html.add("<br><small>%s · %s</small></figcaption></figure>", name, size);
  }

  /** A picture of one pixel a die, which the browser enlarges. */
  private static void image(Html html, String alt, byte[] png) {
    html.add(
        "<img alt=\"%s\" src=\"data:image/png;base64,%s\">",
        alt, Base64.getEncoder().encodeToString(png));
  }

  /** The largest probabilities, such as {@code none 98.13 %, Loc 1.20 %}. */
  private static String probabilities(Evaluation evaluation, Outcome outcome) {
    boolean sets = evaluation.labelling() == Labelling.MULTIPLE && evaluation.patternHead();
    List<String> labels = sets ? evaluation.patternLabels() : evaluation.classes();
    List<Double> all =
        sets
            ? outcome.patterns().map(PatternAnswer::probabilities).orElse(List.of())
            : outcome.probabilities();
    if (all.isEmpty()) {
      return said(outcome.predicted(), outcome.probability());
    }
    return IntStream.range(0, all.size())
        .boxed()
        .sorted(Comparator.<Integer>comparingDouble(all::get).reversed())
        .limit(PROBABILITIES_SHOWN)
        .filter(i -> all.get(i) >= LEAST_SHOWN)
        .map(i -> said(labels.get(i), all.get(i)))
        .collect(Collectors.joining(", "));
  }

  private static String said(String label, double probability) {
    return String.format(Locale.ROOT, "%s %.1f\u00a0%%", label, 100 * probability);
  }

  private static void key(Html html) {
    html.add("<p class=\"aside\"><span class=\"key fail\"></span> failing die");
    html.add("<span class=\"key pass\"></span> passing die</p>");
  }
}
