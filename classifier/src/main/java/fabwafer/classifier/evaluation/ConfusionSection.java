package fabwafer.classifier.evaluation;

import fabwafer.classifier.evaluation.Evaluation.ConfusedPair;
import fabwafer.classifier.evaluation.Metrics.Share;
import fabwafer.wafer.dataset.WaferDataset.Labelling;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The page's part on what is taken for what. */
final class ConfusionSection {
  /** Most columns of a matrix that a person can still read. */
  static final int MAX_COLUMNS = 16;

  // Below this share of its row a cell of the confusion matrix stays white.
  private static final double LEAST_SHADE = 0.003;

  private ConfusionSection() {}

  static Html html(Evaluation evaluation) {
    Html html = new Html();
    if (evaluation.confusion().answers().size() <= MAX_COLUMNS) {
      matrix(html, evaluation);
    }
    if (evaluation.confusedPairs().isEmpty()) {
      return html.add("<p>No wafer was taken for another.</p>");
    }
    html.table(
        "figures pairs",
        "Most frequent mistakes",
        List.of("ground truth", "taken for", "wafers", "of its wafers"));
    for (ConfusedPair pair : evaluation.confusedPairs()) {
      html.row(pair.truth())
          .add(
              "<td class=\"text\">%s</td><td>%,d</td><td>%.1f %%</td></tr>",
              pair.predicted(), pair.wafers(), 100.0 * pair.wafers() / pair.ofTruth());
    }
    return html.endTable();
  }

  /** How often the whole set is right, by number of patterns and by combination. */
  static Html combinations(Evaluation evaluation) {
    Html html = new Html();
    Metrics metrics = evaluation.weighted().metrics();
    metrics
        .sets()
        .ifPresent(
            sets -> {
              html.table(
                  "figures",
                  "Whole set right, by number of patterns",
                  List.of("patterns", "exact match", "95 % interval", "wafers"));
              sets.byPatterns()
                  .forEach(
                      (patterns, share) -> {
                        html.row(patterns == 0 ? "none" : patterns.toString());
                        share(html, evaluation, Metrics.ofPatterns(patterns), share);
                        html.add("</tr>");
                      });
              html.endTable();
            });
    html.table(
        "figures last-text",
        "Whole set right, by combination",
        List.of("combination", "exact match", "95 % interval", "wafers", "most often taken for"));
    Confusion confusion = evaluation.confusion();
    for (int row = 0; row < confusion.truths().size(); row++) {
      String name = Confusion.name(confusion.truths().get(row));
      Optional<Share> share = metrics.sets().map(sets -> sets.byCombination().get(name));
      if (share.isPresent()) {
        html.row(name);
        share(html, evaluation, Metrics.ofCombination(name), share.get());
        html.add("<td class=\"text\">%s</td></tr>", mostOften(confusion, row));
      }
    }
    return html.endTable();
  }

  private static void share(Html html, Evaluation evaluation, String name, Share share) {
    html.add(
        "<td class=\"lead\">%.4f</td><td class=\"range\">%s</td><td>%,d</td>",
        share.exactMatch(),
        EvaluationText.range(evaluation.weighted().intervals().get(name)),
        share.wafers());
  }

  private static String mostOften(Confusion confusion, int row) {
    return confusion.pairsOf(row).stream()
        .max(Comparator.comparingInt(ConfusedPair::wafers))
        .map(pair -> "%s (%,d)".formatted(pair.predicted(), pair.wafers()))
        .orElse("");
  }

  private static void matrix(Html html, Evaluation evaluation) {
    Confusion confusion = evaluation.confusion();
    boolean several = evaluation.labelling() == Labelling.MULTIPLE;
    html.add(
        "<p>Rows are the ground truth, columns what the model said. Wafers, not weighted; the shade"
            + " is the share of the row. Blue is right, orange is wrong%s.</p>",
        several ? ", grey is one of several patterns" : "");
    List<String> columns = new ArrayList<>(List.of("ground truth"));
    confusion.answers().forEach(answer -> columns.add(Confusion.name(answer)));
    columns.add("wafers");
    html.table("confusion", "Confusion matrix", columns);
    for (int row = 0; row < confusion.truths().size(); row++) {
      Set<String> truth = confusion.truths().get(row);
      int sum = confusion.ofTruth(row);
      html.row(Confusion.name(truth));
      for (int column = 0; column < confusion.answers().size(); column++) {
        cell(
            html,
            truth,
            confusion.answers().get(column),
            confusion.wafers().get(row).get(column),
            sum);
      }
      html.add("<td class=\"sum\">%,d</td></tr>", sum);
    }
    html.endTable();
  }

  private static void cell(
      Html html, Set<String> truth, Set<String> said, int wafers, int ofTruth) {
    boolean right = truth.equals(said);
    boolean partly = said.stream().anyMatch(truth::contains);
    if (wafers == 0) {
      html.add("<td class=\"%s\"></td>", right ? "right" : "");
      return;
    }
    double share = (double) wafers / ofTruth;
    // Mistakes are few where a model is good: the root makes them visible.
    double shade = share < LEAST_SHADE ? 0 : right ? share : Math.sqrt(share);
    html.add(
        "<td class=\"%s\" style=\"background: rgb(%s / %.2f)%s\" title=\"%s\">%,d<br>"
            + "<small>%.1f %%</small></td>",
        right ? "right" : "",
        right ? "29 111 184" : partly ? "110 125 150" : "214 96 40",
        0.9 * shade,
        shade > 0.7 ? "; color: #fff" : "",
        Confusion.name(truth) + " taken for " + Confusion.name(said),
        wafers,
        100 * share);
  }
}
