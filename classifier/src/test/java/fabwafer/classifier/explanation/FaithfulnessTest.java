package fabwafer.classifier.explanation;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.classifier.Classifier;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.WaferDatasets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Explanations of the program's own model held against the model, on real wafers: what is credited
 * most must matter more than as much of anything else. The table goes to {@code
 * target/deletion-test.txt}.
 */
class FaithfulnessTest {
  private static final Path BASE = Path.of(System.getProperty("basedir", "."));
  private static final Path HOME = BASE.resolve("..").normalize();

  /** Of each pattern so many samples that the model gets right. */
  private static final int SAMPLES = 6;

  private static final double REMOVED = 0.2;

  private Classifier classifier;

  @BeforeEach
  void open() {
    classifier = Classifier.open(HOME.resolve("models/default"));
  }

  @AfterEach
  void close() {
    classifier.close();
  }

  @Test
  void repairingTheDiesCreditedMost_lowersTheAnswerMoreThanRepairingAsManyOthers()
      throws IOException {
    Explainer explainer = new Explainer(classifier);
    StringBuilder table = new StringBuilder();
    List<Drops> all = new ArrayList<>();
    for (Map.Entry<String, List<WaferMap>> samples : samples().entrySet()) {
      List<Drops> drops = new ArrayList<>();
      for (WaferMap wafer : samples.getValue()) {
        drops.add(drops(explainer, wafer, samples.getKey()));
      }
      Drops mean = Drops.mean(drops);
      table.append(mean.row(samples.getKey()));
      all.add(mean);
    }
    Drops mean = Drops.mean(all);
    table.append(mean.row("mean"));
    Files.writeString(BASE.resolve("target/deletion-test.txt"), table);

    assertThat(all).as("patterns that the model knows samples of").hasSizeGreaterThanOrEqualTo(7);
    assertThat(all)
        .as(table.toString())
        .allSatisfy(drop -> assertThat(drop.credited).isGreaterThan(drop.random));
    // Measured: 0.66 against 0.12.
    assertThat(mean.credited).as(table.toString()).isGreaterThan(2 * mean.random);
  }

  @Test
  void theSameWafer_isExplainedAlikeEachTime() throws IOException {
    WaferMap wafer = samples().sequencedValues().getFirst().getFirst();
    Explainer explainer = new Explainer(classifier);

    assertThat(explainer.explain(wafer).values()).isEqualTo(explainer.explain(wafer).values());
  }

  /**
   * What a label's probability loses when dies are repaired.
   *
   * @param credited those credited most
   * @param random as many, drawn at random
   * @param share of the evidence that the shown dies cover
   * @param shown shown dies by failing dies
   */
  private record Drops(double credited, double random, double share, double shown) {
    static Drops mean(List<Drops> drops) {
      return new Drops(
          drops.stream().mapToDouble(Drops::credited).average().orElseThrow(),
          drops.stream().mapToDouble(Drops::random).average().orElseThrow(),
          drops.stream().mapToDouble(Drops::share).average().orElseThrow(),
          drops.stream().mapToDouble(Drops::shown).average().orElseThrow());
    }

    String row(String label) {
      return String.format(
          Locale.ROOT,
          "%-10s 20 %% credited most %5.2f  20 %% at random %5.2f  share %.2f by %.0f %% of the"
              + " failing dies%n",
          label,
          credited,
          random,
          share,
          100 * shown);
    }
  }

  private Drops drops(Explainer explainer, WaferMap wafer, String label) {
    Explanation explanation = explainer.explain(wafer, label);
    List<Integer> failing = new ArrayList<>();
    byte[] cells = wafer.cells();
    for (int i = 0; i < cells.length; i++) {
      if (cells[i] == 2) {
        failing.add(i);
      }
    }
    int count = (int) Math.ceil(REMOVED * failing.size());
    float[] values = explanation.values();
    List<Integer> byCredit = new ArrayList<>(failing);
    byCredit.sort((a, b) -> Float.compare(values[b], values[a]));
    List<Integer> byChance = new ArrayList<>(failing);
    Collections.shuffle(byChance, new Random(1));
    double before = probability(wafer, label);
    return new Drops(
        before - probability(repaired(wafer, byCredit.subList(0, count)), label),
        before - probability(repaired(wafer, byChance.subList(0, count)), label),
        explanation.share().orElse(0),
        (double) explanation.shownDies() / wafer.failingDies());
  }

  private double probability(WaferMap wafer, String label) {
    return classifier.classify(wafer).probabilities().getOrDefault(label, 0.0);
  }

  private static WaferMap repaired(WaferMap wafer, List<Integer> dies) {
    byte[] cells = wafer.cells();
    dies.forEach(die -> cells[die] = 1);
    return WaferMap.of(wafer.height(), wafer.width(), cells);
  }

  /** Pattern → samples of it that the model gets right. */
  private SortedMap<String, List<WaferMap>> samples() throws IOException {
    SortedMap<String, List<WaferMap>> samples = new TreeMap<>();
    for (LabelledWafer sample : WaferDatasets.read(HOME.resolve("samples")).wafers()) {
      String label = sample.label().label();
      List<WaferMap> known = samples.computeIfAbsent(label, key -> new ArrayList<>());
      if (known.size() < SAMPLES && classifier.classify(sample.wafer()).label().equals(label)) {
        known.add(sample.wafer());
      }
    }
    samples.remove(DefectPattern.NONE.label());
    samples.values().removeIf(List::isEmpty);
    return samples;
  }
}
