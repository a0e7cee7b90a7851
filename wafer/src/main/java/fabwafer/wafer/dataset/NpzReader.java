package fabwafer.wafer.dataset;

import static fabwafer.wafer.dataset.LabelledWafer.UNKNOWN;

import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.dataset.WaferDataset.Labelling;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Reads a data set from an NPZ file; {@link NpzLayout} names its arrays. */
final class NpzReader {
  private static final byte[] ZIP = {'P', 'K'};
  private static final long MAX_CELLS = Integer.MAX_VALUE - 8L;
  // A wafer map, its array's header and its label, generously.
  private static final long BYTES_BESIDE_CELLS = 200;

  private final NpzArchive archive;
  private final String file;

  private NpzReader(NpzArchive archive) {
    this.archive = archive;
    this.file = archive.file();
  }

  static WaferDataset read(Path path) throws IOException {
    try (NpzArchive archive = NpzArchive.open(path)) {
      NpzReader reader = new NpzReader(archive);
      Set<String> arrays = archive.arrays();
      if (arrays.contains(NpzLayout.CELLS)) {
        return reader.ragged();
      }
      if (arrays.contains(NpzLayout.STACK) && arrays.contains(NpzLayout.STACK_LABELS)) {
        return reader.stacked();
      }
      throw new WaferException(
          "%s is no data set of wafer maps: it needs cells, offset, height, width and label, or arr_0 and arr_1; it has %s"
              .formatted(archive.file(), arrays));
    }
  }

  /** A column of what wafers do not keep; empty where there is none of that name. */
  static Optional<long[]> column(Path path, String array, int count) throws IOException {
    if (!isZip(path)) {
      return Optional.empty();
    }
    try (NpzArchive archive = NpzArchive.open(path)) {
      return Optional.ofNullable(new NpzReader(archive).optionalColumn(array, count));
    }
  }

  private static boolean isZip(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      return Arrays.equals(in.readNBytes(ZIP.length), ZIP);
    }
  }

  /** Wafer maps of any size, one after the other in one flat array. */
  private WaferDataset ragged() throws IOException {
    long[] offset = column(NpzLayout.OFFSET, UNKNOWN);
    int count = offset.length;
    long[] height = column(NpzLayout.HEIGHT, count);
    long[] width = column(NpzLayout.WIDTH, count);
    boolean multiple = archive.arrays().contains(NpzLayout.PATTERNS);
    List<Set<DefectPattern>> patterns =
        multiple ? matrix(NpzLayout.PATTERNS, NpzLayout.PATTERN_COLUMNS, count) : labels(count);
    requireMemory(cells(height, width), count);
    WaferMap[] wafers = new WaferMap[count];
    byte[] scratch = new byte[0];
    try (NpyValues cells = archive.array(NpzLayout.CELLS)) {
      cells.header().requireShape(-1);
      long position = 0;
      for (int i : inOrderOf(offset)) {
        int size = Math.toIntExact(height[i] * width[i]);
        if (offset[i] < position || offset[i] + size > cells.header().values()) {
          throw new WaferException(
              "%s: wafer %d starts at cell %,d, which overlaps another wafer or leaves the %,d cells"
                  .formatted(file, i, offset[i], cells.header().values()));
        }
        cells.skip(offset[i] - position);
        position = offset[i] + size;
        if (scratch.length < size) {
          scratch = new byte[size];
        }
        cells.nextBytes(scratch, 0, size);
        wafers[i] = wafer(i, (int) height[i], (int) width[i], scratch, 0);
      }
      cells.finish();
    }
    return dataset(multiple ? Labelling.MULTIPLE : Labelling.SINGLE, wafers, patterns);
  }

  /** Wafer maps of one size, stacked: MixedWM38's public file. */
  private WaferDataset stacked() throws IOException {
    WaferMap[] wafers;
    try (NpyValues stack = archive.array(NpzLayout.STACK)) {
      NpyHeader header = stack.header();
      header.requireShape(-1, -1, -1);
      int count = requireCount(header.name(), header.shape().get(0));
      int height = header.shape().get(1);
      int width = header.shape().get(2);
      requireSides(0, height, width);
      requireMemory(header.values() * (header.fortranOrder() ? 2 : 1), count);
      wafers =
          header.fortranOrder()
              ? fortran(stack, count, height, width)
              : rowByRow(stack, count, height, width);
      stack.finish();
    }
    return dataset(
        Labelling.MULTIPLE,
        wafers,
        matrix(NpzLayout.STACK_LABELS, NpzLayout.STACK_COLUMNS, wafers.length));
  }

  private WaferMap[] rowByRow(NpyValues stack, int count, int height, int width)
      throws IOException {
    WaferMap[] wafers = new WaferMap[count];
    byte[] scratch = new byte[height * width];
    for (int i = 0; i < count; i++) {
      stack.nextBytes(scratch, 0, scratch.length);
      wafers[i] = wafer(i, height, width, scratch, 0);
    }
    return wafers;
  }

  /** The first axis runs fastest: cell (row, column) of all wafers lies together. */
  private WaferMap[] fortran(NpyValues stack, int count, int height, int width) throws IOException {
    byte[] all = new byte[Math.toIntExact(stack.header().values())];
    stack.nextBytes(all, 0, all.length);
    WaferMap[] wafers = new WaferMap[count];
    byte[] scratch = new byte[height * width];
    for (int i = 0; i < count; i++) {
      for (int row = 0; row < height; row++) {
        for (int column = 0; column < width; column++) {
          scratch[row * width + column] = all[i + count * (row + height * column)];
        }
      }
      wafers[i] = wafer(i, height, width, scratch, 0);
    }
    return wafers;
  }

  private WaferDataset dataset(
      Labelling labelling, WaferMap[] wafers, List<Set<DefectPattern>> patterns)
      throws IOException {
    int count = wafers.length;
    long[] group = optionalColumn(NpzLayout.GROUP, count);
    long[] fold = optionalColumn(NpzLayout.FOLD, count);
    long[] row = optionalColumn(NpzLayout.ROW, count);
    boolean rowNames = row != null && Arrays.stream(row).distinct().count() == count;
    List<LabelledWafer> labelled = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      String name =
          row != null && rowNames ? "row%06d".formatted(row[i]) : "wafer%06d".formatted(i);
      labelled.add(
          new LabelledWafer(
              wafers[i],
              patterns.get(i),
              group == null ? UNKNOWN : requireInt(NpzLayout.GROUP, i, group[i]),
              fold == null ? UNKNOWN : requireInt(NpzLayout.FOLD, i, fold[i]),
              Split.UNSPLIT,
              name));
    }
    return new WaferDataset(file, labelling, labelled);
  }

  private WaferMap wafer(int index, int height, int width, byte[] cells, int offset) {
    try {
      return WaferMap.of(height, width, cells, offset);
    } catch (WaferException e) {
      throw new WaferException("%s: wafer %d: %s".formatted(file, index, e.getMessage()), e);
    }
  }

  /** Pattern sets from a label-id column. */
  private List<Set<DefectPattern>> labels(int count) throws IOException {
    long[] ids = column(NpzLayout.LABEL, count);
    int patterns = DefectPattern.labels().size();
    List<Set<DefectPattern>> labels = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      if (ids[i] < 0 || ids[i] >= patterns) {
        throw new WaferException(
            "%s: wafer %d: label must be 0 to %d, got %d".formatted(file, i, patterns - 1, ids[i]));
      }
      labels.add(LabelledWafer.single(DefectPattern.ofId((int) ids[i])));
    }
    return labels;
  }

  /** Pattern sets from a matrix with a column a pattern; a row of zeros is none. */
  private List<Set<DefectPattern>> matrix(String array, List<DefectPattern> columns, int count)
      throws IOException {
    byte[] flags = new byte[count * columns.size()];
    boolean fortran;
    try (NpyValues values = archive.array(array)) {
      values.header().requireShape(count, columns.size());
      fortran = values.header().fortranOrder();
      values.nextBytes(flags, 0, flags.length);
      values.finish();
    }
    List<Set<DefectPattern>> sets = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Set<DefectPattern> set = EnumSet.noneOf(DefectPattern.class);
      for (int c = 0; c < columns.size(); c++) {
        int flag = flags[fortran ? c * count + i : i * columns.size() + c];
        if (flag != 0 && flag != 1) {
          throw new WaferException(
              "%s: wafer %d: %s must hold 0 and 1, got %d".formatted(file, i, array, flag & 0xff));
        }
        if (flag == 1) {
          set.add(columns.get(c));
        }
      }
      sets.add(set.isEmpty() ? LabelledWafer.single(DefectPattern.NONE) : set);
    }
    return sets;
  }

  private long @Nullable [] optionalColumn(String array, int count) throws IOException {
    return archive.arrays().contains(array) ? column(array, count) : null;
  }

  /** A column with a value a wafer; {@link LabelledWafer#UNKNOWN} where the count is open. */
  private long[] column(String array, int count) throws IOException {
    try (NpyValues values = archive.array(array)) {
      values.header().requireShape(count);
      long[] column =
          values.nextLongs(requireCount(values.header().name(), values.header().shape().get(0)));
      values.finish();
      return column;
    }
  }

  private long cells(long[] height, long[] width) {
    long cells = 0;
    for (int i = 0; i < height.length; i++) {
      requireSides(i, height[i], width[i]);
      cells += height[i] * width[i];
    }
    return cells;
  }

  private void requireSides(int index, long height, long width) {
    try {
      WaferMap.requireSide("height", Math.clamp(height, -1, Integer.MAX_VALUE));
      WaferMap.requireSide("width", Math.clamp(width, -1, Integer.MAX_VALUE));
    } catch (WaferException e) {
      throw new WaferException("%s: wafer %d: %s".formatted(file, index, e.getMessage()), e);
    }
  }

  private static int requireCount(String name, int count) {
    if (count < 1 || count > WaferDatasets.MAX_WAFERS) {
      throw new WaferException(
          "%s: a data set must have 1 to %,d wafers, got %,d"
              .formatted(name, WaferDatasets.MAX_WAFERS, count));
    }
    return count;
  }

  private int requireInt(String array, int index, long value) {
    if (value < UNKNOWN || value > Integer.MAX_VALUE) {
      throw new WaferException(
          "%s: wafer %d: %s must be -1 to %,d, got %d"
              .formatted(file, index, array, Integer.MAX_VALUE, value));
    }
    return (int) value;
  }

  /** A small archive may unpack to more than memory holds: say so before it happens. */
  private void requireMemory(long cells, int wafers) {
    if (cells > MAX_CELLS) {
      throw new WaferException(
          "%s: a data set must have at most %,d cells, got %,d".formatted(file, MAX_CELLS, cells));
    }
    long needed = cells + wafers * BYTES_BESIDE_CELLS;
    long usable = Runtime.getRuntime().maxMemory() / 4 * 3;
    if (needed > usable) {
      throw new WaferException(
          "%s: needs about %,d MB of memory, %,d MB may be used; start with a larger -Xmx"
              .formatted(file, needed >> 20, usable >> 20));
    }
  }

  private static int[] inOrderOf(long[] offset) {
    return IntStream.range(0, offset.length)
        .boxed()
        .sorted(Comparator.comparingLong(i -> offset[i]))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
