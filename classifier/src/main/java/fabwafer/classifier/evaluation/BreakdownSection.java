package fabwafer.classifier.evaluation;

import fabwafer.classifier.evaluation.Breakdown.Cell;
import java.util.List;

/** The page's part on the figures of parts of the data. */
final class BreakdownSection {
  private static final int MAX_SHOWN = 40;

  private BreakdownSection() {}

  static Html html(List<Breakdown> breakdowns) {
    Html html = new Html();
    for (Breakdown breakdown : breakdowns) {
      html.add("<h3>By %s</h3>", breakdown.by());
      html.table(
          "figures",
          capitalised(breakdown.meaning()),
          List.of(
              breakdown.by(),
              "accuracy",
              "95 % interval",
              "macro-F1",
              "95 % interval",
              "errors",
              "wafers",
              "groups"));
      breakdown.cells().stream().limit(MAX_SHOWN).forEach(cell -> cell(html, cell));
      html.endTable();
      int more = breakdown.cells().size() - MAX_SHOWN;
      if (more > 0) {
        html.add("<p class=\"aside\">The JSON lists %,d more.</p>", more);
      }
    }
    return html.add(
        "<p class=\"aside\">Pale rows have fewer than %d wafers, too few to say much. There is no"
            + " interval with fewer than %d groups: the true spread between lots is then unknown."
            + " Macro-F1 is over the labels that occur in the part.</p>",
        Breakdown.LEAST_WAFERS, Breakdown.LEAST_GROUPS);
  }

  private static void cell(Html html, Cell cell) {
    html.add(
        "<tr class=\"%s\"><th scope=\"row\">%s</th><td class=\"lead\">%.4f</td>",
        cell.few() ? "few" : "", cell.name(), cell.accuracy());
    html.add(
        "<td class=\"range\">%s</td><td>%.4f</td><td class=\"range\">%s</td>",
        cell.accuracyInterval().map(EvaluationText::range).orElse(cell.few() ? "too few" : "–"),
        cell.macroF1(),
        cell.macroF1Interval().map(EvaluationText::range).orElse(""));
    html.add(
        "<td>%,d</td><td>%,d</td><td>%,d</td></tr>", cell.errors(), cell.wafers(), cell.groups());
  }

  private static String capitalised(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }
}
