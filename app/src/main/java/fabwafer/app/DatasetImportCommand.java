package fabwafer.app;

import fabwafer.app.DatasetFile.Reading;
import fabwafer.parquet.ParquetDataset;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.format.ReadOptions;
import fabwafer.wafer.record.NotchSide;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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
      "by label, a file of a fab (STDF, KLARF, G85, E142, SINF, prober text, CSV, JSON, picture;",
      "packed or not), or a folder of such files. Notches are turned down where they are known.",
      "What cannot be read is told and the rest goes on."
    },
    mixinStandardHelpOptions = true)
final class DatasetImportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "SOURCE", description = "File or folder.")
  private Path source;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Folder for " + DatasetFile.NAME + "; made if it is not there.")
  private Path folder;

  @Option(
      names = "--pass-bins",
      paramLabel = "N,...",
      split = ",",
      description = "Hard bins that pass, in place of what files say.")
  private @Nullable Set<Integer> passBins;

  @Option(
      names = "--notch",
      paramLabel = "SIDE",
      description = "Side of the notch (${COMPLETION-CANDIDATES}) in place of what files say.")
  private @Nullable NotchSide notch;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields before it runs the command
  DatasetImportCommand() {}

  @Override
  public Integer call() throws IOException {
    Path file = folder.resolve(DatasetFile.NAME);
    if (Files.exists(file)) {
      throw new WaferException(file + " is there already; choose another folder");
    }
    Files.createDirectories(folder);
    Reading reading;
    try (DatasetProgress progress = new DatasetProgress("import");
        ParquetDataset.Writer out = ParquetDataset.write(file)) {
      reading = DatasetFile.read(source, options(), progress, out::write);
      out.finish();
    }
    PrintWriter print = spec.commandLine().getOut();
    print.println(String.format(Locale.ROOT, "%s: %,d wafers", file, reading.rows()));
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

  private ReadOptions options() {
    ReadOptions options = ReadOptions.DEFAULT;
    if (passBins != null) {
      options = options.withPassBins(passBins);
    }
    return notch == null ? options : options.withNotch(notch);
  }
}
