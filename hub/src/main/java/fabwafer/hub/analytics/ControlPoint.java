package fabwafer.hub.analytics;

import fabwafer.hub.statistics.ControlLimits;
import fabwafer.hub.statistics.ControlRule;
import fabwafer.hub.statistics.ControlRule.Violation;
import fabwafer.hub.statistics.Counted;
import fabwafer.hub.statistics.Cusum;
import fabwafer.hub.statistics.Ewma;
import fabwafer.hub.statistics.PChart;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * An hour or day of the three control charts.
 *
 * @param startMillis its begin, milliseconds since 1970
 * @param sample what was counted, at least 1 inspected
 * @param limits of the p-chart
 * @param standardised deviations from the p-chart's centre
 * @param ewma the moving average of these
 * @param ewmaLimit how far it may lie from 0
 * @param sums the cumulative sums
 * @param broken the rules that the run which ends here breaks
 * @param signals of EWMA and CUSUM: {@code ewma}, {@code cusum}
 */
record ControlPoint(
    long startMillis,
    Counted sample,
    ControlLimits limits,
    double standardised,
    double ewma,
    double ewmaLimit,
    Cusum.Sums sums,
    List<ControlRule> broken,
    List<String> signals) {

  /** The points of samples by their begin, in the order of time. */
  static List<ControlPoint> of(
      Map<Long, Counted> samples, PChart chart, Collection<ControlRule> rules) {
    List<Map.Entry<Long, Counted>> entries = List.copyOf(samples.entrySet());
    double[] values =
        entries.stream().mapToDouble(entry -> chart.standardised(entry.getValue())).toArray();
    List<List<ControlRule>> broken = new ArrayList<>();
    entries.forEach(entry -> broken.add(new ArrayList<>()));
    for (Violation violation : ControlRule.violations(rules, values)) {
      broken.get(violation.at()).add(violation.rule());
    }
    List<ControlPoint> points = new ArrayList<>();
    double average = 0;
    Cusum.Sums sums = Cusum.Sums.ZERO;
    for (int i = 0; i < values.length; i++) {
      average = Ewma.USUAL.next(average, values[i]);
      sums = Cusum.USUAL.next(sums, values[i]);
      List<String> signals = new ArrayList<>();
      if (Ewma.USUAL.signals(average, i + 1)) {
        signals.add("ewma");
      }
      if (Cusum.USUAL.signals(sums)) {
        signals.add("cusum");
      }
      Counted sample = entries.get(i).getValue();
      points.add(
          new ControlPoint(
              entries.get(i).getKey(),
              sample,
              chart.limits(sample.inspected()),
              values[i],
              average,
              Ewma.USUAL.limit(i + 1),
              sums,
              List.copyOf(broken.get(i)),
              signals));
    }
    return points;
  }
}
