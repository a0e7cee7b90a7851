package fabwafer.app;

import fabwafer.parquet.ParquetDataset;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.Split;
import fabwafer.wafer.dataset.WaferDataset;
import fabwafer.wafer.dataset.WaferDataset.Labelling;
import fabwafer.wafer.dataset.WaferDatasets;
import fabwafer.wafer.format.ReadOptions;
import fabwafer.wafer.pickle.LswmdFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;

/**
 * Labelled wafers on disk, whatever their form: the one door of every command that learns from
 * wafers or is measured on them. Parquet and NPZ of the same wafers give the same data set.
 *
 * @param path a Parquet file or the folder it lies in, an NPZ file, WM-811K's pickle, or folders by
 *     label
 */
record LabelledData(Path path) {
  /** What DATA may be, for the commands' help. */
  static final String DESCRIPTION =
      "Labelled wafers: a data set (Parquet) or its folder, an NPZ file, LSWMD.pkl, or a folder"
          + " [train|valid|test/]<label>/*.png.";

  private static final int HEAD_BYTES = 64;
  private static final String OFFICIAL = "official ";

  /** The column of an NPZ file that says it. */
  private static final String OFFICIAL_TRAINING = "official_training";

  /** From the command line. */
  static final class Converter implements ITypeConverter<LabelledData> {
    @Override
    public LabelledData convert(String value) {
      return new LabelledData(Path.of(value));
    }
  }

  /**
   * Reads the wafers that have a label of the nine; others stay out.
   *
   * @throws WaferException if it is no data set, damaged, past a bound, or no wafer has a label
   */
  WaferDataset read() throws IOException {
    Path file = file();
    if (!byRows(file)) {
      return WaferDatasets.read(path);
    }
    List<LabelledWafer> wafers = new ArrayList<>();
    DatasetFile.Reading reading =
        eachRow(row -> row.labelled().ifPresent(wafer -> add(wafers, wafer)));
    if (reading.refused() > 0) {
      throw new WaferException(
          "%,d rows cannot be read; first: %s"
              .formatted(reading.refused(), reading.refusals().getFirst()));
    }
    if (wafers.isEmpty()) {
      throw new WaferException(
          "%s: none of its %,d wafers has a label to learn from".formatted(path, reading.rows()));
    }
    boolean multiple = wafers.stream().anyMatch(wafer -> wafer.patterns().size() > 1);
    return new WaferDataset(fileName(), multiple ? Labelling.MULTIPLE : Labelling.SINGLE, wafers);
  }

  private void add(List<LabelledWafer> wafers, LabelledWafer wafer) {
    if (wafers.size() == WaferDatasets.MAX_WAFERS) {
      throw new WaferException(
          "%s: a data set must have at most %,d wafers".formatted(path, WaferDatasets.MAX_WAFERS));
    }
    wafers.add(wafer);
  }

  /**
   * What the data set's maker called the part of each wafer, by the wafer's name; without those of
   * which it says nothing.
   */
  Map<String, String> parts(WaferDataset read) throws IOException {
    Map<String, String> parts = new HashMap<>();
    for (LabelledWafer wafer : read.wafers()) {
      if (wafer.split() != Split.UNSPLIT) {
        parts.put(wafer.name(), wafer.split().folder());
      }
    }
    if (byRows(file())) {
      eachRow(
          row -> {
            if (!row.part().isEmpty() && row.labelled().isPresent()) {
              parts.putIfAbsent(row.name(), OFFICIAL + row.part().toLowerCase(Locale.ROOT));
            }
          });
    } else {
      Optional<long[]> official = WaferDatasets.column(path, OFFICIAL_TRAINING, read.size());
      for (int i = 0; official.isPresent() && i < read.size(); i++) {
        parts.putIfAbsent(
            read.get(i).name(), OFFICIAL + (official.get()[i] == 0 ? "test" : "training"));
      }
    }
    return parts;
  }

  private DatasetFile.Reading eachRow(DatasetFile.RowAction action) throws IOException {
    try (DatasetProgress progress = new DatasetProgress("read")) {
      return DatasetFile.read(path, ReadOptions.DEFAULT, progress, action);
    }
  }

  /** Whether a file is a data set by its name. */
  static boolean isNamedSo(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return name.endsWith(".npz") || name.endsWith(".parquet");
  }

  /** Whether it is read row by row: its rows need not have labels. */
  private static boolean byRows(Path file) throws IOException {
    if (ParquetDataset.recognises(file)) {
      return true;
    }
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return LswmdFile.recognises(in.readNBytes(HEAD_BYTES));
    }
  }

  private Path file() {
    return DatasetFile.fileOf(path);
  }

  /** SHA-256 of the file, or of everything in a folder that is no Parquet data set's. */
  String sha256() throws IOException {
    return Sha256.of(Files.isRegularFile(file()) ? file() : path);
  }

  /** The file's or folder's own name, without those above it. */
  String fileName() {
    return String.valueOf(path.toAbsolutePath().normalize().getFileName());
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
