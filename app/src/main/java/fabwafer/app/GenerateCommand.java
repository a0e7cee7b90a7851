package fabwafer.app;

import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.Split;
import fabwafer.wafer.dataset.WaferDataset;
import fabwafer.wafer.dataset.WaferDataset.Labelling;
import fabwafer.wafer.dataset.WaferDatasets;
import fabwafer.wafer.synthetic.SyntheticWafers;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fabwafer generate}: synthetic wafers as folders of PNG files by label. */
@Command(
    name = "generate",
    description = {
      "Makes synthetic wafer maps as PNG files in folders by label: for demos, load and tests.",
      "The same seed and options give the same files."
    },
    mixinStandardHelpOptions = true)
final class GenerateCommand implements Callable<Integer> {
  /** Wafers kept in memory at a time. */
  private static final int BATCH = 1_000;

  private static final int MOST_PATTERNS_A_WAFER = 3;

  // Near-full and Random cover the whole wafer: nothing could be told beside them.
  private static final Set<DefectPattern> MIXABLE =
      Collections.unmodifiableSet(
          EnumSet.of(
              DefectPattern.CENTER,
              DefectPattern.DONUT,
              DefectPattern.EDGE_LOC,
              DefectPattern.EDGE_RING,
              DefectPattern.LOC,
              DefectPattern.SCRATCH));

  // Each of a pair hides the other: they lie on the same dies.
  private static final List<Set<DefectPattern>> APART =
      List.of(
          Set.of(DefectPattern.CENTER, DefectPattern.DONUT),
          Set.of(DefectPattern.EDGE_LOC, DefectPattern.EDGE_RING));

  @Spec private CommandSpec spec;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder for <label>/*.png; files of other names stay.")
  private Path out;

  @Option(
      names = "--count",
      required = true,
      paramLabel = "N",
      description = "Wafers in all; the patterns take turns.")
  private int count;

  @Option(
      names = "--pattern",
      paramLabel = "P",
      split = ",",
      converter = PatternLabel.class,
      description = "A label such as Edge-Ring; may be repeated. By default all nine.")
  private List<DefectPattern> patterns = List.of();

  @Option(
      names = "--mix",
      description = "Two or three of the patterns on each wafer, in folders such as Loc+Scratch.")
  private boolean mix;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "The same seed gives the same wafers (default: 1).")
  private long seed;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields before it runs the command
  GenerateCommand() {}

  @Override
  public Integer call() throws IOException {
    if (count < 1 || count > WaferDatasets.MAX_WAFERS) {
      throw new WaferException(
          "--count must be 1 to %,d, got %,d".formatted(WaferDatasets.MAX_WAFERS, count));
    }
    if (Files.exists(out) && !Files.isDirectory(out)) {
      throw new WaferException(out + " is a file, a folder is needed");
    }
    List<Set<DefectPattern>> turns = mix ? mixtures() : singles();
    SyntheticWafers wafers = SyntheticWafers.of(seed);
    Map<String, Integer> written = new TreeMap<>();
    for (int first = 0; first < count; first += BATCH) {
      List<LabelledWafer> batch = new ArrayList<>();
      for (int i = first; i < Math.min(count, first + BATCH); i++) {
        Set<DefectPattern> shown = turns.get(i % turns.size());
        WaferMap wafer = wafers.next(shown);
        LabelledWafer labelled =
            new LabelledWafer(
                wafer,
                shown,
                LabelledWafer.UNKNOWN,
                LabelledWafer.UNKNOWN,
                Split.UNSPLIT,
                String.format(Locale.ROOT, "synthetic-%d-%06d", seed, i));
        batch.add(labelled);
        written.merge(labelled.labels(), 1, Integer::sum);
      }
      WaferDatasets.writeFolders(new WaferDataset("synthetic", Labelling.MULTIPLE, batch), out);
    }
    tell(written);
    return 0;
  }

  private void tell(Map<String, Integer> written) {
    String labels =
        written.entrySet().stream()
            .map(entry -> String.format(Locale.ROOT, "%,d %s", entry.getValue(), entry.getKey()))
            .collect(Collectors.joining(", "));
    PrintWriter print = spec.commandLine().getOut();
    print.println(String.format(Locale.ROOT, "%s: %,d wafers: %s", out, count, labels));
    print.flush();
  }

  private List<Set<DefectPattern>> singles() {
    List<DefectPattern> chosen = patterns.isEmpty() ? List.of(DefectPattern.values()) : patterns;
    return chosen.stream().map(Set::of).toList();
  }

  /** Every mixture of two or three of the patterns that can lie together, in a random order. */
  private List<Set<DefectPattern>> mixtures() {
    Set<DefectPattern> pool = patterns.isEmpty() ? MIXABLE : EnumSet.copyOf(patterns);
    for (DefectPattern pattern : pool) {
      if (!MIXABLE.contains(pattern)) {
        throw new WaferException(
            "'%s' cannot be mixed with another pattern; those that can are %s"
                .formatted(
                    pattern.label(),
                    MIXABLE.stream().map(DefectPattern::label).collect(Collectors.joining(", "))));
      }
    }
    List<Set<DefectPattern>> mixtures = new ArrayList<>();
    extend(EnumSet.noneOf(DefectPattern.class), List.copyOf(pool), mixtures);
    if (mixtures.isEmpty()) {
      throw new WaferException(
          "--mix needs two patterns that can lie together, not Center with Donut or Edge-Loc with"
              + " Edge-Ring alone");
    }
    Collections.shuffle(mixtures, new Random(seed));
    return mixtures;
  }

  private static void extend(
      Set<DefectPattern> mixture, List<DefectPattern> rest, List<Set<DefectPattern>> mixtures) {
    if (mixture.size() >= 2) {
      mixtures.add(EnumSet.copyOf(mixture));
    }
    if (mixture.size() == MOST_PATTERNS_A_WAFER) {
      return;
    }
    for (int i = 0; i < rest.size(); i++) {
      EnumSet<DefectPattern> larger = EnumSet.of(rest.get(i));
      larger.addAll(mixture);
      if (APART.stream().noneMatch(larger::containsAll)) {
        extend(larger, rest.subList(i + 1, rest.size()), mixtures);
      }
    }
  }

  /** Reads a label without case; any other is refused with the nine that exist. */
  static final class PatternLabel implements CommandLine.ITypeConverter<DefectPattern> {
    @Override
    public DefectPattern convert(String label) {
      return DefectPattern.ofLabel(label)
          .orElseThrow(
              () ->
                  new CommandLine.TypeConversionException(
                      "'%s' is none of %s".formatted(label, DefectPattern.labels())));
    }
  }
}
