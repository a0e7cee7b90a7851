package fabwafer.wafer.dataset;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.format.ReadOptions;
import fabwafer.wafer.format.WaferFiles;
import fabwafer.wafer.format.WaferRead.PassedOver;
import fabwafer.wafer.format.WaferRead.Refused;
import fabwafer.wafer.format.WaferRead.Wafer;
import fabwafer.wafer.image.WaferImages;
import fabwafer.wafer.pickle.LswmdFile;
import fabwafer.wafer.pickle.LswmdRow;
import fabwafer.wafer.record.WaferRecord;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Reads whatever a data set may be made from, row by row: WM-811K's pickle, an NPZ file, folders by
 * label, a file of a fab's format or a folder of such files. Another door of this package.
 */
public final class DatasetSources {
  private static final int MAX_FILES = 1_000_000;
  private static final int MAX_NAME = 120;
  private static final int HEAD_BYTES = 64;
  private static final int ENTRIES_LOOKED_AT = 16;

  /** WM-811K's own words for its parts. */
  private static final String TRAINING = "Training";

  private static final String TEST = "Test";

  private final ReadOptions options;
  private final Function<WaferRecord, String> labels;
  private final RowSink sink;
  private final Set<String> names = new HashSet<>();

  private DatasetSources(ReadOptions options, Function<WaferRecord, String> labels, RowSink sink) {
    this.options = options;
    this.labels = labels;
    this.sink = sink;
  }

  /**
   * Reads a source.
   *
   * @throws WaferException if it is none of these, or nothing of it can be read
   * @throws IOException if the disk fails
   */
  public static void read(Path source, ReadOptions options, RowSink sink) throws IOException {
    read(source, options, WaferRecord::pattern, sink);
  }

  /**
   * Reads a source.
   *
   * @param labels the label of a wafer from a fab's file; empty: none
   * @throws WaferException as {@link #read(Path, ReadOptions, RowSink)}
   * @throws IOException if the disk fails
   */
  public static void read(
      Path source, ReadOptions options, Function<WaferRecord, String> labels, RowSink sink)
      throws IOException {
    DatasetSources reading = new DatasetSources(options, labels, sink);
    if (Files.isDirectory(source)) {
      if (isByLabel(source)) {
        reading.readLabelFolders(source);
      } else {
        reading.readFolder(source);
      }
      return;
    }
    byte[] head = head(source);
    if (LswmdFile.recognises(head)) {
      reading.readPickle(source, source);
    } else if (isNpz(source)) {
      reading.readDataset(source);
    } else if (!WaferFiles.isPacked(head) || !reading.readPackedPickle(source)) {
      sink.progress(0, 1);
      reading.readFile(source, source);
      sink.progress(1, 1);
    }
  }

  private static byte[] head(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(HEAD_BYTES);
    }
  }

  private static boolean isNpz(Path file) throws IOException {
    byte[] head = head(file);
    if (head.length < 2 || head[0] != 'P' || head[1] != 'K') {
      return false;
    }
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
      ZipEntry entry = zip.getNextEntry();
      for (int i = 0; entry != null && i < ENTRIES_LOOKED_AT; i++) {
        if (entry.getName().endsWith(".npy")) {
          return true;
        }
        entry = zip.getNextEntry();
      }
      return false;
    } catch (IOException | IllegalArgumentException e) {
      // What is damaged is told by the reader of the format it seems to be.
      return false;
    }
  }

  /** Whether a folder holds folders that are named after labels, or after parts. */
  private static boolean isByLabel(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(Files::isDirectory)
          .map(entry -> String.valueOf(entry.getFileName()).toLowerCase(Locale.ROOT))
          .anyMatch(
              name ->
                  List.of("train", "valid", "test").contains(name) || LabelFolders.isLabel(name));
    }
  }

  private void readDataset(Path source) throws IOException {
    WaferDataset dataset = WaferDatasets.read(source);
    int size = dataset.size();
    Optional<long[]> lots = WaferDatasets.column(source, NpzLayout.LOT, size);
    Optional<long[]> wafers = WaferDatasets.column(source, NpzLayout.WAFER_INDEX, size);
    Optional<long[]> official = WaferDatasets.column(source, NpzLayout.OFFICIAL_TRAINING, size);
    for (int i = 0; i < size; i++) {
      sink.row(
          DatasetRow.of(
              dataset.get(i),
              number(lots, i),
              number(wafers, i),
              official.isEmpty() ? "" : official.get()[i] == 0 ? TEST : TRAINING,
              dataset.source()));
      sink.progress(i + 1L, size);
    }
  }

  /** Lots and wafers count from 1; 0 is where the source knows none. */
  private static String number(Optional<long[]> column, int index) {
    return column.isEmpty() || column.get()[index] == 0 ? "" : String.valueOf(column.get()[index]);
  }

  /** A pickle is read from anywhere in it, so it is unpacked beside, where temporary files go. */
  private boolean readPackedPickle(Path source) throws IOException {
    Path unpacked = Files.createTempFile("fabwafer", ".pkl");
    try {
      if (!WaferFiles.unpack(source, LswmdFile::recognises, unpacked)) {
        return false;
      }
      readPickle(unpacked, source);
      return true;
    } finally {
      Files.deleteIfExists(unpacked);
    }
  }

  private void readPickle(Path pickle, Path source) throws IOException {
    String file = String.valueOf(source.getFileName());
    try (LswmdFile lswmd = LswmdFile.open(pickle)) {
      for (int i = 0; i < lswmd.rows(); i++) {
        try {
          sink.row(row(lswmd.row(i), file));
        } catch (WaferException e) {
          sink.refused(String.valueOf(e.getMessage()));
        }
        sink.progress(i + 1L, lswmd.rows());
      }
    }
  }

  private static DatasetRow row(LswmdRow row, String file) {
    return new DatasetRow(
        row.wafer(),
        row.label(),
        row.lot(),
        row.waferIndex() == 0 ? "" : String.valueOf(row.waferIndex()),
        row.part(),
        Split.UNSPLIT,
        LabelledWafer.UNKNOWN,
        LabelledWafer.UNKNOWN,
        "",
        file,
        "row%06d".formatted(row.row()));
  }

  /** Pictures in folders that are named after their labels, new patterns among them. */
  private void readLabelFolders(Path folder) throws IOException {
    List<Path> files = files(folder).stream().filter(LabelFolders::isPicture).toList();
    for (int i = 0; i < files.size(); i++) {
      Path file = files.get(i);
      String where = folder.relativize(file).toString().replace('\\', '/');
      String[] parts = where.split("/", -1);
      boolean inPart = parts.length > 1 && Split.ofFolder(parts[0]).isPresent();
      try {
        String label = parts.length < (inPart ? 3 : 2) ? "" : parts[inPart ? 1 : 0];
        sink.row(
            new DatasetRow(
                WaferImages.read(file),
                label,
                "",
                "",
                "",
                inPart ? Split.ofFolder(parts[0]).orElseThrow() : Split.UNSPLIT,
                LabelledWafer.UNKNOWN,
                LabelledWafer.UNKNOWN,
                "",
                where,
                unique(LabelFolders.stem(parts[parts.length - 1]))));
      } catch (WaferException e) {
        sink.refused("%s: %s".formatted(where, e.getMessage()));
      }
      sink.progress(i + 1L, files.size());
    }
  }

  /** All files below a folder but hidden ones, by name. */
  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> found = Files.walk(folder)) {
      List<Path> files =
          found
              .filter(Files::isRegularFile)
              .filter(file -> !String.valueOf(file.getFileName()).startsWith("."))
              .sorted()
              .limit(MAX_FILES + 1L)
              .toList();
      if (files.size() > MAX_FILES) {
        throw new WaferException(
            "%s: a folder may hold at most %,d files".formatted(folder, MAX_FILES));
      }
      return files;
    }
  }

  private void readFolder(Path folder) throws IOException {
    List<Path> files = files(folder);
    for (int i = 0; i < files.size(); i++) {
      try {
        readFile(folder, files.get(i));
      } catch (WaferException e) {
        sink.refused(String.valueOf(e.getMessage()));
      }
      sink.progress(i + 1L, files.size());
    }
  }

  private void readFile(Path root, Path file) throws IOException {
    String where =
        root.equals(file) ? String.valueOf(file.getFileName()) : root.relativize(file).toString();
    WaferFiles.read(
        file,
        options,
        read -> {
          switch (read) {
            case Wafer wafer -> sink.row(row(wafer.record(), where));
            case Refused refused -> sink.refused(refused.where() + ": " + refused.reason());
            case PassedOver passed -> {}
          }
        });
  }

  private DatasetRow row(WaferRecord record, String where) {
    String source = record.identity().source();
    int inside = source.indexOf('!');
    return new DatasetRow(
        record.map(),
        labels.apply(record),
        record.identity().lot(),
        record.identity().wafer(),
        "",
        Split.UNSPLIT,
        LabelledWafer.UNKNOWN,
        LabelledWafer.UNKNOWN,
        WaferTime.normal(record.identity().time()),
        inside < 0 ? where : where + source.substring(inside),
        name(record, where));
  }

  /** Lot and wafer, or the file's name; with a number behind where that is not unique. */
  private String name(WaferRecord record, String where) {
    String lot = record.identity().lot();
    String wafer = record.identity().wafer();
    return unique(wafer.isEmpty() ? where : lot.isEmpty() ? wafer : lot + "-" + wafer);
  }

  private String unique(String wished) {
    String clean = wished.replaceAll("[^A-Za-z0-9._-]", "_").replaceFirst("^\\.+", "_");
    String base = clean.length() <= MAX_NAME ? clean : clean.substring(0, MAX_NAME);
    String name = base;
    for (int i = 2; !names.add(name); i++) {
      name = base + "." + i;
    }
    return name;
  }
}
