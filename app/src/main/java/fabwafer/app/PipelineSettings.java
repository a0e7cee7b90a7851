package fabwafer.app;

import fabwafer.hub.gate.GateRules;
import fabwafer.hub.pipeline.PipelineConfig;
import fabwafer.hub.shadow.ShadowRules;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads how models are retrained and judged; docs/lifecycle.md lists the settings. */
final class PipelineSettings {
  private static final int MOST_MILLIS = 60_000;
  private static final int MOST_WAFERS = 1_000_000;

  private PipelineSettings() {}

  /** Reads the hub's settings of the pipeline, and the gate's file that they name. */
  static PipelineConfig read(Settings settings) {
    Optional<Path> gate = settings.path("gate");
    Optional<Duration> every =
        settings.text("retrain-every").isPresent()
            ? Optional.of(settings.duration("retrain-every", Duration.ofDays(7)))
            : Optional.empty();
    return new PipelineConfig(
        ownProgram(),
        settings.path("retrain-recipe"),
        settings.texts("retrain-settings", PipelineConfig.SETTINGS),
        settings.path("retrain-replay"),
        settings.whole("retrain-after-labels", 0, 0, Integer.MAX_VALUE),
        every,
        gate.map(PipelineSettings::rules).orElse(GateRules.DEFAULT),
        new ShadowRules(
            settings.integer(
                "shadow-wafers", ShadowRules.DEFAULT.wafers(), 0, ShadowRules.MOST_WAFERS),
            settings.duration("shadow-soak", ShadowRules.DEFAULT.soak())));
  }

  /**
   * Reads the gate's file, section {@code gate}; what it does not say is the program's default.
   *
   * @throws Settings.MistakesException naming every mistake
   */
  static GateRules rules(Path file) {
    Settings settings = Settings.load("gate", Optional.of(file), Map.of(), Map.of());
    GateRules usual = GateRules.DEFAULT;
    GateRules rules =
        new GateRules(
            settings.integer("least-wafers", usual.leastWafers(), 1, MOST_WAFERS),
            settings.integer("least-of-class", usual.leastOfClass(), 1, MOST_WAFERS),
            settings.number("none-weight", usual.noneWeight(), 1e-3, 1e3),
            settings.number("macro-f1", usual.macroF1(), 0, 1),
            settings.number("calibration-error", usual.ece(), 0, 1),
            floors(settings, "recall", usual.recall()),
            floors(settings, "precision", usual.precision()),
            settings.bool("no-class-worse", usual.noClassWorse()),
            settings.whole("bytes", usual.bytes(), 1, Long.MAX_VALUE),
            settings.number("wafer-millis", usual.waferMillis(), 0, MOST_MILLIS),
            settings.integer("excursions-missed", usual.excursionsMissed(), 0, MOST_WAFERS),
            settings.integer("wafers-later", usual.wafersLater(), 0, MOST_WAFERS),
            settings.number("false-holds-per-thousand", usual.falseHoldsPerThousand(), 0, 1_000));
    settings.requireNoMistakes();
    return rules;
  }

  private static Map<String, Double> floors(
      Settings settings, String section, Map<String, Double> usual) {
    Map<String, Double> floors = new TreeMap<>(usual);
    for (String label : settings.children(section)) {
      floors.put(label, settings.number(section + "." + label, 0, 0, 1));
    }
    return floors;
  }

  /** The words that start this program as this process was started, on as much of a machine. */
  private static List<String> ownProgram() {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Djava.awt.headless=true",
            "-XX:+ExitOnOutOfMemoryError",
            "-Dfabwafer.home=" + System.getProperty("fabwafer.home", ""),
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName()));
    return words;
  }
}
