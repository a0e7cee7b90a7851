package fabwafer.parquet;

import com.jerolba.carpet.annotation.NotNull;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.dataset.DatasetRow;
import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.Split;
import org.apache.parquet.io.api.Binary;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a data set's file, in snake case; null where the source says nothing. Public, as
 * the library makes rows of it.
 *
 * @param map a byte a cell, row by row: 0 no die, 1 pass, 2 fail
 * @param height rows of the map
 * @param width columns of the map
 * @param label {@code Donut}, {@code Center+Scratch}; null: nobody labelled it
 * @param lot the lot
 * @param wafer the wafer in its lot
 * @param part what its maker called its part
 * @param split {@code train}, {@code valid} or {@code test}
 * @param waferGroup wafers that must not be parted share it
 * @param fold for cross-validation, from 0
 * @param time when it was tested or inspected, in ISO 8601 where that can be told
 * @param source the file it is from
 * @param name unique in the data set
 */
public record ParquetRow(
    @NotNull Binary map,
    int height,
    int width,
    @Nullable String label,
    @Nullable String lot,
    @Nullable String wafer,
    @Nullable String part,
    @Nullable String split,
    @Nullable Integer waferGroup,
    @Nullable Integer fold,
    @Nullable String time,
    @Nullable String source,
    @Nullable String name) {

  static ParquetRow of(DatasetRow row) {
    return new ParquetRow(
        Binary.fromConstantByteArray(row.wafer().cells()),
        row.wafer().height(),
        row.wafer().width(),
        orNull(row.label()),
        orNull(row.lot()),
        orNull(row.waferId()),
        orNull(row.part()),
        row.split() == Split.UNSPLIT ? null : row.split().folder(),
        row.group() == LabelledWafer.UNKNOWN ? null : row.group(),
        row.fold() == LabelledWafer.UNKNOWN ? null : row.fold(),
        orNull(row.time()),
        orNull(row.source()),
        orNull(row.name()));
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }

  /**
   * The row.
   *
   * @param number its number, from 0, for a row without name
   * @throws WaferException if its map or its part is none
   */
  DatasetRow row(long number) {
    return new DatasetRow(
        WaferMap.of(height, width, map.getBytes()),
        text(label),
        text(lot),
        text(wafer),
        text(part),
        splitOrUnsplit(),
        numberOrUnknown("wafer_group", waferGroup),
        numberOrUnknown("fold", fold),
        text(time),
        text(source),
        name == null || name.isBlank() ? "row%06d".formatted(number) : name);
  }

  private static int numberOrUnknown(String column, @Nullable Integer value) {
    if (value == null) {
      return LabelledWafer.UNKNOWN;
    }
    if (value < LabelledWafer.UNKNOWN) {
      throw new WaferException(
          "%s must not be below %d, got %d".formatted(column, LabelledWafer.UNKNOWN, value));
    }
    return value;
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }

  private Split splitOrUnsplit() {
    if (split == null || split.isBlank()) {
      return Split.UNSPLIT;
    }
    return Split.ofFolder(split.strip())
        .orElseThrow(
            () ->
                new WaferException(
                    "split must be train, valid or test, got '%s'".formatted(split)));
  }
}
