package fabwafer.app;

import fabwafer.app.DatasetFile.Reading;
import fabwafer.parquet.ParquetDataset;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.dataset.DatasetRow;
import fabwafer.wafer.format.ReadOptions;
import fabwafer.wafer.format.TextDialect;
import fabwafer.wafer.record.NotchSide;
import fabwafer.wafer.record.WaferRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fabwafer dataset import}: one Parquet file of whatever wafers a source holds. */
@Command(
    name = "import",
    description = {
      "Makes a data set, one Parquet file, of any source: WM-811K's LSWMD.pkl, an NPZ file,"
          + " folders",
      "by label, a file of a fab (STDF, KLARF, G85, E142, SINF, prober text, CSV, JSON, picture),",
      "packed or not, or a folder of such files. Notches are turned down where they are known.",
      "What cannot be read is told and the rest goes on."
    },
    mixinStandardHelpOptions = true)
final class DatasetImportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "SOURCE", description = "File or folder.")
  private Path source;

  @Mixin private NewDataset made;

  @Option(
      names = "--labels",
      paramLabel = "CSV",
      description = {
        "Labels of the wafers: a CSV file whose header names label and one or more of file, lot",
        "and wafer. They go before what files say."
      })
  private @Nullable Path labels;

  @Option(
      names = "--klarf-classes",
      description = {
        "Where a file names no pattern: label a wafer by the class that more than half of its",
        "defects have, by the name in the file's class lookup."
      })
  private boolean klarfClasses;

  @Option(
      names = "--pass-bins",
      paramLabel = "N,...",
      split = ",",
      description = "Hard bins that pass, in place of what files say.")
  private @Nullable Set<Integer> passBins;

  @Option(
      names = "--dialect",
      paramLabel = "MEANING=CHARACTERS",
      description = {
        "What characters of probers' text maps mean: absent, edge, skipped, reference, or bins,",
        "where the first character is bin 1; such as --dialect bins=1X --dialect absent=-. May be",
        "repeated; what is not named stays as docs/formats.md has it."
      })
  private Map<String, String> dialect = new HashMap<>();

  @Option(
      names = "--notch",
      paramLabel = "SIDE",
      description = "Side of the notch (${COMPLETION-CANDIDATES}) in place of what files say.")
  private @Nullable NotchSide notch;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields before it runs the command
  DatasetImportCommand() {}

  @Override
  public Integer call() throws IOException {
    LabelTable table = labels == null ? null : LabelTable.read(labels);
    Path file = made.made();
    long[] labelled = {0};
    Reading reading;
    try (DatasetProgress progress = new DatasetProgress("import");
        ParquetDataset.Writer out = ParquetDataset.write(file)) {
      reading =
          DatasetFile.read(
              source,
              options(),
              this::label,
              progress,
              row -> {
                DatasetRow whole = table == null ? row : table.labelled(row);
                labelled[0] += whole.label().isEmpty() ? 0 : 1;
                out.write(whole);
              });
      out.finish();
    }
    PrintWriter print = spec.commandLine().getOut();
    print.println(
        String.format(
            Locale.ROOT, "%s: %,d wafers, %,d labelled", file, reading.rows(), labelled[0]));
    if (table != null && table.unused() > 0) {
      print.println(
          String.format(Locale.ROOT, "%s: %,d lines name no wafer", labels, table.unused()));
    }
    tellRefused(reading, spec.commandLine().getErr());
    print.flush();
    return 0;
  }

  /** Says what was left out, and how much more. */
  static void tellRefused(Reading reading, PrintWriter err) {
    for (String reason : reading.refusals()) {
      err.println("fabwafer: not read: " + reason);
    }
    if (reading.refused() > reading.refusals().size()) {
      err.println(
          String.format(
              Locale.ROOT,
              "fabwafer: not read: %,d more",
              reading.refused() - reading.refusals().size()));
    }
    err.flush();
  }

  private TextDialect dialect() {
    Set<String> meanings = Set.of("absent", "edge", "skipped", "reference", "bins");
    if (!meanings.containsAll(dialect.keySet())) {
      throw new WaferException(
          "--dialect must name %s, got %s"
              .formatted(new TreeSet<>(meanings), new TreeSet<>(dialect.keySet())));
    }
    TextDialect usual = TextDialect.DEFAULT;
    return new TextDialect(
        dialect.getOrDefault("absent", usual.absent()),
        dialect.getOrDefault("edge", usual.edge()),
        dialect.getOrDefault("skipped", usual.skipped()),
        dialect.getOrDefault("reference", usual.reference()),
        dialect.getOrDefault("bins", usual.bins()));
  }

  private String label(WaferRecord record) {
    String stated = record.pattern();
    if (!stated.isEmpty() || !klarfClasses) {
      return stated;
    }
    Map<Integer, Integer> counts = new HashMap<>();
    record.defects().forEach(defect -> counts.merge(defect.classNumber(), 1, Integer::sum));
    return counts.entrySet().stream()
        .filter(entry -> 2 * entry.getValue() > record.defects().size())
        .map(entry -> record.defectClasses().getOrDefault(entry.getKey(), ""))
        .findFirst()
        .orElse("");
  }

  private ReadOptions options() {
    ReadOptions options = ReadOptions.DEFAULT;
    if (passBins != null) {
      options = options.withPassBins(passBins);
    }
    if (!dialect.isEmpty()) {
      options = options.withDialect(dialect());
    }
    return notch == null ? options : options.withNotch(notch);
  }
}
