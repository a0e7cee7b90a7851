package fabwafer.hub.web;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.classifier.Classifier;
import fabwafer.classifier.ModelCard;
import fabwafer.hub.inference.ServedModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class EvidenceTest {
  private static final long NOW = TestHub.NOW;
  private static final Path HOME = Path.of(System.getProperty("basedir", "."), "..").normalize();
  private static final String PATH = "/api/v1/images/faba/camera1/";

  @TempDir private Path folder;
  private TestHub hub;
  private Classifier classifier;

  @BeforeEach
  void start() throws IOException {
    hub = TestHub.start(folder.resolve("one"));
    classifier = Classifier.open(HOME.resolve("models/default"));
    fill(hub);
  }

  @AfterEach
  void stop() {
    hub.close();
    classifier.close();
  }

  @Test
  void aCard_holdsAllThatIsKnown() throws IOException {
    JsonNode card = hub.as(Role.VIEWER).get(PATH + "center/evidence").json();

    assertThat(card.at("/wafer/prediction").stringValue()).isEqualTo("Center");
    assertThat(card.at("/image/sha256").stringValue()).hasSize(64);
    assertThat(card.at("/waferMap/width").intValue()).isEqualTo(37);
    assertThat(card.at("/zones/zones")).hasSize(12);
    assertThat(card.at("/explanation/label").stringValue()).isEqualTo("Center");
    assertThat(card.get("lot")).hasSize(2);
    assertThat(card.at("/lot/0/imgid").stringValue()).isEqualTo("neighbour");
    assertThat(card.get("missing")).isEmpty();

    String text = text(pdf(hub, "center"));
    assertThat(text)
        .contains(
            "Evidence card", "center", "faba / camera1", "lot L7", "Center", "sector top left")
        .contains("2 wafers: 1 Center, 1 none", "Holm-Bonferroni")
        .contains("evidence SHA-256 " + sha256(hub.as(Role.VIEWER).get(PATH + "center/evidence")))
        .contains("ring 1 is closed", "the-reviewer", card.at("/image/sha256").stringValue());
  }

  @Test
  void theSameState_makesTheSameBytes_andAnotherStateOthers() throws IOException {
    byte[] first = pdf(hub, "center");
    String json = hub.as(Role.VIEWER).get(PATH + "center/evidence").text();
    hub.now.addAndGet(3_600_000);

    assertThat(pdf(hub, "center")).isEqualTo(first);
    assertThat(hub.as(Role.VIEWER).get(PATH + "center/evidence").text()).isEqualTo(json);

    label("Loc", "looked again");

    byte[] after = pdf(hub, "center");
    assertThat(after).isNotEqualTo(first);
    assertThat(text(after)).contains("looked again");
  }

  @Test
  void anotherHub_ofTheSameState_makesTheSameBytes() throws IOException {
    try (TestHub other = TestHub.start(folder.resolve("two"))) {
      fill(other);

      assertThat(pdf(other, "center")).isEqualTo(pdf(hub, "center"));
    }
  }

  @Test
  void whatIsMissing_isTold_andStrangeTextBreaksNothing() throws IOException {
    hub.classified(
        "odd", NOW, "Loc", "{\"lot\": \"批次 7\", \"product\": \"%s\"}".formatted("p".repeat(250)));
    hub.model.set(Optional.empty());

    assertThat(text(pdf(hub, "odd"))).contains("the image has not come", "lot ??", "…");
    assertThat(text(pdf(hub, "center"))).contains("the hub has no model to explain with");

    hub.archived("photo", NOW, "no picture".getBytes(StandardCharsets.UTF_8));
    hub.classified("photo", NOW, "Loc");
    JsonNode photo = hub.as(Role.VIEWER).get(PATH + "photo/evidence").json();
    assertThat(photo.get("waferMap").isNull()).isTrue();
    assertThat(photo.get("missing")).hasSize(1);
    assertThat(hub.as(Role.VIEWER).get(PATH + "nothing/evidence").status()).isEqualTo(404);
    assertThat(hub.as(Role.VIEWER).get(PATH + "center/evidence?as=png").detail())
        .isEqualTo("as must be one of json, pdf, got 'png'");
  }

  private static String sha256(TestClient.Answer answer) {
    return ModelCard.idOf(answer.text().getBytes(StandardCharsets.ISO_8859_1));
  }

  private void fill(TestHub filled) throws IOException {
    filled.model.set(Optional.of(ServedModel.of(classifier)));
    filled.classified("center", NOW, "Center", "{\"lot\": \"L7\", \"wafer\": \"W2\", \"slot\": 2}");
    filled.classified("neighbour", NOW - 60_000, "none", "{\"lot\": \"L7\", \"slot\": 1}");
    filled.archived(
        "center", NOW, Files.readAllBytes(HOME.resolve("samples/Center/row006469-37x37.png")));
    filled.as(Role.REVIEWER).post("/api/v1/groundtruth", truth("Center", "ring 1 is closed"));
  }

  private void label(String label, String comment) {
    hub.as(Role.REVIEWER).post("/api/v1/groundtruth", truth(label, comment));
  }

  private static String truth(String label, String comment) {
    return "{'imgid': 'center', 'timestamp': %d, 'fab': 'faba', 'camera': 'camera1', 'ground_truth': '%s', 'comment': '%s'}"
        .formatted(NOW, label, comment)
        .replace('\'', '"');
  }

  private static byte[] pdf(TestHub hub, String imgid) {
    byte[] pdf =
        hub.as(Role.VIEWER)
            .get(PATH + imgid + "/evidence?as=pdf")
            .text()
            .getBytes(StandardCharsets.ISO_8859_1);
    assertThat(new String(pdf, 0, 5, StandardCharsets.ISO_8859_1)).isEqualTo("%PDF-");
    return pdf;
  }

  private static String text(byte[] pdf) throws IOException {
    try (PDDocument document = Loader.loadPDF(pdf)) {
      assertThat(document.getNumberOfPages()).isEqualTo(1);
      return new PDFTextStripper().getText(document);
    }
  }
}
