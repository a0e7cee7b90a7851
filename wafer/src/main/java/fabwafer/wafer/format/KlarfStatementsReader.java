package fabwafer.wafer.format;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.record.WaferRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * KLARF 1.1 to 1.7: statements that end with {@code ;}, values parted by blanks and line ends.
 * Lengths are microns. A {@code WaferID} starts a wafer; what was said before holds on.
 */
final class KlarfStatementsReader {
  private static final int MAX_VALUES = 100_000;
  private static final int MAX_IMAGES = 10_000;
  private static final double MICRONS_A_MILLIMETRE = 1_000;

  private final Input input;
  private final KlarfTokens tokens;
  private final Consumer<WaferRecord> wafers;
  private final KlarfWafer.Lot lot = new KlarfWafer.Lot();
  private KlarfWafer wafer = new KlarfWafer();
  private @Nullable KlarfWafer before;
  private @Nullable KlarfColumns columns;
  private boolean named;
  private boolean ownPlan;
  private String images = "";
  private double[] centre = {Double.NaN, Double.NaN};
  private double[] origin = {0, 0};
  private int found;

  KlarfStatementsReader(Input input, Consumer<WaferRecord> wafers) throws IOException {
    this.input = input;
    this.tokens = new KlarfTokens(input, false);
    this.wafers = wafers;
  }

  void read() throws IOException {
    while (true) {
      String keyword = tokens.next().toUpperCase(Locale.ROOT);
      if (tokens.is(";")) {
        continue;
      }
      if (keyword.equals("ENDOFFILE")) {
        break;
      }
      statement(keyword);
    }
    handOut();
    if (found == 0) {
      throw new WaferException("the KLARF file holds no wafer: neither a test plan nor a defect");
    }
  }

  private void statement(String keyword) throws IOException {
    switch (keyword) {
      case "DEFECTLIST" -> defectList();
      case "SAMPLETESTPLAN" -> plan();
      case "CLASSLOOKUP" -> classes();
      case "DEFECTRECORDSPEC" -> columns();
      default -> take(keyword, values());
    }
  }

  /** Values up to the end of the statement. */
  private List<String> values() throws IOException {
    List<String> values = new ArrayList<>();
    for (String value = tokens.next(); !tokens.is(";"); value = tokens.next()) {
      if (values.size() == MAX_VALUES) {
        throw tokens.error("a statement has more than %,d values".formatted(MAX_VALUES));
      }
      values.add(value);
    }
    return values;
  }

  private void take(String keyword, List<String> values) {
    String text = String.join(" ", values);
    switch (keyword) {
      case "FILEVERSION" -> lot.version(String.join(".", values));
      case "LOTID" -> lot.id(text);
      case "RESULTTIMESTAMP" -> {
        lot.time(text);
        wafer.time(text);
      }
      case "SAMPLESIZE" -> diameter(values);
      case "DIEPITCH" -> {
        double[] pitch = pair(keyword, values);
        lot.pitch(pitch[0], pitch[1]);
      }
      case "DIEORIGIN" -> {
        origin = pair(keyword, values);
        wafer.origin(origin[0], origin[1]);
      }
      case "SAMPLECENTERLOCATION" -> {
        centre = pair(keyword, values);
        wafer.centre(centre[0], centre[1]);
      }
      case "WAFERID" -> startWafer(text);
      case "SLOT" -> wafer.slot(tokens.whole("Slot", text));
      case "TIFFFILENAME" -> images = text;
      case "CUSTOMWAFERLIST" -> ownValues(values);
      default -> {
        boolean word = !keyword.isEmpty() && Character.isLetter(keyword.charAt(0));
        if (!lot.take(keyword, values) && !word) {
          throw tokens.error("expected a statement, got '%s'".formatted(keyword));
        }
      }
    }
  }

  private double[] pair(String keyword, List<String> values) {
    if (values.size() != 2) {
      throw tokens.error("%s needs 2 values, got %d".formatted(keyword, values.size()));
    }
    return new double[] {
      tokens.decimal(keyword, values.get(0)), tokens.decimal(keyword, values.get(1))
    };
  }

  /** {@code SampleSize 1 300}: round, of 300 mm; a square has two lengths and no circle. */
  private void diameter(List<String> values) {
    if (values.size() >= 2 && values.getFirst().equals("1")) {
      lot.diameterMicrons(MICRONS_A_MILLIMETRE * tokens.decimal("SampleSize", values.get(1)));
    }
  }

  /** {@code CustomWaferList 1 NAME value}: a tool's own words about the wafer. */
  private void ownValues(List<String> values) {
    for (int i = 1; i + 1 < values.size(); i += 2) {
      if (values.get(i).equalsIgnoreCase(KlarfWafer.PATTERN_FIELD)) {
        wafer.pattern(values.get(i + 1));
      }
    }
  }

  private void startWafer(String id) {
    if (named) {
      handOut();
    }
    named = true;
    wafer.id(id);
  }

  private void handOut() {
    KlarfWafer finished = wafer;
    wafer = new KlarfWafer();
    wafer.centre(centre[0], centre[1]);
    wafer.origin(origin[0], origin[1]);
    if (!ownPlan && before != null) {
      finished.planOf(before);
    }
    ownPlan = false;
    before = finished;
    if (!finished.isEmpty()) {
      found++;
      wafers.accept(finished.record(lot, input));
    }
  }

  private void plan() throws IOException {
    int count = tokens.whole("the number of dies of SampleTestPlan");
    ownPlan = true;
    for (int i = 0; i < count; i++) {
      wafer.plan(tokens.whole("a planned die's x"), tokens.whole("a planned die's y"));
    }
    tokens.expect(";");
  }

  private void classes() throws IOException {
    int count = tokens.whole("the number of classes of ClassLookup");
    for (int i = 0; i < count; i++) {
      lot.defectClass(tokens.whole("a class's number"), tokens.next());
    }
    tokens.expect(";");
  }

  private void columns() throws IOException {
    int count = tokens.whole("the number of columns of DefectRecordSpec");
    List<String> names = values();
    if (names.size() != count || count > KlarfColumns.MAX_COLUMNS) {
      throw tokens.error(
          "DefectRecordSpec says %,d columns and names %,d; at most %d are read"
              .formatted(count, names.size(), KlarfColumns.MAX_COLUMNS));
    }
    columns = new KlarfColumns(names, 1);
  }

  private void defectList() throws IOException {
    tokens.next();
    if (tokens.is(";")) {
      return;
    }
    tokens.back();
    if (columns == null) {
      throw tokens.error("DefectList stands before DefectRecordSpec");
    }
    String[] values = new String[columns.count()];
    int lastLine = 0;
    while (true) {
      String first = tokens.next();
      if (tokens.is(";")) {
        return;
      }
      if (tokens.line() == lastLine) {
        wafer.warn("line %,d holds the values of more than one defect".formatted(lastLine));
      }
      row(columns, first, values);
      lastLine = tokens.line();
    }
  }

  private void row(KlarfColumns known, String first, String[] values) throws IOException {
    int start = tokens.line();
    int imageCount = 0;
    List<String> pictures = List.of();
    for (int column = 0; column < values.length; column++) {
      String value = column == 0 ? first : tokens.next();
      boolean list = known.name(column).equals("IMAGELIST");
      if (list && imageCount == 0 && (tokens.is(";") || tokens.line() != start)) {
        tokens.back();
        value = "0";
      } else if (tokens.is(";")) {
        throw tokens.error(
            "the defect that starts in line %,d has %,d of %,d values"
                .formatted(start, column, values.length));
      }
      values[column] = value;
      if (known.name(column).equals("IMAGECOUNT")) {
        imageCount = tokens.whole("IMAGECOUNT", value);
      } else if (list) {
        pictures = images(tokens.whole("IMAGELIST", value));
      }
    }
    wafer.defect(known.defect(tokens, values, pictures));
  }

  private List<String> images(int count) throws IOException {
    if (count < 0 || count > MAX_IMAGES) {
      throw tokens.error("a defect may have 0 to %,d images, got %,d".formatted(MAX_IMAGES, count));
    }
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add(images + "#" + tokens.whole("an image's number"));
      tokens.whole("an image's type");
    }
    return names;
  }
}
