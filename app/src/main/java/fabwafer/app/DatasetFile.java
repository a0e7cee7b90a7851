package fabwafer.app;

import fabwafer.parquet.ParquetDataset;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.dataset.DatasetRow;
import fabwafer.wafer.dataset.DatasetSources;
import fabwafer.wafer.dataset.RowSink;
import fabwafer.wafer.format.ReadOptions;
import fabwafer.wafer.record.WaferRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A data set as the commands are given it: a Parquet file, the folder it lies in, or any source.
 */
final class DatasetFile {
  /** The name of the file that an import or a split makes in its folder. */
  static final String NAME = "dataset.parquet";

  private static final int SHOWN_REFUSALS = 20;

  private DatasetFile() {}

  /** Does something with a row, which may fail on the disk. */
  @FunctionalInterface
  interface RowAction {
    void take(DatasetRow row) throws IOException;
  }

  /** What was read of a data set. */
  record Reading(long rows, List<String> refusals, long refused) {}

  /**
   * Reads every row.
   *
   * @throws WaferException if nothing could be read
   */
  static Reading read(Path source, ReadOptions options, DatasetProgress progress, RowAction action)
      throws IOException {
    return read(source, options, WaferRecord::pattern, progress, action);
  }

  /**
   * Reads every row.
   *
   * @param labels the label of a wafer from a fab's file; empty: none
   * @throws WaferException if nothing could be read
   */
  static Reading read(
      Path source,
      ReadOptions options,
      Function<WaferRecord, String> labels,
      DatasetProgress progress,
      RowAction action)
      throws IOException {
    Rows rows = new Rows(progress, action);
    Path file = fileOf(source);
    try {
      if (ParquetDataset.recognises(file)) {
        ParquetDataset.read(file, rows);
      } else {
        DatasetSources.read(source, options, labels, rows);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    if (rows.rows == 0) {
      throw new WaferException(
          "%s: no wafer could be read%s"
              .formatted(
                  source, rows.refusals.isEmpty() ? "" : "; first: " + rows.refusals.getFirst()));
    }
    return new Reading(rows.rows, rows.refusals, rows.refused);
  }

  /** The data set's file in a folder that has one; else the source itself. */
  static Path fileOf(Path source) {
    Path inside = source.resolve(NAME);
    return Files.isDirectory(source) && Files.isRegularFile(inside) ? inside : source;
  }

  private static final class Rows implements RowSink {
    private final DatasetProgress progress;
    private final RowAction action;
    private final List<String> refusals = new ArrayList<>();
    private long rows;
    private long refused;

    Rows(DatasetProgress progress, RowAction action) {
      this.progress = progress;
      this.action = action;
    }

    @Override
    public void row(DatasetRow row) {
      rows++;
      try {
        action.take(row);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void refused(String reason) {
      refused++;
      if (refusals.size() < SHOWN_REFUSALS) {
        refusals.add(reason);
      }
    }

    @Override
    public void progress(long done, long total) {
      progress.at(done, total);
    }
  }
}
