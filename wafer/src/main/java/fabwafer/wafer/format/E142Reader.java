package fabwafer.wafer.format;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.record.NotchSide;
import fabwafer.wafer.record.WaferRecord;
import fabwafer.wafer.record.WaferRecordBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * SEMI E142. A map's grid is the product of the layouts that its {@code LayoutSpecifier} names, one
 * in the other. The first {@code BinCode} is the row at the origin; {@code AxisDirection} says
 * which way rows and columns go on from there, {@code Orientation} where the notch is, clockwise
 * from the bottom. x and y count from the origin's corner, from 0.
 */
final class E142Reader {
  /** An alias of a substrate: the defect pattern it was found to have. */
  static final String PATTERN_ALIAS = "DefectPattern";

  private static final int MAX_LAYOUTS = 1_000;
  private static final double MICRONS_A_MILLIMETRE = 1_000;
  private static final double MICRONS_AN_INCH = 25_400;

  private final Input input;
  private final XmlStream xml;
  private final Consumer<WaferRecord> wafers;
  private final Map<String, Layout> layouts = new LinkedHashMap<>();
  private final Map<String, String> lots = new HashMap<>();
  private final Map<String, String> patterns = new HashMap<>();
  private String substrate = "";
  private @Nullable Layout layout;
  private @Nullable SubstrateMap map;
  private int found;

  E142Reader(Input input, XmlStream xml, Consumer<WaferRecord> wafers) {
    this.input = input;
    this.xml = xml;
    this.wafers = wafers;
  }

  /** A layout as the file defines it; sizes 1 until they are read. */
  private static final class Layout {
    private final String units;
    private int columns = 1;
    private int rows = 1;
    private double pitchX = Double.NaN;
    private double pitchY = Double.NaN;

    Layout(String units) {
      this.units = units.toLowerCase(Locale.ROOT);
    }

    double microns(double length) {
      return switch (units) {
        case "um", "micron", "microns" -> length;
        case "in", "inch", "inches" -> length * MICRONS_AN_INCH;
        case "mil", "mils" -> length * MICRONS_AN_INCH / 1_000;
        case "cm" -> length * MICRONS_A_MILLIMETRE * 10;
        default -> length * MICRONS_A_MILLIMETRE;
      };
    }
  }

  void read() throws IOException {
    XmlStream.Event event = XmlStream.Event.START;
    while (event != XmlStream.Event.FINISHED) {
      if (event == XmlStream.Event.START) {
        start();
      } else {
        end();
      }
      event = xml.next();
    }
    if (found == 0) {
      throw new WaferException("the SEMI E142 file holds no SubstrateMap with BinCode rows");
    }
  }

  private void start() {
    switch (xml.name()) {
      case "Layout" -> {
        layout = new Layout(xml.attribute("DefaultUnits"));
        if (layouts.size() < MAX_LAYOUTS) {
          layouts.put(xml.attribute("LayoutId"), layout);
        }
      }
      case "Dimension" -> {
        if (layout != null) {
          layout.columns = size("X");
          layout.rows = size("Y");
        }
      }
      case "DeviceSize", "StepSize" -> {
        if (layout != null && (xml.name().equals("StepSize") || Double.isNaN(layout.pitchX))) {
          layout.pitchX = layout.microns(Numbers.decimalOrNaN(xml.attribute("X")));
          layout.pitchY = layout.microns(Numbers.decimalOrNaN(xml.attribute("Y")));
        }
      }
      case "Substrate" -> substrate = xml.attribute("SubstrateId");
      case "AliasId" -> {
        if (xml.attribute("Type").equals(PATTERN_ALIAS)) {
          patterns.put(substrate, xml.attribute("Value"));
        }
      }
      case "SubstrateMap" -> map = new SubstrateMap();
      case "Overlay", "BinCodeMap", "BinDefinition", "BinCode" -> {
        if (map != null) {
          map.start();
        }
      }
      default -> {}
    }
  }

  private void end() {
    switch (xml.name()) {
      case "Layout" -> layout = null;
      case "LotId" -> lots.put(substrate, xml.text().strip());
      case "BinCode" -> {
        if (map != null) {
          map.row(xml.text());
        }
      }
      case "BinCodeMap" -> {
        if (map != null) {
          map.finished();
        }
      }
      case "SubstrateMap" -> map = null;
      default -> {}
    }
  }

  private int size(String axis) {
    int size = Numbers.whole(xml.attribute(axis)).orElse(0);
    if (size < 1) {
      throw new WaferException(
          "%s: a layout's %s must be 1 or more, got '%s'"
              .formatted(xml.where(), axis, xml.attribute(axis)));
    }
    return size;
  }

  /** A map that is being read. */
  private final class SubstrateMap {
    private final WaferRecordBuilder wafer;
    private final boolean leftwards;
    private final boolean upwards;
    private final int rows;
    private final int columns;
    private final boolean knownSize;
    private @Nullable BinCodes codes;
    private boolean done;
    private int row;
    private int firstX;
    private int firstY = -1;

    SubstrateMap() {
      wafer = input.newWafer("SEMI E142");
      String id = xml.attribute("SubstrateId");
      wafer.wafer(id);
      wafer.lot(lots.getOrDefault(id, ""));
      wafer.fact(WaferRecord.PATTERN, patterns.getOrDefault(id, ""));
      String origin = xml.attribute("OriginLocation");
      String axes = axes(origin, xml.attribute("AxisDirection"));
      leftwards = axes.endsWith("LEFT");
      upwards = axes.startsWith("UP");
      wafer.axes(leftwards, upwards);
      NotchSide notch = Notches.of(xml.attribute("Orientation"), NotchSide.DOWN);
      wafer.notch(input.options().notch().orElse(notch));
      wafer.fromBack(xml.attribute("SubstrateSide").equalsIgnoreCase("BottomSide"));
      wafer.fact("OriginLocation", origin);
      wafer.fact("AxisDirection", xml.attribute("AxisDirection"));
      List<Layout> path = layoutsOf(xml.attribute("LayoutSpecifier"));
      rows = path.stream().mapToInt(part -> part.rows).reduce(1, SubstrateMap::product);
      columns = path.stream().mapToInt(part -> part.columns).reduce(1, SubstrateMap::product);
      if (!path.isEmpty()) {
        wafer.grid(0, 0, columns - 1, rows - 1);
        Layout innermost = path.getLast();
        wafer.diePitchMicrons(innermost.pitchX, innermost.pitchY);
      }
      knownSize = !path.isEmpty();
    }

    private static int product(int a, int b) {
      return (int) Math.min((long) a * b, Integer.MAX_VALUE / 2);
    }

    private String axes(String origin, String stated) {
      String corner = origin.toUpperCase(Locale.ROOT);
      String fromCorner =
          (corner.startsWith("LOWER") ? "UP" : "DOWN")
              + (corner.endsWith("RIGHT") ? "LEFT" : "RIGHT");
      String axes = stated.toUpperCase(Locale.ROOT);
      if (axes.isEmpty()) {
        wafer.warn("AxisDirection is missing; it is taken from the origin: " + fromCorner);
        return fromCorner;
      }
      if (!axes.matches("(UP|DOWN)(LEFT|RIGHT)")) {
        throw new WaferException(
            "%s: AxisDirection must be DownRight, DownLeft, UpRight or UpLeft, got '%s'"
                .formatted(xml.where(), stated));
      }
      if (!corner.isEmpty() && !corner.equals("CENTER") && !axes.equals(fromCorner)) {
        wafer.warn(
            "AxisDirection %s leads off the wafer from the origin %s; the direction counts"
                .formatted(stated, origin));
      }
      return axes;
    }

    /** The layouts that a path such as {@code Wafer/Reticle/Device} names, outermost first. */
    private List<Layout> layoutsOf(String specifier) {
      List<Layout> path = new ArrayList<>();
      for (String name : specifier.split("[/.]", -1)) {
        Layout part = layouts.get(name);
        if (part == null && !name.isEmpty()) {
          throw new WaferException(
              "%s: the layout '%s' of '%s' is not defined".formatted(xml.where(), name, specifier));
        }
        if (part != null) {
          path.add(part);
        }
      }
      if (path.isEmpty() && !layouts.isEmpty()) {
        wafer.warn("LayoutSpecifier is missing; all layouts are taken, one in the other");
        path.addAll(layouts.values());
      }
      return path;
    }

    void start() {
      switch (xml.name()) {
        case "BinCodeMap" -> {
          if (done) {
            wafer.warn("the map has more than one overlay of bins; the first is taken");
          } else {
            codes =
                new BinCodes(input.options(), xml.attribute("BinType"), xml.attribute("NullBin"));
          }
        }
        case "BinDefinition" -> {
          if (codes != null && !done) {
            codes.define(
                wafer,
                xml.attribute("BinCode"),
                xml.attribute("BinQuality"),
                xml.attribute("BinDescription"));
          }
        }
        case "BinCode" -> {
          firstX = Numbers.whole(xml.attribute("X")).orElse(0);
          firstY = Numbers.whole(xml.attribute("Y")).orElse(-1);
        }
        default -> {}
      }
    }

    void row(String text) {
      if (codes == null || done) {
        return;
      }
      List<String> cells = codes(codes, text);
      int y = firstY >= 0 ? firstY : row;
      boolean fits = firstX >= 0 && firstX + cells.size() <= columns && y < rows;
      boolean whole = firstY >= 0 || cells.size() == columns;
      if (knownSize && !(fits && whole)) {
        throw new WaferException(
            "%s, row %,d: the layouts give %,d rows of %,d devices, got %,d from x %d, y %d"
                .formatted(xml.where(), row + 1, rows, columns, cells.size(), firstX, y));
      }
      for (int i = 0; i < cells.size(); i++) {
        wafer.grid(firstX + i, y, firstX + i, y);
        codes.put(wafer, firstX + i, y, cells.get(i));
      }
      row++;
    }

    private List<String> codes(BinCodes known, String text) {
      try {
        return known.codes(text, knownSize && firstY < 0 ? columns : 0);
      } catch (WaferException e) {
        throw new WaferException(
            "%s, row %,d: %s".formatted(xml.where(), row + 1, e.getMessage()), e);
      }
    }

    void finished() {
      if (done || row == 0) {
        return;
      }
      if (knownSize && row < rows && firstY < 0) {
        throw new WaferException(
            "%s: the map has %,d of %,d rows".formatted(xml.where(), row, rows));
      }
      done = true;
      found++;
      wafers.accept(wafer.build());
    }
  }
}
