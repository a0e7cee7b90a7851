package fabwafer.wafer.format;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.record.NotchSide;
import fabwafer.wafer.record.WaferRecord;
import fabwafer.wafer.record.WaferRecordBuilder;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * CSV and TSV: a row a die under a header that names x, y and bin or result (and lot and wafer,
 * where a file holds several); rows of x, y, bin without header; or a grid of dies as one sees it.
 * Lines that start with {@code #} may say {@code # notch: down}, {@code # yAxis: up}, {@code # lot:
 * A}.
 */
final class TableReader {
  private static final Pattern COMMENT_MARKS = Pattern.compile("^#+");
  private static final int MAX_WAFERS = 10_000;
  private static final long MAX_CELLS = 16_000_000;
  private static final List<String> X =
      List.of(
          "x",
          "diex",
          "xcoord",
          "xcoordinate",
          "xindex",
          "coordx",
          "xpos",
          "col",
          "column",
          "diecol",
          "xdie");
  private static final List<String> Y =
      List.of(
          "y",
          "diey",
          "ycoord",
          "ycoordinate",
          "yindex",
          "coordy",
          "ypos",
          "row",
          "dierow",
          "ydie");
  private static final List<String> BIN =
      List.of("bin", "hbin", "hardbin", "bincode", "binnumber", "hardbinnumber", "binid");
  private static final List<String> SOFT = List.of("sbin", "softbin", "softbinnumber");
  private static final List<String> RESULT =
      List.of("result", "pass", "passfail", "pf", "status", "state", "value", "testresult");
  private static final List<String> LOT = List.of("lot", "lotid", "lotname", "lotno");
  private static final List<String> WAFER =
      List.of("wafer", "waferid", "waferindex", "waferno", "wafernumber");
  private static final int COLUMNS_OF_A_DIE = 3;
  private static final int MIN_GRID = 3;

  private final Input input;
  private final Lines lines;
  private final Separator separator;
  private final HeaderKeys comments = new HeaderKeys();
  private final Map<String, WaferRecordBuilder> wafers = new LinkedHashMap<>();

  private TableReader(Input input, Separator separator) throws IOException {
    this.input = input;
    this.lines = new Lines(input);
    this.separator = separator;
  }

  /** What a table's first line says it is. */
  private enum Layout {
    HEADER,
    DIES,
    GRID
  }

  static boolean recognises(String head) {
    return head.chars().noneMatch(c -> c < ' ' && c != '\t' && c != '\n' && c != '\r')
        && layout(complete(head)) != null;
  }

  /** The lines of a head; the last one may be cut off. */
  private static List<String> complete(String head) {
    List<String> lines = head.lines().toList();
    return head.length() < Input.HEAD_BYTES / 2 || lines.size() < 2
        ? lines
        : lines.subList(0, lines.size() - 1);
  }

  private static @Nullable Layout layout(List<String> lines) {
    Separator separator = Separator.guess(lines);
    if (separator == null) {
      return null;
    }
    List<String> first =
        separator.split(
            lines.stream().filter(line -> !Separator.isComment(line)).findFirst().orElse(""));
    if (at(first, X) >= 0 && at(first, Y) >= 0 && (at(first, BIN) >= 0 || at(first, RESULT) >= 0)) {
      return Layout.HEADER;
    }
    List<String> rows = lines.stream().filter(line -> !Separator.isComment(line)).toList();
    boolean numbers =
        rows.stream()
            .flatMap(line -> separator.split(line).stream())
            .allMatch(field -> field.isEmpty() || ".-".contains(field) || isNumber(field));
    if (!numbers) {
      return null;
    }
    if (first.size() == COLUMNS_OF_A_DIE) {
      return Layout.DIES;
    }
    return first.size() > COLUMNS_OF_A_DIE && rows.size() >= MIN_GRID ? Layout.GRID : null;
  }

  private static boolean isNumber(String field) {
    return Numbers.whole(field).isPresent() || field.equalsIgnoreCase("nan");
  }

  private static int at(List<String> fields, List<String> names) {
    for (int i = 0; i < fields.size(); i++) {
      if (names.contains(HeaderKeys.plain(fields.get(i)))) {
        return i;
      }
    }
    return -1;
  }

  static void read(Input input, Consumer<WaferRecord> sink) throws IOException {
    List<String> head = complete(Lines.decoded(input.head()));
    Separator separator = Separator.guess(head);
    Layout layout = layout(head);
    if (separator == null || layout == null) {
      throw new WaferException("no table of dies");
    }
    TableReader reader = new TableReader(input, separator);
    switch (layout) {
      case HEADER -> reader.readDies(true);
      case DIES -> reader.readDies(false);
      case GRID -> reader.readGrid();
    }
    reader.finish(sink);
  }

  /** The next line that is no comment. */
  private @Nullable String nextRow() throws IOException {
    String line = lines.next();
    while (line != null && Separator.isComment(line)) {
      comments.take(COMMENT_MARKS.matcher(line.strip()).replaceFirst(""));
      line = lines.next();
    }
    return line;
  }

  private void readDies(boolean header) throws IOException {
    String line = nextRow();
    List<String> names = List.of("x", "y", "bin");
    if (header && line != null) {
      names = separator.split(line);
      line = nextRow();
    }
    Columns columns = Columns.of(names);
    long cells = 0;
    WaferRecordBuilder last = null;
    for (; line != null; line = nextRow()) {
      List<String> fields = separator.split(line);
      if (fields.size() != names.size()) {
        throw new WaferException(
            "line %,d: expected %,d fields, got %,d"
                .formatted(lines.number(), names.size(), fields.size()));
      }
      WaferRecordBuilder wafer = waferOf(field(fields, columns.lot), field(fields, columns.wafer));
      if (last != wafer && last != null) {
        cells = wafers.values().stream().mapToLong(WaferRecordBuilder::cells).sum();
      }
      if (cells > MAX_CELLS) {
        throw new WaferException(
            "line %,d: the wafers of one table may have at most %,d positions"
                .formatted(lines.number(), MAX_CELLS));
      }
      last = wafer;
      put(wafer, columns, fields);
    }
    if (!header) {
      wafers
          .values()
          .forEach(w -> w.warn("the table has no header; its columns are taken as x, y, bin"));
    }
  }

  private void put(WaferRecordBuilder wafer, Columns columns, List<String> fields) {
    try {
      CellWords.die(
          wafer,
          input.options(),
          coordinate("x", field(fields, columns.x)),
          coordinate("y", field(fields, columns.y)),
          field(fields, columns.bin),
          field(fields, columns.soft),
          field(fields, columns.result));
    } catch (WaferException e) {
      throw new WaferException("line %,d: %s".formatted(lines.number(), e.getMessage()), e);
    }
  }

  private static int coordinate(String name, String text) {
    OptionalInt value = Numbers.whole(text);
    return value.orElseThrow(
        () -> new WaferException("%s must be a whole number, got '%s'".formatted(name, text)));
  }

  private static String field(List<String> fields, int at) {
    return at < 0 ? "" : fields.get(at);
  }

  /** Where a die's fields stand; -1 where there is none. */
  private record Columns(int x, int y, int bin, int soft, int result, int lot, int wafer) {
    static Columns of(List<String> names) {
      return new Columns(
          at(names, X),
          at(names, Y),
          at(names, BIN),
          at(names, SOFT),
          at(names, RESULT),
          at(names, LOT),
          at(names, WAFER));
    }
  }

  private WaferRecordBuilder waferOf(String lot, String wafer) {
    String key = lot + "\n" + wafer;
    WaferRecordBuilder known = wafers.get(key);
    if (known != null) {
      return known;
    }
    if (wafers.size() == MAX_WAFERS) {
      throw new WaferException(
          "line %,d: a table may hold at most %,d wafers".formatted(lines.number(), MAX_WAFERS));
    }
    WaferRecordBuilder builder = input.newWafer("CSV").lot(lot).wafer(wafer);
    wafers.put(key, builder);
    return builder;
  }

  private void readGrid() throws IOException {
    WaferRecordBuilder wafer = waferOf("", "");
    int columns = -1;
    int y = 0;
    for (String line = nextRow(); line != null; line = nextRow()) {
      List<String> fields = separator.split(line);
      if (columns >= 0 && fields.size() != columns) {
        throw new WaferException(
            "line %,d: expected %,d dies, got %,d"
                .formatted(lines.number(), columns, fields.size()));
      }
      columns = fields.size();
      wafer.grid(0, y, columns - 1, y);
      for (int x = 0; x < columns; x++) {
        try {
          CellWords.put(wafer, input.options(), x, y, fields.get(x));
        } catch (WaferException e) {
          throw new WaferException("line %,d: %s".formatted(lines.number(), e.getMessage()), e);
        }
      }
      y++;
    }
  }

  private void finish(Consumer<WaferRecord> sink) {
    boolean upwards = comments.textOrEmpty(List.of("yaxis")).equalsIgnoreCase("up");
    boolean leftwards = comments.textOrEmpty(List.of("xaxis")).equalsIgnoreCase("left");
    NotchSide notch = Notches.of(comments.textOrEmpty(HeaderKeys.NOTCH), NotchSide.UNKNOWN);
    for (WaferRecordBuilder wafer : wafers.values()) {
      wafer.axes(leftwards, upwards);
      wafer.notch(input.options().notch().orElse(notch));
      wafer.fact("separator", separator.title());
      comments.text(HeaderKeys.LOT).ifPresent(wafer::lot);
      comments.text(HeaderKeys.WAFER).ifPresent(wafer::wafer);
      comments.text(HeaderKeys.PRODUCT).ifPresent(wafer::product);
      comments.text(HeaderKeys.TIME).ifPresent(wafer::time);
      wafer.fact(WaferRecord.PATTERN, comments.textOrEmpty(HeaderKeys.PATTERN));
      sink.accept(wafer.build());
    }
  }
}
