package fabwafer.app;

import fabwafer.parquet.ParquetDataset;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.dataset.DatasetRow;
import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.Split;
import fabwafer.wafer.dataset.WaferDataset;
import fabwafer.wafer.dataset.WaferDataset.Labelling;
import fabwafer.wafer.dataset.WaferDatasets;
import fabwafer.wafer.image.WaferImages;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fabwafer dataset export}: a data set as folders of PNG files, NPZ or Parquet. */
@Command(
    name = "export",
    description = {
      "Writes a data set for other programs: folders of PNG files by label (under train, valid and",
      "test if it is split), an NPZ file, or a Parquet file. Folders and NPZ hold labelled wafers;",
      "how many were left out is told."
    },
    mixinStandardHelpOptions = true)
final class DatasetExportCommand implements Callable<Integer> {
  private static final String TASK = "export";
  private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._+-]{0,127}");

  @Spec private CommandSpec spec;

  @Mixin private DatasetSource source;

  @Option(
      names = "--to",
      paramLabel = "DEST",
      required = true,
      description = "NPZ or Parquet file if it ends so, else a folder that is new or empty.")
  private Path destination;

  private long written;
  private long unlabelled;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields before it runs the command
  DatasetExportCommand() {}

  @Override
  public Integer call() throws IOException {
    String name = String.valueOf(destination.getFileName()).toLowerCase(Locale.ROOT);
    Path parent = destination.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    if (name.endsWith(".npz")) {
      toNpz();
    } else if (name.endsWith(".parquet")) {
      toParquet();
    } else {
      toFolders();
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(String.format(Locale.ROOT, "%s: %,d wafers", destination, written));
    if (unlabelled > 0) {
      out.println(
          String.format(Locale.ROOT, "left out: %,d wafers without a known label", unlabelled));
    }
    out.flush();
    return 0;
  }

  private void toNpz() throws IOException {
    List<LabelledWafer> wafers = new ArrayList<>();
    source.read(
        TASK,
        row -> {
          Optional<LabelledWafer> labelled = row.labelled();
          labelled.ifPresent(wafers::add);
          unlabelled += labelled.isEmpty() ? 1 : 0;
        });
    boolean multiple = wafers.stream().anyMatch(wafer -> wafer.patterns().size() > 1);
    written = wafers.size();
    WaferDatasets.writeNpz(
        new WaferDataset(source.name(), multiple ? Labelling.MULTIPLE : Labelling.SINGLE, wafers),
        destination);
  }

  private void toParquet() throws IOException {
    if (Files.exists(destination)) {
      throw new WaferException(destination + " is there already");
    }
    try (ParquetDataset.Writer out = ParquetDataset.write(destination)) {
      source.read(
          TASK,
          row -> {
            out.write(row);
            written++;
          });
      out.finish();
    }
  }

  private void toFolders() throws IOException {
    if (Files.exists(destination)) {
      if (!Files.isDirectory(destination)) {
        throw new WaferException(destination + " is a file; a folder is needed");
      }
      try (Stream<Path> entries = Files.list(destination)) {
        if (entries.findAny().isPresent()) {
          throw new WaferException(destination + " is not empty");
        }
      }
    }
    source.read(TASK, this::toPicture);
  }

  private void toPicture(DatasetRow row) throws IOException {
    if (row.label().isEmpty()) {
      unlabelled++;
      return;
    }
    requireFileName("label", row.label());
    requireFileName("name", row.name());
    Path folder =
        row.split() == Split.UNSPLIT ? destination : destination.resolve(row.split().folder());
    Path labelled = Files.createDirectories(folder.resolve(row.label()));
    Path file = labelled.resolve(row.name() + ".png");
    if (Files.exists(file)) {
      throw new WaferException("two wafers are named %s".formatted(row.name()));
    }
    WaferImages.write(row.wafer(), file);
    written++;
  }

  private static void requireFileName(String what, String text) {
    if (!FILE_NAME.matcher(text).matches()) {
      throw new WaferException(
          "the %s '%s' is no name for a file: 1 to 128 of A-Z a-z 0-9 . _ + - without a leading dot"
              .formatted(what, text));
    }
  }
}
