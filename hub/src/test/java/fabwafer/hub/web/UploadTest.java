package fabwafer.hub.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.classifier.Prediction;
import fabwafer.classifier.explanation.Explanation;
import fabwafer.hub.inference.ServedModel;
import fabwafer.hub.web.TestClient.Answer;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.format.ReadOptions;
import fabwafer.wafer.format.WaferFiles;
import fabwafer.wafer.format.WaferRead;
import fabwafer.wafer.image.WaferImages;
import fabwafer.wafer.record.WaferRecord;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Files that people hand in, and wafers that are handed back. */
class UploadTest {
  @TempDir private Path folder;
  private TestHub hub;

  @BeforeEach
  void start() {
    hub = TestHub.start(folder);
    hub.model.set(Optional.of(new Donuts()));
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  @Test
  void klarf_isClassifiedAndStored_asAnAgentsWould() {
    Answer answer = upload("lot7.klarf", klarf("down").getBytes(UTF_8));

    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    JsonNode item = answer.json().get("items").get(0);
    assertThat(item.get("imgid").stringValue()).matches("L7-W3-[0-9a-f]{12}");
    assertThat(item.get("prediction").stringValue()).isEqualTo("Donut");
    assertThat(item.get("stored").booleanValue()).isTrue();
    JsonNode wafer = one(item);
    assertThat(wafer.get("lot").stringValue()).isEqualTo("L7");
    assertThat(wafer.get("wafer").stringValue()).isEqualTo("W3");
    assertThat(wafer.get("slot").intValue()).isEqualTo(3);
    assertThat(wafer.get("notch").stringValue()).isEqualTo("bottom");
    assertThat(wafer.at("/source/file").stringValue()).isEqualTo("lot7.klarf");
    assertThat(wafer.at("/source/format").stringValue()).startsWith("KLARF");
    assertThat(wafer.at("/dies/fail").intValue()).isEqualTo(2);
    assertThat(wafer.get("model").stringValue()).isEqualTo("donuts");
    assertThat(wafer.get("timestamp").longValue()).isEqualTo(1_795_341_600_000L);
    assertThat(hub.as(Role.ADMIN).get("/api/v1/audit?action=wafers.uploaded").text())
        .contains("lot7.klarf", "camera:faba/upload");
  }

  @Test
  void g85WithoutATime_isStoredOnce_howeverOftenItIsSent() {
    byte[] file = g85("001 012", "012 001").getBytes(UTF_8);
    assertThat(upload("w.xml", file).status()).isEqualTo(201);
    hub.now.addAndGet(60_000);

    Answer again = upload("w.xml", file);

    assertThat(again.status()).isEqualTo(200);
    assertThat(again.json().at("/items/0/stored").booleanValue()).isFalse();
    JsonNode list = viewer().get("/api/v1/images?lot=L1").json().get("items");
    assertThat(list).hasSize(1);
    assertThat(viewer().get("/api/v1/images?lot=L2").json().get("items")).isEmpty();
    JsonNode wafer = one(list.get(0));
    assertThat(wafer.at("/bins/1/name").stringValue()).isEqualTo("open");
    assertThat(wafer.at("/bins/1/dies").intValue()).isEqualTo(2);
    JsonNode bins = viewer().get(wafer.get("binMapUrl").stringValue()).json().get("bins");
    assertThat(bins.toString()).isEqualTo("[1,12,12,1]");
  }

  @Test
  void archive_isTakenWhereItCanBe_andTheRestIsTold() throws IOException {
    Answer answer =
        upload(
            "lot.zip",
            zip("a.xml", g85("001 012", "001 001"), "b.xml", "<Maps><Map", "c.bin", "\0\1\2"));

    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.json().get("items")).hasSize(1);
    assertThat(answer.json().at("/refused/0/where").stringValue()).isEqualTo("lot.zip!b.xml");
    assertThat(answer.json().get("passedOver").intValue()).isEqualTo(1);
  }

  @Test
  void hostileFiles_areRefusedWithAReason_andNothingIsStored() throws IOException {
    byte[] bomb = gzip(new byte[8_000_000]);
    byte[] many = zip(repeated(6));
    assertProblem(upload("bomb.gz", bomb), 422, "unreadable-file", "4,000,000");
    assertProblem(upload("many.zip", many), 422, "unreadable-file", "more than 5 wafers");
    assertProblem(upload("note.txt", bytes("hello")), 422, "unreadable-file", "known formats");
    assertProblem(upload("empty.csv", new byte[0]), 400, "bad-body", "empty");
    assertProblem(upload("large.csv", new byte[200_001]), 413, "body-too-large", "200,000");
    assertProblem(upload("huge.csv", new byte[40_000_000]), 413, "body-too-large", "200,000");
    byte[] entities =
        bytes(
            "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM"
                + " \"file:///etc/passwd\">]><a>&b;</a>");
    assertThat(upload("entities.xml", entities).status()).isEqualTo(422);
    byte[] good = bytes(g85("001 012", "001 001"));
    for (String name :
        List.of(
            "../../etc/passwd", "..\\w.xml", "/etc/passwd", "a\0b", ".hidden", "x".repeat(201))) {
      assertProblem(upload(name, good), 400, "bad-parameter", "name must be a file's name");
    }
    assertProblem(
        hub.as(Role.REVIEWER).send("POST", path("w.xml"), "text/html", good),
        415,
        "unsupported-content-type",
        "application/octet-stream");
    assertThat(viewer().get("/api/v1/images").json().get("items")).isEmpty();
    assertThat(viewer().get("/api/v1/devices").json().get("fabs")).isEmpty();
  }

  @Test
  void namesInsideAFile_areShownOnly() throws IOException {
    String odd =
        g85("001 012", "001 001").replace("W7", "../../W &lt;script&gt;").replace("L1", "=cmd()");
    Answer answer = upload("lot.zip", zip("../../../etc/passwd", odd));

    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    assertThat(answer.json().at("/items/0/imgid").stringValue())
        .matches("[A-Za-z0-9_][A-Za-z0-9._-]*");
    assertThat(folder.resolve("archive/faba/upload")).isDirectoryContaining("glob:**.png");
  }

  @Test
  void upload_isForReviewers_andNeedsAModel() {
    byte[] good = bytes(g85("001 012", "001 001"));
    assertThat(hub.anyone().send("POST", path("w.xml"), "application/octet-stream", good).status())
        .isEqualTo(401);
    assertThat(viewer().send("POST", path("w.xml"), "application/octet-stream", good).status())
        .isEqualTo(403);
    hub.model.set(Optional.empty());
    assertProblem(upload("w.xml", good), 503, "no-model", "no model");
  }

  @Test
  void export_readsBackAsTheSameWafer_withItsPattern() throws IOException {
    for (String notch : List.of("down", "left")) {
      String name = "lot-" + notch + ".klarf";
      JsonNode item = upload(name, bytes(klarf(notch))).json().at("/items/0");
      JsonNode wafer = one(item);
      String export = wafer.get("exportUrl").stringValue() + "&as=";
      WaferMap map = WaferImages.read("i", image(wafer));
      for (String format : List.of("csv", "g85", "e142", "klarf")) {
        Answer answer = viewer().get(export + format);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.header("Content-Disposition"))
            .startsWith("attachment; filename=\"L7-W3-");
        assertThat(answer.text()).contains("Donut", "L7");
        WaferRecord back = read(format, answer.text());
        assertThat(back.map()).as(format).isEqualTo(map);
        assertThat(back.identity().wafer()).isEqualTo("W3");
      }
    }
    assertThat(viewer().get("/api/v1/images/faba/upload/x/export?as=exe").status()).isEqualTo(400);
    assertThat(viewer().get("/api/v1/images/faba/upload/x/export").status()).isEqualTo(400);
  }

  @Test
  void exportedTable_holdsNothingThatASpreadsheetRuns() {
    String odd = "L1,=cmd|' /C calc'!A0";
    JsonNode item =
        upload("w.xml", bytes(g85("001 012", "001 001").replace("L1", odd))).json().at("/items/0");

    String csv = viewer().get(one(item).get("exportUrl").stringValue() + "&as=csv").text();

    for (String line : csv.lines().toList()) {
      for (String cell : line.split("[,;\\t]", -1)) {
        assertThat(cell.strip()).doesNotStartWith("=").doesNotStartWith("+").doesNotStartWith("@");
      }
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static void assertProblem(Answer answer, int status, String problem, String part) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.problem()).isEqualTo(problem);
    assertThat(answer.detail()).contains(part);
  }

  private TestClient viewer() {
    return hub.as(Role.VIEWER);
  }

  private Answer upload(String name, byte[] file) {
    return hub.as(Role.REVIEWER).send("POST", path(name), "application/octet-stream", file);
  }

  private static String path(String name) {
    return "/api/v1/wafers?fab=faba&camera=upload&name=" + URLEncoder.encode(name, UTF_8);
  }

  private JsonNode one(JsonNode item) {
    return viewer()
        .get(
            "/api/v1/images/faba/upload/%s?timestamp=%d"
                .formatted(item.get("imgid").stringValue(), item.get("timestamp").longValue()))
        .json();
  }

  private byte[] image(JsonNode wafer) {
    return viewer()
        .get(wafer.get("imageUrl").stringValue())
        .text()
        .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  private static WaferRecord read(String name, String text) throws IOException {
    List<WaferRecord> records = new ArrayList<>();
    WaferFiles.read(
        name,
        new ByteArrayInputStream(text.getBytes(UTF_8)),
        ReadOptions.DEFAULT,
        read -> records.add(((WaferRead.Wafer) read).record()));
    return records.getFirst();
  }

  private static String g85(String... rows) {
    StringBuilder text = new StringBuilder();
    text.append("<?xml version=\"1.0\"?><Maps><Map WaferId=\"W7\" FormatRevision=\"G85-1101\">");
    text.append("<Device ProductId=\"P\" LotId=\"L1\" Orientation=\"0\" Rows=\"2\" Columns=\"2\"");
    text.append(" OriginLocation=\"2\" BinType=\"Decimal\" NullBin=\"255\">");
    text.append("<Bin BinCode=\"001\" BinQuality=\"Pass\" BinDescription=\"good\"/>");
    text.append("<Bin BinCode=\"012\" BinQuality=\"Fail\" BinDescription=\"open\"/><Data>");
    for (String row : rows) {
      text.append("<Row><![CDATA[").append(row).append(" ]]></Row>\n");
    }
    return text.append("</Data></Device></Map></Maps>").toString();
  }

  private static String klarf(String notch) {
    return """
    FileVersion 1 2;
    ResultTimestamp 11-22-26 10:00:00;
    LotID "L7";
    SampleSize 1 200;
    DeviceID "P";
    OrientationMarkLocation %s;
    DiePitch 2.5e+003 3.0e+003;
    DieOrigin 0 0;
    WaferID "W3";
    Slot 3;
    SampleCenterLocation 0 0;
    ClassLookup 1
     0 "none";
    SampleTestPlan 6
     -1 0
     0 0
     1 0
     -1 1
     0 1
     1 1;
    DefectRecordSpec 7 DEFECTID XREL YREL XINDEX YINDEX DSIZE CLASSNUMBER ;
    DefectList
     1 10.5 20.25 1 0 3.0 0
     2 10.5 20.25 0 1 3.0 0;
    EndOfFile;
    """
        .formatted(notch);
  }

  private static String[] repeated(int wafers) {
    String[] files = new String[2 * wafers];
    for (int i = 0; i < wafers; i++) {
      files[2 * i] = i + ".xml";
      files[2 * i + 1] = g85("001 012", "001 001");
    }
    return files;
  }

  private static byte[] zip(String... namesAndTexts) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (int i = 0; i < namesAndTexts.length; i += 2) {
        zip.putNextEntry(new ZipEntry(namesAndTexts[i]));
        zip.write(bytes(namesAndTexts[i + 1]));
        zip.closeEntry();
      }
    }
    return out.toByteArray();
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(content);
    }
    return out.toByteArray();
  }

  /** A model to which every wafer is a donut. */
  private static final class Donuts implements ServedModel {
    @Override
    public String id() {
      return "donuts";
    }

    @Override
    public List<String> labels() {
      return List.of("Donut", "none");
    }

    @Override
    public Prediction classify(WaferMap wafer) {
      return new Prediction("Donut", 0.75, Map.of("Donut", 0.75, "none", 0.25), List.of(0., 0.));
    }

    @Override
    public Explanation explain(WaferMap wafer, String label) {
      throw new UnsupportedOperationException();
    }
  }
}
