package fabwafer.app;

import fabwafer.wafer.WaferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The folder of a data set that is made. */
final class NewDataset {
  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Folder for " + DatasetFile.NAME + "; made if it is not there.")
  private Path folder;

  @SuppressWarnings("NullAway.Init") // picocli sets the folder before it runs the command
  NewDataset() {}

  /**
   * The data set's file.
   *
   * @throws WaferException if the folder has one
   */
  Path file() {
    Path file = folder.resolve(DatasetFile.NAME);
    if (Files.exists(file)) {
      throw new WaferException(file + " is there already; choose another folder");
    }
    return file;
  }

  /** The data set's file in its folder, which is made. */
  Path made() throws IOException {
    Path file = file();
    Files.createDirectories(folder);
    return file;
  }
}
