package fabwafer.wafer.format;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.record.NotchSide;
import fabwafer.wafer.record.WaferRecord;
import fabwafer.wafer.record.WaferRecordBuilder;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * SEMI G85. Rows are read as they are written, from the top; {@code OriginLocation} says from which
 * corner x and y count (1 upper right, 2 upper left, 3 lower left, 4 lower right), {@code
 * Orientation} where the notch is, clockwise from the bottom.
 */
final class G85Reader {
  private final Input input;
  private final XmlStream xml;
  private final Consumer<WaferRecord> wafers;
  private String mapWafer = "";
  private String revision = "";
  private @Nullable Device device;

  G85Reader(Input input, XmlStream xml, Consumer<WaferRecord> wafers) {
    this.input = input;
    this.xml = xml;
    this.wafers = wafers;
  }

  void read() throws IOException {
    int found = 0;
    XmlStream.Event event = XmlStream.Event.START;
    while (event != XmlStream.Event.FINISHED) {
      if (event == XmlStream.Event.START) {
        start();
      } else if (end()) {
        found++;
      }
      event = xml.next();
    }
    if (found == 0) {
      throw new WaferException("the SEMI G85 file holds no Device with Data");
    }
  }

  private void start() {
    switch (xml.name()) {
      case "Map" -> {
        mapWafer = xml.attribute("WaferId", "SubstrateId");
        revision = xml.attribute("FormatRevision");
      }
      case "Device" -> device = new Device();
      case "SupplierData" -> {
        if (device != null) {
          device.wafer.fact(WaferRecord.PATTERN, xml.attribute("DefectPattern"));
        }
      }
      case "ReferenceDevice" -> {
        if (device != null) {
          device.reference(xml.attribute("ReferenceDeviceX"), xml.attribute("ReferenceDeviceY"));
        }
      }
      case "Bin" -> {
        if (device != null) {
          device.codes.define(
              device.wafer,
              xml.attribute("BinCode"),
              xml.attribute("BinQuality"),
              xml.attribute("BinDescription"));
        }
      }
      default -> {}
    }
  }

  /** Whether a wafer was handed out. */
  private boolean end() {
    if (device == null) {
      return false;
    }
    switch (xml.name()) {
      case "Row" -> device.row(xml.text());
      case "Data" -> device.maps++;
      case "Device" -> {
        wafers.accept(device.finished());
        device = null;
        return true;
      }
      default -> {}
    }
    return false;
  }

  /** A map that is being read. */
  private final class Device {
    private final WaferRecordBuilder wafer;
    private final BinCodes codes;
    private final int rows;
    private final int columns;
    private final boolean fromRight;
    private final boolean fromBottom;
    private int row;
    private int maps;

    Device() {
      wafer = input.newWafer(("SEMI G85 " + revision).strip());
      rows = size("Rows");
      columns = size("Columns");
      codes = new BinCodes(input.options(), xml.attribute("BinType"), xml.attribute("NullBin"));
      String origin = xml.attribute("OriginLocation");
      fromRight = origin.equals("1") || origin.equals("4");
      fromBottom = origin.equals("3") || origin.equals("4");
      if (!List.of("1", "2", "3", "4").contains(origin)) {
        wafer.warn(
            "OriginLocation is '%s'; x and y are counted from the upper left".formatted(origin));
      }
      wafer.axes(fromRight, fromBottom);
      wafer.grid(0, 0, columns - 1, rows - 1);
      String orientation = xml.attribute("Orientation");
      NotchSide notch = Notches.of(orientation, NotchSide.DOWN);
      wafer.notch(input.options().notch().orElse(notch));
      wafer.lot(xml.attribute("LotId"));
      String id = xml.attribute("WaferId", "SubstrateId");
      wafer.wafer(id.isEmpty() ? mapWafer : id);
      wafer.product(xml.attribute("ProductId"));
      wafer.time(xml.attribute("CreateDate"));
      wafer.waferDiameterMillimetres(Numbers.decimalOrNaN(xml.attribute("WaferSize")));
      wafer.diePitchMicrons(
          Numbers.decimalOrNaN(xml.attribute("DeviceSizeX")),
          Numbers.decimalOrNaN(xml.attribute("DeviceSizeY")));
      for (String name : List.of("SupplierName", "MapType", "Status")) {
        wafer.fact(name, xml.attribute(name));
      }
    }

    private int size(String name) {
      return Numbers.whole(xml.attribute(name)).stream()
          .filter(value -> value > 0)
          .findFirst()
          .orElseThrow(
              () ->
                  new WaferException(
                      "%s: Device must say its %s, got '%s'"
                          .formatted(xml.where(), name, xml.attribute(name))));
    }

    void reference(String x, String y) {
      wafer.fact("reference device", (x + " " + y).strip());
    }

    void row(String text) {
      if (maps > 0) {
        wafer.warn("the device has more than one map (Data); the first is taken");
        return;
      }
      if (row == rows) {
        throw new WaferException(
            "%s: more rows than the %,d that Rows says".formatted(xml.where(), rows));
      }
      List<String> cells = codes(text);
      if (cells.size() != columns) {
        throw new WaferException(
            "%s, row %,d: expected %,d devices, got %,d"
                .formatted(xml.where(), row + 1, columns, cells.size()));
      }
      int y = fromBottom ? rows - 1 - row : row;
      for (int column = 0; column < columns; column++) {
        codes.put(wafer, fromRight ? columns - 1 - column : column, y, cells.get(column));
      }
      row++;
    }

    private List<String> codes(String text) {
      try {
        return codes.codes(text, columns);
      } catch (WaferException e) {
        throw new WaferException(
            "%s, row %,d: %s".formatted(xml.where(), row + 1, e.getMessage()), e);
      }
    }

    WaferRecord finished() {
      if (row < rows) {
        throw new WaferException(
            "%s: the map has %,d of %,d rows".formatted(xml.where(), row, rows));
      }
      return wafer.build();
    }
  }
}
