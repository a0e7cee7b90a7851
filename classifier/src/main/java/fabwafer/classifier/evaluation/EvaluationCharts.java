package fabwafer.classifier.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The report's charts as SVG that stands in the page. */
final class EvaluationCharts {
  private static final int WIDTH = 420;
  private static final int HEIGHT = 320;
  private static final int LEFT = 56;
  private static final int TOP = 14;
  private static final int RIGHT = 24;
  private static final int BOTTOM = 44;
  private static final int TICKS = 5;

  private EvaluationCharts() {}

  /** Accuracy over confidence: a model that is as right as it is sure lies on the diagonal. */
  static Html reliability(List<ReliabilityBin> bins) {
    Axes axes = new Axes(0, 1, 1);
    Html svg = axes.open("Accuracy over confidence", "confidence", "share right");
    long most = bins.stream().mapToLong(ReliabilityBin::wafers).max().orElse(1);
    for (ReliabilityBin bin : bins) {
      if (bin.wafers() == 0) {
        continue;
      }
      // A bin of few wafers is pale: its height says little.
      double opacity = 0.25 + 0.75 * Math.log1p((double) bin.wafers()) / Math.log1p((double) most);
      svg.add(
          "<rect class=\"bar\" fill-opacity=\"%.2f\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\""
              + " height=\"%.1f\"><title>%s</title></rect>",
          opacity,
          axes.x(bin.from()) + 0.5,
          axes.y(bin.accuracy()),
          axes.x(bin.to()) - axes.x(bin.from()) - 1,
          axes.y(0) - axes.y(bin.accuracy()),
          String.format(
              Locale.ROOT,
              "%,d wafers: %.2f %% sure, %.2f %% right",
              bin.wafers(),
              100 * bin.confidence(),
              100 * bin.accuracy()));
      svg.add(
          "<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>",
          axes.x(bin.confidence()), axes.y(bin.accuracy()));
    }
    svg.add(
        "<line class=\"ideal\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>",
        axes.x(0), axes.y(0), axes.x(1), axes.y(1));
    return svg.add("</svg>");
  }

  /**
   * Share of wrong answers over the share of wafers that the model speaks of.
   *
   * @param curve the line
   * @param points those that are told apart
   */
  static Html coverage(List<SelectivePoint> curve, List<SelectivePoint> points) {
    double least = points.stream().mapToDouble(SelectivePoint::coverage).min().orElse(0);
    double left = Math.min(0.5, Math.floor(least * 10) / 10);
    List<SelectivePoint> shown = curve.stream().filter(point -> point.coverage() >= left).toList();
    double most =
        Stream.concat(shown.stream(), points.stream())
            .mapToDouble(SelectivePoint::error)
            .max()
            .orElse(0);
    Axes axes = new Axes(left, 1, roundedUp(most));
    Html svg = axes.open("Errors over coverage", "share of wafers it speaks of", "share wrong");
    List<String> line = new ArrayList<>();
    for (SelectivePoint point : shown) {
      line.add(
          String.format(Locale.ROOT, "%.1f,%.1f", axes.x(point.coverage()), axes.y(point.error())));
    }
    svg.add("<polyline class=\"line\" points=\"%s\"/>", String.join(" ", line));
    for (SelectivePoint point : points) {
      svg.add(
          "<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\"><title>%s</title></circle>",
          axes.x(point.coverage()),
          axes.y(point.error()),
          String.format(
              Locale.ROOT,
              "speaks of %.2f %%, wrong in %.2f %% (probability %.4f and above)",
              100 * point.coverage(),
              100 * point.error(),
              point.threshold()));
    }
    return svg.add("</svg>");
  }

  /** Shares of right and of wrong answers by novelty. */
  static Html novelty(NoveltyHistogram histogram) {
    int right = histogram.right().stream().mapToInt(Integer::intValue).sum();
    int wrong = histogram.wrong().stream().mapToInt(Integer::intValue).sum();
    double most = 0;
    for (int bin = 0; bin < NoveltyHistogram.BINS; bin++) {
      most = Math.max(most, Tally.ratio(histogram.right().get(bin), right));
      most = Math.max(most, Tally.ratio(histogram.wrong().get(bin), wrong));
    }
    Axes axes = new Axes(0, 1, roundedUp(most));
    Html svg = axes.open("Answers over novelty", "novelty", "share of answers");
    double width = (axes.x(1) - axes.x(0)) / NoveltyHistogram.BINS / 2 - 0.5;
    for (int bin = 0; bin < NoveltyHistogram.BINS; bin++) {
      double from = axes.x((double) bin / NoveltyHistogram.BINS);
      bar(svg, axes, "bar", from, width, histogram.right().get(bin), right, "right");
      bar(svg, axes, "bar wrong", from + width, width, histogram.wrong().get(bin), wrong, "wrong");
    }
    double alike = 1.0 / NoveltyHistogram.BINS;
    svg.add(
        "<line class=\"ideal\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>",
        axes.x(0), axes.y(alike), axes.x(1), axes.y(alike));
    return svg.add("</svg>");
  }

  private static void bar(
      Html svg, Axes axes, String style, double x, double width, int count, int all, String what) {
    double y = axes.y(Tally.ratio(count, all));
    svg.add(
        "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\">"
            + "<title>%,d of %,d %s answers</title></rect>",
        style, x, y, width, axes.y(0) - y, count, all, what);
  }

  /** The least of 1, 2, 5 x a power of ten that is no less, for an axis; at most 1. */
  static double roundedUp(double value) {
    double unit = 0.001;
    while (unit < 1) {
      for (int factor : new int[] {1, 2, 5}) {
        if (unit * factor >= value) {
          return unit * factor;
        }
      }
      unit *= 10;
    }
    return 1;
  }

  /**
   * Where values lie in the picture.
   *
   * @param left x at the left edge
   * @param right x at the right edge
   * @param top y at the top edge; the bottom is 0
   */
  private record Axes(double left, double right, double top) {
    double x(double value) {
      return LEFT + (value - left) / (right - left) * (WIDTH - LEFT - RIGHT);
    }

    double y(double value) {
      return HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM);
    }

    Html open(String title, String xTitle, String yTitle) {
      Html svg = new Html();
      svg.add("<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">", WIDTH, HEIGHT, title);
      for (int i = 0; i <= TICKS; i++) {
        double x = left + (right - left) * i / TICKS;
        double y = top * i / TICKS;
        svg.add(
            "<line class=\"grid\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>",
            x(left), y(y), x(right), y(y));
        svg.add(
            "<text class=\"tick\" text-anchor=\"end\" x=\"%.1f\" y=\"%.1f\">%s</text>",
            x(left) - 6, y(y) + 4, percent(y, top));
        svg.add(
            "<text class=\"tick\" text-anchor=\"middle\" x=\"%.1f\" y=\"%d\">%s</text>",
            x(x), HEIGHT - BOTTOM + 16, percent(x, right));
      }
      svg.add(
          "<text class=\"axis\" text-anchor=\"middle\" x=\"%.1f\" y=\"%d\">%s</text>",
          (x(left) + x(right)) / 2, HEIGHT - 6, xTitle);
      svg.add(
          "<text class=\"axis\" text-anchor=\"middle\" transform=\"translate(12 %.1f)"
              + " rotate(-90)\">%s</text>",
          (y(0) + y(top)) / 2, yTitle);
      return svg;
    }

    private static String percent(double value, double most) {
      return String.format(Locale.ROOT, most <= 0.02 ? "%.2f %%" : "%.0f %%", 100 * value);
    }
  }
}
