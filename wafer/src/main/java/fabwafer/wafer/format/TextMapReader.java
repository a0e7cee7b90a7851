package fabwafer.wafer.format;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.record.DieState;
import fabwafer.wafer.record.NotchSide;
import fabwafer.wafer.record.WaferRecord;
import fabwafer.wafer.record.WaferRecordBuilder;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A prober's text map: a header of {@code KEY=VALUE} lines, a character a die, and the count of
 * each bin. Rows lie as they are seen; x counts columns from the left, y rows from the top, both
 * from 0.
 */
final class TextMapReader {
  private static final Pattern COUNT =
      Pattern.compile("BIN\\s*([0-9]{1,3})\\s*\\((.)\\)\\s*[=:]\\s*([0-9]{1,9})\\s*");
  private static final List<String> TESTED = List.of("totaltest", "totaltested");
  private static final List<String> PASSED = List.of("totalpass");
  private static final List<String> FAILED = List.of("totalfail");
  private static final int MAX_HEADER_LINES = 200;

  private final Input input;
  private final Lines lines;
  private final HeaderKeys header = new HeaderKeys();
  private final WaferRecordBuilder wafer;
  private final TextDialect dialect;
  private final int[] dies = new int[128];

  private TextMapReader(Input input) throws IOException {
    this.input = input;
    this.lines = new Lines(input);
    this.wafer = input.newWafer("prober text map");
    this.dialect = input.options().dialect();
  }

  /** Whether the head says how many rows and columns follow. */
  static boolean recognises(String head) {
    HeaderKeys header = new HeaderKeys();
    head.lines().limit(MAX_HEADER_LINES).forEach(header::take);
    return header.text(HeaderKeys.ROWS).isPresent() && header.text(HeaderKeys.COLUMNS).isPresent();
  }

  static void read(Input input, Consumer<WaferRecord> wafers) throws IOException {
    wafers.accept(new TextMapReader(input).wafer());
  }

  private WaferRecord wafer() throws IOException {
    String first = readHeader();
    int rows = header.required("rows", HeaderKeys.ROWS);
    int columns = header.required("columns", HeaderKeys.COLUMNS);
    if (rows < 1 || columns < 1) {
      throw new WaferException(
          "a map must have rows and columns, got %d x %d".formatted(rows, columns));
    }
    wafer.grid(0, 0, columns - 1, rows - 1);
    readRows(first, rows, columns);
    readCounts();
    identify();
    compare("passing", PASSED, true, false);
    compare("failing", FAILED, false, true);
    compare("tested", TESTED, true, true);
    return wafer.build();
  }

  /** Reads up to the first line of the map, which is handed back. */
  private @Nullable String readHeader() throws IOException {
    String line = lines.next();
    while (line != null && (line.isBlank() || header.take(line) || !isRow(line))) {
      if (lines.number() > MAX_HEADER_LINES) {
        throw new WaferException("no map in the first %d lines".formatted(MAX_HEADER_LINES));
      }
      line = lines.next();
    }
    return line;
  }

  private boolean isRow(String line) {
    return header
        .number(HeaderKeys.COLUMNS)
        .map(columns -> cells(line, columns).length() == columns)
        .orElse(false);
  }

  /** A line's dies. Where a blank is no die it may stand at both ends, or be cut off behind. */
  private String cells(String line, int columns) {
    String cells = line.strip();
    if (cells.length() == columns || dialect.absent().indexOf(' ') < 0) {
      return cells;
    }
    String whole = line.stripTrailing();
    // A row without any blank that is too short is no row whose blanks were cut off.
    boolean blanks = line.length() == columns || whole.indexOf(' ') >= 0;
    return blanks && whole.length() <= columns
        ? whole + " ".repeat(columns - whole.length())
        : cells;
  }

  private void readRows(@Nullable String first, int rows, int columns) throws IOException {
    String line = first;
    for (int row = 0; row < rows; row++) {
      if (line == null) {
        throw new WaferException(
            "the file ends after %,d of %,d rows of the map".formatted(row, rows));
      }
      String cells = cells(line, columns);
      if (cells.length() != columns) {
        throw new WaferException(
            "line %,d, row %,d of the map: expected %,d dies, got %,d"
                .formatted(lines.number(), row + 1, columns, cells.length()));
      }
      for (int column = 0; column < columns; column++) {
        put(row, column, cells.charAt(column));
      }
      line = lines.next();
    }
    if (line != null
        && line.strip().length() == columns
        && !header.take(line)
        && !COUNT.matcher(line.strip()).matches()) {
      throw new WaferException(
          "line %,d: the map goes on after the %,d rows that the header says"
              .formatted(lines.number(), rows));
    }
    if (line != null) {
      lines.back(line);
    }
  }

  private void put(int row, int column, char symbol) {
    int bin = dialect.bin(symbol);
    if (bin > 0) {
      DieState state = input.options().passes(bin) ? DieState.PASS : DieState.FAIL;
      wafer.die(column, row, state, bin);
      dies[Math.min(bin, dies.length - 1)]++;
      return;
    }
    try {
      DieState state = dialect.state(symbol);
      if (state != DieState.ABSENT) {
        wafer.die(column, row, state, WaferRecord.NO_BIN);
      }
    } catch (WaferException e) {
      throw new WaferException(
          "line %,d, column %,d: %s".formatted(lines.number(), column + 1, e.getMessage()), e);
    }
  }

  /** The counts behind the map say what each character means: a dialect that differs is told. */
  private void readCounts() throws IOException {
    Set<Integer> counted = new TreeSet<>();
    for (String line = lines.next(); line != null; line = lines.next()) {
      Matcher count = COUNT.matcher(line.strip());
      if (!count.matches()) {
        header.take(line);
        continue;
      }
      int bin = Integer.parseInt(count.group(1));
      int meant = dialect.bin(count.group(2).charAt(0));
      if (meant != bin) {
        throw new WaferException(
            "line %,d: the file says that '%s' is bin %d, the dialect says bin %d"
                .formatted(lines.number(), count.group(2), bin, meant));
      }
      int stated = Integer.parseInt(count.group(3));
      if (bin < dies.length && dies[bin] != stated) {
        wafer.warn(
            "the file counts %,d dies of bin %d, its map has %,d"
                .formatted(stated, bin, dies[bin]));
      }
      counted.add(bin);
      wafer.bin(bin, count.group(2), input.options().quality(bin), "");
    }
    if (!counted.isEmpty()) {
      for (int bin = 0; bin < dies.length; bin++) {
        if (dies[bin] > 0 && !counted.contains(bin)) {
          wafer.warn(
              "the map has %,d dies of bin %d, which the file does not count"
                  .formatted(dies[bin], bin));
        }
      }
    }
  }

  private void compare(String what, List<String> key, boolean passing, boolean failing) {
    int count = 0;
    for (int bin = 1; bin < dies.length; bin++) {
      boolean passes = input.options().passes(bin);
      count += (passes && passing) || (!passes && failing) ? dies[bin] : 0;
    }
    int found = count;
    header
        .number(key)
        .filter(stated -> stated != found)
        .ifPresent(
            stated ->
                wafer.warn(
                    "the header says %,d %s dies, the map has %,d".formatted(stated, what, found)));
  }

  private void identify() {
    wafer.product(header.textOrEmpty(HeaderKeys.PRODUCT));
    wafer.wafer(header.textOrEmpty(HeaderKeys.WAFER));
    wafer.time(header.textOrEmpty(HeaderKeys.TIME));
    String lot = header.textOrEmpty(HeaderKeys.LOT);
    if (lot.isEmpty()) {
      lot = lotOfArchive();
    }
    wafer.lot(lot);
    // Probers count the flat's angle from the top, as SINF does.
    NotchSide notch = Notches.of(header.textOrEmpty(HeaderKeys.NOTCH), NotchSide.UP);
    wafer.notch(input.options().notch().orElse(notch));
    new TreeMap<>(header.entries()).forEach(wafer::fact);
  }

  /** Archives hold a lot and are named after it: {@code AB123.1_CP1_2025_11_09.map.zip}. */
  private String lotOfArchive() {
    int inside = input.name().indexOf('!');
    if (inside < 0) {
      return "";
    }
    String archive = input.name().substring(0, inside);
    int underscore = archive.indexOf('_');
    if (underscore < 1) {
      return "";
    }
    wafer.warn("the lot is taken from the archive's name");
    return archive.substring(0, underscore);
  }
}
