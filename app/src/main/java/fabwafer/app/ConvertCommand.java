package fabwafer.app;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.Split;
import fabwafer.wafer.dataset.WaferDataset;
import fabwafer.wafer.dataset.WaferDatasets;
import fabwafer.wafer.format.FabFormat;
import fabwafer.wafer.format.FabWriter;
import fabwafer.wafer.format.ReadOptions;
import fabwafer.wafer.format.WaferFiles;
import fabwafer.wafer.record.WaferRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fabwafer convert}: a data set from one form into another. */
@Command(
    name = "convert",
    description = {
      "Turns a data set into another form: an NPZ file into folders of PNG files by label, or"
          + " back;",
      "or, with --as, the wafers of a fab's file into files for a fab's host.",
      "Wafers with several patterns lie in folders such as Center+Scratch. An NPZ file has the",
      "layout of MixedWM38 where wafers may have several patterns and are of one size, else that"
          + " of",
      "a flat array with offsets."
    },
    mixinStandardHelpOptions = true)
final class ConvertCommand implements Callable<Integer> {
  private static final String NPZ = ".npz";

  /** Names that come back out of an NPZ file, made of a wafer's row or number. */
  private static final Predicate<String> KEPT_NAME =
      Pattern.compile("(row|wafer)[0-9]+").asMatchPredicate();

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "SOURCE",
      description =
          "NPZ file, folder of <label>/*.png or train|valid|test/<label>/*.png; with --as a file of"
              + " a fab.")
  private Path source;

  @Parameters(
      index = "1",
      paramLabel = "DEST",
      description = "NPZ file if it ends in .npz, else a folder that is new or empty.")
  private Path destination;

  @Option(
      names = "--as",
      paramLabel = "FORMAT",
      description = "Write a file a wafer for a fab's host: ${COMPLETION-CANDIDATES}.")
  private @Nullable FabFormat format;

  @Option(
      names = "--pattern",
      paramLabel = "LABEL",
      defaultValue = "",
      description = "With --as: the pattern that the wafers were found to have.")
  private String pattern;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields before it runs the command
  ConvertCommand() {}

  @Override
  public Integer call() throws IOException {
    if (format != null) {
      return forFab(format);
    }
    boolean npz = String.valueOf(destination.getFileName()).toLowerCase(Locale.ROOT).endsWith(NPZ);
    requireFree(npz);
    WaferDataset dataset = new LabelledData(source).read();
    if (npz) {
      Path parent = destination.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      WaferDatasets.writeNpz(dataset, destination);
    } else {
      WaferDatasets.writeFolders(dataset, destination);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(String.format(Locale.ROOT, "%s: %,d wafers", destination, dataset.size()));
    tellWhatIsNotKept(dataset, npz);
    out.flush();
    return 0;
  }

  private int forFab(FabFormat to) throws IOException {
    requireFree(false);
    List<WaferRecord> records = WaferFiles.read(source, ReadOptions.DEFAULT);
    Files.createDirectories(destination);
    for (int i = 0; i < records.size(); i++) {
      WaferRecord record = records.get(i);
      String wafer = record.identity().wafer().replaceAll("[^A-Za-z0-9_-]", "_");
      Path file = destination.resolve("%03d-%s.%s".formatted(i + 1, wafer, to.suffix()));
      Files.writeString(file, FabWriter.write(record, to, pattern));
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(String.format(Locale.ROOT, "%s: %,d wafers", destination, records.size()));
    out.flush();
    return 0;
  }

  private void requireFree(boolean npz) throws IOException {
    if (npz) {
      if (Files.isDirectory(destination)) {
        throw new WaferException(destination + " is a folder, an NPZ file is to be written");
      }
      if (Files.exists(destination)
          && Files.exists(source)
          && Files.isSameFile(source, destination)) {
        throw new WaferException(destination + " is the source itself");
      }
      return;
    }
    if (Files.exists(destination) && !Files.isDirectory(destination)) {
      throw new WaferException(
          destination + " is a file; a folder or a name that ends in .npz is needed");
    }
    if (Files.isDirectory(destination)) {
      try (Stream<Path> entries = Files.list(destination)) {
        if (entries.findAny().isPresent()) {
          throw new WaferException(
              destination + " is not empty; two data sets in one folder could not be told apart");
        }
      }
    }
  }

  private void tellWhatIsNotKept(WaferDataset dataset, boolean npz) {
    PrintWriter out = spec.commandLine().getOut();
    if (npz && dataset.wafers().stream().anyMatch(wafer -> wafer.split() != Split.UNSPLIT)) {
      out.println("not kept: an NPZ file does not say which wafers were train, valid and test");
    }
    if (npz && !dataset.wafers().stream().allMatch(wafer -> KEPT_NAME.test(wafer.name()))) {
      out.println("not kept: an NPZ file numbers its wafers, the names of files are lost");
    }
    if (!npz
        && dataset.wafers().stream()
            .anyMatch(
                wafer ->
                    wafer.group() != LabelledWafer.UNKNOWN
                        || wafer.fold() != LabelledWafer.UNKNOWN)) {
      out.println("not kept: folders do not say the groups and folds of wafers");
    }
  }
}
