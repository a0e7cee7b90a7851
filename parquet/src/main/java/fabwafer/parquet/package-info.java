/**
 * The project's data set form: one Parquet file, a row a wafer, that Java, DuckDB and pandas read
 * alike. The door is {@link fabwafer.parquet.ParquetDataset}; docs/datasets.md lists the columns.
 *
 * <p>The command line calls it. A writer belongs to one thread; reading blocks on the disk, on the
 * caller's thread, a row at a time.
 */
@NullMarked
package fabwafer.parquet;

import org.jspecify.annotations.NullMarked;
