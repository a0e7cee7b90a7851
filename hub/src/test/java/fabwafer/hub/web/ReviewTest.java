package fabwafer.hub.web;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.hub.audit.Actor;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.review.ReviewIntake;
import fabwafer.hub.similarity.SeenWafer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ReviewTest {
  private static final long NOW = TestHub.NOW;
  private static final String UNCERTAIN =
      "{\"probabilities\": {\"Center\": 0.5, \"Donut\": 0.4}, \"model\": \"m1\"}";
  private static final String SURE =
      "{\"probabilities\": {\"Center\": 0.99, \"Donut\": 0.01}, \"model\": \"m1\"}";

  @TempDir private Path folder;
  private TestHub hub;
  private ReviewIntake intake;

  @BeforeEach
  void start() {
    hub = TestHub.start(folder);
    intake = new ReviewIntake(hub.classifications, hub.groundTruths, TestHub.REVIEW);
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private void seen(String imgid, String more) {
    hub.classified(imgid, NOW, "Center", more);
    try {
      hub.archived(imgid, NOW, new byte[] {1});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Classification wafer = hub.classifications.find(imgid, NOW).orElseThrow();
    hub.database.change(
        handle -> intake.seen(handle, new SeenWafer(wafer, Optional.empty(), Optional.empty())));
  }

  private void seen(int wafers) {
    for (int i = 0; i < wafers; i++) {
      seen("img" + i, i % 2 == 0 ? UNCERTAIN : SURE);
    }
  }

  private TestClient reviewer(String name) {
    hub.accounts.create(Actor.HUB, name, TestHub.PASSWORD, Role.REVIEWER);
    TestClient client = hub.anyone();
    assertThat(client.login(name, TestHub.PASSWORD).status()).isEqualTo(200);
    return client;
  }

  private static List<String> given(TestClient reviewer, int most) {
    return reviewer
        .post("/api/v1/review/leases", "{\"limit\": " + most + "}")
        .json()
        .get("items")
        .valueStream()
        .map(item -> item.get("imgid").stringValue())
        .toList();
  }

  private static TestClient.Answer opine(TestClient reviewer, String imgid, String what) {
    return reviewer.post(
        "/api/v1/review/opinions",
        "{\"imgid\": \"%s\", \"timestamp\": %d, \"fab\": \"faba\", \"camera\": \"camera1\", %s}"
            .formatted(imgid, NOW, what));
  }

  private static TestClient.Answer label(TestClient reviewer, String imgid, String label) {
    return opine(reviewer, imgid, "\"ground_truth\": \"" + label + "\"");
  }

  private long stage(String stage) {
    return hub.as(Role.VIEWER)
        .get("/api/v1/review/statistics")
        .json()
        .at("/stages/" + stage)
        .longValue();
  }

  private String truth(String imgid) {
    return hub.as(Role.VIEWER)
        .get("/api/v1/images/faba/camera1/%s?timestamp=%d".formatted(imgid, NOW))
        .json()
        .at("/groundTruth/ground_truth")
        .asString("");
  }

  @Test
  void twoReviewers_neverGetTheSameWafer_untilTheLeaseEnds() {
    seen(40);
    TestClient eva = reviewer("eva");
    TestClient kim = reviewer("kim");

    List<String> evas = given(eva, 12);
    List<String> kims = given(kim, 12);

    assertThat(evas).hasSize(12).doesNotHaveDuplicates();
    assertThat(kims).hasSize(12).doesNotHaveDuplicates().doesNotContainAnyElementsOf(evas);
    Set<String> all = new HashSet<>(evas);
    all.addAll(kims);
    all.addAll(given(kim, 50));
    assertThat(given(eva, 50)).isEmpty();
    hub.now.addAndGet(TestHub.REVIEW.lease().toMillis() + 1);
    assertThat(given(eva, 50)).containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  void order_isTheSameAgain_withTheSameSeed_andTeachesFirstWhatIsUncertain() throws IOException {
    seen(30);
    List<String> first = given(reviewer("eva"), 30);
    hub.close();
    hub = TestHub.start(folder.resolve("again"));
    intake = new ReviewIntake(hub.classifications, hub.groundTruths, TestHub.REVIEW);
    seen(30);

    assertThat(given(reviewer("eva"), 30)).containsExactlyElementsOf(first);
    // Sure ones are given out where chance drew them alone: half of them, by the configuration.
    assertThat(first.stream().filter(name -> Integer.parseInt(name.substring(3)) % 2 == 1).count())
        .isBetween(1L, 14L);
    assertThat(first.stream().filter(name -> Integer.parseInt(name.substring(3)) % 2 == 0))
        .hasSize(15);
  }

  @Test
  void twoWhoDiffer_areDecidedByAThird_andEveryLabelStays() {
    seen("img1", UNCERTAIN);
    TestClient eva = reviewer("eva");
    TestClient kim = reviewer("kim");
    TestClient lee = reviewer("lee");
    given(eva, 1);
    assertThat(label(eva, "img1", "donut").json().at("/groundTruth/ground_truth").stringValue())
        .isEqualTo("Donut");
    assertThat(stage("one")).isEqualTo(1);
    assertThat(given(eva, 5)).isEmpty();

    assertThat(given(kim, 1)).containsExactly("img1");
    label(kim, "img1", "Center+Scratch");
    assertThat(stage("disputed")).isEqualTo(1);
    assertThat(given(lee, 1)).containsExactly("img1");
    label(lee, "img1", "Donut");

    assertThat(stage("settled")).isEqualTo(1);
    assertThat(truth("img1")).isEqualTo("Donut");
    assertThat(hub.groundTruths.history("img1", NOW, 10)).hasSize(3);
    JsonNode statistics = hub.as(Role.VIEWER).get("/api/v1/review/statistics").json();
    assertThat(statistics.at("/pairs/0/reviewers").valueStream().map(JsonNode::stringValue))
        .containsExactly("eva", "kim");
    assertThat(statistics.at("/pairs/0/agreed").intValue()).isZero();
    assertThat(statistics.get("pairs")).hasSize(1);
  }

  @Test
  void aHiddenKnownWafer_measuresTheReviewer_andKeepsItsLabel() {
    seen("img1", UNCERTAIN);
    TestClient eva = reviewer("eva");
    given(eva, 1);
    label(eva, "img1", "Donut");
    TestClient kim = reviewer("kim");
    given(kim, 1);
    label(kim, "img1", "Donut");
    assertThat(stage("settled")).isEqualTo(1);
    TestClient lee = reviewer("lee");
    // Only the known one is left, and it is given out by the mix alone: in one turn of five.
    List<String> given = List.of();
    for (int turn = 0; turn < 200 && given.isEmpty(); turn++) {
      given = given(lee, 1);
    }
    assertThat(given).containsExactly("img1");

    assertThat(label(lee, "img1", "Loc").json().get("groundTruth").isNull()).isTrue();

    assertThat(hub.as(Role.ADMIN).get("/api/v1/audit?action=opinion.given").json().get("items"))
        .singleElement()
        .satisfies(entry -> assertThat(entry.at("/detail/label").stringValue()).isEqualTo("Loc"));
    assertThat(truth("img1")).isEqualTo("Donut");
    assertThat(stage("settled")).isEqualTo(1);
    JsonNode measured =
        hub.as(Role.VIEWER)
            .get("/api/v1/review/statistics")
            .json()
            .get("reviewers")
            .valueStream()
            .filter(reviewer -> reviewer.get("reviewer").stringValue().equals("lee"))
            .findFirst()
            .orElseThrow();
    assertThat(measured.get("known").intValue()).isEqualTo(1);
    assertThat(measured.get("knownRight").intValue()).isZero();
  }

  @Test
  void undo_ofTheOnlyLabel_leavesTheWaferWithoutOne() {
    seen("img1", UNCERTAIN);
    TestClient eva = reviewer("eva");
    given(eva, 1);
    label(eva, "img1", "Loc");

    assertThat(opine(eva, "img1", "\"undo\": true").status()).isEqualTo(201);

    assertThat(stage("unreviewed")).isEqualTo(1);
    assertThat(truth("img1")).isEmpty();
    assertThat(hub.groundTruths.history("img1", NOW, 10)).isEmpty();
    assertThat(imgids("?state=reviewed")).isEmpty();
    assertThat(imgids("?state=unreviewed")).containsExactly("img1");
    label(eva, "img1", "Donut");
    assertThat(truth("img1")).isEqualTo("Donut");
    assertThat(stage("one")).isEqualTo(1);
  }

  private List<String> imgids(String query) {
    return hub.as(Role.VIEWER)
        .get("/api/v1/images" + query)
        .json()
        .get("items")
        .valueStream()
        .map(item -> item.get("imgid").stringValue())
        .toList();
  }

  @Test
  void undo_ofALaterLabel_givesTheWaferBackTheOneBefore() {
    seen("img1", UNCERTAIN);
    TestClient eva = reviewer("eva");
    TestClient kim = reviewer("kim");
    given(eva, 1);
    label(eva, "img1", "Loc");
    given(kim, 1);
    label(kim, "img1", "Donut");
    assertThat(truth("img1")).isEqualTo("Donut");

    JsonNode undone = opine(kim, "img1", "\"undo\": true").json();

    assertThat(undone.at("/groundTruth/ground_truth").stringValue()).isEqualTo("Loc");
    assertThat(truth("img1")).isEqualTo("Loc");
    assertThat(hub.groundTruths.history("img1", NOW, 10)).hasSize(1);
    assertThat(stage("one")).isEqualTo(1);
  }

  @Test
  void aBlindReviewer_isToldWhatTheModelSays_afterTheLabelAlone() {
    seen("img1", UNCERTAIN);
    TestClient eva = reviewer("eva");
    TestClient.Answer given = eva.post("/api/v1/review/leases", "{\"limit\": 1, \"blind\": true}");
    assertThat(given.json().at("/items/0/imgid").stringValue()).isEqualTo("img1");
    assertThat(given.text()).doesNotContain("Center").doesNotContain("0.4");

    JsonNode said = label(eva, "img1", "Center").json();
    assertThat(said.get("prediction").stringValue()).isEqualTo("Center");
    given(reviewer("kim"), 1);
    TestClient lee = reviewer("lee");
    label(lee, "img1", "Center");

    JsonNode pair = hub.as(Role.VIEWER).get("/api/v1/review/statistics").json().at("/pairs/0");
    assertThat(pair.get("blind").booleanValue()).as("lee was told").isFalse();
    assertThat(
            hub.database.<List<Integer>>read(
                handle ->
                    handle
                        .createQuery("select blind from review_opinions order by id")
                        .mapTo(Integer.class)
                        .list()))
        .containsExactly(1, 0);
  }

  @Test
  void choices_areTheLabelsWithTheirKeys_andNewPatternsBehindThem() {
    hub.database.change(
        handle ->
            handle.execute(
                "insert into patterns (name, state, created, created_by, changed)"
                    + " values ('half-moon', 'active', 1, 'eva', 1), ('gone', 'dissolved', 1,"
                    + " 'eva', 1)"));

    List<String> choices =
        hub.as(Role.VIEWER)
            .get("/api/v1/review/choices")
            .json()
            .get("items")
            .valueStream()
            .map(one -> one.get("key").stringValue() + " " + one.get("label").stringValue())
            .toList();

    assertThat(choices)
        .hasSize(11)
        .startsWith("1 Center", "2 Donut")
        .endsWith("9 unknown", "0 none", "a half-moon");
  }

  @Test
  void aLabelGivenInTheWaferView_isAnOpinion_too() {
    seen("img1", UNCERTAIN);
    TestClient eva = reviewer("eva");
    eva.post(
        "/api/v1/groundtruth",
        "{\"imgid\": \"img1\", \"timestamp\": %d, \"fab\": \"faba\", \"camera\": \"camera1\","
                .formatted(NOW)
            + " \"ground_truth\": \"Loc\"}");

    assertThat(stage("one")).isEqualTo(1);
    assertThat(given(eva, 5)).isEmpty();
    assertThat(given(reviewer("kim"), 5)).containsExactly("img1");
  }

  @Test
  void wrongRequests_areToldWhatIsWrong() {
    TestClient eva = reviewer("eva");

    assertThat(opine(eva, "img1", "\"undo\": true, \"ground_truth\": \"Loc\"").detail())
        .contains("ground_truth (a label) or undo");
    assertThat(label(eva, "nothing", "Loc").status()).isEqualTo(404);
    assertThat(eva.post("/api/v1/review/leases", "{\"limit\": 51}").detail())
        .isEqualTo("limit must be a whole number from 1 to 50");
    assertThat(hub.as(Role.VIEWER).post("/api/v1/review/leases", "{}").status()).isEqualTo(403);
  }
}
