package fabwafer.hub.watch;

import fabwafer.hub.statistics.TwoSamples;
import fabwafer.hub.web.Json;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One measure of one camera: its first wafers, the last full window, and the one that fills. Not
 * safe across threads.
 */
final class Comparison {
  private final Measure measure;
  private Sample reference = new Sample();
  private Sample filling = new Sample();
  private Optional<Sample> recent = Optional.empty();
  private double value;
  private double limit;
  private boolean drifting;

  Comparison(Measure measure) {
    this.measure = measure;
  }

  Measure measure() {
    return measure;
  }

  Sample reference() {
    return reference;
  }

  /** The last full window; empty before the first. */
  Optional<Sample> recent() {
    return recent;
  }

  /** How far the last window lies from the reference. */
  double value() {
    return value;
  }

  /** How far it may. */
  double limit() {
    return limit;
  }

  boolean drifting() {
    return drifting;
  }

  /**
   * Adds a wafer: to the reference until that is full, then to a window, which is judged once it is
   * full.
   *
   * @param alpha how likely the judgement may be wrong where nothing changed
   * @return whether it was judged now
   */
  boolean add(String counted, double number, long timeMillis, WatchConfig config, double alpha) {
    if (reference.wafers() < config.reference()) {
      reference.add(counted, number, timeMillis);
      return false;
    }
    filling.add(counted, number, timeMillis);
    if (filling.wafers() < config.window()) {
      return false;
    }
    judge(filling, alpha);
    recent = Optional.of(filling);
    filling = new Sample();
    return true;
  }

  private void judge(Sample window, double alpha) {
    double alike = reference.designEffect();
    double then = reference.wafers() / alike;
    double now = window.wafers() / alike;
    if (measure.isOutput()) {
      TwoSamples.Stability stability =
          TwoSamples.stability(reference.counts(), window.counts(), alike, alpha);
      value = stability.value();
      limit = stability.limit();
    } else {
      value = TwoSamples.distance(reference.counts(), window.counts());
      limit = TwoSamples.distanceLimit(then, now, alpha);
    }
    drifting = value > limit;
  }

  ObjectNode json() {
    ObjectNode json = Json.object().put("value", value).put("limit", limit);
    json.put("drifting", drifting);
    json.set("reference", reference.json());
    json.set("filling", filling.json());
    recent.ifPresent(sample -> json.set("recent", sample.json()));
    return json;
  }

  static Comparison of(Measure measure, JsonNode json) {
    Comparison comparison = new Comparison(measure);
    if (json.isObject()) {
      comparison.reference = Sample.of(json.path("reference"));
      comparison.filling = Sample.of(json.path("filling"));
      comparison.recent =
          Optional.of(json.path("recent")).filter(JsonNode::isObject).map(Sample::of);
      comparison.value = json.path("value").doubleValue();
      comparison.limit = json.path("limit").doubleValue();
      comparison.drifting = json.path("drifting").booleanValue();
    }
    return comparison;
  }
}
