package fabwafer.wafer.format;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.format.Json.Items;
import fabwafer.wafer.format.Json.Members;
import fabwafer.wafer.format.Json.Text;
import fabwafer.wafer.format.Json.Word;
import fabwafer.wafer.record.NotchSide;
import fabwafer.wafer.record.WaferRecord;
import fabwafer.wafer.record.WaferRecordBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * JSON: a grid {@code [[0, 1, 2], ...]}, or an object with such a grid as {@code map}, {@code
 * cells} or {@code grid}, or with {@code dies} as {@code [{"x": 1, "y": 2, "bin": 1}, ...]}, beside
 * {@code lot}, {@code wafer}, {@code product}, {@code notch} and {@code yAxis} ({@code up} or
 * {@code down}); or a list of such objects. Rows lie from the top.
 */
final class JsonReader {
  /** An object, or a list of lists or objects. */
  private static final Pattern START = Pattern.compile("\\{\\s*[\"}]|\\[\\s*[\\[{]");

  private static final int MAX_BYTES = 32 << 20;
  private static final List<String> GRIDS =
      List.of("map", "cells", "grid", "wafermap", "wafer_map", "waferMap", "rows");
  private static final List<String> DIES = List.of("dies", "die", "devices", "parts");
  private static final List<String> LOTS = List.of("lot", "lotId", "lot_id", "lotName");
  private static final List<String> WAFERS =
      List.of("wafer", "waferId", "wafer_id", "waferIndex", "id");
  private static final List<String> PATTERNS =
      List.of("pattern", "label", "defectPattern", "failureType");
  private static final List<String> X = List.of("x", "column", "col", "dieX", "die_x");
  private static final List<String> Y = List.of("y", "row", "dieY", "die_y");
  private static final List<String> BIN = List.of("bin", "hardBin", "hbin", "hard_bin", "binCode");
  private static final List<String> SOFT = List.of("softBin", "sbin", "soft_bin");
  private static final List<String> RESULT = List.of("result", "pass", "state", "status");

  private final Input input;
  private final Consumer<WaferRecord> wafers;

  private JsonReader(Input input, Consumer<WaferRecord> wafers) {
    this.input = input;
    this.wafers = wafers;
  }

  static boolean recognises(String head) {
    String start = head.stripLeading();
    return START.matcher(start).lookingAt();
  }

  static void read(Input input, Consumer<WaferRecord> wafers) throws IOException {
    byte[] bytes = input.atMost(MAX_BYTES, "JSON").readAllBytes();
    Json json = Json.parse(Lines.decoded(bytes));
    new JsonReader(input, wafers).readAny(json);
  }

  private void readAny(Json json) {
    switch (json) {
      case Members members -> wafer(members);
      case Items items when items.list().stream().allMatch(Members.class::isInstance) -> {
        if (items.list().isEmpty()) {
          throw new WaferException("the JSON holds no wafer");
        }
        items.list().forEach(this::readAny);
      }
      case Items items -> {
        WaferRecordBuilder wafer = input.newWafer("JSON");
        wafer.notch(input.options().notch().orElse(NotchSide.UNKNOWN));
        grid(wafer, items);
        wafers.accept(wafer.build());
      }
      case Text text -> throw none();
      case Word word -> throw none();
    }
  }

  private static WaferException none() {
    return new WaferException(
        "the JSON is no wafer map: expected a grid of rows, or an object with %s or %s"
            .formatted(GRIDS, DIES));
  }

  private void wafer(Members members) {
    WaferRecordBuilder wafer = input.newWafer("JSON");
    wafer.lot(text(members, LOTS)).wafer(text(members, WAFERS));
    wafer.product(text(members, List.of("product", "device")));
    wafer.time(text(members, List.of("time", "timestamp")));
    wafer.fact(WaferRecord.PATTERN, text(members, PATTERNS));
    NotchSide notch = Notches.of(text(members, List.of("notch", "flat")), NotchSide.UNKNOWN);
    wafer.notch(input.options().notch().orElse(notch));
    boolean upwards = text(members, List.of("yAxis")).toLowerCase(Locale.ROOT).equals("up");
    boolean leftwards = text(members, List.of("xAxis")).toLowerCase(Locale.ROOT).equals("left");
    if (member(members, DIES) instanceof Items dies) {
      wafer.axes(leftwards, upwards);
      dies(wafer, dies);
    } else if (member(members, GRIDS) instanceof Items rows) {
      grid(wafer, shaped(members, rows));
    } else {
      throw none();
    }
    wafers.accept(wafer.build());
  }

  /** Rows of a grid that may be written flat, with its height and width beside. */
  private static Items shaped(Members members, Items rows) {
    int width = Numbers.whole(text(members, List.of("width", "columns"))).orElse(0);
    boolean flat = rows.list().stream().allMatch(Word.class::isInstance);
    if (!flat || width < 1) {
      return rows;
    }
    if (rows.list().size() % width != 0) {
      throw new WaferException(
          "%,d cells are no whole number of rows of %,d".formatted(rows.list().size(), width));
    }
    List<Json> shaped = new ArrayList<>();
    for (int from = 0; from < rows.list().size(); from += width) {
      shaped.add(new Items(rows.list().subList(from, from + width)));
    }
    return new Items(shaped);
  }

  private void grid(WaferRecordBuilder wafer, Items rows) {
    int columns = -1;
    for (int y = 0; y < rows.list().size(); y++) {
      if (!(rows.list().get(y) instanceof Items row)) {
        throw new WaferException("row %,d of the grid is no list of dies".formatted(y + 1));
      }
      if (columns >= 0 && row.list().size() != columns) {
        throw new WaferException(
            "row %,d of the grid has %,d dies, the rows before %,d"
                .formatted(y + 1, row.list().size(), columns));
      }
      columns = row.list().size();
      if (columns == 0) {
        throw none();
      }
      wafer.grid(0, y, columns - 1, y);
      for (int x = 0; x < columns; x++) {
        CellWords.put(wafer, input.options(), x, y, word(row.list().get(x)));
      }
    }
  }

  private void dies(WaferRecordBuilder wafer, Items dies) {
    for (Json item : dies.list()) {
      if (!(item instanceof Members die)) {
        throw new WaferException("a die must be an object with x, y and bin");
      }
      CellWords.die(
          wafer,
          input.options(),
          coordinate(die, X),
          coordinate(die, Y),
          text(die, BIN),
          text(die, SOFT),
          text(die, RESULT));
    }
  }

  private static int coordinate(Members die, List<String> names) {
    String text = text(die, names);
    return Numbers.whole(text)
        .orElseThrow(
            () ->
                new WaferException(
                    "a die's %s must be a whole number, got '%s'"
                        .formatted(names.getFirst(), text)));
  }

  private static Json member(Members members, List<String> names) {
    for (String name : names) {
      Json value = members.byName().get(name);
      if (value != null) {
        return value;
      }
    }
    return new Word("null");
  }

  private static String text(Members members, List<String> names) {
    String word = word(member(members, names));
    return word.equals("null") ? "" : word;
  }

  private static String word(Json value) {
    return switch (value) {
      case Text text -> text.value();
      case Word word -> word.value();
      case Members members -> "";
      case Items items -> "";
    };
  }
}
