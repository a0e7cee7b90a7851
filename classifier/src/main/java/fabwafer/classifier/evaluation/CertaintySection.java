package fabwafer.classifier.evaluation;

import fabwafer.classifier.evaluation.Evaluation.Figures;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The page's parts on what the model knows of its own mistakes. */
final class CertaintySection {
  private CertaintySection() {}

  /** Calibration, and errors over coverage. */
  static Html html(Evaluation evaluation) {
    Figures figures = evaluation.weighted();
    CoverageRisk risk = evaluation.certainty().coverageRisk();
    Html html = new Html();
    html.add("<div class=\"charts\"><figure>");
    html.add(EvaluationCharts.reliability(figures.reliability()));
    html.add(
        "<figcaption>Share of right answers by confidence, %d bins. On the dashed line a model is"
            + " as right as it is sure; below it, it is too sure. Pale bars hold few wafers. ECE"
            + " %.4f (95 %% interval %s).</figcaption></figure><figure>",
        Tally.BINS, figures.metrics().ece(), EvaluationText.range(figures.intervals().get("ece")));
    html.add(EvaluationCharts.coverage(risk.curve(), figures.selective()));
    html.add(
        "<figcaption>Share of wrong answers left if the model keeps silent on the wafers it is"
            + " least sure of. The area under the whole curve is %.6f; a model with as many errors"
            + " that is least sure of exactly these would have %.6f.</figcaption></figure></div>",
        risk.area(), risk.leastArea());
    selective(html, figures.selective());
    perClass(html, evaluation.certainty().perClass());
    return html;
  }

  private static void selective(Html html, List<SelectivePoint> points) {
    html.table(
        "figures",
        "Errors if it may keep silent",
        List.of("speaks of", "wrong among these", "confidence and above"));
    for (SelectivePoint point : points) {
      html.row(percent(point.coverage()))
          .add("<td class=\"lead\">%s</td>", percent(point.error()))
          .add("<td>%.4f</td></tr>", point.threshold());
    }
    html.endTable();
  }

  private static void perClass(Html html, List<ClassCalibration> labels) {
    if (labels.isEmpty()) {
      return;
    }
    html.table(
        "figures",
        "Calibration of each label's probability",
        List.of(
            "label",
            "times said",
            "confidence then",
            "right then",
            "gap",
            "mean probability, all wafers",
            "share of all wafers",
            "ECE"));
    for (ClassCalibration one : labels) {
      html.row(one.label());
      if (one.said() == 0) {
        html.add("<td>0</td><td>–</td><td>–</td><td>–</td>");
      } else {
        html.add(
            "<td>%,d</td><td>%.4f</td><td>%.4f</td><td class=\"lead\">%+.4f</td>",
            one.said(), one.confidence(), one.precision(), one.confidence() - one.precision());
      }
      html.add(
          "<td>%.4f</td><td>%.4f</td><td>%.4f</td></tr>",
          one.meanProbability(), one.share(), one.ece());
    }
    html.endTable();
    html.add("<p class=\"aside\">A gap above 0 means too sure.</p>");
  }

  /** Decision, conformal sets and novelty; empty where the model has none of these. */
  static Optional<Html> review(Certainty certainty) {
    if (certainty.decision().isEmpty()
        && certainty.conformal().isEmpty()
        && certainty.novelty().isEmpty()) {
      return Optional.empty();
    }
    Html html = new Html();
    certainty.decision().ifPresent(check -> decision(html, check));
    certainty.conformal().ifPresent(check -> conformal(html, check));
    certainty.novelty().ifPresent(histogram -> novelty(html, histogram));
    return Optional.of(html);
  }

  private static void decision(Html html, DecisionCheck check) {
    html.table("figures", "Accepted or reviewed", List.of("", "share", "95 % interval"));
    html.row("accepted without a person")
        .add("<td class=\"lead\">%s</td>", percent(check.coverage()));
    html.add("<td class=\"range\">%s</td></tr>", percents(check.coverageInterval()));
    html.row("wrong among the accepted").add("<td class=\"lead\">%s</td>", percent(check.error()));
    html.add("<td class=\"range\">%s</td></tr>", percents(check.errorInterval()));
    html.row("wrong among the reviewed")
        .add("<td>%s</td><td></td></tr>", percent(check.reviewError()));
    html.row("of all errors, seen by a person")
        .add("<td>%s</td><td></td></tr>", percent(check.errorsSeen()));
    html.endTable();
    if (!check.reasons().isEmpty()) {
      html.table("figures", "Why a person is asked", List.of("reason", "wafers"));
      check
          .reasons()
          .forEach((reason, wafers) -> html.row(reason).add("<td>%,d</td></tr>", wafers));
      html.endTable();
    }
  }

  private static void conformal(Html html, ConformalCheck check) {
    html.add(
        "<p>Conformal sets hold the ground truth for %s of the wafers%s. A set has %.3f labels on"
            + " average; %s are empty, %s hold one label, %s several.</p>",
        percent(check.coverage()),
        check.promised().isPresent()
            ? ", promised are " + percent(check.promised().getAsDouble()) + " in each class"
            : "",
        check.meanSize(),
        percent(check.empty()),
        percent(check.single()),
        percent(check.multiple()));
    html.table(
        "figures",
        "Conformal sets by ground truth",
        List.of("label", "set holds it", "95 % interval", "labels a set", "wafers"));
    for (ConformalCheck.OfClass one : check.perClass()) {
      html.row(one.label())
          .add("<td class=\"lead\">%s</td>", percent(one.coverage()))
          .add("<td class=\"range\">%s</td>", percents(one.interval()))
          .add("<td>%.3f</td><td>%,d</td></tr>", one.meanSize(), one.wafers());
    }
    html.endTable();
  }

  private static void novelty(Html html, NoveltyHistogram histogram) {
    html.add("<div class=\"charts\"><figure>").add(EvaluationCharts.novelty(histogram));
    html.add(
        "<figcaption>How new the wafers look to the model, right answers (blue) and wrong ones"
            + " (red), each as shares of its own. Wafers like those it was fitted on fill all bars"
            + " alike, at the dashed line. Mean %.3f where right, %.3f where wrong.</figcaption>"
            + "</figure></div>",
        histogram.meanRight(), histogram.meanWrong());
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }

  static String percents(Optional<Interval> interval) {
    return interval
        .map(
            ends -> String.format(Locale.ROOT, "%.2f–%.2f %%", 100 * ends.low(), 100 * ends.high()))
        .orElse("");
  }
}
