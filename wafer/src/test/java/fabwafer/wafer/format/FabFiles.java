package fabwafer.wafer.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import fabwafer.wafer.WaferMap;
import fabwafer.wafer.record.WaferRecord;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;

/** Files as a fab's tools write them, for wafer maps as they are drawn. */
final class FabFiles {
  private FabFiles() {}

  /** A wafer map that looks different under each of the eight turns. */
  static WaferMap wafer() {
    byte[] cells = new byte[9 * 7];
    for (int row = 0; row < 9; row++) {
      for (int column = 0; column < 7; column++) {
        boolean corner = Math.min(row, 8 - row) + Math.min(column, 6 - column) < 2;
        boolean fails = (row < 3 && column > 3) || (row == 6 && column < 3);
        cells[row * 7 + column] = (byte) (corner ? 0 : fails ? 2 : 1);
      }
    }
    return WaferMap.of(9, 7, cells);
  }

  static byte[] resource(String name) {
    try (InputStream in = FabFiles.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalArgumentException(name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<WaferRead> readAll(String name, byte[] file, ReadOptions options) {
    List<WaferRead> reads = new ArrayList<>();
    try {
      WaferFiles.read(name, new ByteArrayInputStream(file), options, reads::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return reads;
  }

  static List<WaferRecord> read(String name, byte[] file) {
    return read(name, file, ReadOptions.DEFAULT);
  }

  static List<WaferRecord> read(String name, byte[] file, ReadOptions options) {
    return readAll(name, file, options).stream()
        .map(read -> ((WaferRead.Wafer) read).record())
        .toList();
  }

  static WaferRecord one(String name, byte[] file) {
    List<WaferRecord> records = read(name, file);
    if (records.size() != 1) {
      throw new AssertionError("expected one wafer, got " + records);
    }
    return records.getFirst();
  }

  /** A prober's map: bin 3 for a failing die, an edge die beside each row's ends. */
  static String textMap(WaferMap drawn, String flat, String id) {
    StringBuilder text = new StringBuilder();
    int pass = drawn.dies() - drawn.failingDies();
    text.append("DEVICE_NAME=LOOKALIKE A1\r\nWAFER_ID=").append(id);
    text.append("\r\nFLAT=").append(flat);
    text.append("\r\nROW=").append(drawn.height() + 1).append("\r\nCOL=").append(drawn.width());
    text.append("\r\nTOTAL_TEST=").append(drawn.dies());
    text.append("\r\nTOTAL_PASS=").append(pass);
    text.append("\r\nTOTAL_FAIL=").append(drawn.failingDies()).append("\r\n");
    for (int row = 0; row < drawn.height(); row++) {
      for (int column = 0; column < drawn.width(); column++) {
        text.append(".13".charAt(drawn.code(row, column)));
      }
      text.append("\r\n");
    }
    text.append(".#~").append(".".repeat(drawn.width() - 3)).append("\r\n");
    text.append("BIN01(1) = ").append(pass).append("\r\n");
    text.append("BIN03(3) = ").append(drawn.failingDies()).append("\r\n");
    return text.toString();
  }

  static String sinf(WaferMap drawn, int notchFromTop) {
    StringBuilder text = new StringBuilder();
    text.append("DEVICE:LOOKALIKE\nLOT:L1\nWAFER:W7\nFNLOC:").append(notchFromTop);
    text.append("\nROWCT:").append(drawn.height()).append("\nCOLCT:").append(drawn.width());
    text.append("\nBCEQU:01,0A\nREFPX:\nREFPY:\nDUTMS:mm\nXDIES:2.5\nYDIES:3\n");
    for (int row = 0; row < drawn.height(); row++) {
      text.append("RowData:");
      for (int column = 0; column < drawn.width(); column++) {
        text.append(new String[] {"__", "0A", "1f"}[drawn.code(row, column)]).append(' ');
      }
      text.append('\n');
    }
    return text.toString();
  }

  static String g85(WaferMap drawn, int orientation, int origin) {
    StringBuilder text = new StringBuilder();
    text.append("<?xml version=\"1.0\"?><Maps><Map WaferId=\"W7\" FormatRevision=\"G85-1101\">");
    text.append("<Device ProductId=\"P\" LotId=\"L1\" Orientation=\"").append(orientation);
    text.append("\" WaferSize=\"200\" DeviceSizeX=\"2500\" DeviceSizeY=\"3000\" Rows=\"");
    text.append(drawn.height()).append("\" Columns=\"").append(drawn.width());
    text.append("\" OriginLocation=\"").append(origin);
    text.append("\" BinType=\"Decimal\" NullBin=\"255\">");
    text.append("<Bin BinCode=\"001\" BinQuality=\"Pass\" BinDescription=\"good\"/>");
    text.append("<Bin BinCode=\"012\" BinQuality=\"Fail\" BinDescription=\"open\"/><Data>");
    for (int row = 0; row < drawn.height(); row++) {
      text.append("<Row><![CDATA[");
      for (int column = 0; column < drawn.width(); column++) {
        text.append(new String[] {"255", "001", "012"}[drawn.code(row, column)]).append(' ');
      }
      text.append("]]></Row>\n");
    }
    return text.append("</Data></Device></Map></Maps>").toString();
  }

  static String e142(WaferMap drawn, int orientation, String axes, boolean back) {
    boolean up = axes.startsWith("Up");
    boolean left = axes.endsWith("Left");
    String origin = (up ? "Lower" : "Upper") + (left ? "Right" : "Left");
    StringBuilder text = new StringBuilder();
    text.append("<MapData xmlns=\"urn:semi-org:xsd.E142-1.V1005.SubstrateMap\"><Layouts>");
    text.append("<Layout LayoutId=\"W\" TopLevel=\"true\"><Dimension X=\"1\" Y=\"1\"/></Layout>");
    text.append("<Layout LayoutId=\"D\" DefaultUnits=\"mm\"><Dimension X=\"");
    text.append(drawn.width()).append("\" Y=\"").append(drawn.height());
    text.append("\"/><DeviceSize X=\"2.5\" Y=\"3\"/></Layout></Layouts><Substrates>");
    text.append("<Substrate SubstrateId=\"W7\"><LotId>L1</LotId></Substrate></Substrates>");
    text.append("<SubstrateMaps><SubstrateMap SubstrateId=\"W7\" LayoutSpecifier=\"W/D\" ");
    text.append("SubstrateSide=\"").append(back ? "BottomSide" : "TopSide");
    text.append("\" Orientation=\"").append(orientation).append("\" OriginLocation=\"");
    text.append(origin).append("\" AxisDirection=\"").append(axes);
    text.append("\"><Overlay MapName=\"SortGrade\"><BinCodeMap BinType=\"HexaDecimal\" ");
    text.append("NullBin=\"FF\"><BinDefinitions><BinDefinition BinCode=\"01\" ");
    text.append("BinQuality=\"Pass\"/><BinDefinition BinCode=\"1C\" BinQuality=\"Fail\"/>");
    text.append("</BinDefinitions>");
    for (int i = 0; i < drawn.height(); i++) {
      int row = up ? drawn.height() - 1 - i : i;
      text.append("<BinCode>");
      for (int j = 0; j < drawn.width(); j++) {
        int column = left ? drawn.width() - 1 - j : j;
        text.append(new String[] {"FF", "01", "1C"}[drawn.code(row, column)]);
      }
      text.append("</BinCode>");
    }
    return text.append("</BinCodeMap></Overlay></SubstrateMap></SubstrateMaps></MapData>")
        .toString();
  }

  /** KLARF 1.2: every die is planned, a failing one has a defect; y counts upwards. */
  static String klarf(WaferMap drawn, String notch, boolean mirrored) {
    StringBuilder plan = new StringBuilder();
    StringBuilder defects = new StringBuilder();
    int count = 0;
    for (int row = 0; row < drawn.height(); row++) {
      for (int column = 0; column < drawn.width(); column++) {
        int x = column - 2;
        int y = 4 - row;
        if (drawn.code(row, column) > 0) {
          plan.append("\n ").append(x).append(' ').append(y);
        }
        if (drawn.code(row, column) == 2) {
          count++;
          defects.append("\n ").append(count).append(" 10.5 20.25 ").append(x).append(' ');
          defects.append(y).append(" 3.0 7 0 0");
        }
      }
    }
    return """
    FileVersion 1 2;
    LotID "L1";
    SampleSize 1 200;
    DeviceID "P";
    OrientationMarkLocation %s;
    CoordinatesMirrored %s;
    DiePitch 2.5e+003 3.0e+003;
    DieOrigin 0 0;
    WaferID "W7";
    Slot 3;
    SampleCenterLocation 0 0;
    ClassLookup 2
     0 "none"
     7 "Scratch; long";
    SampleTestPlan %d%s;
    DefectRecordSpec 9 DEFECTID XREL YREL XINDEX YINDEX DSIZE CLASSNUMBER IMAGECOUNT IMAGELIST ;
    DefectList%s;
    EndOfFile;
    """
        .formatted(notch, mirrored ? "YES" : "NO", drawn.dies(), plan, defects);
  }

  /** KLARF 1.8 of the same wafer, in nanometres, with the lot's fields behind the wafer. */
  static String klarf18(WaferMap drawn, String notch, boolean back) {
    StringBuilder plan = new StringBuilder();
    StringBuilder defects = new StringBuilder();
    int count = 0;
    for (int row = 0; row < drawn.height(); row++) {
      for (int column = 0; column < drawn.width(); column++) {
        String die = "%d %d".formatted(column - 2, 4 - row);
        if (drawn.code(row, column) > 0) {
          plan.append(die).append(";\n");
        }
        if (drawn.code(row, column) == 2) {
          count++;
          defects.append("%d 10500 20250 %s 3000 7;\n".formatted(count, die));
        }
      }
    }
    return """
    Record FileRecord "1.8" {
    Record LotRecord "L1" {
    Record WaferRecord "W7" {
    Field DieOrigin 2 {0, 0}
    Field OrientationInstructions 1 {"%s"}
    Field SlotNumber 1 {3}
    Record TestRecord "1" {
    List SampleTestPlanList { Columns 2 { int32 XINDEX, int32 YINDEX } Data %d {
    %s} }
    }
    List DefectList { Columns 7 { int32 DEFECTID, int32 XREL, int32 YREL, int32 XINDEX,
      int32 YINDEX, int32 DSIZE, int32 CLASSNUMBER } Data %d {
    %s} }
    }
    Field SampleSize 2 {200000000, 0}
    Field DiePitch 2 {2500000, 3000000}
    Field DeviceID 1 {"P"}
    Field OrientationMarkLocation 1 {"%s"}
    }
    }
    EndOfFile
    """
        .formatted(back ? "BACK" : "", drawn.dies(), plan, count, defects, notch);
  }

  /** A picture for people, nine pixels a die. */
  static byte[] drawing(WaferMap drawn, String kind) {
    BufferedImage picture =
        new BufferedImage(drawn.width() * 9, drawn.height() * 9, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        int code = drawn.code(y / 9, x / 9);
        picture.setRGB(x, y, new int[] {0xffffff, 0x20a040, 0xc02020}[code]);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(picture, kind, out)) {
        throw new IllegalArgumentException(kind);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  static byte[] gzip(byte[] file) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  static byte[] zip(Map<String, byte[]> files) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> file : new LinkedHashMap<>(files).entrySet()) {
        zip.putNextEntry(new ZipEntry(file.getKey()));
        zip.write(file.getValue());
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** Writes STDF V4 records. */
  static final class Stdf {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteOrder order;

    Stdf(ByteOrder order) {
      this.order = order;
      record(0, 10, buffer().put((byte) (order == ByteOrder.BIG_ENDIAN ? 1 : 2)).put((byte) 4));
    }

    private ByteBuffer buffer() {
      return ByteBuffer.allocate(1_000).order(order);
    }

    private void record(int type, int sub, ByteBuffer body) {
      byte[] bytes = new byte[body.flip().remaining()];
      body.get(bytes);
      byte[] header =
          ByteBuffer.allocate(4)
              .order(order)
              .putShort((short) bytes.length)
              .put((byte) type)
              .put((byte) sub)
              .array();
      out.writeBytes(header);
      out.writeBytes(bytes);
    }

    private static void text(ByteBuffer body, String text) {
      body.put((byte) text.length()).put(text.getBytes(ISO_8859_1));
    }

    Stdf lot(String lot, String product) {
      ByteBuffer body = buffer().putInt(0).putInt(1_700_000_000).put((byte) 1);
      body.put((byte) 'P').put((byte) ' ').put((byte) ' ').putShort((short) 0).put((byte) ' ');
      text(body, lot);
      text(body, product);
      record(1, 10, body);
      return this;
    }

    Stdf configuration(char flat, char x, char y) {
      ByteBuffer body = buffer().putFloat(200).putFloat(3).putFloat(2.5f).put((byte) 3);
      body.put((byte) flat).putShort((short) 0).putShort((short) 0);
      record(2, 30, body.put((byte) x).put((byte) y));
      return this;
    }

    Stdf start(int head, String id) {
      ByteBuffer body = buffer().put((byte) head).put((byte) 255).putInt(0);
      text(body, id);
      record(2, 10, body);
      return this;
    }

    Stdf part(int head, int flags, int hard, int soft, int x, int y) {
      ByteBuffer body = buffer().put((byte) head).put((byte) 1).put((byte) flags);
      body.putShort((short) 9).putShort((short) hard).putShort((short) soft);
      record(5, 20, body.putShort((short) x).putShort((short) y).putInt(0));
      return this;
    }

    Stdf end(int head, int parts, String id) {
      ByteBuffer body = buffer().put((byte) head).put((byte) 255).putInt(0).putInt(parts);
      body.putInt(-1).putInt(-1).putInt(-1).putInt(-1);
      text(body, id);
      record(2, 20, body);
      return this;
    }

    Stdf hardBin(int number, int count, char quality, String name) {
      ByteBuffer body = buffer().put((byte) 255).put((byte) 1).putShort((short) number);
      body.putInt(count).put((byte) quality);
      text(body, name);
      record(1, 40, body);
      return this;
    }

    Stdf ownRecord() {
      record(180, 1, buffer().putInt(7));
      return this;
    }

    /** A wafer of a drawn map, x to the right or left, y up or down. */
    Stdf wafer(WaferMap drawn, String id, boolean left, boolean up) {
      start(1, id);
      for (int row = 0; row < drawn.height(); row++) {
        for (int column = 0; column < drawn.width(); column++) {
          int code = drawn.code(row, column);
          if (code > 0) {
            int x = left ? -column : column;
            int y = up ? -row : row;
            part(1, code == 2 ? 8 : 0, code == 2 ? 5 : 1, code == 2 ? 55 : 11, x, y);
          }
        }
      }
      return end(1, drawn.dies(), id);
    }

    byte[] file() {
      return out.toByteArray();
    }
  }
}
