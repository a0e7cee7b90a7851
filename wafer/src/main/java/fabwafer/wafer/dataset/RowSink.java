package fabwafer.wafer.dataset;

/** Takes the rows of a data set that is read row by row. */
public interface RowSink {
  /** Takes a row. */
  void row(DatasetRow row);

  /**
   * Hears of a file or row that cannot be read; the others go on.
   *
   * @param reason what is wrong, and where
   */
  void refused(String reason);

  /**
   * Hears how far the reading is.
   *
   * @param done rows or files that were read
   * @param total rows or files in all
   */
  void progress(long done, long total);
}
