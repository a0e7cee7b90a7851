package fabwafer.wafer.dataset;

import fabwafer.wafer.WaferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

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
   * <p>A folder may hold {@code <label>/*.png}, or {@code train}, {@code valid} and {@code test}
   * with such folders in them; {@code Center+Scratch} holds wafers with both patterns. Hidden files
   * and those that are no pictures are passed over; unreadable pictures are told all at once.
   *
   * @throws WaferException if it is none of these, damaged, past a bound, or larger than memory
   * @throws IOException if the disk fails
   */
  public static WaferDataset read(Path source) throws IOException {
    return Files.isDirectory(source) ? LabelFolders.read(source) : NpzReader.read(source);
  }

  /**
   * A further column of a data set's file, such as {@code official_training} of our WM-811K file.
   *
   * @param array the column's name
   * @param wafers how many wafers the data set has
   * @return a number a wafer, in the data set's order; empty where the source is no NPZ file or has
   *     no such array
   * @throws WaferException if the file is damaged or the array no column of so many whole numbers
   * @throws IOException if the disk fails
   */
  public static Optional<long[]> column(Path source, String array, int wafers) throws IOException {
    return Files.isDirectory(source) ? Optional.empty() : NpzReader.column(source, array, wafers);
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

  /**
   * Writes a data set as folders of PNG files, one a wafer: {@code <label>/<name>.png}, under
   * {@code train}, {@code valid} and {@code test} if the data set has these parts. Files of the
   * same name are replaced, others left alone.
   *
   * @throws WaferException if two wafers share a name, or a name is not fit for a file
   * @throws IOException if the disk fails
   */
  public static void writeFolders(WaferDataset dataset, Path root) throws IOException {
    LabelFolders.write(dataset, root);
  }
}
