package fabwafer.wafer.format;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.record.Defect;
import fabwafer.wafer.record.WaferRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * KLARF 1.8: records, fields and lists in braces. Lengths are nanometres. What holds for a lot may
 * stand behind its wafers, so they are made at its end.
 */
final class KlarfRecordsReader {
  private static final int MAX_DEPTH = 32;
  private static final int MAX_VALUES = 10_000;
  private static final int MAX_WAFERS = 1_000;
  private static final double MICRONS = 0.001;

  private final Input input;
  private final KlarfTokens tokens;
  private final Consumer<WaferRecord> wafers;
  private final List<KlarfWafer> waiting = new ArrayList<>();
  private KlarfWafer.Lot lot = new KlarfWafer.Lot();
  private @Nullable KlarfWafer wafer;
  private String version = "";
  private int found;

  KlarfRecordsReader(Input input, Consumer<WaferRecord> wafers) throws IOException {
    this.input = input;
    this.tokens = new KlarfTokens(input, true);
    this.wafers = wafers;
  }

  void read() throws IOException {
    tokens.expect("Record");
    record(0);
    tokens.expect("EndOfFile");
    if (found == 0) {
      throw new WaferException("the KLARF file holds no wafer: neither a test plan nor a defect");
    }
  }

  private void record(int depth) throws IOException {
    if (depth > MAX_DEPTH) {
      throw tokens.error("records are nested more than %d deep".formatted(MAX_DEPTH));
    }
    String type = tokens.next().toUpperCase(Locale.ROOT);
    String name = tokens.next();
    if (tokens.is("{")) {
      name = "";
    } else {
      tokens.expect("{");
    }
    start(type, name);
    while (true) {
      String word = tokens.next().toUpperCase(Locale.ROOT);
      if (tokens.is("}")) {
        break;
      }
      switch (word) {
        case "RECORD" -> record(depth + 1);
        case "FIELD" -> field();
        case "LIST" -> list();
        default ->
            throw tokens.error("expected Record, Field, List or }, got '%s'".formatted(word));
      }
    }
    end(type);
  }

  private void start(String type, String name) {
    switch (type) {
      case "FILERECORD" -> version = name;
      case "LOTRECORD" -> {
        lot = new KlarfWafer.Lot();
        lot.id(name);
      }
      case "WAFERRECORD" -> {
        if (waiting.size() == MAX_WAFERS) {
          throw tokens.error("a lot may have at most %,d wafers".formatted(MAX_WAFERS));
        }
        wafer = new KlarfWafer();
        wafer.id(name);
        waiting.add(wafer);
      }
      default -> {}
    }
  }

  private void end(String type) {
    if (type.equals("WAFERRECORD")) {
      wafer = null;
    } else if (type.equals("LOTRECORD") || type.equals("FILERECORD")) {
      lot.version(version);
      for (KlarfWafer finished : waiting) {
        if (!finished.isEmpty()) {
          found++;
          wafers.accept(finished.record(lot, input));
        }
      }
      waiting.clear();
    }
  }

  /** {@code Field DiePitch 2 {7270960, 6559460}}. */
  private void field() throws IOException {
    String name = tokens.next().toUpperCase(Locale.ROOT);
    int count = tokens.whole("the number of values of " + name);
    tokens.expect("{");
    List<String> values = new ArrayList<>();
    for (String value = tokens.next(); !tokens.is("}"); value = tokens.next()) {
      if (!tokens.is(",")) {
        requireRoom(values);
        values.add(value);
      }
    }
    if (values.size() != count) {
      throw tokens.error(
          "the field %s says %,d values and has %,d".formatted(name, count, values.size()));
    }
    take(name, values);
  }

  private void requireRoom(List<String> values) {
    if (values.size() == MAX_VALUES) {
      throw tokens.error("more than %,d values".formatted(MAX_VALUES));
    }
  }

  private void take(String name, List<String> values) {
    switch (name) {
      case "DIEPITCH" -> {
        double[] pitch = pair(name, values);
        lot.pitch(pitch[0], pitch[1]);
      }
      case "SAMPLESIZE" -> {
        // A second length other than 0 makes it a rectangle.
        double[] size = pair(name, values);
        if (size[1] == 0) {
          lot.diameterMicrons(size[0]);
        }
      }
      case "RESULTTIMESTAMP" -> {
        String time = String.join(" ", values);
        if (wafer == null) {
          lot.time(time);
        } else {
          wafer.time(time);
        }
      }
      default -> {
        if (wafer == null || !takeOfWafer(wafer, name, values)) {
          lot.take(name, values);
        }
      }
    }
  }

  private boolean takeOfWafer(KlarfWafer of, String name, List<String> values) {
    switch (name) {
      case "SAMPLECENTERLOCATION" -> {
        double[] centre = pair(name, values);
        of.centre(centre[0], centre[1]);
      }
      case "DIEORIGIN" -> {
        double[] origin = pair(name, values);
        of.origin(origin[0], origin[1]);
      }
      case KlarfWafer.PATTERN_FIELD -> of.pattern(String.join(" ", values));
      case "SLOTNUMBER" -> of.slot(tokens.whole(name, String.join(" ", values)));
      case "ORIENTATIONINSTRUCTIONS" -> {
        return values.stream().allMatch(String::isBlank);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private double[] pair(String name, List<String> values) {
    if (values.size() != 2) {
      throw tokens.error("%s needs 2 values, got %d".formatted(name, values.size()));
    }
    return new double[] {
      MICRONS * tokens.decimal(name, values.get(0)), MICRONS * tokens.decimal(name, values.get(1))
    };
  }

  /** {@code List Name { Columns n { type NAME, ... } Data n { values; ... } }}. */
  private void list() throws IOException {
    String name = tokens.next().toUpperCase(Locale.ROOT);
    tokens.expect("{");
    List<String> columns = new ArrayList<>();
    while (true) {
      String word = tokens.next();
      if (tokens.is("}")) {
        return;
      }
      if (word.equalsIgnoreCase("Columns")) {
        columns = columns(name);
      } else if (word.equalsIgnoreCase("Data")) {
        rows(name, columns);
      } else {
        throw tokens.error("expected Columns, Data or }, got '%s'".formatted(word));
      }
    }
  }

  private List<String> columns(String list) throws IOException {
    int count = tokens.whole("the number of columns of " + list);
    tokens.expect("{");
    List<String> names = new ArrayList<>();
    String last = "";
    for (String word = tokens.next(); true; word = tokens.next()) {
      if (tokens.is(",") || tokens.is("}")) {
        if (!last.isEmpty()) {
          names.add(last);
        }
        last = "";
        if (tokens.is("}")) {
          break;
        }
      } else {
        requireRoom(names);
        last = word;
      }
    }
    if (names.size() != count || count > KlarfColumns.MAX_COLUMNS) {
      throw tokens.error(
          "%s says %,d columns and names %,d; at most %d are read"
              .formatted(list, count, names.size(), KlarfColumns.MAX_COLUMNS));
    }
    return names;
  }

  private void rows(String list, List<String> columns) throws IOException {
    int count = tokens.whole("the number of rows of " + list);
    tokens.expect("{");
    KlarfColumns defects = list.equals("DEFECTLIST") ? new KlarfColumns(columns, MICRONS) : null;
    if (defects != null && wafer == null) {
      throw tokens.error("DefectList stands outside a wafer");
    }
    String[] values = new String[columns.size()];
    int rows = 0;
    while (true) {
      tokens.next();
      if (tokens.is("}")) {
        break;
      }
      tokens.back();
      List<String> images = row(list, values);
      rows++;
      take(list, defects, values, images);
    }
    if (rows != count) {
      throw tokens.error("%s says %,d rows and has %,d".formatted(list, count, rows));
    }
  }

  private List<String> row(String list, String[] values) throws IOException {
    List<String> images = List.of();
    int start = tokens.line();
    int column = 0;
    for (String value = tokens.next(); !tokens.is(";"); value = tokens.next()) {
      if (column == 0) {
        start = tokens.line();
      }
      if (column == values.length || tokens.is("}")) {
        throw tokens.error(
            "the row of %s that starts in line %,d must have %,d values and end with ;"
                .formatted(list, start, values.length));
      }
      values[column] = value;
      column++;
      if (value.equals("Images")) {
        images = images();
      }
    }
    if (column < values.length) {
      throw tokens.error(
          "the row of %s that starts in line %,d has %,d of %,d values"
              .formatted(list, start, column, values.length));
    }
    return images;
  }

  /** {@code Images 2 { "path" "JPG" 1 "Patch", "path" "JPG" 1 "Patch" }}. */
  private List<String> images() throws IOException {
    int count = tokens.whole("the number of images");
    tokens.expect("{");
    List<String> names = new ArrayList<>();
    boolean first = true;
    for (String word = tokens.next(); !tokens.is("}"); word = tokens.next()) {
      if (tokens.is(",")) {
        first = true;
      } else if (first) {
        requireRoom(names);
        names.add(word);
        first = false;
      }
    }
    if (names.size() != count) {
      throw tokens.error("Images says %,d images and names %,d".formatted(count, names.size()));
    }
    return names;
  }

  private void take(
      String list, @Nullable KlarfColumns defects, String[] values, List<String> images) {
    if (defects != null && wafer != null) {
      Defect defect = defects.defect(tokens, values, images);
      wafer.defect(defect);
    } else if (list.equals("SAMPLETESTPLANLIST") && wafer != null && values.length >= 2) {
      wafer.plan(
          tokens.whole("a planned die's x", values[0]),
          tokens.whole("a planned die's y", values[1]));
    } else if (list.equals("CLASSLOOKUPLIST") && values.length >= 2) {
      lot.defectClass(tokens.whole("a class's number", values[0]), values[1]);
    }
  }
}
