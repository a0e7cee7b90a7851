package fabwafer.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fabwafer.acceptance.RestClient.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Files of a fab's formats: through a watched folder, and handed in by hand. */
class FabFilesTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  /** 2026-11-23T10:00:00Z. */
  private static final int START = 1_795_428_000;

  @TempDir private static Path folder;
  private static RunningHub hub;
  private static RestClient admin;

  @BeforeAll
  static void start() {
    hub = RunningHub.start(folder.resolve("hub"));
    admin = hub.admin();
  }

  @AfterAll
  static void stop() {
    hub.close();
  }

  @Test
  void stdfInAWatchedFolder_showsInThePortal_withLotWaferBinsAndNotch() throws IOException {
    Path inbox = Files.createDirectory(folder.resolve("tester"));
    byte[] file =
        new StdfFile("LOT9", "CHIP7", START, 'L').wafer("W03", 20, (x, y) -> x < 3).bytes();
    try (RunningAgent agent = RunningAgent.start(folder.resolve("agent1"), hub, "tester1", inbox);
        Browser browser = Browser.open(hub.address())) {
      drop(inbox, "lot9.stdf", file);
      awaitWafers("tester1", 1);
      JsonNode wafer = admin.items("/api/v1/images?lot=LOT9").getFirst();
      assertThat(wafer.get("timestamp").longValue()).isEqualTo(START * 1_000L);
      assertFailingDiesLieAtTheBottom(wafer);

      browser.logIn("admin", hub.adminPassword());
      browser.show("#/wafers?lot=LOT9");
      browser.awaitText(".stage h1", "LOT9-W03");
      assertThat(browser.awaitText(".stage header", "Lot LOT9")).contains("Wafer W03");
      browser.find(".die-map canvas[aria-label*='notch at the bottom']");
      assertThat(browser.awaitText(".facts", "lot9.stdf"))
          .contains("STDF V4 (little-endian)", "CHIP7", "bottom, in the file left");
      assertThat(browser.awaitText(".bins", "5 open")).contains("1 good", "fail", "pass");
      browser.hover(".die-map canvas");
      browser.awaitText(".die-tip", "pass · bin 1 good");
      assertThat(browser.complaints()).isEmpty();
      assertThat(agent.printed()).doesNotContain("ERROR");
    }
    assertThat(inbox.resolve("lot9.stdf")).doesNotExist();
  }

  /** x counted to the right, and the notch was at the left: where x is small is now below. */
  private static void assertFailingDiesLieAtTheBottom(JsonNode wafer) {
    JsonNode map = admin.json(wafer.get("waferMapUrl").stringValue());
    String cells = map.get("cells").stringValue();
    int width = map.get("width").intValue();
    int firstBad = map.get("height").intValue() - 3;
    assertThat(cells.substring(0, firstBad * width)).contains("1").doesNotContain("2");
    assertThat(cells.substring(firstBad * width)).contains("2").doesNotContain("1");
  }

  @Test
  void fileOfManyWafers_isTakenWhole_thoughTheAgentIsKilledInBetween() throws IOException {
    int wafers = 60;
    Path inbox = Files.createDirectory(folder.resolve("tester2"));
    StdfFile file = new StdfFile("LOT60", "CHIP7", START, 'D');
    for (int i = 0; i < wafers; i++) {
      int bad = i % 20;
      file.wafer("W%02d".formatted(i), 30, (x, y) -> x == bad || y == bad);
    }
    try (RunningAgent agent = RunningAgent.start(folder.resolve("agent2"), hub, "tester2", inbox)) {
      drop(inbox, "lot60.stdf", file.bytes());
      for (int kill = 1; kill <= 3; kill++) {
        awaitWafers("tester2", 5 * kill);
        agent.kill();
        agent.restart();
      }
      awaitWafers("tester2", wafers);
      await().atMost(SOON).until(() -> Files.notExists(inbox.resolve("lot60.stdf")));
    }
    List<String> names =
        admin.items("/api/v1/images?fab=faba&camera=tester2").stream()
            .map(wafer -> wafer.get("wafer").stringValue())
            .toList();
    assertThat(names).hasSize(wafers).doesNotHaveDuplicates();
    assertThat(Samples.pngs(hub.data().resolve("archive/faba/tester2"))).hasSize(wafers);
    assertThat(admin.items("/api/v1/quarantine")).isEmpty();
  }

  @Test
  void uploads_areStoredLikeAnAgents_andHandedBack() {
    Answer klarf = upload("lot.klarf", klarf().getBytes(UTF_8));
    assertThat(klarf.status()).as(klarf.body()).isEqualTo(201);
    Answer g85 = upload("wafer.xml", g85().getBytes(UTF_8));
    assertThat(g85.status()).as(g85.body()).isEqualTo(201);
    assertThat(upload("wafer.xml", g85().getBytes(UTF_8)).status()).isEqualTo(200);

    List<JsonNode> stored = admin.items("/api/v1/images?fab=faba&camera=upload");
    assertThat(stored).hasSize(2);
    JsonNode one = admin.json(path(stored, "LK", ""));
    assertThat(one.get("wafer").stringValue()).isEqualTo("WK");
    assertThat(one.get("model").stringValue()).isNotBlank();
    for (String as : List.of("csv", "g85", "e142", "klarf")) {
      Answer export = admin.get(one.get("exportUrl").stringValue() + "&as=" + as);
      assertThat(export.status()).isEqualTo(200);
      assertThat(export.body()).contains("LK", one.get("prediction").stringValue());
    }
    assertThat(admin.items("/api/v1/images?lot=LG")).hasSize(1);
  }

  @Test
  void hostileUploads_areAnsweredWithAReason_andStoreNothing() throws IOException {
    int before = admin.items("/api/v1/images").size();
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bomb)) {
      zip.putNextEntry(new ZipEntry("wafer.csv"));
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 200; i++) {
        zip.write(zeros);
      }
    }
    assertProblem(upload("bomb.zip", bomb.toByteArray()), 422, "packed bytes unpack to more than");
    assertProblem(upload("large.stdf", new byte[100_000_000]), 413, "67,108,864");
    assertProblem(upload("page.html", "<html>".getBytes(UTF_8)), 422, "known formats");
    assertProblem(upload("..%2F..%2Fetc%2Fpasswd", g85().getBytes(UTF_8)), 400, "file's name");
    assertProblem(
        admin.postBytes(uploadPath("wafer.xml"), "text/html", g85().getBytes(UTF_8)),
        415,
        "application/octet-stream");
    assertThat(admin.items("/api/v1/images")).hasSizeGreaterThanOrEqualTo(before);
    assertThat(admin.items("/api/v1/images?fab=faba&camera=hostile")).isEmpty();
  }

  @Test
  void uploadPage_takesAFile_andLeadsToItsWafer() throws IOException {
    Path file =
        Files.write(
            folder.resolve("dropped.stdf"),
            new StdfFile("LOTU", "CHIP7", START, 'D').wafer("W01", 20, (x, y) -> y < 3).bytes());
    try (Browser browser = Browser.open(hub.address())) {
      browser.logIn("admin", hub.adminPassword());
      browser.show("#/upload");
      browser.type("input[name=fab]", "faba");
      browser.type("input[name=camera]", "by-hand");
      browser.find("input[type=file]:not([disabled])").sendKeys(file.toString());
      browser.awaitText(".upload-result", "1 wafer, 1 new");
      browser.find(".upload-result a").click();
      browser.awaitText(".stage h1", "LOTU-W01");
      assertThat(browser.complaints()).isEmpty();
    }
  }

  private static void awaitWafers(String camera, int least) {
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () ->
                admin.items("/api/v1/images?fab=faba&camera=" + camera).stream()
                        .filter(wafer -> !wafer.get("imageUrl").isNull())
                        .count()
                    >= least);
  }

  private static void drop(Path inbox, String name, byte[] content) throws IOException {
    Path partial = Files.write(inbox.resolve(name + ".part"), content);
    Files.move(partial, inbox.resolve(name));
  }

  private static Answer upload(String name, byte[] file) {
    return admin.postBytes(uploadPath(name), "application/octet-stream", file);
  }

  private static String uploadPath(String name) {
    boolean good = name.equals("lot.klarf") || name.equals("wafer.xml");
    return "/api/v1/wafers?fab=faba&camera=%s&name=%s".formatted(good ? "upload" : "hostile", name);
  }

  private static void assertProblem(Answer answer, int status, String part) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.json().get("detail").stringValue()).contains(part);
  }

  private static String path(List<JsonNode> wafers, String lot, String part) {
    JsonNode wafer =
        wafers.stream()
            .filter(one -> one.get("lot").stringValue().equals(lot))
            .findFirst()
            .orElseThrow();
    return "/api/v1/images/faba/upload/%s%s?timestamp=%d"
        .formatted(wafer.get("imgid").stringValue(), part, wafer.get("timestamp").longValue());
  }

  private static String g85() {
    return """
    <?xml version="1.0"?><Maps><Map WaferId="WG" FormatRevision="G85-1101">
    <Device ProductId="P" LotId="LG" Orientation="0" Rows="3" Columns="3" OriginLocation="2"
     BinType="Decimal" NullBin="255"><Bin BinCode="001" BinQuality="Pass"/>
    <Bin BinCode="012" BinQuality="Fail" BinDescription="open"/><Data>
    <Row>255 001 255</Row><Row>001 012 001</Row><Row>255 001 255</Row></Data></Device></Map></Maps>
    """;
  }

  private static String klarf() {
    return """
    FileVersion 1 2;
    ResultTimestamp 11-22-26 10:00:00;
    LotID "LK";
    SampleSize 1 200;
    DeviceID "P";
    OrientationMarkLocation DOWN;
    DiePitch 2.5e+003 3.0e+003;
    DieOrigin 0 0;
    WaferID "WK";
    Slot 3;
    SampleCenterLocation 0 0;
    ClassLookup 1
     0 "none";
    SampleTestPlan 4
     0 0
     1 0
     0 1
     1 1;
    DefectRecordSpec 7 DEFECTID XREL YREL XINDEX YINDEX DSIZE CLASSNUMBER ;
    DefectList
     1 10.5 20.25 1 0 3.0 0;
    EndOfFile;
    """;
  }
}
