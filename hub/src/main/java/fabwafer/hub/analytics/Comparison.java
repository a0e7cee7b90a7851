package fabwafer.hub.analytics;

import fabwafer.hub.statistics.Counted;
import fabwafer.hub.statistics.Proportions;
import fabwafer.hub.statistics.Proportions.Interval;
import fabwafer.hub.web.Json;
import fabwafer.wafer.DefectPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Two selections beside each other. Wafers are taken as independent; those of a lot are not quite,
 * so that a p-value near the border says little.
 */
final class Comparison {
  /** Fewer wafers have a mean yield whose error is no normal one. */
  private static final int FEWEST_WAFERS = 30;

  private static final double Z95 = 1.959963984540054;

  private Comparison() {}

  record Side(Selection selection, Totals totals, Map<String, Totals> labels) {}

  /** The answer; null where a side has too few wafers to be compared. */
  static ObjectNode json(Side first, Side second) {
    ObjectNode answer = Json.object();
    answer.set("first", side(first));
    answer.set("second", side(second));
    boolean some = first.totals.wafers() > 0 && second.totals.wafers() > 0;
    answer.set(
        "defectRate", some ? shares(first.totals.defective(), second.totals.defective()) : null);
    boolean enough =
        first.totals.measured() >= FEWEST_WAFERS && second.totals.measured() >= FEWEST_WAFERS;
    answer.set("meanYield", enough ? yields(first.totals, second.totals) : null);
    ArrayNode patterns = answer.putArray("patterns");
    if (some) {
      putPatterns(patterns, first, second);
    }
    return answer;
  }

  private static ObjectNode side(Side side) {
    ObjectNode json = SelectionParameters.json(side.selection);
    AnalyticsJson.putTotals(json, side.totals);
    return json;
  }

  private static ObjectNode shares(Counted first, Counted second) {
    Interval interval = Proportions.differenceInterval(first, second);
    return Json.object()
        .put("first", first.share())
        .put("second", second.share())
        .put("difference", first.share() - second.share())
        .put("low", interval.low())
        .put("high", interval.high())
        .put("pValue", Proportions.samePValue(first, second));
  }

  /** B. L. Welch's test of two means, with the normal distribution: both are of 30 or more. */
  private static ObjectNode yields(Totals first, Totals second) {
    double difference = mean(first) - mean(second);
    double deviation = Math.sqrt(variance(first) + variance(second));
    ObjectNode json =
        Json.object()
            .put("first", mean(first))
            .put("second", mean(second))
            .put("difference", difference)
            .put("low", difference - Z95 * deviation)
            .put("high", difference + Z95 * deviation);
    AnalyticsJson.put(
        json, "pValue", deviation > 0 ? Proportions.twoSided(difference / deviation) : Double.NaN);
    return json;
  }

  private static double mean(Totals totals) {
    return totals.yields() / totals.measured();
  }

  /** Of the mean. */
  private static double variance(Totals totals) {
    double n = totals.measured();
    double mean = mean(totals);
    double ofWafers = Math.max(0, totals.yieldSquares() - n * mean * mean) / (n - 1);
    return ofWafers / n;
  }

  private static void putPatterns(ArrayNode patterns, Side first, Side second) {
    Set<String> labels = new TreeSet<>(first.labels.keySet());
    labels.addAll(second.labels.keySet());
    labels.remove(DefectPattern.NONE.label());
    List<ObjectNode> rows = new ArrayList<>();
    for (String label : labels) {
      rows.add(shares(counted(first, label), counted(second, label)).put("pattern", label));
    }
    List<Double> adjusted =
        Proportions.adjusted(rows.stream().map(row -> row.get("pValue").doubleValue()).toList());
    for (int i = 0; i < rows.size(); i++) {
      patterns.add(rows.get(i).put("adjustedPValue", adjusted.get(i)));
    }
  }

  private static Counted counted(Side side, String label) {
    long wafers = side.labels.getOrDefault(label, Totals.NOTHING).wafers();
    return new Counted(wafers, side.totals.wafers());
  }
}
