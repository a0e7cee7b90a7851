package fabwafer.app;

import fabwafer.parquet.ParquetDataset;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.dataset.Split;
import fabwafer.wafer.dataset.WaferDatasets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A column of a data set's maker that says which part a wafer is in.
 *
 * @param name the column
 * @param valid its values that validate
 * @param test its values that test; if both lists are empty, the values are parts' names
 */
record OwnColumn(String name, List<String> valid, List<String> test) {

  /**
   * The part of each wafer; wafers without label or value are in none.
   *
   * @throws WaferException if there is no such column, or a value says no part
   */
  Split[] split(Path source, List<DatasetSplitting.Wafer> wafers) throws IOException {
    List<String> values = values(source, wafers.size());
    if (values.size() != wafers.size()) {
      throw new WaferException(
          "%s: the column %s has %,d values, but %,d wafers can be read; export those first"
              .formatted(source, name, values.size(), wafers.size()));
    }
    Split[] splits = new Split[wafers.size()];
    for (int i = 0; i < splits.length; i++) {
      String value = values.get(i).strip();
      splits[i] =
          wafers.get(i).label().isEmpty() || value.isEmpty() ? Split.UNSPLIT : part(value, i);
    }
    return splits;
  }

  private List<String> values(Path source, int wafers) throws IOException {
    Path file = DatasetFile.fileOf(source);
    if (ParquetDataset.recognises(file)) {
      return ParquetDataset.column(file, name);
    }
    return WaferDatasets.column(source, name, wafers)
        .map(numbers -> Arrays.stream(numbers).mapToObj(String::valueOf).toList())
        .orElseThrow(
            () -> new WaferException("%s has no column %s to split by".formatted(source, name)));
  }

  private Split part(String value, int row) {
    if (!valid.isEmpty() || !test.isEmpty()) {
      return test.contains(value) ? Split.TEST : valid.contains(value) ? Split.VALID : Split.TRAIN;
    }
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "train", "training" -> Split.TRAIN;
      case "valid", "validation", "val", "dev" -> Split.VALID;
      case "test", "testing" -> Split.TEST;
      case "unsplit", "none" -> Split.UNSPLIT;
      default ->
          throw new WaferException(
              "row %,d: %s is '%s', which is no part; say which values --valid and --test are"
                  .formatted(row, name, value));
    };
  }
}
