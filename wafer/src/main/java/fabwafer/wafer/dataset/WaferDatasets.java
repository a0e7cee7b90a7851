package fabwafer.wafer.dataset;

import fabwafer.wafer.WaferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads and writes data sets: the door of this package. */
public final class WaferDatasets {
  /** Most wafers of a data set: WM-811K as published has 811,457. */
  public static final int MAX_WAFERS = 2_000_000;

  private WaferDatasets() {}

  /**
   * Reads a data set, whatever its layout.
   *
   * <p>An NPZ file may have the layout of our WM-811K file (flat {@code cells} with {@code offset},
   * {@code height}, {@code width} and {@code label} or {@code patterns}; {@code group}, {@code
   * fold} and {@code row} where known) or that of MixedWM38's public file ({@code arr_0} [n,
   * height, width], {@code arr_1} [n, 8]).
   *
   * @throws WaferException if it is none of these, damaged, past a bound, or larger than memory
   * @throws IOException if the disk fails
   */
  public static WaferDataset read(Path source) throws IOException {
    if (Files.isDirectory(source)) {
      throw new WaferException(source + " is a folder, a data set is an NPZ file");
    }
    return NpzReader.read(source);
  }

  /**
   * Writes a data set as an NPZ file that NumPy reads, replacing a file of that name only when the
   * new one is whole. The same data set gives the same bytes.
   *
   * <p>Wafers that may have several patterns and are all of one size are written as MixedWM38's
   * file, others as our WM-811K file.
   *
   * @throws WaferException if the data set is empty
   * @throws IOException if the disk fails
   */
  public static void writeNpz(WaferDataset dataset, Path file) throws IOException {
    NpzWriter.write(dataset, file);
  }
}
