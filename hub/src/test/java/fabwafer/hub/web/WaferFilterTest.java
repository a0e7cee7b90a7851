package fabwafer.hub.web;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.hub.classification.Classification;
import fabwafer.hub.web.TestClient.Answer;
import fabwafer.protocol.PredictionMessage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Choosing wafers by product and probability. */
class WaferFilterTest {
  private static final long NOW = TestHub.NOW;

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
  void wafersOfAProduct_areFound_withCase() {
    hub.classified("a", NOW, "none", "{\"product\": \"P1\"}");
    hub.classified("b", NOW + 1, "Loc", "{\"product\": \"P2\"}");
    hub.classified("c", NOW + 2, "Loc");

    assertThat(imgids("?product=P1")).containsExactly("a");
    assertThat(imgids("?product=P2&prediction=Loc")).containsExactly("b");
    assertThat(imgids("?product=p1")).isEmpty();
  }

  @Test
  void probabilities_areBoundedBothWays_alsoOfReviewedWafers() {
    probable("low", NOW, 0.4);
    probable("middle", NOW + 1, 0.7);
    probable("high", NOW + 2, 0.95);

    assertThat(imgids("?minprobability=0.7")).containsExactly("high", "middle");
    assertThat(imgids("?maxprobability=0.7")).containsExactly("middle", "low");
    assertThat(imgids("?minprobability=0.5&maxprobability=0.9")).containsExactly("middle");
    assertThat(imgids("?minprobability=0.5&maxprobability=0.9&state=unreviewed"))
        .containsExactly("middle");
    assertThat(imgids("?minprobability=0.5&state=reviewed")).isEmpty();

    label("high", NOW + 2);
    assertThat(imgids("?minprobability=0.5&state=reviewed")).containsExactly("high");
    assertThat(imgids("?maxprobability=0.9&state=reviewed")).isEmpty();
  }

  @Test
  void aRareProbability_isFoundPageByPage_withoutLookingAtEveryRow() {
    List<Classification> many = new ArrayList<>();
    for (int i = 0; i < 20_010; i++) {
      PredictionMessage message =
          PredictionMessage.of(
              TestHub.CAMERA1, "w" + i, NOW + i, "Loc", i % 10_000 == 3 ? 0.2 : 0.9);
      many.add(Classification.of(message, false, NOW));
    }
    hub.database.change(handle -> many.forEach(one -> hub.classifications.store(handle, one)));
    TestClient viewer = hub.as(Role.VIEWER);
    String query = "/api/v1/images?maxprobability=0.5&limit=2";

    List<String> found = new ArrayList<>();
    List<Integer> sizes = new ArrayList<>();
    String cursor = "";
    do {
      JsonNode page = viewer.get(query + cursor).json();
      page.get("items").forEach(item -> found.add(item.get("imgid").stringValue()));
      sizes.add(page.get("items").size());
      cursor = page.get("next").isNull() ? "" : "&cursor=" + page.get("next").stringValue();
    } while (!cursor.isEmpty());

    assertThat(found).containsExactly("w20003", "w10003", "w3");
    // 10,000 rows are looked at for a page, and each holds one.
    assertThat(sizes).containsExactly(1, 1, 1);
  }

  @Test
  void whatIsNoProbability_isRefused_withTheLimit() {
    for (String wrong : List.of("-0.1", "1.01", "NaN", "much")) {
      Answer answer = hub.as(Role.VIEWER).get("/api/v1/images?minprobability=" + wrong);
      assertThat(answer.status()).as(wrong).isEqualTo(400);
      assertThat(answer.detail())
          .isEqualTo("minprobability must be a number from 0 to 1, got '" + wrong + "'");
    }
  }

  private void probable(String imgid, long timestamp, double probability) {
    PredictionMessage message =
        PredictionMessage.of(TestHub.CAMERA1, imgid, timestamp, "Loc", probability);
    hub.database.change(
        handle -> hub.classifications.store(handle, Classification.of(message, false, NOW)));
  }

  private void label(String imgid, long timestamp) {
    Answer answer =
        hub.as(Role.REVIEWER)
            .post(
                "/api/v1/groundtruth",
                "{'imgid': '%s', 'timestamp': %d, 'fab': 'faba', 'camera': 'camera1', 'ground_truth': 'Loc'}"
                    .formatted(imgid, timestamp)
                    .replace('\'', '"'));
    assertThat(answer.status()).as(answer.text()).isLessThan(300);
  }

  private List<String> imgids(String query) {
    List<String> found = new ArrayList<>();
    for (JsonNode item : hub.as(Role.VIEWER).get("/api/v1/images" + query).json().get("items")) {
      found.add(item.get("imgid").stringValue());
    }
    return found;
  }
}
