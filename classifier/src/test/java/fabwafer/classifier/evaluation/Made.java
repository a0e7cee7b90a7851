package fabwafer.classifier.evaluation;

import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.Split;
import fabwafer.wafer.dataset.WaferDataset.Labelling;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** Outcomes made for tests, of models with the classes Center, Scratch and none. */
final class Made {
  static final List<String> CLASSES = List.of("Center", "Scratch", "none");
  static final List<String> PATTERNS = List.of("Center", "Scratch");

  private Made() {}

  static Protocol protocol(double noneWeight) {
    return new Protocol("d", "00", "all", false, "m", noneWeight, 200, 1);
  }

  static LabelledWafer wafer(Set<DefectPattern> truth, int height, int width, int group, String n) {
    byte[] cells = new byte[height * width];
    Arrays.fill(cells, (byte) 1);
    return new LabelledWafer(WaferMap.of(height, width, cells), truth, group, 0, Split.UNSPLIT, n);
  }

  static LabelledWafer wafer(DefectPattern truth) {
    return wafer(Set.of(truth), 1, 1, LabelledWafer.UNKNOWN, "w");
  }

  /** The most probable of Center, Scratch and none is said. */
  static Outcome of(LabelledWafer wafer, double center, double scratch, double none) {
    List<Double> probabilities = List.of(center, scratch, none);
    double most = Math.max(Math.max(center, scratch), none);
    return new Outcome(
        wafer,
        CLASSES.get(probabilities.indexOf(most)),
        most,
        probabilities,
        Optional.empty(),
        Optional.empty(),
        OptionalDouble.empty(),
        Optional.empty(),
        1);
  }

  /** A pattern head that says what has at least one half; the one label is the more probable. */
  static Outcome withPatterns(LabelledWafer wafer, double center, double scratch) {
    Set<String> said =
        center >= 0.5
            ? scratch >= 0.5 ? Set.of("Center", "Scratch") : Set.of("Center")
            : scratch >= 0.5 ? Set.of("Scratch") : Set.of();
    String label = said.isEmpty() ? "none" : center >= scratch ? "Center" : "Scratch";
    return new Outcome(
        wafer,
        label,
        0.9,
        List.of(),
        Optional.of(new Outcome.PatternAnswer(said, List.of(center, scratch))),
        Optional.empty(),
        OptionalDouble.empty(),
        Optional.empty(),
        1);
  }

  static Answers answers(Labelling labelling, List<Outcome> outcomes) {
    boolean patterns = outcomes.getFirst().patterns().isPresent();
    return new Answers(
        "m", CLASSES, patterns ? PATTERNS : List.of(), OptionalDouble.empty(), labelling, outcomes);
  }
}
