package fabwafer.classifier.evaluation;

import fabwafer.classifier.evaluation.Comparison.Difference;
import java.util.List;

/** The page's part on another model. */
final class ComparisonSection {
  private ComparisonSection() {}

  static Html html(Comparison comparison) {
    Html html = new Html();
    html.add("<p>%s</p>", comparison.sentence());
    html.add("<p class=\"aside\">The other model is %s.</p>", comparison.against());
    html.table(
        "figures",
        "The model and the other on the same wafers",
        List.of(
            "figure", "model", "other", "difference", "95 % interval", "share of samples higher"));
    for (Difference one : FindingsText.shown(comparison)) {
      boolean told = one.higher() || one.lower();
      html.row(FindingsText.title(one))
          .add("<td>%.4f</td><td>%.4f</td>", one.first(), one.second())
          .add("<td class=\"%s\">%s</td>", told ? "lead" : "", Comparison.signed(one.value()))
          .add("<td class=\"range\">%s</td>", Comparison.range(one.interval()))
          .add("<td>%.1f %%</td></tr>", 100 * one.shareHigher());
    }
    html.endTable();
    return html.add(
        "<p class=\"aside\">Bold differences have an interval without 0. Only the model is right on"
            + " %,d wafers, only the other on %,d, neither on %,d of %,d. Each bootstrap sample"
            + " draws the same groups for both. Lower is better for ECE and Hamming loss.</p>",
        comparison.onlyFirstRight(),
        comparison.onlySecondRight(),
        comparison.bothWrong(),
        comparison.wafers());
  }
}
