package fabwafer.wafer.dataset;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.dataset.WaferDataset.Labelling;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes a data set as an NPZ file; {@link NpzLayout} names its arrays. */
final class NpzWriter {
  // One fixed time, so that the same data set gives the same bytes.
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);
  private static final int ALIGNMENT = 64;

  private final WaferDataset dataset;
  private final ZipOutputStream out;

  private NpzWriter(WaferDataset dataset, ZipOutputStream out) {
    this.dataset = dataset;
    this.out = out;
  }

  static void write(WaferDataset dataset, Path file) throws IOException {
    if (dataset.size() == 0) {
      throw new WaferException(file + ": a data set without wafers is not written");
    }
    Path unfinished = file.resolveSibling(file.getFileName() + ".part");
    try {
      try (ZipOutputStream out =
          new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(unfinished)))) {
        NpzWriter writer = new NpzWriter(dataset, out);
        if (dataset.labelling() == Labelling.MULTIPLE && writer.oneSize()) {
          writer.stacked();
        } else {
          writer.ragged();
        }
      }
      Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  private boolean oneSize() {
    WaferMap first = dataset.get(0).wafer();
    return dataset.wafers().stream()
        .map(LabelledWafer::wafer)
        .allMatch(wafer -> wafer.height() == first.height() && wafer.width() == first.width());
  }

  private void stacked() throws IOException {
    WaferMap first = dataset.get(0).wafer();
    begin(
        NpzLayout.STACK,
        "|u1",
        "(%d, %d, %d)".formatted(dataset.size(), first.height(), first.width()));
    writeCells();
    matrix(NpzLayout.STACK_LABELS, NpzLayout.STACK_COLUMNS);
    known();
  }

  private void ragged() throws IOException {
    long[] offsets = new long[dataset.size() + 1];
    for (int i = 0; i < dataset.size(); i++) {
      WaferMap wafer = dataset.get(i).wafer();
      offsets[i + 1] = offsets[i] + (long) wafer.height() * wafer.width();
    }
    begin(NpzLayout.CELLS, "|u1", "(%d,)".formatted(offsets[dataset.size()]));
    writeCells();
    begin(NpzLayout.OFFSET, "<i8", "(%d,)".formatted(dataset.size()));
    for (int i = 0; i < dataset.size(); i++) {
      number(offsets[i], 8);
    }
    out.closeEntry();
    column(NpzLayout.HEIGHT, "<u2", 2, wafer -> wafer.wafer().height());
    column(NpzLayout.WIDTH, "<u2", 2, wafer -> wafer.wafer().width());
    if (dataset.labelling() == Labelling.SINGLE) {
      column(NpzLayout.LABEL, "|u1", 1, wafer -> wafer.label().id());
    } else {
      matrix(NpzLayout.PATTERNS, NpzLayout.PATTERN_COLUMNS);
    }
    known();
  }

  /** The columns that say more than the label, where at least one wafer knows them. */
  private void known() throws IOException {
    if (dataset.wafers().stream().anyMatch(wafer -> wafer.group() != LabelledWafer.UNKNOWN)) {
      column(NpzLayout.GROUP, "<i4", 4, LabelledWafer::group);
    }
    if (dataset.wafers().stream().anyMatch(wafer -> wafer.fold() != LabelledWafer.UNKNOWN)) {
      column(NpzLayout.FOLD, "<i4", 4, LabelledWafer::fold);
    }
    if (dataset.wafers().stream().allMatch(wafer -> wafer.row() != LabelledWafer.UNKNOWN)) {
      column(NpzLayout.ROW, "<i4", 4, LabelledWafer::row);
    }
  }

  private void writeCells() throws IOException {
    for (LabelledWafer wafer : dataset.wafers()) {
      out.write(wafer.wafer().cells());
    }
    out.closeEntry();
  }

  private void matrix(String array, List<DefectPattern> columns) throws IOException {
    begin(array, "|u1", "(%d, %d)".formatted(dataset.size(), columns.size()));
    for (LabelledWafer wafer : dataset.wafers()) {
      for (DefectPattern pattern : columns) {
        number(wafer.patterns().contains(pattern) ? 1 : 0, 1);
      }
    }
    out.closeEntry();
  }

  private void column(String array, String type, int bytes, ToLongFunction<LabelledWafer> value)
      throws IOException {
    begin(array, type, "(%d,)".formatted(dataset.size()));
    for (LabelledWafer wafer : dataset.wafers()) {
      number(value.applyAsLong(wafer), bytes);
    }
    out.closeEntry();
  }

  private void number(long value, int bytes) throws IOException {
    byte[] little = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      little[i] = (byte) (value >> (8 * i));
    }
    out.write(little);
  }

  private void begin(String array, String type, String shape) throws IOException {
    ZipEntry entry = new ZipEntry(array + ".npy");
    entry.setTimeLocal(TIME);
    out.putNextEntry(entry);
    writeHeader(out, type, shape);
  }

  /** NPY version 1: magic, version, header length, a Python literal padded to 64 bytes. */
  private static void writeHeader(OutputStream out, String type, String shape) throws IOException {
    String literal =
        "{'descr': '%s', 'fortran_order': False, 'shape': %s, }".formatted(type, shape);
    int fixed = 10;
    int padding = ALIGNMENT - (fixed + literal.length() + 1) % ALIGNMENT;
    int length = literal.length() + padding + 1;
    out.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    out.write(new byte[] {(byte) length, (byte) (length >> 8)});
    out.write((literal + " ".repeat(padding) + "\n").getBytes(ISO_8859_1));
  }
}
