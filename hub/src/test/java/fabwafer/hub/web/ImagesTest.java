package fabwafer.hub.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.protocol.DeviceName;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.image.WaferImages;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ImagesTest {
  private static final long NOW = TestHub.NOW;
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', 1, 2, 3};

  @TempDir private Path folder;
  private TestHub hub;

  @BeforeEach
  void start() {
    hub = TestHub.start(folder);
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  @Test
  void images_areListedNewestFirst_asTheContractSays() throws IOException {
    hub.classified("img1", NOW, "none");
    hub.classified("img3", NOW + 5, "Donut");
    hub.archived("img3", NOW + 5, PNG);
    JsonNode answer = hub.as(Role.VIEWER).get("/api/v1/images").json();

    assertThat(ids(answer)).containsExactly("img3", "img1");
    assertThat(answer.get("next").isNull()).isTrue();
    assertThat(answer.get("items").get(0).toString())
        .isEqualTo(
            "{'imgid':'img3','timestamp':1795428000005,'time':'2026-11-23T10:00:00.005Z',"
                    .replace('\'', '"')
                + "'fab':'faba','camera':'camera1','prediction':'Donut','probability':0.9,"
                    .replace('\'', '"')
                + "'probabilities':null,'model':null,".replace('\'', '"')
                + "'patterns':null,'patternProbabilities':null,'conformalSet':null,"
                    .replace('\'', '"')
                + "'novelty':null,'decision':null,'reasons':[],".replace('\'', '"')
                + "'lot':null,'wafer':null,'slot':null,'product':null,'notch':null,"
                    .replace('\'', '"')
                + "'imageUrl':'/api/v1/images/faba/camera1/img3/image?timestamp=1795428000005',"
                    .replace('\'', '"')
                + "'waferMapUrl':'/api/v1/images/faba/camera1/img3/wafermap?timestamp=1795428000005',"
                    .replace('\'', '"')
                + "'groundTruth':null,'provisional':null}".replace('\'', '"'));
    assertThat(answer.get("items").get(1).get("imageUrl").isNull()).isTrue();
  }

  @Test
  void pages_giveEveryImageOnce_alsoWhileNewOnesArrive_andWhereTimesAreEqual() {
    for (int i = 0; i < 25; i++) {
      hub.classified("img" + i, NOW + i / 10, "Loc");
    }
    TestClient viewer = hub.as(Role.VIEWER);
    List<String> seen = new ArrayList<>();
    String next = "";
    int pages = 0;
    do {
      JsonNode page = viewer.get("/api/v1/images?limit=7" + next).json();
      seen.addAll(ids(page));
      hub.classified("late" + pages++, NOW + 1_000, "none");
      next = page.get("next").isNull() ? "" : "&cursor=" + page.get("next").stringValue();
    } while (!next.isEmpty());

    assertThat(seen)
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, 25).mapToObj(i -> "img" + i).toList());
    assertThat(pages).isEqualTo(4);
  }

  @Test
  void images_areFound_byFabCameraTimeAndPrediction_inSecondsToo() {
    hub.classified("a", NOW, "Donut");
    hub.classified("b", NOW + 1_000, "Edge-Ring");
    hub.classified(new DeviceName("fabb", "camera1"), "c", NOW + 2_000, "odd new pattern");
    TestClient viewer = hub.as(Role.VIEWER);

    assertThat(ids(viewer.get("/api/v1/images?fab=faba").json())).containsExactly("b", "a");
    assertThat(ids(viewer.get("/api/v1/images?fab=fabb&camera=camera2").json())).isEmpty();
    assertThat(ids(viewer.get("/api/v1/images?prediction=edge-ring").json())).containsExactly("b");
    assertThat(ids(viewer.get("/api/v1/images?prediction=odd%20new%20pattern").json()))
        .containsExactly("c");
    assertThat(ids(viewer.get("/api/v1/images?fromts=" + (NOW + 1_000)).json()))
        .containsExactly("c", "b");
    assertThat(ids(viewer.get("/api/v1/images?tots=" + (NOW / 1_000 + 1)).json()))
        .containsExactly("b", "a");
  }

  @Test
  void images_areFound_byDecisionAndByAPatternAmongOthers() {
    hub.classified("a", NOW, "Donut");
    hub.classified(
        "b", NOW + 1, "Center", "{\"patterns\":[\"Center\",\"Scratch\"],\"decision\":\"review\"}");
    hub.classified("c", NOW + 2, "none", "{\"patterns\":[\"scratch\"],\"decision\":\"accept\"}");
    hub.classified("d", NOW + 3, "Scratch", "{\"patterns\":[],\"decision\":\"review\"}");
    hub.classified("e", NOW + 4, "Scratch", "{\"patterns\":\"many\",\"decision\":7}");
    TestClient viewer = hub.as(Role.VIEWER);

    assertThat(all(viewer, "pattern=Scratch")).containsExactly("e", "c", "b");
    assertThat(all(viewer, "pattern=Donut")).containsExactly("a");
    assertThat(all(viewer, "decision=review")).containsExactly("d", "b");
    assertThat(all(viewer, "decision=review&pattern=scratch&fab=faba")).containsExactly("b");
    assertThat(viewer.get("/api/v1/images?decision=maybe").detail())
        .isEqualTo("decision must be one of accept, review, got 'maybe'");

    TestClient reviewer = hub.as(Role.REVIEWER);
    reviewer.post("/api/v1/groundtruth", truth("b", NOW + 1, "Center"));
    assertThat(all(reviewer, "state=reviewed&pattern=Scratch&decision=review"))
        .containsExactly("b");
    assertThat(all(reviewer, "state=unreviewed&decision=review")).containsExactly("d");
  }

  @Test
  void whatAModelSaysBesideItsLabel_isGiven_andWhatCannotBeReadStaysAmongMore() {
    hub.classified(
        "b",
        NOW,
        "Center",
        "{\"patterns\":[\"Center\"],\"patternProbabilities\":{\"Center\":0.9},"
            + "\"conformalSet\":[\"Center\",\"Loc\"],\"novelty\":1.5,\"decision\":\"review\","
            + "\"reasons\":[\"fits two classes: Center, Loc\"]}");
    JsonNode wafer = hub.as(Role.VIEWER).get("/api/v1/images/faba/camera1/b").json();

    assertThat(wafer.get("patterns").toString()).isEqualTo("[\"Center\"]");
    assertThat(wafer.at("/patternProbabilities/Center").doubleValue()).isEqualTo(0.9);
    assertThat(wafer.get("conformalSet")).hasSize(2);
    assertThat(wafer.get("decision").stringValue()).isEqualTo("review");
    assertThat(wafer.at("/reasons/0").stringValue()).isEqualTo("fits two classes: Center, Loc");
    assertThat(wafer.get("novelty").isNull()).isTrue();
    assertThat(wafer.at("/more/novelty").doubleValue()).isEqualTo(1.5);
  }

  @Test
  void anImage_isServedAsReceived_andKeptByTheBrowser() throws IOException {
    hub.classified("img3", NOW, "Donut");
    hub.archived("img3", NOW, PNG);
    TestClient viewer = hub.as(Role.VIEWER);
    String url = "/api/v1/images/faba/camera1/img3/image";
    TestClient.Answer answer = viewer.get(url + "?timestamp=" + NOW);

    assertThat(answer.text().getBytes(ISO_8859_1)).isEqualTo(PNG);
    assertThat(answer.header("Content-Type")).isEqualTo("image/png");
    assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(answer.header("Cache-Control")).isEqualTo("private, max-age=31536000, immutable");
    assertThat(viewer.get(url).header("Cache-Control")).isEqualTo("private, no-cache");
    assertThat(viewer.get(url + "?timestamp=" + (NOW + 1)).header("Cache-Control"))
        .isEqualTo("private, no-cache");
    viewer.with("If-None-Match", "\"other\", " + answer.header("ETag"));
    TestClient.Answer again = viewer.get(url);
    assertThat(again.status()).isEqualTo(304);
    assertThat(again.text()).isEmpty();
    assertThat(viewer.get("/api/v1/images/faba/camera1/img4/image").status()).isEqualTo(404);
  }

  @Test
  void whatIsNoPicture_isNotServedAsOne() throws IOException {
    hub.archived("page", NOW, "<html><script>".getBytes(ISO_8859_1));
    assertThat(
            hub.as(Role.VIEWER)
                .get("/api/v1/images/faba/camera1/page/image")
                .header("Content-Type"))
        .isEqualTo("application/octet-stream");
  }

  @Test
  void aWaferMap_isGivenAsDigits_andWhatIsNoneSaysWhy() throws IOException {
    WaferMap wafer = WaferMap.of(2, 3, new byte[] {0, 1, 0, 1, 2, 1});
    hub.archived("wafer", NOW, WaferImages.toPng(wafer));
    hub.archived("none", NOW, photo());
    TestClient viewer = hub.as(Role.VIEWER);

    assertThat(viewer.get("/api/v1/images/faba/camera1/wafer/wafermap").text())
        .isEqualTo(
            "{\"height\":2,\"width\":3,\"cells\":\"010121\",\"dies\":4,\"failing\":1,"
                + "\"yieldRatio\":0.75}");
    TestClient.Answer none = viewer.get("/api/v1/images/faba/camera1/none/wafermap");
    assertThat(none.status()).isEqualTo(422);
    assertThat(none.problem()).isEqualTo("no-wafer-map");
    assertThat(none.detail()).startsWith("none: ");
    assertThat(none.header("Cache-Control")).isEqualTo("no-store");
  }

  @Test
  void groundTruth_isAppended_andTheNewestCounts() {
    hub.classified("img3", NOW, "Donut");
    TestClient reviewer = hub.as(Role.REVIEWER);
    TestClient.Answer first = reviewer.post("/api/v1/groundtruth", truth("img3", NOW, "scratch"));
    assertThat(first.status()).isEqualTo(201);
    assertThat(first.json().get("ground_truth").stringValue()).isEqualTo("Scratch");
    assertThat(first.json().get("reviewer").stringValue()).isEqualTo("the-reviewer");
    assertThat(first.json().get("at").stringValue()).isEqualTo("2026-11-23T10:00:00Z");
    reviewer.post("/api/v1/groundtruth", truth("img3", NOW / 1_000, "a new pattern"));

    JsonNode one = reviewer.get("/api/v1/images/faba/camera1/img3").json();
    assertThat(one.at("/groundTruth/ground_truth").stringValue()).isEqualTo("a new pattern");
    assertThat(one.get("groundTruths")).hasSize(2);
    JsonNode labels = reviewer.get("/api/v1/groundtruth?limit=1&imgid=img3").json();
    assertThat(labels.at("/items/0/ground_truth").stringValue()).isEqualTo("a new pattern");
    JsonNode older =
        reviewer
            .get("/api/v1/groundtruth?limit=1&cursor=" + labels.get("next").stringValue())
            .json();
    assertThat(older.at("/items/0/ground_truth").stringValue()).isEqualTo("Scratch");
    assertThat(older.get("next").isNull()).isTrue();
  }

  @Test
  void groundTruth_outsideItsLimits_orOfAnUnknownWafer_isRefused() {
    hub.classified("img3", NOW, "Donut");
    TestClient reviewer = hub.as(Role.REVIEWER);
    String path = "/api/v1/groundtruth";

    assertThat(reviewer.post(path, truth("img4", NOW, "Loc")).detail())
        .isEqualTo("there is no classification of img4 at " + NOW + " of faba/camera1");
    assertThat(reviewer.post(path, truth("img3", NOW + 1, "Loc")).status()).isEqualTo(404);
    assertThat(
            reviewer.post(path, truth("img3", NOW, "Loc").replace("camera1", "camera2")).status())
        .isEqualTo(404);
    assertThat(reviewer.post(path, truth("../x", NOW, "Loc")).status()).isEqualTo(400);
    assertThat(reviewer.post(path, truth("img3", -1, "Loc")).detail())
        .startsWith("timestamp must be seconds or milliseconds");
    assertThat(reviewer.post(path, truth("img3", NOW, "x".repeat(65))).detail())
        .isEqualTo("ground_truth must be at most 64 characters, got 65");
    assertThat(reviewer.post(path, truth("img3", NOW, "a\\u0007b")).detail())
        .isEqualTo("ground_truth holds control characters");
    assertThat(reviewer.post(path, truth("img3", NOW, " ")).status()).isEqualTo(400);
    assertThat(reviewer.get(path).json().get("items")).isEmpty();
  }

  @Test
  void images_areFoundByTheirLabelState() {
    for (int i = 0; i < 12; i++) {
      hub.classified("img%02d".formatted(i), NOW + i, i < 6 ? "Loc" : "Donut");
    }
    TestClient reviewer = hub.as(Role.REVIEWER);
    for (int i = 0; i < 12; i += 2) {
      String label = i % 4 == 0 ? "donut" : "none";
      reviewer.post("/api/v1/groundtruth", truth("img%02d".formatted(i), NOW + i, label));
    }

    assertThat(all(reviewer, "state=unreviewed"))
        .containsExactly("img11", "img09", "img07", "img05", "img03", "img01");
    assertThat(all(reviewer, "state=reviewed&prediction=donut"))
        .containsExactly("img10", "img08", "img06");
    assertThat(all(reviewer, "state=corrected&fab=faba&camera=camera1"))
        .containsExactly("img10", "img06", "img04", "img02", "img00");
  }

  @Test
  void theDefectRate_isCountedByHourDayAndWeek() {
    long hour = 3_600_000;
    hub.classified("a", NOW, "none");
    hub.classified("b", NOW + 1, "Donut");
    hub.classified(new DeviceName("faba", "camera2"), "c", NOW + 2, "Donut");
    hub.classified("d", NOW + 24 * hour, "none");
    TestClient viewer = hub.as(Role.VIEWER);
    String path = "/api/v1/statistics/defect-rate";

    JsonNode days = viewer.get(path).json();
    assertThat(days.get("wafers").intValue()).isEqualTo(4);
    assertThat(days.get("rate").doubleValue()).isEqualTo(0.5);
    assertThat(days.at("/points/0").toString())
        .isEqualTo(
            "{\"start\":1795392000000,\"startAt\":\"2026-11-23T00:00:00Z\",\"wafers\":3,"
                + "\"defects\":2,\"rate\":0.6666666666666666,"
                + "\"predictions\":{\"Donut\":2,\"none\":1}}");
    JsonNode weeks = viewer.get(path + "?bucket=week").json();
    assertThat(weeks.get("points")).hasSize(1);
    assertThat(weeks.at("/points/0/startAt").stringValue()).isEqualTo("2026-11-23T00:00:00Z");
    JsonNode hours = viewer.get(path + "?bucket=hour&fab=faba&camera=camera1&tots=" + NOW).json();
    assertThat(hours.get("points")).hasSize(1);
    assertThat(hours.at("/points/0/startAt").stringValue()).isEqualTo("2026-11-23T10:00:00Z");
    assertThat(viewer.get(path + "?fab=fabz").json().get("rate").isNull()).isTrue();
  }

  private static byte[] photo() throws IOException {
    BufferedImage photo = new BufferedImage(150, 150, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 150 * 150; i++) {
      photo.setRGB(i % 150, i / 150, i * 31);
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(photo, "png", png);
    return png.toByteArray();
  }

  private static String truth(String imgid, long timestamp, String label) {
    return """
    {"imgid": "%s", "timestamp": %d, "fab": "faba", "camera": "camera1",
     "ground_truth": "%s", "comment": "seen"}\
    """
        .formatted(imgid, timestamp, label);
  }

  private static List<String> all(TestClient client, String query) {
    List<String> ids = new ArrayList<>();
    String next = "";
    do {
      JsonNode page = client.get("/api/v1/images?limit=2&" + query + next).json();
      ids.addAll(ids(page));
      next = page.get("next").isNull() ? "" : "&cursor=" + page.get("next").stringValue();
    } while (!next.isEmpty());
    return ids;
  }

  private static List<String> ids(JsonNode page) {
    return page.get("items").valueStream().map(row -> row.get("imgid").stringValue()).toList();
  }
}
