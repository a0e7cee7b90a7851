package fabwafer.hub.web;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.hub.classification.Classification;
import fabwafer.hub.classification.WaferMeasures;
import fabwafer.hub.web.TestClient.Answer;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.PredictionMessage;
import fabwafer.wafer.WaferMap;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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
  void wafersOfASize_areFound_onceTheyWereFollowed_alsoBesideOtherFilters() {
    hub.classified("a", NOW, "Loc", "{\"product\": \"P1\"}");
    hub.classified("b", NOW + 1, "Loc");
    hub.classified("c", NOW + 2, "none");
    measured("a", NOW, new WaferSides(2, 3));
    measured("b", NOW + 1, new WaferSides(2, 3));
    measured("c", NOW + 2, new WaferSides(3, 2));

    assertThat(imgids("?size=2x3")).containsExactly("b", "a");
    assertThat(imgids("?size=3x2&fab=faba&camera=camera1")).containsExactly("c");
    assertThat(imgids("?size=2x3&pattern=Loc&product=P1")).containsExactly("a");
    assertThat(imgids("?size=3x3")).isEmpty();
    label("b", NOW + 1);
    assertThat(imgids("?size=2x3&state=reviewed")).containsExactly("b");
    assertThat(imgids("?size=2x3&state=unreviewed")).containsExactly("a");
    for (String wrong : List.of("2", "x3", "2x", "0x3", "2x99999", "2x3x4", "-2x3")) {
      Answer answer = hub.as(Role.VIEWER).get("/api/v1/images?size=" + wrong);
      assertThat(answer.status()).as(wrong).isEqualTo(400);
      assertThat(answer.detail()).as(wrong).startsWith("size must be rows x columns");
    }
  }

  private record WaferSides(int height, int width) {}

  private void measured(String imgid, long timestamp, WaferSides sides) {
    byte[] dies = new byte[sides.height * sides.width];
    Arrays.fill(dies, (byte) 1);
    WaferMap map = WaferMap.of(sides.height, sides.width, dies);
    Classification wafer = hub.classifications.find(imgid, timestamp).orElseThrow();
    hub.database.change(
        handle -> WaferMeasures.note(handle, wafer, dies.length, 0, Optional.of(map)));
  }

  /** At ten million wafers nobody waits for the one at the end of a camera's list. */
  @Test
  void aRareProductOfACamera_isFoundPageByPage_withTheCameraLeadingToNothing() {
    List<Classification> many = new ArrayList<>();
    for (int i = 0; i < 10_100; i++) {
      PredictionMessage message =
          PredictionMessage.of(
              i % 10_100 == 7 ? TestHub.CAMERA1 : new DeviceName("faba", "camera2"),
              "w" + i,
              NOW + i,
              "Loc",
              0.9);
      many.add(Classification.of(message, false, NOW));
    }
    hub.database.change(handle -> many.forEach(wafer -> hub.classifications.store(handle, wafer)));

    Answer first = hub.as(Role.VIEWER).get("/api/v1/images?prediction=Loc&fab=faba&camera=camera1");
    assertThat(first.json().get("items")).isEmpty();
    String next = first.json().get("next").stringValue();
    assertThat(imgids("?prediction=Loc&fab=faba&camera=camera1&cursor=" + next))
        .containsExactly("w7");
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
