package fabwafer.wafer.format;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.wafer.Turn;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.record.DieState;
import fabwafer.wafer.record.NotchSide;
import fabwafer.wafer.record.WaferRecord;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as the standards allow them and other tools write them, beside those of the samples. */
class DialectsTest {
  private static final WaferMap WAFER = FabFiles.wafer();

  private static WaferRecord one(String text) {
    return FabFiles.one("w", FabFiles.bytes(text));
  }

  private static void refused(byte[] file, String... words) {
    assertThatThrownBy(() -> FabFiles.readAll("w", file, ReadOptions.DEFAULT))
        .isInstanceOf(WaferException.class)
        .hasMessageContainingAll(words);
  }

  // ---- STDF

  @Test
  void stdfOfAVax_isRefusedByName() {
    byte[] file = new FabFiles.Stdf(ByteOrder.LITTLE_ENDIAN).wafer(WAFER, "W", false, false).file();
    file[4] = 0;
    refused(file, "DEC VAX (CPU_TYPE 0)");
  }

  @Test
  void stdfOfVersion3_isRefusedByName() {
    byte[] file = new FabFiles.Stdf(ByteOrder.BIG_ENDIAN).wafer(WAFER, "W", false, false).file();
    file[5] = 3;
    refused(file, "version 4, got 3");
  }

  @Test
  void stdfWithoutPartsThatHaveAPlace_saysHowManyItHas() {
    refused(
        new FabFiles.Stdf(ByteOrder.LITTLE_ENDIAN).start(1, "W").end(1, 0, "W").file(),
        "no part with coordinates");
    refused(
        new FabFiles.Stdf(ByteOrder.LITTLE_ENDIAN)
            .start(1, "W")
            .part(1, 0, 1, 1, -32_768, -32_768)
            .part(1, 0, 1, 1, -32_768, -32_768)
            .end(1, 2, "W")
            .file(),
        "2 parts without");
  }

  @Test
  void stdfWithoutWaferRecords_isOneWaferWithAWarning() {
    byte[] file =
        new FabFiles.Stdf(ByteOrder.BIG_ENDIAN)
            .lot("L", "P")
            .part(1, 0, 1, 1, -4, -5)
            .part(1, 8, 3, 3, -3, -5)
            .file();
    WaferRecord record = FabFiles.one("w.stdf", file);
    assertThat(record.map()).isEqualTo(WaferMap.of(1, 2, new byte[] {1, 2}));
    assertThat(record.grid().x(0, 0)).isEqualTo(-4);
    assertThat(record.warnings()).anyMatch(warning -> warning.contains("outside any wafer"));
  }

  @Test
  void aWaferOnTheTesterOnceMore_isOneWaferWithItsLastResults() {
    byte[] file =
        new FabFiles.Stdf(ByteOrder.LITTLE_ENDIAN)
            .start(1, "W1")
            .part(1, 8, 5, 5, 0, 0)
            .part(1, 0, 1, 1, 1, 0)
            .end(1, 2, "W1")
            .start(1, "W2")
            .part(1, 8, 5, 5, 0, 0)
            .end(1, 1, "W2")
            .start(1, "W1")
            .part(1, 0, 1, 1, 0, 0)
            .end(1, 1, "W1")
            .file();
    List<WaferRecord> records = FabFiles.read("w.stdf", file);
    assertThat(records).extracting(record -> record.identity().wafer()).containsExactly("W2", "W1");
    assertThat(records.getLast().map()).isEqualTo(WaferMap.of(1, 2, new byte[] {1, 1}));
    assertThat(records.getLast().retestedDies()).isEqualTo(1);
    assertThat(records.getLast().warnings()).anyMatch(w -> w.contains("more than one run"));
    assertThat(records.getLast().warnings()).noneMatch(w -> w.contains("WRR counts"));
  }

  // ---- KLARF

  @ParameterizedTest
  @CsvSource({
    "OrientationMarkLocation DOWN, DOWN",
    "OrientationMarkLocation 0, DOWN",
    "OrientationMarkLocation 90, LEFT",
    "OrientationMarkLocation 180, UP",
    "OrientationMarkLocation 270, RIGHT",
    "ORIENTATIONMARKLOCATION bottom, DOWN",
    "SampleOrientationMarkLocation LEFT, LEFT",
    "OrientationMarkLocation \"NOTCH UP\", UP",
  })
  void klarf_saysItsNotchInManyWays(String statement, NotchSide side) {
    String klarf =
        FabFiles.klarf(WAFER, "DOWN", false).replace("OrientationMarkLocation DOWN", statement);
    assertThat(one(klarf).grid().notch()).isEqualTo(side);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1 0", "1 1", "1 2", "1 7"})
  void klarfOfAnyVersionOfStatements_isRead(String version) {
    String klarf =
        FabFiles.klarf(WAFER, "DOWN", false).replace("FileVersion 1 2", "FileVersion " + version);
    assertThat(one(klarf).map()).isEqualTo(WAFER);
    assertThat(one(klarf.replace("\n", "\r\n")).map()).isEqualTo(WAFER);
    assertThat(one("\uFEFF" + klarf).map()).isEqualTo(WAFER);
    assertThat(one(klarf.replaceFirst("DefectList", "DEFECTLIST")).map()).isEqualTo(WAFER);
  }

  @Test
  void klarfOfSeveralWafers_keepsThemApart() {
    String klarf =
        """
        FileVersion 1 7;
        LotID "L";
        SampleSize 1 200;
        OrientationMarkLocation DOWN;
        DiePitch 10000 10000;
        DefectRecordSpec 3 DEFECTID XINDEX YINDEX ;
        WaferID "A";
        Slot 1;
        SampleTestPlan 3
         -1 0
         0 0
         1 0;
        DefectList
         1 -1 0;
        WaferID "B";
        Slot 2;
        DefectList
         1 1 0
         2 1 0;
        EndOfFile;
        """;
    List<WaferRecord> records = FabFiles.read("w", FabFiles.bytes(klarf));
    assertThat(records).extracting(r -> r.identity().wafer()).containsExactly("A", "B");
    assertThat(records).extracting(r -> r.identity().slot()).containsExactly(1, 2);
    assertThat(records.get(0).map()).isEqualTo(WaferMap.of(1, 3, new byte[] {2, 1, 1}));
    assertThat(records.get(1).map()).isEqualTo(WaferMap.of(1, 3, new byte[] {1, 1, 2}));
  }

  @Test
  void klarfWithoutTestPlan_takesItsDiesFromTheGeometry() {
    String klarf =
        """
        FileVersion 1 2;
        SampleSize 1 100;
        OrientationMarkLocation DOWN;
        DiePitch 20000 20000;
        DieOrigin 0 0;
        SampleCenterLocation 10000 10000;
        WaferID "A";
        DefectRecordSpec 3 DEFECTID XINDEX YINDEX ;
        DefectList
         1 -1 0;
        EndOfFile;
        """;
    WaferRecord record = one(klarf);
    // The disc's centre is that of die (0, 0): three by three dies of 20 mm lie wholly on 100 mm.
    assertThat(record.map()).isEqualTo(WaferMap.of(3, 3, new byte[] {1, 1, 1, 2, 1, 1, 1, 1, 1}));
    assertThat(record.warnings()).anyMatch(warning -> warning.contains("there is no test plan"));
  }

  // ---- text maps and SINF

  @Test
  void aTextMap_mayHaveBlanksForNoDie() {
    assertThat(one("ROW=3\nCOL=4\nFLAT=DOWN\n 11\n1121\n 1\n").map())
        .isEqualTo(WaferMap.of(3, 4, new byte[] {0, 1, 1, 0, 1, 1, 2, 1, 0, 1, 0, 0}));
  }

  @Test
  void aTextMapOfOtherCharacters_isReadByItsDialect() {
    String map = "Map Row : 2\nMap Column : 4\nFlat : Left\n-OX-\nOO*X\n";
    ReadOptions options = ReadOptions.DEFAULT.withDialect(new TextDialect("-", "", "*", "", "OX"));
    WaferRecord record = FabFiles.read("w", FabFiles.bytes(map), options).getFirst();
    assertThat(record.map().dies()).isEqualTo(5);
    assertThat(record.map().failingDies()).isEqualTo(2);
    assertThat(record.counts()).containsEntry(DieState.SKIPPED, 1);
    refused(FabFiles.bytes(map), "'-'", "no meaning in this dialect");
  }

  @ParameterizedTest
  @CsvSource({"__,01,0A,@@", "___,001,010,@@@", "____,0001,000A,@@@@"})
  void sinf_hasCodesOfSeveralWidths(String none, String pass, String fail, String skipped) {
    String row = "RowData:%s %s %s %s\r\n".formatted(none, pass, fail, skipped);
    WaferRecord record =
        one(
            "DEVICE:D\r\nLOT:L\r\nWAFER:W\r\nFNLOC:180\r\nROWCT:2\r\nCOLCT:4\r\nBCEQU:"
                + pass
                + "\r\n"
                + row
                + row.replace(" ", "\t"));
    assertThat(record.map()).isEqualTo(WaferMap.of(2, 4, new byte[] {0, 1, 2, 0, 0, 1, 2, 0}));
    assertThat(record.hardBin(0, 2)).isEqualTo(10);
    assertThat(record.counts()).containsEntry(DieState.SKIPPED, 2);
  }

  // ---- SEMI G85 and E142

  private static String g85(String type, String nullBin, String pass, String fail, String row) {
    return """
    <Map xmlns="http://www.semi.org" SubstrateId="W"><Device LotId="L" Orientation="0" Rows="1"
      Columns="4" OriginLocation="2" BinType="%s" NullBin="%s"><Bin BinCode="%s"
      BinQuality="Pass"/><Bin BinCode="%s" BinQuality="Fail"/><Data><Row>%s</Row></Data>
      </Device></Map>
    """
        .formatted(type, nullBin, pass, fail, row);
  }

  @ParameterizedTest
  @CsvSource({
    "ASCII,.,1,X,.1X1",
    "Ascii,' ',1,X,' 1X1'",
    "Character,.,1,X,.1X1",
    "ASCII,__,01,0X,__010X01",
    "Decimal,255,001,012,255001012001",
    "Decimal,255,1,12,255 1 12 1",
    "Decimal,99,01,12,99011201",
    "HexaDecimal,FF,01,1C,ff011C01",
    "Hex,FF,01,1C,FF011C01",
    "HexaDecimal,FFFF,0001,001C,FFFF0001001C0001",
    "Integer2,FFFF,0001,001C,FFFF0001001C0001",
    "Integer,FFFF,0001,001C,FFFF 0001 001C 0001",
  })
  void binCodes_areOfManyTypes(String type, String none, String pass, String fail, String row) {
    WaferMap expected = WaferMap.of(1, 4, new byte[] {0, 1, 2, 1});
    assertThat(one(g85(type, none, pass, fail, row)).map()).isEqualTo(expected);
    assertThat(one(e142(type, none, pass, fail, row)).map()).isEqualTo(expected);
  }

  private static String e142(String type, String nullBin, String pass, String fail, String row) {
    return """
    <MapData><Layouts><Layout LayoutId="W"><Dimension X="4" Y="1"/></Layout></Layouts>
    <SubstrateMaps><SubstrateMap SubstrateId="W" LayoutSpecifier="W" Orientation="0"
      OriginLocation="UpperLeft" AxisDirection="DownRight">
      <Overlay MapName="Ids"><DeviceIdMap/></Overlay><Overlay MapName="Bins">
      <BinCodeMap BinType="%s" NullBin="%s"><BinDefinitions><BinDefinition BinCode="%s"
      BinQuality="Pass"/><BinDefinition BinCode="%s" BinQuality="Fail"/></BinDefinitions>
      <BinCode>%s</BinCode></BinCodeMap></Overlay><Overlay MapName="Again"><BinCodeMap
      BinType="ASCII" NullBin="."><BinCode>....</BinCode></BinCodeMap></Overlay>
      </SubstrateMap></SubstrateMaps></MapData>
    """
        .formatted(type, nullBin, pass, fail, row);
  }

  @Test
  void xml_mayHavePrefixesMarksAndWideCharacters() {
    String g85 = FabFiles.g85(WAFER, 0, 2).replaceFirst("<\\?xml.*?\\?>", "");
    String e142 = FabFiles.e142(WAFER, 0, "UpRight", false);
    for (String xml : List.of(g85, e142)) {
      String prefixed = xml.replaceAll("<(/?)([A-Z])", "<$1m:$2").replace("xmlns=", "xmlns:m=");
      String bound =
          prefixed.contains("xmlns:m=")
              ? prefixed
              : prefixed.replaceFirst("<m:Maps", "<m:Maps xmlns:m=\"http://www.semi.org\"");
      for (byte[] file :
          List.of(
              bound.getBytes(UTF_8),
              ("\uFEFF" + xml).getBytes(UTF_8),
              ("\uFEFF" + xml).getBytes(UTF_16LE),
              ("\uFEFF" + xml).getBytes(UTF_16BE),
              xml.getBytes(UTF_16LE),
              xml.getBytes(UTF_16BE),
              xml.replace("\n", "\r\n").getBytes(UTF_8))) {
        assertThat(FabFiles.one("w.xml", file).map()).isEqualTo(WAFER);
      }
    }
  }

  @Test
  void g85OfTwoMaps_isTheFirstWithAWarning() {
    String text = FabFiles.g85(WAFER, 0, 2);
    String data = text.substring(text.indexOf("<Data>"), text.indexOf("</Device>"));
    WaferRecord record = one(text.replace("</Device>", data + "</Device>"));
    assertThat(record.map()).isEqualTo(WAFER);
    assertThat(record.warnings()).anyMatch(warning -> warning.contains("more than one map"));
  }

  @Test
  void textsOfAnyEncoding_areTheSameWafer() {
    Map<String, String> files =
        Map.of(
            "sinf", FabFiles.sinf(WAFER, 180),
            "text", FabFiles.textMap(WAFER, "180___(DOWN)", "W"),
            "csv", "# notch: down\nx,y,bin\n-1,-1,1\n0,-1,2\n",
            "json", "{\"notch\":\"down\",\"map\":[[1,2],[0,1]]}",
            "klarf", FabFiles.klarf(WAFER, "DOWN", false));
    files.forEach(
        (format, text) -> {
          WaferMap plain = one(text).map();
          for (byte[] file :
              List.of(
                  ("\uFEFF" + text).getBytes(UTF_8),
                  ("\uFEFF" + text).getBytes(UTF_16LE),
                  ("\uFEFF" + text).getBytes(UTF_16BE),
                  text.getBytes(UTF_16LE),
                  text.getBytes(UTF_16BE),
                  text.lines().collect(Collectors.joining("\r")).concat("\r").getBytes(UTF_8),
                  text.lines().collect(Collectors.joining("\r\n")).getBytes(UTF_8))) {
            assertThat(FabFiles.one("w", file).map()).as(format).isEqualTo(plain);
          }
        });
  }

  @Test
  void turnedAndCountedFromAnyCorner_csvAndJsonAreTheSameWafer() {
    for (int quarters = 0; quarters < 4; quarters++) {
      WaferMap drawn = WAFER.turned(Turn.of(false, quarters));
      String notch = List.of("down", "left", "up", "right").get(quarters);
      StringBuilder csv = new StringBuilder("# notch: " + notch + "\n# yAxis: up\n# xAxis: left\n");
      StringBuilder json = new StringBuilder("{\"notch\":\"" + notch + "\",\"map\":[");
      csv.append("x,y,bin\n");
      for (int row = 0; row < drawn.height(); row++) {
        json.append(row == 0 ? "[" : ",[");
        for (int column = 0; column < drawn.width(); column++) {
          int code = drawn.code(row, column);
          json.append(column == 0 ? "" : ",").append(code);
          if (code > 0) {
            csv.append("%d,%d,%d\n".formatted(-column, -row, code));
          }
        }
        json.append(']');
      }
      assertThat(one(csv.toString()).map()).isEqualTo(WAFER);
      assertThat(one(json.append("]}").toString()).map()).isEqualTo(WAFER);
    }
  }
}
