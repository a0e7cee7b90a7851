package fabwafer.hub.rule;

import fabwafer.hub.classification.Classification;
import fabwafer.hub.hold.HoldMode;
import fabwafer.protocol.DeviceName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * When wafers raise an alarm.
 *
 * @param name for people, unique among rules
 * @param enabled whether it is judged at all
 * @param fab only this fab's wafers
 * @param camera only this camera's
 * @param product only wafers that their device says are of this product
 * @param pattern what makes a wafer bad: this prediction; empty: any defect
 * @param probability a wafer is bad above this probability of its prediction, in [0, 1]
 * @param probabilities the same for a {@code fab} or a {@code fab/camera}; the camera's wins
 * @param per which wafers are followed as one stream
 * @param test when a stream's wafers are alarming
 * @param hold what becomes of the lot
 */
record Rule(
    String name,
    boolean enabled,
    Optional<String> fab,
    Optional<String> camera,
    Optional<String> product,
    Optional<String> pattern,
    double probability,
    Map<String, Double> probabilities,
    Per per,
    RuleTest test,
    HoldMode hold) {
  Rule {
    probabilities = Map.copyOf(probabilities);
  }

  /** Which wafers are followed as one stream. */
  enum Per {
    CAMERA,
    FAB,
    PRODUCT;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The same rule, enabled. */
  Rule asEnabled() {
    return new Rule(
        name, true, fab, camera, product, pattern, probability, probabilities, per, test, hold);
  }

  /** Whether a wafer's further fields are needed to judge it. */
  boolean needsProduct() {
    return product.isPresent() || per == Per.PRODUCT;
  }

  /** Whether a wafer is the rule's business. */
  boolean follows(Classification wafer) {
    DeviceName device = wafer.device();
    return fab.filter(name -> !name.equals(device.fab())).isEmpty()
        && camera.filter(name -> !name.equals(device.camera())).isEmpty()
        && product.filter(name -> !name.equals(wafer.facts().product())).isEmpty();
  }

  /** Whether a wafer counts against its stream. */
  boolean isBad(Classification wafer) {
    return wafer.isDefect()
        && pattern.filter(label -> !label.equals(wafer.prediction())).isEmpty()
        && wafer.probability() > probabilityOf(wafer.device());
  }

  /** Above which probability a camera's wafer is bad. */
  double probabilityOf(DeviceName device) {
    Double ofCamera = probabilities.get(device.toString());
    return ofCamera != null ? ofCamera : probabilities.getOrDefault(device.fab(), probability);
  }

  /** The stream that a wafer belongs to. */
  String stream(Classification wafer) {
    DeviceName device = wafer.device();
    if (test instanceof RuleTest.Threshold) {
      return device + " " + wafer.prediction();
    }
    return switch (per) {
      case CAMERA -> device.toString();
      case FAB -> device.fab();
      case PRODUCT -> {
        String told = wafer.facts().product();
        yield device.fab() + " " + (told.isEmpty() ? "(no product told)" : told);
      }
    };
  }

  /** What it looks for, in one sentence for a person. */
  String words() {
    List<String> places = new ArrayList<>();
    fab.ifPresent(name -> places.add("fab " + name));
    camera.ifPresent(name -> places.add("camera " + name));
    product.ifPresent(name -> places.add("product " + name));
    String of = places.isEmpty() ? "" : " of " + String.join(", ", places);
    String each = test instanceof RuleTest.Threshold ? "" : ", each " + per.word() + " by itself";
    return String.format(
        Locale.ROOT,
        "%s%s%s: %s with a probability above %.2f%s",
        test.words(),
        of,
        each,
        badWord(),
        probability,
        probabilities.isEmpty() ? "" : " (other limits for " + probabilities.size() + " places)");
  }

  /** What makes a wafer bad, in a word. */
  String badWord() {
    return pattern.orElse("a defect");
  }
}
