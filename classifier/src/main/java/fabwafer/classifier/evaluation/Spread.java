package fabwafer.classifier.evaluation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Figures of bootstrap samples by name. A figure that a sample does not have, because it would
 * divide by no wafer, takes no part there.
 */
final class Spread {
  private final Map<String, List<Double>> samples = new LinkedHashMap<>();

  void add(Map<String, Double> sample) {
    sample.forEach(this::add);
  }

  void add(String name, double value) {
    samples.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
  }

  /** The interval of each figure that a sample had. */
  Map<String, Interval> intervals() {
    Map<String, Interval> intervals = new LinkedHashMap<>();
    samples.forEach((name, values) -> intervals.put(name, Interval.of(doubles(values))));
    return Collections.unmodifiableMap(intervals);
  }

  /** Share of a figure's samples that are above 0. */
  double shareAboveZero(String name) {
    List<Double> values = samples.getOrDefault(name, List.of());
    return values.stream().mapToInt(value -> value > 0 ? 1 : 0).average().orElse(0);
  }

  private static double[] doubles(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
