package fabwafer.hub.web;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.classifier.Classifier;
import fabwafer.classifier.Prediction;
import fabwafer.classifier.explanation.Explanation;
import fabwafer.hub.audit.AuditEntry;
import fabwafer.hub.audit.AuditQuery;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.following.FollowedWafer;
import fabwafer.hub.inference.ServedModel;
import fabwafer.hub.pattern.PatternMatcher;
import fabwafer.hub.review.ReviewIntake;
import fabwafer.hub.similarity.EmbeddingFollower;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.image.WaferImages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** New patterns over the running server, with the default model. */
class PatternTest {
  private static final long NOW = TestHub.NOW;
  private static final Path SAMPLES =
      Path.of(System.getProperty("basedir", "."), "..", "samples").normalize();
  private static final int SIDE = 40;

  @TempDir private Path folder;
  private TestHub hub;
  private Classifier classifier;
  private EmbeddingFollower follower;
  private long time = NOW;

  @BeforeEach
  void start() {
    hub = TestHub.start(folder);
    classifier = Classifier.open(SAMPLES.resolveSibling("models/default"));
    hub.model.set(Optional.of(ServedModel.of(classifier)));
    follower =
        new EmbeddingFollower(
            hub.embeddings,
            hub.similar,
            hub.model::get,
            List.of(
                new ReviewIntake(hub.classifications, hub.groundTruths, TestHub.REVIEW),
                new PatternMatcher(
                    hub.database,
                    hub.classifications,
                    hub.archive,
                    hub.embeddings,
                    hub.model::get)));
  }

  @AfterEach
  void stop() {
    hub.close();
    classifier.close();
  }

  /**
   * Patterns that no wafer of the training had, and that the default model finds novel. Others that
   * none had it takes for known ones: a failing half for Edge-Loc, fine stripes for Scratch.
   */
  private enum Shape {
    CROSS {
      @Override
      boolean fails(int row, int column) {
        return Math.abs(row - SIDE / 2) < 4 || Math.abs(column - SIDE / 2) < 4;
      }
    },
    BANDS {
      @Override
      boolean fails(int row, int column) {
        return row / 5 % 2 == 0;
      }
    },
    RINGS {
      @Override
      boolean fails(int row, int column) {
        double middle = (SIDE - 1) / 2.0;
        return (int) Math.hypot(row - middle, column - middle) / 4 % 2 == 0;
      }
    };

    abstract boolean fails(int row, int column);
  }

  private static WaferMap drawn(Shape shape, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] cells = new byte[SIDE * SIDE];
    for (int row = 0; row < SIDE; row++) {
      for (int column = 0; column < SIDE; column++) {
        double x = (column - SIDE / 2.0 + 0.5) / (SIDE / 2.0);
        double y = (row - SIDE / 2.0 + 0.5) / (SIDE / 2.0);
        if (x * x + y * y <= 1) {
          boolean fails = random.nextDouble() < (shape.fails(row, column) ? 0.9 : 0.05);
          cells[row * SIDE + column] = (byte) (fails ? 2 : 1);
        }
      }
    }
    return WaferMap.of(SIDE, SIDE, cells);
  }

  private static List<WaferMap> samples(String label) {
    try (Stream<Path> files = Files.list(SAMPLES.resolve(label))) {
      List<WaferMap> maps = new ArrayList<>();
      for (Path file : files.sorted().toList()) {
        maps.add(WaferImages.read(label, Files.readAllBytes(file)));
      }
      return maps;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stores wafers as ingest does, and follows them. */
  private void arrive(String name, List<WaferMap> maps) {
    List<FollowedWafer> wafers = new ArrayList<>();
    for (int i = 0; i < maps.size(); i++) {
      time++;
      hub.classified(name + i, time, classifier.classify(maps.get(i)).label());
      try {
        hub.archived(name + i, time, WaferImages.toPng(maps.get(i)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      Classification stored = hub.classifications.find(name + i, time).orElseThrow();
      wafers.add(new FollowedWafer(stored, Optional.of(maps.get(i))));
    }
    follower.prepare(wafers);
    hub.database.change(handle -> wafers.forEach(wafer -> follower.follow(handle, wafer)));
  }

  private void arriveDrawn(Shape shape, int wafers, long seed) {
    List<WaferMap> maps = new ArrayList<>();
    for (int i = 0; i < wafers; i++) {
      maps.add(drawn(shape, seed + i));
    }
    arrive(shape.name() + seed + "-", maps);
  }

  private static ObjectNode keysOf(String name, Iterable<JsonNode> wafers) {
    ObjectNode body = Json.object().put("name", name);
    ArrayNode keys = body.putArray("wafers");
    for (JsonNode wafer : wafers) {
      ObjectNode key = keys.addObject();
      for (String field : List.of("imgid", "timestamp", "fab", "camera")) {
        key.set(field, wafer.get(field));
      }
    }
    return body;
  }

  /** What a wafer was made as. */
  private static String kind(JsonNode wafer) {
    return imgid(wafer).replaceFirst("(-[ab])?[0-9].*$", "");
  }

  private static String commonest(List<String> kinds) {
    return kinds.stream()
        .max(Comparator.comparingInt((String kind) -> Collections.frequency(kinds, kind)))
        .orElseThrow();
  }

  private static String imgid(JsonNode wafer) {
    return wafer.get("imgid").stringValue();
  }

  @Test
  void leftOutPatterns_areFoundAsClusters_andLaterWafersOfThem_areMatched() {
    TestClient reviewer = hub.as(Role.REVIEWER);
    Map<String, List<WaferMap>> known = new TreeMap<>();
    for (String label : List.of("Center", "Edge-Loc", "Edge-Ring", "Loc", "Scratch", "none")) {
      known.put(label, samples(label));
    }
    known.forEach((label, maps) -> arrive(label + "-a", maps.subList(0, 15)));
    List<WaferMap> donuts = samples("Donut");
    arrive("Donut-a", donuts.subList(0, 14));
    for (int i = 0; i < 14; i++) {
      label(reviewer, "Donut-a" + i, "unknown");
    }
    for (Shape shape : Shape.values()) {
      arriveDrawn(shape, 15, 1);
    }

    JsonNode clusters = reviewer.get("/api/v1/patterns/clusters").json();

    Map<String, Long> named = new TreeMap<>();
    int members = 0;
    int ofThem = 0;
    for (JsonNode cluster : clusters.get("items")) {
      List<JsonNode> wafers = cluster.get("items").valueStream().toList();
      String most = commonest(wafers.stream().map(PatternTest::kind).toList());
      members += wafers.size();
      ofThem += (int) wafers.stream().filter(wafer -> kind(wafer).equals(most)).count();
      // As a person would: a second group of the same is named, and made part of the first.
      String name = "new " + most + (named.containsKey(most) ? " too" : "");
      TestClient.Answer answer = reviewer.post("/api/v1/patterns", keysOf(name, wafers).toString());
      assertThat(answer.status()).as(answer.text()).isEqualTo(201);
      long id = answer.json().get("id").longValue();
      Long first = named.putIfAbsent(most, id);
      if (first != null) {
        reviewer.post("/api/v1/patterns/" + id + "/merge", "{\"into\": " + first + "}");
      }
    }
    assertThat(named).containsOnlyKeys("BANDS", "CROSS", "Donut", "RINGS");
    assertThat(members).isGreaterThan(45);
    assertThat((double) ofThem / members).as("purity").isGreaterThan(0.9);

    known.forEach((label, maps) -> arrive(label + "-b", maps.subList(15, 30)));
    arrive("Donut-b", donuts.subList(14, 24));
    for (Shape shape : Shape.values()) {
      arriveDrawn(shape, 15, 1_000);
    }

    int right = 0;
    int matched = 0;
    Map<String, Integer> later = new TreeMap<>();
    for (JsonNode wafer : reviewer.get("/api/v1/images?limit=500").json().get("items")) {
      String name = imgid(wafer);
      boolean isLater = name.contains("-b") || name.contains("1000-");
      if (isLater && !wafer.get("provisional").isNull()) {
        String of = wafer.at("/provisional/name").stringValue();
        boolean isRight = of.equals("new " + kind(wafer));
        matched++;
        right += isRight ? 1 : 0;
        later.merge(kind(wafer) + " as " + of, 1, Integer::sum);
      }
    }
    double recall = right / 55.0;
    double precision = (double) right / matched;
    System.getLogger("measured")
        .log(
            System.Logger.Level.INFO,
            "{0} clustered, {1} with their like; later wafers {2}: recall {3}, precision {4}",
            members,
            ofThem,
            later,
            recall,
            precision);
    assertThat(recall).as("recall, %s", later).isGreaterThan(0.7);
    assertThat(precision).as("precision, %s", later).isGreaterThan(0.8);
  }

  private void label(TestClient reviewer, String imgid, String label) {
    Classification wafer = hub.classifications.newest(TestHub.CAMERA1, imgid).orElseThrow();
    TestClient.Answer answer =
        reviewer.post(
            "/api/v1/groundtruth",
            Json.object()
                .put("imgid", imgid)
                .put("timestamp", wafer.timestampMillis())
                .put("fab", "faba")
                .put("camera", "camera1")
                .put("ground_truth", label)
                .toString());
    assertThat(answer.status()).isEqualTo(201);
  }

  private String truth(String imgid) {
    return hub.as(Role.VIEWER)
        .get("/api/v1/images/faba/camera1/" + imgid)
        .json()
        .at("/groundTruth/ground_truth")
        .asString("");
  }

  @Test
  void aNamedPattern_isRenamed_merged_andDissolved_withLabelsAndAudit() {
    TestClient reviewer = hub.as(Role.REVIEWER);
    arriveDrawn(Shape.BANDS, 7, 1);
    arriveDrawn(Shape.CROSS, 7, 1);
    List<JsonNode> all =
        reviewer.get("/api/v1/images?limit=500").json().get("items").valueStream().toList();
    long bands = named(reviewer, "bands", all, "BANDS");
    long cross = named(reviewer, "cross", all, "CROSS");
    label(reviewer, "CROSS1-0", "Loc");
    assertThat(truth("BANDS1-3")).isEqualTo("bands");

    JsonNode renamed =
        reviewer.patch("/api/v1/patterns/" + bands, "{\"name\": \"saw marks\"}").json();
    assertThat(renamed.get("named").intValue()).isEqualTo(7);
    assertThat(truth("BANDS1-3")).isEqualTo("saw marks");

    JsonNode merged =
        reviewer.post("/api/v1/patterns/" + cross + "/merge", "{\"into\": " + bands + "}").json();
    assertThat(merged.get("named").intValue()).isEqualTo(14);
    assertThat(truth("CROSS1-3")).isEqualTo("saw marks");
    assertThat(truth("CROSS1-0")).isEqualTo("Loc");
    assertThat(reviewer.get("/api/v1/patterns").json().get("items")).hasSize(1);
    assertThat(reviewer.get("/api/v1/patterns/" + bands + "/wafers?limit=10").json().get("items"))
        .hasSize(10);

    assertThat(reviewer.post("/api/v1/patterns/" + bands + "/dissolve", "{}").status())
        .isEqualTo(204);
    assertThat(truth("CROSS1-3")).isEqualTo("unknown");
    assertThat(reviewer.get("/api/v1/patterns").json().get("items")).isEmpty();
    assertThat(reviewer.get("/api/v1/patterns/clusters").json().get("wafers").intValue())
        .isGreaterThanOrEqualTo(13);
    List<String> audited =
        hub
            .audit
            .newest(
                new AuditQuery(
                    Optional.empty(),
                    Optional.of("pattern"),
                    Optional.empty(),
                    Long.MIN_VALUE,
                    Long.MAX_VALUE),
                Optional.empty(),
                10)
            .stream()
            .map(AuditEntry::action)
            .toList();
    assertThat(audited)
        .containsExactly(
            "pattern.dissolved",
            "pattern.merged",
            "pattern.renamed",
            "pattern.named",
            "pattern.named");
  }

  private static long named(
      TestClient reviewer, String name, List<JsonNode> all, String imgidsBegin) {
    TestClient.Answer answer =
        reviewer.post(
            "/api/v1/patterns",
            keysOf(
                    name,
                    all.stream().filter(wafer -> imgid(wafer).startsWith(imgidsBegin)).toList())
                .toString());
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    return answer.json().get("id").longValue();
  }

  @Test
  void wrongNames_areRefused_andNothingIsStored() {
    TestClient reviewer = hub.as(Role.REVIEWER);
    arriveDrawn(Shape.CROSS, 5, 1);
    List<JsonNode> all =
        reviewer.get("/api/v1/images?limit=500").json().get("items").valueStream().toList();

    for (String name : List.of("donut", "unknown", "Center+Loc", "")) {
      assertThat(reviewer.post("/api/v1/patterns", keysOf(name, all).toString()).status())
          .as(name)
          .isEqualTo(400);
    }
    named(reviewer, "cross", all, "CROSS");
    assertThat(reviewer.post("/api/v1/patterns", keysOf("CROSS", all).toString()).detail())
        .isEqualTo("there is a new pattern CROSS already");
    assertThat(reviewer.post("/api/v1/patterns", keysOf("other", List.of()).toString()).detail())
        .isEqualTo("wafers must name at least one wafer");
    assertThat(reviewer.patch("/api/v1/patterns/99", "{\"name\": \"x\"}").status()).isEqualTo(404);
    assertThat(hub.as(Role.VIEWER).post("/api/v1/patterns", keysOf("x", all).toString()).status())
        .isEqualTo(403);
    assertThat(reviewer.get("/api/v1/patterns").json().get("items")).hasSize(1);
  }

  @Test
  void whenTheModelChanges_prototypesAreMadeAnew_fromTheNamedWafers() {
    TestClient reviewer = hub.as(Role.REVIEWER);
    arriveDrawn(Shape.BANDS, 6, 1);
    named(
        reviewer,
        "bands",
        reviewer.get("/api/v1/images?limit=500").json().get("items").valueStream().toList(),
        "BANDS");
    ServedModel before = ServedModel.of(classifier);
    hub.model.set(Optional.of(new Renamed(before)));

    arriveDrawn(Shape.BANDS, 4, 500);

    JsonNode wafer = reviewer.get("/api/v1/images/faba/camera1/BANDS500-2").json();
    assertThat(wafer.at("/provisional/name").asString("")).isEqualTo("bands");
    assertThat(wafer.at("/provisional/named").booleanValue()).isFalse();
  }

  /** The same model under another id. */
  private record Renamed(ServedModel model) implements ServedModel {
    @Override
    public String id() {
      return "another";
    }

    @Override
    public List<String> labels() {
      return model.labels();
    }

    @Override
    public Prediction classify(WaferMap wafer) {
      return model.classify(wafer);
    }

    @Override
    public Explanation explain(WaferMap wafer, String label) {
      return model.explain(wafer, label);
    }
  }
}
