package fabwafer.classifier.evaluation;

import fabwafer.classifier.evaluation.Evaluation.Figures;
import fabwafer.classifier.explanation.Explanation;
import fabwafer.wafer.dataset.WaferDataset.Labelling;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** An evaluation as one HTML page that needs no other file and no network. */
public final class EvaluationReport {
  private static final String STYLE = "report.css";

  private EvaluationReport() {}

  /**
   * A section of the page.
   *
   * @param id its anchor
   */
  private record Section(String id, String title, Html html) {}

  /** The page, in UTF-8. */
  public static byte[] write(Evaluation evaluation) {
    return write(evaluation, Optional.empty(), Map.of());
  }

  /**
   * The page, in UTF-8.
   *
   * @param comparison with another model
   * @param explanations a wafer's name → what drove the model's answer, for the worst mistakes; may
   *     lack any
   */
  public static byte[] write(
      Evaluation evaluation,
      Optional<Comparison> comparison,
      Map<String, Explanation> explanations) {
    List<Section> sections = sections(evaluation, comparison, explanations);
    Html page = new Html();
    head(page, evaluation);
    comparison.ifPresent(
        found -> page.add("<p class=\"verdict\"><strong>%s</strong></p>", found.sentence()));
    page.add("<nav aria-label=\"Contents\"><h2>Contents</h2><ol>");
    for (Section section : sections) {
      page.add("<li><a href=\"#%s\">%s</a></li>", section.id, section.title);
    }
    page.add("</ol></nav>");
    for (Section section : sections) {
      page.add("<section id=\"%s\"><h2>%s</h2>", section.id, section.title);
      page.add(section.html).add("</section>");
    }
    page.add("</main></body></html>");
    return page.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static List<Section> sections(
      Evaluation evaluation,
      Optional<Comparison> comparison,
      Map<String, Explanation> explanations) {
    List<Section> sections = new ArrayList<>();
    sections.add(new Section("figures", "Figures", headlines(evaluation)));
    comparison.ifPresent(
        found ->
            sections.add(
                new Section("comparison", "Against another model", ComparisonSection.html(found))));
    boolean several = evaluation.labelling() == Labelling.MULTIPLE;
    sections.add(
        new Section(
            "classes", several ? "Pattern by pattern" : "Class by class", perClass(evaluation)));
    if (several) {
      sections.add(
          new Section(
              "combinations",
              "Combination by combination",
              ConfusionSection.combinations(evaluation)));
    }
    sections.add(new Section("confusion", "What it confuses", ConfusionSection.html(evaluation)));
    sections.add(
        new Section(
            "certainty", "Is it as right as it is sure?", CertaintySection.html(evaluation)));
    CertaintySection.review(evaluation.certainty())
        .ifPresent(
            html ->
                sections.add(
                    new Section(
                        "review", "What it leaves to a person, and what is new to it", html)));
    if (!evaluation.breakdowns().isEmpty()) {
      sections.add(
          new Section("parts", "Where it is weak", BreakdownSection.html(evaluation.breakdowns())));
    }
    if (!evaluation.worstMistakes().isEmpty()) {
      sections.add(
          new Section(
              "mistakes", "Worst mistakes", PicturesSection.mistakes(evaluation, explanations)));
    }
    evaluation
        .doubts()
        .ifPresent(
            doubts ->
                sections.add(
                    new Section(
                        "suspects",
                        "Labels that look wrong",
                        PicturesSection.suspects(evaluation, doubts))));
    sections.add(new Section("protocol", "How it was measured", protocol(evaluation)));
    return sections;
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

  private static Html headlines(Evaluation evaluation) {
    Html html = new Html();
    boolean both = evaluation.protocol().weighted();
    List<String> columns = new ArrayList<>(List.of("figure"));
    columns.add(both ? "none counts " + evaluation.protocol().noneWeight() : "value");
    columns.add("95 % interval");
    if (both) {
      columns.addAll(List.of("each wafer counts 1", "95 % interval"));
    }
    html.table("figures", "The whole data", columns);
    EvaluationText.headlines(evaluation)
        .forEach(
            (name, title) -> {
              html.row(
                  name.equals("worstClassRecall")
                      ? title + ": " + evaluation.weighted().metrics().worstClass()
                      : title);
              figure(html, evaluation.weighted(), name, "lead");
              if (both) {
                figure(html, evaluation.plain(), name, "");
              }
              html.add("</tr>");
            });
    html.endTable();
    evaluation
        .oneLabel()
        .filter(_ -> evaluation.patternHead())
        .ifPresent(
            one ->
                html.add(
                    "<p>Its one label, on the %,d wafers with at most one pattern: accuracy %.4f,"
                        + " macro-F1 %.4f.</p>",
                    one.wafers(), one.accuracy(), one.macroF1()));
    return html;
  }

  private static void figure(Html html, Figures figures, String name, String style) {
    Double value = figures.metrics().values().get(name);
    html.add(
        "<td class=\"%s\">%s</td><td class=\"range\">%s</td>",
        style,
        value == null ? "–" : String.format(Locale.ROOT, "%.4f", value),
        EvaluationText.range(figures.intervals().get(name)));
  }

  private static Html perClass(Evaluation evaluation) {
    Figures figures = evaluation.weighted();
    Html html = new Html();
    html.table(
        "figures",
        "Each label against the others",
        List.of(
            "label",
            "precision",
            "95 % interval",
            "recall",
            "95 % interval",
            "F1",
            "95 % interval",
            "wafers"));
    figures
        .metrics()
        .perClass()
        .forEach(
            (label, one) -> {
              html.row(label);
              figure(html, figures, "perClass." + label + ".precision", "");
              figure(html, figures, "perClass." + label + ".recall", "");
              figure(html, figures, "perClass." + label + ".f1", "lead");
              html.add("<td>%,d</td></tr>", one.support());
            });
    return html.endTable();
  }

  private static Html protocol(Evaluation evaluation) {
    Protocol protocol = evaluation.protocol();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("data", protocol.data() + ", SHA-256 " + protocol.dataSha256());
    facts.put("wafers", protocol.split() + ": " + evaluation.wafers());
    facts.put("model", protocol.modelId());
    facts.put("weight of none", String.valueOf(protocol.noneWeight()));
    facts.put(
        "bootstrap",
        "%,d samples of whole groups (%,d), seed %d"
            .formatted(protocol.resamples(), evaluation.groups(), protocol.seed()));
    facts.putAll(Definitions.of(evaluation));
    Html html = new Html().add("<dl>");
    facts.forEach((name, value) -> html.add("<dt>%s</dt><dd>%s</dd>", name, value));
    return html.add("</dl>");
  }
}
