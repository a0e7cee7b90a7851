package fabwafer.bench;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.format.ReadOptions;
import fabwafer.wafer.format.WaferFiles;
import fabwafer.wafer.pickle.LswmdFile;
import fabwafer.wafer.pickle.LswmdRow;
import fabwafer.wafer.record.DieState;
import fabwafer.wafer.record.WaferRecord;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads every file of a folder of samples and holds it against the facts that {@code INDEX.csv}
 * there states; prints a Markdown table for docs/formats.md.
 */
public final class FormatFacts {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path folder;
  private final PrintStream out;
  private int unequal;

  private FormatFacts(Path folder, PrintStream out) {
    this.folder = folder;
    this.out = out;
  }

  /**
   * Compares.
   *
   * @param arguments the folder that holds {@code INDEX.csv}
   */
  public static void main(String[] arguments) throws IOException {
    FormatFacts facts = new FormatFacts(Path.of(arguments[0]), System.out);
    int files = facts.compareAll();
    System.out.printf(Locale.ROOT, "%n%d files, %d of them unequal%n", files, facts.unequal);
    if (facts.unequal > 0 || files == 0) {
      throw new IllegalStateException("not all facts were found");
    }
  }

  private int compareAll() throws IOException {
    out.println("| file | wafers | dies | pass / fail | x | y | notch | facts compared | odd |");
    out.println("| --- | ---: | ---: | ---: | --- | --- | --- | --- | --- |");
    List<Map<String, String>> rows = CsvRows.read(folder.resolve("INDEX.csv"));
    for (Map<String, String> row : rows) {
      Compared compared = new Compared();
      String shown = "| | | | | | ";
      try {
        shown = compare(row, compared);
      } catch (WaferException e) {
        compared.refusal(String.valueOf(e.getMessage()), row.getOrDefault("oddities", ""));
      }
      unequal += compared.differences.isEmpty() ? 0 : 1;
      out.printf(
          Locale.ROOT,
          "| %s %s| %s | %s |%n",
          row.get("file"),
          shown,
          compared,
          row.getOrDefault("oddities", "").replace("|", "\\|"));
    }
    return rows.size();
  }

  /** What was compared of a file. */
  private static final class Compared {
    private final List<String> same = new ArrayList<>();
    private final List<String> differences = new ArrayList<>();

    void same(String what, Object expected, Object got) {
      if (String.valueOf(expected).equals(String.valueOf(got))) {
        same.add(what);
      } else {
        differences.add("%s: expected %s, got %s".formatted(what, expected, got));
      }
    }

    /** A file that is broken on purpose must be refused, another must not. */
    void refusal(String message, String oddities) {
      if (oddities.startsWith("BROKEN")) {
        same.add("refused, as it must be: " + message);
      } else {
        differences.add("refused: " + message);
      }
    }

    @Override
    public String toString() {
      return differences.isEmpty()
          ? "equal: " + String.join(", ", same)
          : "**UNEQUAL** " + String.join("; ", differences);
    }
  }

  private String compare(Map<String, String> row, Compared compared) throws IOException {
    Path file = folder.resolve(row.getOrDefault("file", ""));
    JsonNode facts = JSON.readTree(row.getOrDefault("facts", "{}"));
    String kind = row.getOrDefault("kind", "");
    if (kind.startsWith("LSWMD")) {
      return pickle(file, facts, compared);
    }
    List<WaferRecord> records = WaferFiles.read(file, ReadOptions.DEFAULT);
    if (facts.has("wafers") && facts.get("wafers").isInt()) {
      compared.same("wafers", facts.get("wafers").intValue(), records.size());
    }
    if (kind.equals("STDF")) {
      stdf(facts, records.getFirst(), compared);
    } else if (kind.equals("KLARF")) {
      klarf(facts, records, compared);
    } else if (kind.startsWith("TEXT-MAP")) {
      textMaps(file, facts, records, compared);
    } else {
      semi(facts, records.getFirst(), compared);
    }
    return shown(records);
  }

  private void stdf(JsonNode facts, WaferRecord record, Compared compared) throws IOException {
    compared.same("lot", facts.at("/lot").stringValue(), record.identity().lot());
    compared.same("product", facts.at("/part").stringValue(), record.identity().product());
    compared.same("wafer", facts.at("/wafers/0/0").stringValue(), record.identity().wafer());
    compared.same("dies", facts.at("/dies").intValue(), record.map().dies());
    compared.same(
        "notch", facts.at("/wcr/WAFR_FLAT").asString("D"), initial(record.grid().notch().name()));
    Map<String, Integer> bins = new TreeMap<>();
    record.bins().stream()
        .filter(bin -> bin.dies() > 0)
        .forEach(bin -> bins.put(String.valueOf(bin.number()), bin.dies()));
    compared.same("bins", counts(facts.at("/last_hbin")), bins);
    compared.same("passing", facts.at("/last_hbin/1").intValue(), passing(record));
    extents(facts, record, compared);
    Path expected = folder.resolve("stdf-expected");
    try (var tables = Files.list(expected)) {
      for (Path table : tables.sorted().toList()) {
        everyDie(table, record, compared);
      }
    }
  }

  private static String initial(String word) {
    return word.substring(0, 1);
  }

  private static Map<String, Integer> counts(JsonNode object) {
    Map<String, Integer> counts = new TreeMap<>();
    object.propertyNames().forEach(name -> counts.put(name, object.get(name).intValue()));
    return counts;
  }

  /** A table of x, y, last hard and soft bin and last result of each die. */
  private static void everyDie(Path table, WaferRecord record, Compared compared)
      throws IOException {
    Map<String, String> dies = new TreeMap<>();
    forEachDie(
        record,
        (row, column) ->
            dies.put(
                record.grid().x(row, column) + " " + record.grid().y(row, column),
                "%d %d %s"
                    .formatted(
                        record.hardBin(row, column),
                        record.softBin(row, column),
                        initial(record.state(row, column).name()))));
    Map<String, String> expected = new TreeMap<>();
    for (Map<String, String> row : CsvRows.read(table)) {
      expected.put(
          row.get("x") + " " + row.get("y"),
          "%s %s %s".formatted(row.get("last_hbin"), row.get("last_sbin"), row.get("last_pf")));
    }
    compared.same("every die", expected, dies);
  }

  /** Takes a position that has a die. */
  @FunctionalInterface
  private interface Position {
    void take(int row, int column);
  }

  private static void forEachDie(WaferRecord record, Position position) {
    for (int row = 0; row < record.map().height(); row++) {
      for (int column = 0; column < record.map().width(); column++) {
        if (record.map().code(row, column) > 0) {
          position.take(row, column);
        }
      }
    }
  }

  private static void klarf(JsonNode facts, List<WaferRecord> records, Compared compared) {
    WaferRecord first = records.getFirst();
    if (facts.has("id")) {
      compared.same("wafer", facts.get("id").stringValue(), first.identity().wafer());
      compared.same("lot", facts.get("lot").stringValue(), first.identity().lot());
    }
    for (int i = 0; i < records.size(); i++) {
      WaferRecord record = records.get(i);
      JsonNode defects = facts.get("defects");
      int expected = defects.isArray() ? defects.get(i).intValue() : defects.intValue();
      compared.same("defects", expected, record.defects().size());
      JsonNode planned = facts.get("dies_planned");
      compared.same(
          "dies planned",
          planned.isArray() ? planned.get(i).intValue() : planned.intValue(),
          record.facts().getOrDefault("dies planned", ""));
      if (facts.has("ids")) {
        compared.same("wafer", facts.at("/ids/" + i).stringValue(), record.identity().wafer());
        compared.same("slot", facts.at("/slots/" + i).intValue(), record.identity().slot());
      }
      if (facts.has("defect_dies")) {
        List<String> dies =
            record.defects().stream()
                .map(defect -> "[%d,%d]".formatted(defect.x(), defect.y()))
                .toList();
        compared.same(
            "defects' dies",
            facts.at("/defect_dies/" + i).toString(),
            "[" + String.join(",", dies) + "]");
      }
    }
    double unit = facts.has("pitch_nm") ? 1_000 : 1;
    JsonNode pitch = facts.has("pitch_nm") ? facts.get("pitch_nm") : facts.get("pitch_um");
    compared.same(
        "die pitch",
        pitch.toString(),
        "[%d,%d]"
            .formatted(
                Math.round(unit * first.geometry().diePitchXMicrons().orElse(0)),
                Math.round(unit * first.geometry().diePitchYMicrons().orElse(0))));
    compared.same("notch", "DOWN", first.grid().notch());
    if (facts.has("slot")) {
      compared.same("slot", facts.get("slot").intValue(), first.identity().slot());
    }
    if (facts.has("classes")) {
      compared.same("classes", facts.get("classes").intValue(), first.defectClasses().size());
    }
  }

  private void textMaps(Path file, JsonNode facts, List<WaferRecord> records, Compared compared)
      throws IOException {
    compared.same(
        "passing",
        facts.get("pass_total").intValue(),
        records.stream().mapToInt(FormatFacts::passing).sum());
    compared.same(
        "failing",
        facts.get("fail_total").intValue(),
        records.stream().mapToInt(record -> record.map().failingDies()).sum());
    Map<String, WaferRecord> byWafer = new TreeMap<>();
    records.forEach(record -> byWafer.put(member(record.identity().source()), record));
    int wafers = 0;
    for (Map<String, String> row : CsvRows.read(folder.resolve("gtk-expected.csv"))) {
      if (!String.valueOf(file.getFileName()).equals(row.get("zip"))) {
        continue;
      }
      WaferRecord record = byWafer.get(member(row.getOrDefault("member", "")));
      if (record == null) {
        compared.same("wafer", row.getOrDefault("member", ""), byWafer.keySet());
        continue;
      }
      wafers++;
      Map<DieState, Integer> counts = record.counts();
      JsonNode expected = JSON.readTree(row.getOrDefault("counts", "{}"));
      String got =
          "%s %s %d %d %d %d %d %d"
              .formatted(
                  record.identity().wafer(),
                  record.identity().product(),
                  record.grid().rows(),
                  record.grid().columns(),
                  record.map().dies(),
                  passing(record),
                  counts.getOrDefault(DieState.EDGE, 0),
                  counts.getOrDefault(DieState.SKIPPED, 0));
      String wanted =
          "%s %s %s %s %s %s %d %d"
              .formatted(
                  row.get("wafer_id"),
                  row.get("device"),
                  row.get("rows"),
                  row.get("cols"),
                  row.get("tested"),
                  row.get("pass_header"),
                  expected.path("#").asInt(0),
                  expected.path("~").asInt(0));
      if (!wanted.equals(got)) {
        compared.same("wafer", wanted, got);
      }
    }
    compared.same(
        "every wafer's product, rows, columns, edge and skipped dies", records.size(), wafers);
    boolean down = records.stream().allMatch(record -> record.grid().notch().name().equals("DOWN"));
    compared.same("notch", true, down);
  }

  private static String member(String source) {
    String inside = source.substring(source.lastIndexOf('!') + 1);
    return inside.substring(inside.lastIndexOf('/') + 1);
  }

  private static void semi(JsonNode facts, WaferRecord record, Compared compared) {
    compared.same("wafer", facts.get("wafer").stringValue(), record.identity().wafer());
    compared.same("rows", facts.get("rows").intValue(), record.grid().rows());
    compared.same("columns", facts.get("cols").intValue(), record.grid().columns());
    compared.same("dies", facts.get("dies").intValue(), record.map().dies());
    compared.same("passing", facts.get("passing").intValue(), passing(record));
    if (record.identity().format().startsWith("SINF")) {
      // @@ is a die that was not tested, whether at the edge or not; the two XML forms made of the
      // same wafers have the null bin there.
      int untested = record.counts().getOrDefault(DieState.SKIPPED, 0);
      compared.same("edge dies", facts.get("edge").intValue(), untested);
    }
    Map<String, Integer> bins = new TreeMap<>();
    record.bins().stream()
        .filter(bin -> bin.dies() > 0)
        .forEach(bin -> bins.put(String.valueOf(bin.number()), bin.dies()));
    compared.same("bins", counts(facts.get("bins")), bins);
    // The index counts from the upper left of what one sees; E142 may count from another corner.
    compared.same(
        "x",
        facts.get("x").toString(),
        drawn(record, column -> (column - record.grid().leftX()) * record.grid().xStep(), true));
    compared.same(
        "y",
        facts.get("y").toString(),
        drawn(record, row -> (row - record.grid().topY()) * record.grid().yStep(), false));
  }

  private static String drawn(WaferRecord record, ToIntFunction<Integer> index, boolean ofX) {
    int[] range = {Integer.MAX_VALUE, Integer.MIN_VALUE};
    forEachDie(
        record,
        (row, column) -> {
          int at =
              index.applyAsInt(ofX ? record.grid().x(row, column) : record.grid().y(row, column));
          range[0] = Math.min(range[0], at);
          range[1] = Math.max(range[1], at);
        });
    return "[%d,%d]".formatted(range[0], range[1]);
  }

  private static void extents(JsonNode facts, WaferRecord record, Compared compared) {
    compared.same("x", facts.get("x").toString(), drawn(record, x -> x, true));
    compared.same("y", facts.get("y").toString(), drawn(record, y -> y, false));
  }

  private static int passing(WaferRecord record) {
    return record.map().dies() - record.map().failingDies();
  }

  private String pickle(Path file, JsonNode facts, Compared compared) throws IOException {
    List<Map<String, String>> expected =
        CsvRows.read(folder.resolve(facts.get("expected").stringValue()));
    int labelled = 0;
    int equal = 0;
    try (LswmdFile rows = LswmdFile.open(file)) {
      compared.same("rows", facts.get("rows").intValue(), rows.rows());
      for (int i = 0; i < Math.min(rows.rows(), expected.size()); i++) {
        LswmdRow row = rows.row(i);
        labelled += row.label().isEmpty() ? 0 : 1;
        String got = words(row);
        String wanted = words(expected.get(i));
        if (got.equals(wanted)) {
          equal++;
        } else {
          compared.same("row " + i, wanted, got);
        }
      }
    }
    compared.same("labelled", facts.get("labelled").intValue(), labelled);
    compared.same("every row's map, lot, wafer, part and label", expected.size(), equal);
    return "| %,d | | | | | ".formatted(equal);
  }

  private static String words(LswmdRow row) {
    WaferMap map = row.wafer();
    String size = map.height() + "x" + map.width();
    return "%s %s %d %s %s %s"
        .formatted(
            size, row.lot(), row.waferIndex(), row.part(), row.label(), digest(size, map.cells()));
  }

  private static String words(Map<String, String> row) {
    return "%sx%s %s %d %s %s %s"
        .formatted(
            row.get("height"),
            row.get("width"),
            row.get("lotName"),
            (int) Double.parseDouble(row.getOrDefault("waferIndex", "0")),
            row.get("part"),
            row.get("label"),
            row.get("sha1_of_HxW_and_cells"));
  }

  private static String digest(String size, byte[] cells) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-1");
      digest.update((size + ":").getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(digest.digest(cells));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }

  private static String shown(List<WaferRecord> records) {
    WaferRecord first = records.getFirst();
    int dies = records.stream().mapToInt(record -> record.map().dies()).sum();
    int failing = records.stream().mapToInt(record -> record.map().failingDies()).sum();
    return "| %,d | %,d | %,d / %,d | %s | %s | %s "
        .formatted(
            records.size(),
            dies,
            dies - failing,
            failing,
            drawn(first, x -> x, true),
            drawn(first, y -> y, false),
            first.grid().notch().name().toLowerCase(Locale.ROOT));
  }
}
