package fabwafer.hub.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fabwafer.classifier.Classifier;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.classification.ClassificationQuery.Cursor;
import fabwafer.hub.inference.ServedModel;
import fabwafer.hub.similarity.Direction;
import fabwafer.hub.similarity.EmbeddingCatchUp;
import fabwafer.wafer.image.WaferImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class SimilarityTest {
  private static final long NOW = TestHub.NOW;
  private static final Path SAMPLES =
      Path.of(System.getProperty("basedir", "."), "..", "samples").normalize();

  @TempDir private Path folder;
  private TestHub hub;
  private Classifier classifier;

  @BeforeEach
  void start() {
    hub = TestHub.start(folder);
    classifier = Classifier.open(SAMPLES.resolveSibling("models/default"));
    hub.model.set(Optional.of(ServedModel.of(classifier)));
  }

  @AfterEach
  void stop() {
    hub.close();
    classifier.close();
  }

  /** Stores some samples of a label as past wafers, with their embeddings. */
  private void past(String label, int wafers, long from) throws IOException {
    List<Path> files = samples(label);
    for (int i = 0; i < wafers; i++) {
      Classification wafer = hub.classified(label + i, from + i, label);
      Direction direction =
          Direction.of(
              classifier
                  .classify(WaferImages.read(label, Files.readAllBytes(files.get(i))))
                  .embedding()
                  .orElseThrow());
      hub.database.change(
          handle ->
              hub.embeddings.store(
                  handle,
                  classifier.card().id(),
                  new Cursor(wafer.timestampMillis(), wafer.imgid()),
                  direction));
    }
  }

  private static List<Path> samples(String label) throws IOException {
    try (Stream<Path> files = Files.list(SAMPLES.resolve(label))) {
      return files.sorted().toList();
    }
  }

  @Test
  void pastWafersOfTheSamePattern_comeFirst_withTheirLabels() throws IOException {
    past("Edge-Ring", 8, NOW - 1_000);
    past("Center", 8, NOW - 500);
    past("none", 8, NOW - 200);
    hub.classified("asked", NOW, "Center");
    hub.archived("asked", NOW, Files.readAllBytes(samples("Center").get(10)));
    TestClient reviewer = hub.as(Role.REVIEWER);
    assertThat(
            reviewer
                .post(
                    "/api/v1/groundtruth",
                    Json.object()
                        .put("imgid", "Center0")
                        .put("timestamp", NOW - 500)
                        .put("fab", "faba")
                        .put("camera", "camera1")
                        .put("ground_truth", "hot spot")
                        .toString())
                .status())
        .isEqualTo(201);

    JsonNode answer =
        reviewer.get("/api/v1/images/faba/camera1/asked/similar?limit=8&timestamp=" + NOW).json();

    assertThat(answer.get("searched").intValue()).isEqualTo(24);
    assertThat(answer.get("model").stringValue()).isEqualTo(classifier.card().id());
    List<JsonNode> items = answer.get("items").valueStream().toList();
    assertThat(items).hasSize(8);
    assertThat(items.subList(0, 5))
        .allSatisfy(item -> assertThat(item.get("prediction").stringValue()).isEqualTo("Center"));
    assertThat(items)
        .extracting(item -> item.get("similarity").doubleValue())
        .isSortedAccordingTo((one, other) -> Double.compare(other, one));
    assertThat(items)
        .filteredOn(item -> item.get("imgid").stringValue().equals("Center0"))
        .allSatisfy(
            item ->
                assertThat(item.at("/groundTruth/ground_truth").stringValue())
                    .isEqualTo("hot spot"));
  }

  @Test
  void theWaferItself_isNeverAmongThem() throws IOException {
    past("Donut", 3, NOW);

    JsonNode answer =
        hub.as(Role.VIEWER)
            .get("/api/v1/images/faba/camera1/Donut1/similar?timestamp=" + (NOW + 1))
            .json();

    assertThat(answer.get("items").valueStream().map(item -> item.get("imgid").stringValue()))
        .containsExactlyInAnyOrder("Donut0", "Donut2");
  }

  @Test
  void whenTheModelChanges_pastWafersAreLookedAtAnew_andFoundAgain() throws IOException {
    List<Path> files = samples("Loc");
    List<Cursor> wafers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Cursor key = new Cursor(NOW + i, "loc" + i);
      wafers.add(key);
      hub.classified(key.imgid(), key.timestampMillis(), "Loc");
      hub.archived(key.imgid(), key.timestampMillis(), Files.readAllBytes(files.get(i)));
      hub.database.change(
          handle ->
              hub.embeddings.store(handle, "older", key, Direction.of(new float[] {1, 2, 3})));
    }
    TestClient viewer = hub.as(Role.VIEWER);
    String path = "/api/v1/images/faba/camera1/loc3/similar?timestamp=" + (NOW + 3);
    assertThat(viewer.get(path).json().get("searched").intValue()).isZero();

    try (EmbeddingCatchUp catchUp =
        new EmbeddingCatchUp(
            hub.database, hub.embeddings, hub.classifications, hub.archive, hub.model::get, 100)) {
      catchUp.start();
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> hub.embeddings.of(classifier.card().id(), wafers).size() == wafers.size());
    }

    assertThat(viewer.get(path).json().get("searched").intValue()).isEqualTo(20);
    assertThat(viewer.get(path).json().get("items")).hasSize(12);
  }

  @Test
  void withoutAModel_orImage_orWithinWrongLimits_theProblemIsTold() throws IOException {
    hub.classified("bare", NOW, "Center");
    TestClient viewer = hub.as(Role.VIEWER);
    String path = "/api/v1/images/faba/camera1/bare/similar";

    assertThat(viewer.get(path + "?timestamp=" + NOW).status()).isEqualTo(404);
    assertThat(viewer.get(path + "?limit=101").detail())
        .isEqualTo("limit must be 1 to 100, got '101'");
    hub.model.set(Optional.empty());
    assertThat(viewer.get(path + "?timestamp=" + NOW).problem()).isEqualTo("no-model");
    assertThat(hub.anyone().get(path).status()).isEqualTo(401);
  }
}
