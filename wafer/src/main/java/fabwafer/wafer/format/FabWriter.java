package fabwafer.wafer.format;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.record.Bin;
import fabwafer.wafer.record.Defect;
import fabwafer.wafer.record.DieState;
import fabwafer.wafer.record.NotchSide;
import fabwafer.wafer.record.SourceGrid;
import fabwafer.wafer.record.WaferRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Writes a wafer for a fab's host, with the pattern it was found to have. The wafer lies as in its
 * record: notch down where it is known. What is written here is read here as the same wafer map
 * with the same bins.
 */
public final class FabWriter {
  private static final int NULL_BIN = 0xffff;
  private static final int PASS_BIN = 1;
  private static final int FAIL_BIN = 2;
  private static final String INVALID = "[^\\x20-\\x7e]";

  /** What a spreadsheet would run: a sign of a formula where it takes a new cell to begin. */
  private static final Pattern FORMULA = Pattern.compile("([,;|\"] *)([=+@-])");

  private final WaferRecord record;
  private final String pattern;
  private final StringBuilder out = new StringBuilder();

  private FabWriter(WaferRecord record, String pattern) {
    this.record = record;
    this.pattern = pattern;
  }

  /**
   * A wafer as text.
   *
   * @param pattern the label it was given, such as {@code Donut}; empty if none
   * @return the whole file, ASCII
   * @throws WaferException if a KLARF file is asked for and the wafer is not from one
   */
  public static String write(WaferRecord record, FabFormat format, String pattern) {
    FabWriter writer = new FabWriter(record, pattern);
    switch (format) {
      case CSV -> writer.csv();
      case G85 -> writer.g85();
      case E142 -> writer.e142();
      case KLARF -> writer.klarf();
    }
    return writer.out.toString();
  }

  private void line(String text) {
    out.append(text).append('\n');
  }

  private void csv() {
    comment("lot", record.identity().lot());
    comment("wafer", record.identity().wafer());
    comment("product", record.identity().product());
    comment("pattern", pattern);
    if (isTurned()) {
      comment("notch", "down");
    }
    line("x,y,hard_bin,soft_bin,result");
    for (int row = 0; row < record.map().height(); row++) {
      for (int column = 0; column < record.map().width(); column++) {
        DieState state = record.state(row, column);
        if (state != DieState.ABSENT) {
          line(
              String.format(
                  Locale.ROOT,
                  "%d,%d,%s,%s,%s",
                  column,
                  row,
                  number(record.hardBin(row, column)),
                  number(record.softBin(row, column)),
                  state.name().toLowerCase(Locale.ROOT)));
        }
      }
    }
  }

  private void comment(String name, String value) {
    if (!value.isBlank()) {
      line(
          String.format(
              Locale.ROOT,
              "# %s: %s",
              name,
              FORMULA.matcher(value.replaceAll(INVALID, "?")).replaceAll("$1'$2")));
    }
  }

  private static String number(int bin) {
    return bin == WaferRecord.NO_BIN ? "" : String.valueOf(bin);
  }

  private boolean isTurned() {
    return record.grid().notch() != NotchSide.UNKNOWN;
  }

  /** The number that stands for a die in a SEMI map; states without bin get one of their own. */
  private Map<Integer, Code> codes() {
    Map<Integer, Code> codes = new TreeMap<>();
    for (Bin bin : record.bins()) {
      if (bin.dies() > 0 && bin.number() < NULL_BIN - DieState.values().length) {
        String quality = bin.quality() == Bin.Quality.PASS ? "Pass" : "Fail";
        codes.put(bin.number(), new Code(quality, bin.name(), bin.dies()));
      }
    }
    record
        .counts()
        .forEach(
            (state, dies) -> {
              switch (state) {
                case SKIPPED -> codes.put(code(state), new Code("Skip", "", dies));
                case EDGE -> codes.put(code(state), new Code("Edge", "", dies));
                case REFERENCE -> codes.put(code(state), new Code("Reference", "", dies));
                case PASS, FAIL, ABSENT -> {}
              }
            });
    codes.values().removeIf(code -> code.dies() == 0);
    return codes;
  }

  /** What a code of a SEMI map means. */
  private record Code(String quality, String name, int dies) {}

  private static int code(DieState state) {
    return switch (state) {
      case SKIPPED -> NULL_BIN - 1;
      case EDGE -> NULL_BIN - 2;
      case REFERENCE -> NULL_BIN - 3;
      case PASS -> PASS_BIN;
      case FAIL -> FAIL_BIN;
      case ABSENT -> NULL_BIN;
    };
  }

  private int code(int row, int column) {
    DieState state = record.state(row, column);
    int bin = record.hardBin(row, column);
    boolean tested = state == DieState.PASS || state == DieState.FAIL;
    return tested && bin != WaferRecord.NO_BIN ? bin : code(state);
  }

  /** Bins whose dies both pass and fail have no quality that a SEMI map could say. */
  private Map<Integer, Code> requiredCodes() {
    Map<Integer, Code> codes = codes();
    Map<Integer, DieState> seen = new HashMap<>();
    for (int row = 0; row < record.map().height(); row++) {
      for (int column = 0; column < record.map().width(); column++) {
        DieState state = record.state(row, column);
        if (state == DieState.ABSENT) {
          continue;
        }
        int code = code(row, column);
        DieState before = seen.putIfAbsent(code, state);
        if (before != null && before != state) {
          throw new WaferException(
              "bin %d holds dies that pass and dies that fail; a SEMI map cannot say that"
                  .formatted(code));
        }
        codes.putIfAbsent(code, new Code(state == DieState.PASS ? "Pass" : "Fail", "", 0));
      }
    }
    return codes;
  }

  private void g85() {
    Map<Integer, Code> codes = requiredCodes();
    line("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    line("<Maps>");
    line(
        String.format(
            Locale.ROOT,
            "<Map WaferId=%s SubstrateType=\"Wafer\" FormatRevision=\"G85-1101\">",
            quoted(wafer())));
    line(
        String.format(
            Locale.ROOT,
            "<Device ProductId=%s LotId=%s%s%s Rows=\"%d\" Columns=\"%d\" OriginLocation=\"2\""
                + " BinType=\"Integer2\" NullBin=\"FFFF\">",
            quoted(record.identity().product()),
            quoted(record.identity().lot()),
            isTurned() ? " Orientation=\"0\"" : "",
            sizes("DeviceSizeX", "DeviceSizeY", 1) + diameter(),
            record.map().height(),
            record.map().width()));
    codes.forEach(
        (code, of) ->
            line(
                String.format(
                    Locale.ROOT,
                    "<Bin BinCode=\"%04X\" BinCount=\"%d\" BinQuality=\"%s\" BinDescription=%s/>",
                    code,
                    of.dies(),
                    of.quality(),
                    quoted(of.name()))));
    if (!pattern.isBlank()) {
      line(String.format(Locale.ROOT, "<SupplierData DefectPattern=%s/>", quoted(pattern)));
    }
    line("<Data MapName=\"SortGrade\" MapVersion=\"1\">");
    rows("Row");
    line("</Data>\n</Device>\n</Map>\n</Maps>");
  }

  private void e142() {
    Map<Integer, Code> codes = requiredCodes();
    line("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    line("<MapData xmlns=\"urn:semi-org:xsd.E142-1.V1005.SubstrateMap\">");
    line("<Layouts><Layout LayoutId=\"Wafer\" DefaultUnits=\"mm\" TopLevel=\"true\">");
    line("<Dimension X=\"1\" Y=\"1\"/><ChildLayouts><ChildLayout LayoutId=\"Devices\"/>");
    line("</ChildLayouts></Layout><Layout LayoutId=\"Devices\" DefaultUnits=\"mm\">");
    line(
        String.format(
            Locale.ROOT,
            "<Dimension X=\"%d\" Y=\"%d\"/>",
            record.map().width(),
            record.map().height()));
    String size = sizes("X", "Y", 1_000);
    if (!size.isEmpty()) {
      line(String.format(Locale.ROOT, "<DeviceSize%s/>", size));
    }
    line("</Layout></Layouts>");
    line(
        String.format(
            Locale.ROOT,
            "<Substrates><Substrate SubstrateType=\"Wafer\""
                + " SubstrateId=%s><LotId>%s</LotId>%s</Substrate></Substrates>",
            quoted(wafer()),
            escaped(record.identity().lot()),
            pattern.isBlank() ? "" : alias()));
    line(
        String.format(
            Locale.ROOT,
            "<SubstrateMaps><SubstrateMap SubstrateType=\"Wafer\" SubstrateId=%s"
                + " LayoutSpecifier=\"Wafer/Devices\" SubstrateSide=\"TopSide\"%s"
                + " OriginLocation=\"UpperLeft\" AxisDirection=\"DownRight\">",
            quoted(wafer()),
            isTurned() ? " Orientation=\"0\"" : ""));
    line("<Overlay MapName=\"SortGrade\" MapVersion=\"1\">");
    line("<BinCodeMap BinType=\"Integer2\" NullBin=\"FFFF\"><BinDefinitions>");
    codes.forEach(
        (code, of) ->
            line(
                String.format(
                    Locale.ROOT,
                    "<BinDefinition BinCode=\"%04X\" BinCount=\"%d\" BinQuality=\"%s\""
                        + " BinDescription=%s/>",
                    code,
                    of.dies(),
                    of.quality(),
                    quoted(of.name()))));
    line("</BinDefinitions>");
    rows("BinCode");
    line("</BinCodeMap></Overlay>");
    line("</SubstrateMap></SubstrateMaps></MapData>");
  }

  private String alias() {
    return "<AliasIds><AliasId Type=\"%s\" Value=%s/></AliasIds>"
        .formatted(E142Reader.PATTERN_ALIAS, quoted(pattern));
  }

  private void rows(String element) {
    for (int row = 0; row < record.map().height(); row++) {
      out.append('<').append(element).append('>');
      for (int column = 0; column < record.map().width(); column++) {
        out.append(String.format(Locale.ROOT, "%04X", code(row, column)));
      }
      out.append("</").append(element).append(">\n");
    }
  }

  private String wafer() {
    return record.identity().wafer();
  }

  /** Die pitch of the wafer map: the source's may have changed places. */
  private String sizes(String x, String y, double unit) {
    OptionalDouble across = record.geometry().diePitchXMicrons();
    OptionalDouble down = record.geometry().diePitchYMicrons();
    boolean swapped = record.grid().turn().swapsSides();
    return attribute(x, swapped ? down : across, unit)
        + attribute(y, swapped ? across : down, unit);
  }

  private String diameter() {
    return attribute("WaferSize", record.geometry().waferDiameterMillimetres(), 1);
  }

  private static String attribute(String name, OptionalDouble value, double unit) {
    return value.isEmpty() ? "" : " %s=\"%s\"".formatted(name, value.getAsDouble() / unit);
  }

  private static String quoted(String text) {
    return '"' + escaped(text) + '"';
  }

  private static String escaped(String text) {
    return text.replaceAll(INVALID, "?")
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** In the source's own coordinates and orientation, so that its images and recipes still fit. */
  private void klarf() {
    SourceGrid grid = record.grid();
    if (!record.identity().format().startsWith("KLARF")) {
      throw new WaferException(
          "a KLARF file is written of wafers from KLARF files; this one is %s"
              .formatted(record.identity().format()));
    }
    line("FileVersion 1 2;");
    line("SampleType WAFER;");
    line(String.format(Locale.ROOT, "LotID %s;", text(record.identity().lot())));
    record
        .geometry()
        .waferDiameterMillimetres()
        .ifPresent(size -> line(String.format(Locale.ROOT, "SampleSize 1 %s;", size)));
    line(String.format(Locale.ROOT, "DeviceID %s;", text(record.identity().product())));
    line(String.format(Locale.ROOT, "StepID %s;", text(record.identity().step())));
    if (grid.notch() != NotchSide.UNKNOWN) {
      line(String.format(Locale.ROOT, "OrientationMarkLocation %s;", grid.notch()));
    }
    line(String.format(Locale.ROOT, "CoordinatesMirrored %s;", grid.fromBack() ? "YES" : "NO"));
    record
        .geometry()
        .diePitchXMicrons()
        .ifPresent(
            x ->
                line(
                    String.format(
                        Locale.ROOT,
                        "DiePitch %s %s;",
                        x,
                        record.geometry().diePitchYMicrons().orElse(x))));
    line(String.format(Locale.ROOT, "WaferID %s;", text(wafer())));
    if (record.identity().slot() > 0) {
      line(String.format(Locale.ROOT, "Slot %d;", record.identity().slot()));
    }
    if (!pattern.isBlank()) {
      line(String.format(Locale.ROOT, "CustomWaferList 1\n DEFECTPATTERN %s;", text(pattern)));
    }
    line(String.format(Locale.ROOT, "ClassLookup %d", record.defectClasses().size()));
    record
        .defectClasses()
        .forEach((number, name) -> line(String.format(Locale.ROOT, " %d %s", number, text(name))));
    line(";");
    line(String.format(Locale.ROOT, "SampleTestPlan %d", record.map().dies()));
    for (int row = 0; row < record.map().height(); row++) {
      for (int column = 0; column < record.map().width(); column++) {
        if (record.map().code(row, column) > 0) {
          line(String.format(Locale.ROOT, " %d %d", grid.x(row, column), grid.y(row, column)));
        }
      }
    }
    line(";");
    defects(record.defects());
    line("EndOfFile;");
  }

  private void defects(List<Defect> defects) {
    line("DefectRecordSpec 7 DEFECTID XREL YREL XINDEX YINDEX DSIZE CLASSNUMBER ;");
    line("DefectList");
    for (Defect defect : defects) {
      line(
          String.format(
              Locale.ROOT,
              " %d %s %s %d %d %s %d",
              defect.id(),
              length(defect.xMicrons()),
              length(defect.yMicrons()),
              defect.x(),
              defect.y(),
              length(defect.sizeMicrons()),
              defect.classNumber()));
    }
    line(";");
  }

  private static String length(double microns) {
    return Double.isNaN(microns) ? "NA" : String.valueOf(microns);
  }

  private static String text(String value) {
    return '"' + value.replaceAll(INVALID, "?").replace('"', '\'') + '"';
  }
}
