package fabwafer.hub.gate;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a candidate must show; gate.conf holds the defaults.
 *
 * @param leastWafers held-out wafers without which nothing is passed
 * @param leastOfClass a class with fewer of them is not judged
 * @param noneWeight what one wafer labelled none counts
 * @param macroF1 least
 * @param ece most: the expected calibration error
 * @param recall least of each class, {@code other} for those not named
 * @param precision the same
 * @param noClassWorse whether a class whose recall is below the champion's, beyond the 95 %
 *     interval of a bootstrap by lot, fails
 * @param bytes most of the model's zip
 * @param waferMillis most of one wafer on one thread
 * @param excursionsMissed most past excursions that it misses and the champion finds
 * @param wafersLater most wafers later than the champion that it finds one
 * @param falseHoldsPerThousand most alarms on wafers that a person called none, of 1,000 such
 *     wafers, above the champion's
 */
public record GateRules(
    int leastWafers,
    int leastOfClass,
    double noneWeight,
    double macroF1,
    double ece,
    Map<String, Double> recall,
    Map<String, Double> precision,
    boolean noClassWorse,
    long bytes,
    double waferMillis,
    int excursionsMissed,
    int wafersLater,
    double falseHoldsPerThousand) {
  /** Names the floor of every class that has none of its own. */
  public static final String OTHER = "other";

  /** As gate.conf says them. */
  public static final GateRules DEFAULT =
      new GateRules(
          20,
          5,
          1,
          0.5,
          0.15,
          Map.of(OTHER, 0.4),
          Map.of(OTHER, 0.4),
          true,
          64L * 1024 * 1024,
          200,
          0,
          3,
          20);

  public GateRules {
    recall = Collections.unmodifiableMap(new TreeMap<>(recall));
    precision = Collections.unmodifiableMap(new TreeMap<>(precision));
  }

  double recallFloor(String label) {
    return floor(recall, label);
  }

  double precisionFloor(String label) {
    return floor(precision, label);
  }

  private static double floor(Map<String, Double> floors, String label) {
    Double own = floors.get(label);
    return own != null ? own : floors.getOrDefault(OTHER, 0.0);
  }
}
