package fabwafer.hub.web;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.classifier.Classifier;
import fabwafer.hub.inference.ServedModel;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.image.WaferImages;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ExplanationTest {
  private static final long NOW = TestHub.NOW;
  private static final Path HOME = Path.of(System.getProperty("basedir", "."), "..").normalize();

  @TempDir private Path folder;
  private TestHub hub;
  private Classifier classifier;
  private WaferMap wafer;

  @BeforeEach
  void start() throws IOException {
    hub = TestHub.start(folder);
    classifier = Classifier.open(HOME.resolve("models/default"));
    hub.model.set(Optional.of(ServedModel.of(classifier)));
    byte[] image = Files.readAllBytes(HOME.resolve("samples/Center/row006469-37x37.png"));
    wafer = WaferImages.read("center", image);
    hub.classified("center", NOW, "Center");
    hub.archived("center", NOW, image);
  }

  @AfterEach
  void stop() {
    hub.close();
    classifier.close();
  }

  private TestClient.Answer explained(TestClient client, String imgid, String more) {
    return client.get("/api/v1/images/faba/camera1/" + imgid + "/explanation" + more);
  }

  @Test
  void thePrediction_isExplainedByAValueADie() {
    JsonNode answer = explained(hub.as(Role.VIEWER), "center", "").json();

    assertThat(answer.get("label").stringValue()).isEqualTo("Center");
    assertThat(answer.get("predicted").stringValue()).isEqualTo("Center");
    assertThat(answer.get("model").stringValue()).isEqualTo(classifier.card().id());
    assertThat(answer.get("evidence").doubleValue()).isGreaterThan(1);
    assertThat(answer.get("share").doubleValue()).isBetween(0.0, 1.0);
    assertThat(answer.get("values")).hasSize(wafer.height() * wafer.width());
    int strongest = 0;
    byte[] cells = wafer.cells();
    for (int i = 0; i < cells.length; i++) {
      int value = answer.get("values").get(i).intValue();
      assertThat(value).isBetween(cells[i] == 2 ? -100 : 0, cells[i] == 2 ? 100 : 0);
      strongest = Math.max(strongest, Math.abs(value));
    }
    assertThat(strongest).isEqualTo(100);
  }

  @Test
  void anotherLabel_isExplainedToo_andAnUnknownOneIsRefused() {
    TestClient viewer = hub.as(Role.VIEWER);
    JsonNode loc = explained(viewer, "center", "?label=loc&timestamp=" + NOW).json();
    assertThat(loc.get("label").stringValue()).isEqualTo("Loc");
    assertThat(loc.get("predicted").stringValue()).isEqualTo("Center");

    TestClient.Answer unknown = explained(viewer, "center", "?label=Comet");
    assertThat(unknown.status()).isEqualTo(400);
    assertThat(unknown.detail()).startsWith("label must be one that the hub's model knows: Center");
  }

  @Test
  void aPredictionThatTheModelDoesNotKnow_leavesTheModelsOwnAnswer() throws IOException {
    hub.classified("new", NOW, "Comet");
    hub.archived("new", NOW, WaferImages.toPng(wafer));
    JsonNode answer = explained(hub.as(Role.VIEWER), "new", "").json();

    assertThat(answer.get("label")).isEqualTo(answer.get("predicted"));
  }

  @Test
  void thePicture_isAPngOfTheWafer() throws IOException {
    TestClient.Answer answer = explained(hub.as(Role.VIEWER), "center", "/image");

    assertThat(answer.header("Content-Type")).isEqualTo("image/png");
    var picture =
        ImageIO.read(new ByteArrayInputStream(answer.text().getBytes(StandardCharsets.ISO_8859_1)));
    assertThat(picture.getWidth()).isEqualTo(wafer.width() * 21);
  }

  @Test
  void theBrowser_asksAgain_andIsToldWhereNothingChanged() {
    TestClient viewer = hub.as(Role.VIEWER);
    TestClient.Answer first = explained(viewer, "center", "");
    assertThat(first.header("Cache-Control")).isEqualTo("private, no-cache");
    assertThat(explained(viewer, "center", "").text()).isEqualTo(first.text());
    viewer.with("If-None-Match", first.header("ETag"));
    assertThat(explained(viewer, "center", "").status()).isEqualTo(304);
    assertThat(explained(viewer, "center", "?label=Loc").status()).isEqualTo(200);
  }

  @Test
  void rightsAreThoseOfTheImage_andWhatCannotBeExplainedSaysWhy() throws IOException {
    assertThat(explained(hub.anyone(), "center", "").status()).isEqualTo(401);
    TestClient viewer = hub.as(Role.VIEWER);
    assertThat(explained(viewer, "nobody", "").problem()).isEqualTo("not-found");

    hub.archived("photo", NOW, "no picture".getBytes(StandardCharsets.UTF_8));
    assertThat(explained(viewer, "photo", "").problem()).isEqualTo("no-wafer-map");

    hub.archived("large", NOW, WaferImages.toPng(WaferMap.of(1_100, 1_000, large())));
    hub.classified("large", NOW, "Loc");
    TestClient.Answer large = explained(viewer, "large", "");
    assertThat(large.problem()).isEqualTo("no-explanation");
    assertThat(large.detail())
        .isEqualTo(
            "a wafer map of at most 1,048,576 positions can be explained, this has 1100 x 1000");

    hub.model.set(Optional.empty());
    assertThat(explained(viewer, "center", "").problem()).isEqualTo("no-model");
  }

  private static byte[] large() {
    byte[] cells = new byte[1_100_000];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = (byte) (1 + i % 2);
    }
    return cells;
  }
}
