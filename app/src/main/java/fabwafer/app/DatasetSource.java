package fabwafer.app;

import fabwafer.app.DatasetFile.Reading;
import fabwafer.app.DatasetFile.RowAction;
import fabwafer.wafer.format.ReadOptions;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** The data set that a command reads. */
final class DatasetSource {
  @Parameters(paramLabel = "DATASET", description = "Data set, or any source of one.")
  private Path path;

  @SuppressWarnings("NullAway.Init") // picocli sets the path before it runs the command
  DatasetSource() {}

  Path path() {
    return path;
  }

  /** The file's or folder's own name. */
  String name() {
    return new LabelledData(path).fileName();
  }

  /**
   * Reads every row, with a bar on a terminal.
   *
   * @param task what the bar says is done
   */
  Reading read(String task, RowAction action) throws IOException {
    try (DatasetProgress progress = new DatasetProgress(task)) {
      return DatasetFile.read(path, ReadOptions.DEFAULT, progress, action);
    }
  }
}
