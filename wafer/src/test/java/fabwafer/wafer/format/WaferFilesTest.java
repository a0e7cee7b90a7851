package fabwafer.wafer.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.image.WaferImages;
import fabwafer.wafer.record.Bin;
import fabwafer.wafer.record.DieState;
import fabwafer.wafer.record.NotchSide;
import fabwafer.wafer.record.WaferRecord;
import fabwafer.wafer.synthetic.Product;
import fabwafer.wafer.synthetic.SyntheticWafers;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WaferFilesTest {
  private static final WaferMap WAFER = FabFiles.wafer();

  @Test
  void aTextMap_keepsEdgeAndSkippedDiesApart() {
    WaferRecord record = FabFiles.one("any.name", FabFiles.bytes(text("W1")));
    assertThat(record.identity().wafer()).isEqualTo("W1");
    assertThat(record.identity().product()).isEqualTo("LOOKALIKE A1");
    assertThat(record.grid().notch()).isEqualTo(NotchSide.DOWN);
    assertThat(record.map().dies()).isEqualTo(WAFER.dies());
    assertThat(record.map().failingDies()).isEqualTo(WAFER.failingDies());
    assertThat(record.counts()).containsEntry(DieState.EDGE, 1).containsEntry(DieState.SKIPPED, 1);
    assertThat(record.bins())
        .extracting(Bin::number, Bin::dies)
        .contains(bin(3, WAFER.failingDies()));
    assertThat(record.warnings()).isEmpty();
  }

  private static Tuple bin(int number, int dies) {
    return tuple(number, dies);
  }

  private static String text(String id) {
    return FabFiles.textMap(WAFER, "180___(DOWN)", id);
  }

  @Test
  void aTextMap_mayEndItsLinesInAnyWay() {
    WaferMap expected = FabFiles.one("a", FabFiles.bytes(text("W"))).map();
    for (String end : List.of("\n", "\r", "\r\n", "  \r\n")) {
      byte[] file = FabFiles.bytes("\uFEFF" + text("W").replace("\r\n", end));
      assertThat(FabFiles.one("a", file).map()).isEqualTo(expected);
    }
  }

  @Test
  void aTextMapThatContradictsItself_isRefusedOrWarnsWithPlace() {
    assertThatThrownBy(() -> read(text("W").replaceFirst("ROW=10", "ROW=11")))
        .hasMessageContaining("row 11 of the map: expected 7 dies");
    assertThatThrownBy(() -> read(text("W").replaceFirst("ROW=10", "ROW=9")))
        .hasMessageContaining("goes on after the 9 rows");
    assertThatThrownBy(() -> read(text("W").replaceFirst("\\.\\.111", "..11")))
        .hasMessageContaining("got 6");
    assertThatThrownBy(() -> read(text("W").replaceFirst("\\.\\.111", "..1?1")))
        .hasMessageContaining("column 4")
        .hasMessageContaining("'?'");
    assertThatThrownBy(() -> read(text("W").replace("BIN03(3)", "BIN04(3)")))
        .hasMessageContaining("'3' is bin 4");
    assertThat(read(text("W").replaceFirst("TOTAL_PASS=[0-9]+", "TOTAL_PASS=1")).warnings())
        .anyMatch(line -> line.contains("the header says 1 passing dies"));
  }

  private static WaferRecord read(String text) {
    return FabFiles.one("a.txt", FabFiles.bytes(text));
  }

  @Test
  void aDialect_isConfigured() {
    String text = text("W").replace('.', ' ').replace('1', 'G').replaceAll("BIN.*\r\n", "");
    String map = text.replace(' ', '_');
    TextDialect dialect = new TextDialect("_", "#", "~", "R", "GX3");
    WaferRecord record =
        FabFiles.read(
                "a",
                FabFiles.bytes(map.replace("ROW=G0", "ROW=10").replaceAll("TOTAL.*\r\n", "")),
                ReadOptions.DEFAULT.withDialect(dialect))
            .getFirst();
    assertThat(record.map().failingDies()).isEqualTo(WAFER.failingDies());
    assertThatThrownBy(() -> new TextDialect(".", ".", "", "", "12"))
        .hasMessageContaining("two meanings");
  }

  @Test
  void anArchive_givesItsWafersAndTellsTheRest() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("lot/W1.txt", FabFiles.bytes(text("W1")));
    files.put("SUMMARY.CSV", FabFiles.bytes("WAFER_ID,TEST,PASS\nW1,1,1\n"));
    files.put("../../etc/W2.txt", FabFiles.bytes(text("W2")));
    files.put("W3.txt", FabFiles.bytes(text("W3").replaceFirst("\\.\\.111", "..11")));
    files.put("W4.txt.gz", FabFiles.gzip(FabFiles.bytes(text("W4"))));
    List<WaferRead> reads =
        FabFiles.readAll("AB123.1_CP1.zip", FabFiles.zip(files), ReadOptions.DEFAULT);
    assertThat(reads).hasSize(5);
    assertThat(((WaferRead.Wafer) reads.get(0)).record().identity().lot()).isEqualTo("AB123.1");
    assertThat(((WaferRead.PassedOver) reads.get(1)).where())
        .isEqualTo("AB123.1_CP1.zip!SUMMARY.CSV");
    assertThat(((WaferRead.Wafer) reads.get(2)).record().identity().wafer()).isEqualTo("W2");
    assertThat(((WaferRead.Refused) reads.get(3)).reason()).contains("got 6");
    assertThat(((WaferRead.Wafer) reads.get(4)).record().identity().source())
        .isEqualTo("AB123.1_CP1.zip!W4.txt.gz");
  }

  @Test
  void aBomb_isRefusedBeforeItFillsMemory() {
    byte[] zeros = new byte[100 << 20];
    byte[] bomb = FabFiles.zip(Map.of("bomb.txt", zeros, "more.txt", zeros));
    assertThatThrownBy(() -> FabFiles.readAll("bomb.zip", bomb, ReadOptions.DEFAULT))
        .isInstanceOf(WaferException.class)
        .hasMessageContaining("at most 400 times");
    byte[] nested = FabFiles.bytes(text("W"));
    for (int i = 0; i < 4; i++) {
      nested = FabFiles.gzip(nested);
    }
    byte[] wrapped = nested;
    assertThatThrownBy(() -> FabFiles.one("w.gz", wrapped)).hasMessageContaining("at most 3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "gif", "bmp", "tiff"})
  void aPictureOfMorePixelsThanAreTaken_isRefusedBeforeItIsDecoded(String kind) {
    byte[] picture = FabFiles.drawing(FabFiles.wafer(), kind);
    ReadOptions few = ReadOptions.DEFAULT.withMaxPixels(100);

    assertThatThrownBy(() -> FabFiles.read("drawing", picture, few))
        .isInstanceOf(WaferException.class)
        .hasMessageContaining("at most 100 in all");
    assertThatThrownBy(() -> ReadOptions.DEFAULT.withMaxPixels(0))
        .hasMessageContaining("a picture's pixels must be bounded by 1 to");
  }

  @Test
  void sinf_saysItsNotchFromTheTopAndItsBinsInHexadecimal() {
    WaferRecord record = read(FabFiles.sinf(WAFER, 180));
    assertThat(record.map()).isEqualTo(WAFER);
    assertThat(record.bins()).extracting(Bin::number).containsExactly(10, 31);
    assertThat(record.geometry().diePitchYMicrons()).hasValue(3_000);
    assertThatThrownBy(() -> read(FabFiles.sinf(WAFER, 180).replace("ROWCT:9", "ROWCT:8")))
        .hasMessageContaining("more RowData lines than the 8");
    assertThatThrownBy(() -> read(FabFiles.sinf(WAFER, 180).replaceFirst("1f", "1x")))
        .hasMessageContaining("'1x'");
  }

  @Test
  void g85_keepsBinsAndIdentity() {
    WaferRecord record = read(FabFiles.g85(WAFER, 0, 2));
    assertThat(record.identity().lot()).isEqualTo("L1");
    assertThat(record.identity().wafer()).isEqualTo("W7");
    assertThat(record.bins()).extracting(Bin::name).containsExactly("good", "open");
    assertThat(record.bins()).extracting(Bin::number).containsExactly(1, 12);
    assertThat(record.grid().x(0, 0)).isZero();
    assertThat(record.geometry().waferDiameterMillimetres()).hasValue(200);
    assertThatThrownBy(() -> read(FabFiles.g85(WAFER, 0, 2).replace("Rows=\"9\"", "Rows=\"10\"")))
        .hasMessageContaining("9 of 10 rows");
  }

  @Test
  void e142_multipliesItsLayouts() {
    String text =
        FabFiles.e142(WAFER, 0, "DownRight", false)
            .replace("<Dimension X=\"1\" Y=\"1\"/>", "<Dimension X=\"1\" Y=\"3\"/>")
            .replace("<Dimension X=\"7\" Y=\"9\"/>", "<Dimension X=\"7\" Y=\"3\"/>");
    assertThat(read(text).map()).isEqualTo(WAFER);
    assertThat(read(text).identity().lot()).isEqualTo("L1");
    assertThat(read(text).geometry().diePitchXMicrons()).hasValue(2_500);
    assertThatThrownBy(
            () -> read(text.replace("LayoutSpecifier=\"W/D\"", "LayoutSpecifier=\"W/X\"")))
        .hasMessageContaining("layout 'X'");
  }

  @Test
  void xml_mayBeOfAnotherEncoding() {
    String text =
        FabFiles.g85(WAFER, 0, 2)
            .replace("<?xml version=\"1.0\"?>", "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>")
            .replace("LotId=\"L1\"", "LotId=\"L\u00fc\"");
    WaferRecord latin = FabFiles.one("w", text.getBytes(ISO_8859_1));
    assertThat(latin.identity().lot()).isEqualTo("L\u00fc");
    byte[] marked = ("\uFEFF" + FabFiles.g85(WAFER, 0, 2)).getBytes(UTF_16LE);
    assertThat(FabFiles.one("w", marked).map()).isEqualTo(WAFER);
    assertThatThrownBy(() -> read(text.replace("ISO-8859-1", "X-none")))
        .hasMessageContaining("'X-none'");
  }

  @Test
  void xml_fetchesNothingAndExpandsNothing() {
    String entity =
        "<?xml version=\"1.0\"?><!DOCTYPE Map [<!ENTITY a SYSTEM"
            + " \"file:///etc/passwd\">]><Map>&a;</Map>";
    assertThatThrownBy(() -> read(entity)).isInstanceOf(WaferException.class);
    String laughs =
        "<?xml version=\"1.0\"?><!DOCTYPE Map [<!ENTITY a \"ha\"><!ENTITY b"
            + " \"&a;&a;\">]><Map>&b;</Map>";
    assertThatThrownBy(() -> read(laughs)).isInstanceOf(WaferException.class);
    assertThatThrownBy(() -> read("<Map>" + "<a>".repeat(10_000)))
        .hasMessageContaining("nested more than 64 deep");
  }

  @Test
  void stdf_ofEitherEndianness_keepsWhatItSays() {
    for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
      byte[] file =
          new FabFiles.Stdf(order)
              .lot("L1", "P")
              .ownRecord()
              .wafer(WAFER, "W1", false, false)
              .wafer(WAFER, "W2", false, false)
              .configuration('D', 'R', 'D')
              .hardBin(1, 0, 'P', "good")
              .hardBin(5, 0, 'F', "leak")
              .file();
      List<WaferRecord> records = FabFiles.read("l.stdf", file);
      assertThat(records).extracting(r -> r.identity().wafer()).containsExactly("W1", "W2");
      WaferRecord record = records.getLast();
      assertThat(record.map()).isEqualTo(WAFER);
      assertThat(record.identity().lot()).isEqualTo("L1");
      assertThat(record.bins()).extracting(Bin::name).containsExactly("good", "leak");
      assertThat(record.geometry().diePitchXMicrons()).hasValue(2_500);
      assertThat(record.softBin(4, 3)).isEqualTo(11);
      assertThat(record.warnings()).anyMatch(line -> line.contains("tester's own"));
    }
  }

  @Test
  void stdf_countsTheLastResultOfADieAndTellsPartsWithoutPlace() {
    byte[] file =
        new FabFiles.Stdf(ByteOrder.LITTLE_ENDIAN)
            .start(1, "W")
            .part(1, 8, 5, 5, 3, -4)
            .part(1, 0, 1, 1, 3, -4)
            .part(1, 0, 1, 1, 4, -4)
            .part(1, 0x10, 7, 7, 5, -4)
            .part(1, 0, 1, 1, -32_768, -32_768)
            .end(1, 9, "W")
            .file();
    WaferRecord record = FabFiles.one("w.stdf", file);
    assertThat(record.map().dies()).isEqualTo(3);
    assertThat(record.map().failingDies()).isEqualTo(1);
    assertThat(record.retestedDies()).isEqualTo(1);
    assertThat(record.warnings())
        .anyMatch(line -> line.contains("1 parts without coordinates"))
        .anyMatch(line -> line.contains("judged by hard bin"))
        .anyMatch(line -> line.contains("WRR counts 9 parts, the file has 5"));
    ReadOptions sevenPasses = ReadOptions.DEFAULT.withPassBins(Set.of(7));
    assertThat(FabFiles.read("w.stdf", file, sevenPasses).getFirst().map().failingDies())
        .isEqualTo(2);
  }

  @Test
  void stdf_ofTwoHeadsAtOnce_keepsTheirWafersApart() {
    byte[] file =
        new FabFiles.Stdf(ByteOrder.BIG_ENDIAN)
            .start(1, "A")
            .start(2, "B")
            .part(1, 0, 1, 1, 0, 0)
            .part(2, 8, 5, 5, 0, 0)
            .part(1, 0, 1, 1, 1, 0)
            .end(2, 1, "B")
            .end(1, 2, "A")
            .file();
    List<WaferRecord> records = FabFiles.read("w.stdf", file);
    assertThat(records).extracting(r -> r.identity().wafer()).containsExactly("B", "A");
    assertThat(records).extracting(r -> r.map().dies()).containsExactly(1, 2);
  }

  @Test
  void stdf_cutOffOrOutOfStep_isRefusedWithItsPlace() {
    byte[] file = new FabFiles.Stdf(ByteOrder.BIG_ENDIAN).wafer(WAFER, "W", false, false).file();
    byte[] cut = Arrays.copyOf(file, file.length - 3);
    assertThatThrownBy(() -> FabFiles.one("w.stdf", cut))
        .hasMessageStartingWith("w.stdf: the STDF file is cut off within the record at byte");
    byte[] shifted = file.clone();
    shifted[7] = (byte) (shifted[7] + 3);
    assertThatThrownBy(() -> FabFiles.one("w.stdf", shifted)).isInstanceOf(WaferException.class);
  }

  @Test
  void aRealTestersStdf_givesEveryDie() {
    WaferRecord record = FabFiles.one("lot2.stdf.bz2", FabFiles.resource("lot2.stdf.bz2"));
    Set<String> dies = new TreeSet<>();
    for (int row = 0; row < record.map().height(); row++) {
      for (int column = 0; column < record.map().width(); column++) {
        if (record.map().code(row, column) > 0) {
          dies.add(
              "%d,%d,%d,%d,%s"
                  .formatted(
                      record.grid().x(row, column),
                      record.grid().y(row, column),
                      record.hardBin(row, column),
                      record.softBin(row, column),
                      record.map().code(row, column) == 1 ? "P" : "F"));
        }
      }
    }
    Set<String> expected = new TreeSet<>();
    new String(FabFiles.resource("lot2.dies.csv"), UTF_8)
        .lines()
        .skip(1)
        .map(line -> line.split(",", -1))
        .forEach(f -> expected.add(String.join(",", f[1], f[2], f[6], f[7], f[8])));
    assertThat(dies).isEqualTo(expected).hasSize(1_456);
    assertThat(record.identity().lot()).isEqualTo("GAL-LOT");
    assertThat(record.retestedDies()).isEqualTo(113);
    assertThat(record.grid().notch()).isEqualTo(NotchSide.DOWN);
  }

  @Test
  void klarf12_failsTheDiesWithDefectsThatCount() {
    WaferRecord record = read(FabFiles.klarf(WAFER, "DOWN", false));
    assertThat(record.map()).isEqualTo(WAFER);
    assertThat(record.identity().slot()).isEqualTo(3);
    assertThat(record.defectClasses()).containsEntry(7, "Scratch; long");
    assertThat(record.defects()).hasSize(WAFER.failingDies());
    ReadOptions large =
        ReadOptions.DEFAULT.withDefects(new DefectRule(5, Set.of(), DefectRule.Dies.PLAN));
    byte[] file = FabFiles.bytes(FabFiles.klarf(WAFER, "DOWN", false));
    assertThat(FabFiles.read("k", file, large).getFirst().map().failingDies()).isZero();
    ReadOptions other =
        ReadOptions.DEFAULT.withDefects(new DefectRule(0, Set.of(7), DefectRule.Dies.PLAN));
    assertThat(FabFiles.read("k", file, other).getFirst().map().failingDies()).isZero();
  }

  @Test
  void klarfSamples_giveTheirFacts() {
    WaferRecord simple = sample("btrapp-simple12.klarf").getFirst();
    assertThat(simple.identity().lot()).isEqualTo("aLot");
    assertThat(simple.map().dies()).isEqualTo(1);
    WaferRecord many = sample("btrapp-klarf12DefectListExample.klarf").getFirst();
    assertThat(many.defects()).hasSize(13);
    assertThat(many.defects().get(10).images()).hasSize(7).contains("multi-image.tif#1");
    assertThat(many.facts()).containsEntry("dies planned", "3");
    WaferRecord images = sample("btrapp-klarfWithImagelist.klarf").getFirst();
    assertThat(images.defects()).hasSize(6);
    assertThat(images.defects().getFirst().images()).first().isEqualTo("a/path/here");
    assertThat(images.defects().getFirst().sizeMicrons()).isEqualTo(0.321);
    List<WaferRecord> two = sample("btrapp-simple18.klarf");
    assertThat(two)
        .extracting(r -> r.identity().wafer())
        .containsExactly("FirstWaferId", "SecondWaferId");
    assertThat(two).extracting(r -> r.defects().size()).containsExactly(3, 1);
    assertThat(two).extracting(r -> r.grid().notch()).containsOnly(NotchSide.DOWN);
    assertThatThrownBy(() -> sample("btrapp-bad12DefectList.klarf"))
        .hasMessageContaining("line 29")
        .hasMessageContaining("75000.123");
  }

  private static List<WaferRecord> sample(String name) {
    return FabFiles.read(name, FabFiles.resource(name));
  }

  @Test
  void tables_mayNameDiesOrDrawThem() {
    WaferRecord named = read("lot,wafer,x,y,hard_bin\nL,1,-1,0,1\nL,1,0,0,7\nL,1,0,1,1\n");
    assertThat(named.map()).isEqualTo(WaferMap.of(2, 2, new byte[] {1, 2, 0, 1}));
    assertThat(named.identity().lot()).isEqualTo("L");
    assertThat(read("x;y;result\n0;0;PASS\n1;0;fail\n").map())
        .isEqualTo(WaferMap.of(1, 2, new byte[] {1, 2}));
    WaferRecord drawn = read("# notch: up\n0\t1\t2\t0\n1\t1\t1\t2\n1\t1\t1\t1\n");
    assertThat(drawn.facts()).containsEntry("separator", "tab");
    assertThat(drawn.map().code(0, 0)).isEqualTo(1);
    assertThat(drawn.map().code(2, 1)).isEqualTo(2);
    byte[] two = FabFiles.bytes("wafer,x,y,bin\nA,0,0,1\nB,0,0,2\nA,1,0,1\n");
    assertThat(FabFiles.read("t.csv", two)).extracting(r -> r.map().dies()).containsExactly(2, 1);
    assertThatThrownBy(() -> read("x,y,bin\n0,0,1\n0,a,1\n")).hasMessageContaining("line 3");
  }

  @Test
  void json_mayNameDiesOrDrawThem() {
    assertThat(read("[[0,1,2],[1,1,1]]").map())
        .isEqualTo(WaferMap.of(2, 3, new byte[] {0, 1, 2, 1, 1, 1}));
    WaferRecord record =
        read(
            "{\"lot\":\"L\",\"wafer\":3,\"notch\":\"down\",\"dies\":[{\"x\":-5,\"y\":2,\"bin\":1},{\"x\":-4,\"y\":2,\"bin\":9}]}");
    assertThat(record.map()).isEqualTo(WaferMap.of(1, 2, new byte[] {1, 2}));
    assertThat(record.identity().wafer()).isEqualTo("3");
    assertThat(read("{\"height\":1,\"width\":2,\"cells\":[1,2]}").map().width()).isEqualTo(2);
    assertThatThrownBy(() -> read("[[1,2],[1]]")).hasMessageContaining("row 2");
    assertThatThrownBy(() -> read("[".repeat(5_000))).hasMessageContaining("32 deep");
  }

  @Test
  void aPicture_isAWaferWithoutIdentity() {
    assertThat(FabFiles.one("w.png", WaferImages.toPng(WAFER)).map()).isEqualTo(WAFER);
  }

  @Test
  void aDrawing_isReadWithAWarningThatNamesItsColours() {
    WaferMap wafer =
        SyntheticWafers.of(5, List.of(new Product(31, 27, 0, 0))).next(DefectPattern.CENTER);
    for (String kind : List.of("png", "tiff", "gif", "bmp")) {
      WaferRecord record = FabFiles.one("w", FabFiles.drawing(wafer, kind));
      assertThat(record.map()).as(kind).isEqualTo(wafer);
      assertThat(record.warnings())
          .anyMatch(line -> line.contains("read from a drawing") && line.contains(" pass"));
    }
  }

  @Test
  void whatIsNoWaferMap_isToldByItsFirstBytes() {
    assertThatThrownBy(() -> FabFiles.one("a.bin", new byte[] {0x12, 0x34}))
        .hasMessageStartingWith("a.bin: none of the known formats")
        .hasMessageContaining("12 34");
    assertThatThrownBy(() -> FabFiles.one("a", new byte[0])).hasMessage("a: the file is empty");
  }
}
