package fabwafer.classifier.evaluation;

import fabwafer.wafer.dataset.LabelledWafer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Percentile bootstrap by group: each sample draws as many groups as there are, with replacement.
 * Wafers of one lot look alike, so drawing single wafers would make the intervals too narrow.
 * Source: B. Efron, R. Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13.
 */
final class Bootstrap {
  private final Classes classes;
  private final List<Counts> groups;

  /** A group's tally without its zeros. */
  private record Counts(List<Integer> indices, List<Double> values) {}

  private Bootstrap(Classes classes, List<Counts> groups) {
    this.classes = classes;
    this.groups = groups;
  }

  /** A wafer of unknown group is a group of its own. */
  static Bootstrap of(Classes classes, List<Outcome> outcomes) {
    Map<Integer, Tally> tallies = new LinkedHashMap<>();
    List<Counts> groups = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      int group = outcome.wafer().group();
      if (group == LabelledWafer.UNKNOWN) {
        Tally alone = new Tally(classes);
        alone.add(outcome);
        groups.add(sparse(alone));
      } else {
        tallies.computeIfAbsent(group, _ -> new Tally(classes)).add(outcome);
      }
    }
    tallies.values().forEach(tally -> groups.add(sparse(tally)));
    return new Bootstrap(classes, groups);
  }

  int groups() {
    return groups.size();
  }

  /**
   * Intervals of all figures by {@link Metrics#values()}'s names. A figure that divides by no wafer
   * in a sample takes no part there.
   */
  Map<String, Interval> intervals(int resamples, long seed, double noneWeight) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, List<Double>> samples = new LinkedHashMap<>();
    for (int i = 0; i < resamples; i++) {
      sample(random)
          .metrics(noneWeight)
          .values()
          .forEach(
              (name, value) -> samples.computeIfAbsent(name, _ -> new ArrayList<>()).add(value));
    }
    Map<String, Interval> intervals = new HashMap<>();
    samples.forEach(
        (name, values) ->
            intervals.put(
                name, Interval.of(values.stream().mapToDouble(Double::doubleValue).toArray())));
    return Collections.unmodifiableMap(intervals);
  }

  private Tally sample(SplittableRandom random) {
    Tally tally = new Tally(classes);
    double[] sums = tally.counts();
    for (int i = 0; i < groups.size(); i++) {
      Counts drawn = groups.get(random.nextInt(groups.size()));
      for (int k = 0; k < drawn.indices.size(); k++) {
        sums[drawn.indices.get(k)] += drawn.values.get(k);
      }
    }
    return tally;
  }

  private static Counts sparse(Tally tally) {
    List<Integer> indices = new ArrayList<>();
    List<Double> values = new ArrayList<>();
    double[] counts = tally.counts();
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] != 0) {
        indices.add(i);
        values.add(counts[i]);
      }
    }
    return new Counts(List.copyOf(indices), List.copyOf(values));
  }
}
