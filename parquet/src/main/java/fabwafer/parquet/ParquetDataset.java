package fabwafer.parquet;

import com.jerolba.carpet.CarpetReader;
import com.jerolba.carpet.CarpetWriter;
import com.jerolba.carpet.CloseableIterator;
import com.jerolba.carpet.ColumnNamingStrategy;
import com.jerolba.carpet.FieldMatchingStrategy;
import com.jerolba.carpet.io.FileSystemOutputFile;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.dataset.DatasetRow;
import fabwafer.wafer.dataset.RowSink;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** Reads and writes data sets as Parquet files. */
public final class ParquetDataset {
  private static final byte[] MAGIC = {'P', 'A', 'R', '1'};

  /** Bytes that are gathered before they are written: memory, not size, bounds it. */
  private static final long ROW_GROUP_BYTES = 32L << 20;

  private ParquetDataset() {}

  /** Whether a file is a Parquet file, by its first bytes. */
  public static boolean recognises(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
    }
  }

  /**
   * Reads a data set's rows, in the file's order.
   *
   * @param sink gets rows; a row whose map is none is refused and the others go on
   * @throws WaferException if the file is no data set, or damaged
   * @throws IOException if the file is missing or the disk fails
   */
  public static void read(Path file, RowSink sink) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    String name = String.valueOf(file.getFileName());
    CarpetReader<ParquetRow> reader =
        new CarpetReader<>(file.toFile(), ParquetRow.class)
            .withFieldMatchingStrategy(FieldMatchingStrategy.SNAKE_CASE)
            .withFailOnMissingColumn(false)
            .withFailOnNullForPrimitives(true);
    long number = 0;
    try (CloseableIterator<ParquetRow> rows = reader.iterator()) {
      while (rows.hasNext()) {
        ParquetRow row = rows.next();
        try {
          sink.row(row.row(number));
        } catch (WaferException e) {
          sink.refused("%s: row %,d: %s".formatted(name, number, e.getMessage()));
        }
        number++;
        sink.progress(number, -1);
      }
    } catch (WaferException e) {
      throw e;
    } catch (RuntimeException e) {
      // The library answers damage and missing columns with exceptions of many kinds.
      throw new WaferException(
          "%s is no data set, or damaged, at row %,d: it needs the columns map, height and width (%s)"
              .formatted(name, number, e.getMessage()),
          e);
    }
  }

  /**
   * The values of any column, such as one of its maker's own, as texts in the file's order; a
   * missing value is empty.
   *
   * @throws WaferException if there is no such column, or the file is damaged
   * @throws IOException if the file is missing or the disk fails
   */
  public static List<String> column(Path file, String column) throws IOException {
    String name = String.valueOf(file.getFileName());
    List<String> values = new ArrayList<>();
    // A row a map: the library makes records of columns that are known when it is compiled.
    try (CloseableIterator<?> rows = new CarpetReader<>(file.toFile(), Map.class).iterator()) {
      while (rows.hasNext()) {
        Map<?, ?> row = (Map<?, ?>) rows.next();
        if (!row.containsKey(column)) {
          throw new WaferException(
              "%s has no column %s; it has %s".formatted(name, column, row.keySet()));
        }
        Object value = row.get(column);
        values.add(value == null ? "" : value.toString());
      }
    } catch (WaferException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new WaferException(
          "%s is no data set, or damaged: %s".formatted(name, e.getMessage()), e);
    }
    return values;
  }

  /**
   * Starts a file, which appears under its name only when it is closed whole.
   *
   * @throws IOException if the disk fails
   */
  public static Writer write(Path file) throws IOException {
    return new Writer(file);
  }

  /** Writes a data set's rows, one after the other. */
  public static final class Writer implements AutoCloseable {
    private final Path file;
    private final Path unfinished;
    private final CarpetWriter<ParquetRow> out;
    private boolean finished;

    private Writer(Path file) throws IOException {
      this.file = file;
      this.unfinished = file.resolveSibling(file.getFileName() + ".part");
      this.out =
          new CarpetWriter.Builder<>(
                  new FileSystemOutputFile(unfinished.toFile()), ParquetRow.class)
              .withColumnNamingStrategy(ColumnNamingStrategy.SNAKE_CASE)
              .withCompressionCodec(CompressionCodecName.ZSTD)
              .withRowGroupSize(ROW_GROUP_BYTES)
              .withDictionaryEncoding("map", false)
              .withStatisticsEnabled("map", false)
              .build();
    }

    /**
     * Writes a row.
     *
     * @throws IOException if the disk fails
     */
    public void write(DatasetRow row) throws IOException {
      out.write(ParquetRow.of(row));
    }

    /**
     * Makes the file whole and gives it its name.
     *
     * @throws IOException if the disk fails
     */
    public void finish() throws IOException {
      out.close();
      Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
      finished = true;
    }

    /** Leaves nothing behind where the file was not finished. */
    @Override
    public void close() throws IOException {
      if (!finished) {
        out.close();
        Files.deleteIfExists(unfinished);
      }
    }
  }
}
