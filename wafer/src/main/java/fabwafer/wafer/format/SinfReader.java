package fabwafer.wafer.format;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.record.Bin;
import fabwafer.wafer.record.DieState;
import fabwafer.wafer.record.NotchSide;
import fabwafer.wafer.record.WaferRecord;
import fabwafer.wafer.record.WaferRecordBuilder;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * SINF: a header, then {@code RowData:} lines of codes parted by blanks, as they are seen. Codes of
 * two characters are hexadecimal, of three decimal. {@code __} is no die, {@code @@} one that was
 * not tested. {@code FNLOC} counts clockwise from the top. x counts columns from the left, y rows
 * from the top, both from 0.
 */
final class SinfReader {
  private static final String ROW = "ROWDATA:";
  private static final List<String> PASSING = List.of("bcequ");
  private static final List<String> UNITS = List.of("dutms");
  private static final List<String> STEP_X = List.of("xdies");
  private static final List<String> STEP_Y = List.of("ydies");
  private static final double MICRONS_A_MIL = 25.4;
  private static final int MAX_HEADER_LINES = 500;
  private static final Pattern ROW_COUNT = Pattern.compile("ROWCT\\s*:");
  private static final Pattern BLANKS = Pattern.compile("\\s+");
  private static final Pattern NO_DIE = Pattern.compile("_+");
  private static final Pattern NOT_TESTED = Pattern.compile("@+");
  // The whole of two hexadecimal characters; SINF gives it to the reference die.
  private static final int REFERENCE = 0xff;

  private final Input input;
  private final Lines lines;
  private final HeaderKeys header = new HeaderKeys();
  private final WaferRecordBuilder wafer;
  private final Set<Integer> passing = new HashSet<>();
  private int codeLength;

  private SinfReader(Input input) throws IOException {
    this.input = input;
    this.lines = new Lines(input);
    this.wafer = input.newWafer("SINF");
  }

  static boolean recognises(String head) {
    boolean known =
        head.lines()
            .limit(MAX_HEADER_LINES)
            .map(line -> line.strip().toUpperCase(Locale.ROOT))
            .anyMatch(line -> line.startsWith(ROW) || ROW_COUNT.matcher(line).lookingAt());
    return known && !head.stripLeading().startsWith("<");
  }

  static void read(Input input, Consumer<WaferRecord> wafers) throws IOException {
    wafers.accept(new SinfReader(input).wafer());
  }

  private WaferRecord wafer() throws IOException {
    String line = lines.next();
    while (line != null && !isRow(line)) {
      if (lines.number() > MAX_HEADER_LINES) {
        throw new WaferException("no RowData in the first %d lines".formatted(MAX_HEADER_LINES));
      }
      header.take(line);
      line = lines.next();
    }
    int rows = header.required("rows (ROWCT)", HeaderKeys.ROWS);
    int columns = header.required("columns (COLCT)", HeaderKeys.COLUMNS);
    if (rows < 1 || columns < 1) {
      throw new WaferException(
          "a map must have rows and columns, got %d x %d".formatted(rows, columns));
    }
    wafer.grid(0, 0, columns - 1, rows - 1);
    readRows(line, rows, columns);
    identify();
    return wafer.build();
  }

  private static boolean isRow(String line) {
    return line.strip().regionMatches(true, 0, ROW, 0, ROW.length());
  }

  private void readRows(@Nullable String first, int rows, int columns) throws IOException {
    int row = 0;
    for (String line = first; line != null; line = lines.next()) {
      if (line.isBlank()) {
        continue;
      }
      if (!isRow(line)) {
        header.take(line);
        continue;
      }
      if (row == rows) {
        throw new WaferException(
            "line %,d: more RowData lines than the %,d that ROWCT says"
                .formatted(lines.number(), rows));
      }
      String cells = line.strip().substring(ROW.length()).strip();
      String[] codes = BLANKS.split(cells, -1);
      if (codes.length != columns) {
        throw new WaferException(
            "line %,d, row %,d of the map: expected %,d dies, got %,d"
                .formatted(lines.number(), row + 1, columns, codes.length));
      }
      if (row == 0) {
        codeLength = codes[0].length();
        readPassing();
      }
      for (int column = 0; column < columns; column++) {
        put(row, column, codes[column]);
      }
      row++;
    }
    if (row < rows) {
      throw new WaferException(
          "the file ends after %,d of %,d rows of the map".formatted(row, rows));
    }
  }

  private void readPassing() {
    for (String code : header.textOrEmpty(PASSING).split("[,\\s]+", -1)) {
      if (!code.isEmpty()) {
        passing.add(number(code, "BCEQU"));
      }
    }
    if (passing.isEmpty()) {
      wafer.warn("BCEQU does not say which codes pass; 01 is taken, as SINF has it");
      passing.add(1);
    }
  }

  private void put(int row, int column, String code) {
    if (code.length() != codeLength) {
      throw new WaferException(
          "line %,d, column %,d: codes of this map have %d characters, got '%s'"
              .formatted(lines.number(), column + 1, codeLength, code));
    }
    if (NO_DIE.matcher(code).matches()) {
      return;
    }
    if (NOT_TESTED.matcher(code).matches()) {
      wafer.die(column, row, DieState.SKIPPED, WaferRecord.NO_BIN);
      return;
    }
    int bin = number(code, "line %,d, column %,d".formatted(lines.number(), column + 1));
    if (bin == REFERENCE && !passing.contains(bin) && codeLength == 2) {
      wafer.die(column, row, DieState.REFERENCE, WaferRecord.NO_BIN);
      return;
    }
    Bin.Quality quality = passing.contains(bin) ? Bin.Quality.PASS : Bin.Quality.FAIL;
    boolean passes = input.options().passes(bin, quality);
    wafer.die(column, row, passes ? DieState.PASS : DieState.FAIL, bin);
    wafer.bin(bin, code, passes ? Bin.Quality.PASS : Bin.Quality.FAIL, "");
  }

  private int number(String code, String where) {
    boolean hexadecimal = codeLength != 3;
    String pattern = hexadecimal ? "[0-9A-Fa-f]{1,4}" : "[0-9]{1,5}";
    if (!code.matches(pattern)) {
      throw new WaferException(
          "%s: a code must be %s, __ or @@, got '%s'"
              .formatted(where, hexadecimal ? "hexadecimal" : "decimal", code));
    }
    return Integer.parseInt(code, hexadecimal ? 16 : 10);
  }

  private void identify() {
    wafer.product(header.textOrEmpty(HeaderKeys.PRODUCT));
    wafer.lot(header.textOrEmpty(HeaderKeys.LOT));
    wafer.wafer(header.textOrEmpty(HeaderKeys.WAFER));
    NotchSide notch = Notches.of(header.textOrEmpty(HeaderKeys.NOTCH), NotchSide.UP);
    wafer.notch(input.options().notch().orElse(notch));
    double unit =
        switch (header.textOrEmpty(UNITS).toLowerCase(Locale.ROOT)) {
          case "mm" -> 1_000;
          case "mil", "mils" -> MICRONS_A_MIL;
          case "um" -> 1;
          default -> Double.NaN;
        };
    wafer.diePitchMicrons(
        unit * Numbers.decimalOrNaN(header.textOrEmpty(STEP_X)),
        unit * Numbers.decimalOrNaN(header.textOrEmpty(STEP_Y)));
    header.entries().forEach(wafer::fact);
  }
}
