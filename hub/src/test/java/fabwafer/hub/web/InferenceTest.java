package fabwafer.hub.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.classifier.Prediction;
import fabwafer.classifier.explanation.Explanation;
import fabwafer.hub.inference.InferenceRoutes;
import fabwafer.hub.inference.ServedModel;
import fabwafer.protocol.Limits;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.image.WaferImages;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InferenceTest {
  private static final byte[] IMAGE = WaferImages.toPng(WaferMap.of(1, 4, new byte[] {0, 1, 2, 2}));

  /** Zeros that a bomb unpacks to: ten times what one of the largest pictures has. */
  private static final int BOMB_BYTES = 160_000_000;

  private static final String GRID = "{\"cells\": [[0, 1, 2, 2]]}";

  /** Takes the share of failing dies for the probability of a scratch. */
  private static class Counting implements ServedModel {
    @Override
    public String id() {
      return "counting";
    }

    @Override
    public List<String> labels() {
      return List.of("Scratch", "none");
    }

    @Override
    public Explanation explain(WaferMap wafer, String label) {
      throw new UnsupportedOperationException("it only counts");
    }

    @Override
    public Prediction classify(WaferMap wafer) {
      double failing = 1 - wafer.yieldRatio();
      return new Prediction(
          "Scratch", failing, Map.of("Scratch", failing, "none", 1 - failing), List.of(0., 0.));
    }
  }

  @TempDir private Path folder;
  private final AtomicReference<Optional<ServedModel>> model =
      new AtomicReference<>(Optional.of(new Counting()));
  private final AtomicReference<Optional<ServedModel>> challenger =
      new AtomicReference<>(Optional.empty());
  private TestHub hub;

  @BeforeEach
  void start() {
    hub =
        TestHub.start(
            folder, WebConfig.loopback(0), new InferenceRoutes(model::get, challenger::get, 1));
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  @Test
  void aWaferMap_isClassified_asImageAsBase64AndAsCells() {
    TestClient.Answer image = hub.anyone().send("POST", "/invocations", "image/png", IMAGE);
    assertThat(image.status()).isEqualTo(200);
    assertThat(image.json().get("cls").stringValue()).isEqualTo("Scratch");
    assertThat(image.json().get("confidence").doubleValue()).isBetween(0.66, 0.67);
    assertThat(image.json().get("model").stringValue()).isEqualTo("counting");

    String base64 = Base64.getEncoder().encodeToString(IMAGE);
    assertThat(hub.anyone().post("/invocations", "{\"bytes\":\"" + base64 + "\"}").text())
        .isEqualTo(image.text());
    assertThat(
            hub.anyone()
                .without("X-Fabwafer")
                .send(
                    "POST",
                    "/invocations",
                    "application/json; charset=utf-8",
                    GRID.getBytes(ISO_8859_1))
                .text())
        .isEqualTo(image.text());
  }

  @Test
  void severalWaferMaps_areAnsweredInTheirOrder() {
    String wafers = "{\"wafers\": [{\"cells\": [[2]]}, {\"cells\": [[1]]}, %s]}".formatted(GRID);
    TestClient.Answer answer = hub.anyone().post("/invocations", wafers);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.json().get("predictions").valueStream())
        .extracting(each -> each.get("confidence").doubleValue())
        .satisfiesExactly(
            first -> assertThat(first).isEqualTo(1),
            second -> assertThat(second).isZero(),
            third -> assertThat(third).isBetween(0.66, 0.67));

    assertThat(hub.anyone().post("/invocations", "{\"wafers\": []}").problem())
        .isEqualTo("bad-body");
    String many = String.join(",", Collections.nCopies(257, "{\"cells\": [[1]]}"));
    assertThat(hub.anyone().post("/invocations", "{\"wafers\": [" + many + "]}").detail())
        .contains("at most 256 objects");
  }

  @Test
  void theModelInTest_hasAnAddressOfItsOwn() {
    assertThat(hub.anyone().get("/test/ping").status()).isEqualTo(503);
    assertThat(hub.anyone().post("/test/invocations", GRID).problem()).isEqualTo("no-model");
    challenger.set(Optional.of(new Talkative()));
    assertThat(hub.anyone().get("/test/ping").status()).isEqualTo(200);
    assertThat(hub.anyone().post("/test/invocations", GRID).json().has("decision")).isTrue();
    assertThat(hub.anyone().post("/invocations", GRID).json().has("decision")).isFalse();
  }

  @Test
  void kServe_tellsWhatItTakes_andAnswersABatch() {
    TestClient client = hub.anyone();
    assertThat(client.get("/v2/health/live").json().get("live").booleanValue()).isTrue();
    assertThat(client.get("/v2/health/ready").status()).isEqualTo(200);
    assertThat(client.get("/v2/models/fabwafer/ready").status()).isEqualTo(200);
    assertThat(client.get("/v2/models/fabwafer-test/ready").status()).isEqualTo(503);
    assertThat(client.get("/v2/models/other").status()).isEqualTo(404);
    assertThat(client.get("/v2/models/fabwafer").json().at("/inputs/0/datatype").stringValue())
        .isEqualTo("UINT8");

    String flat = "\"data\": [2, 2, 1, 2]";
    String nested = "\"data\": [[[2, 2]], [[1, 2]]]";
    TestClient.Answer answer = client.post("/v2/models/fabwafer/infer", tensor(flat));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.json().get("id").stringValue()).isEqualTo("7");
    assertThat(answer.json().at("/outputs/0/data").toString())
        .isEqualTo("[\"Scratch\",\"Scratch\"]");
    assertThat(answer.json().at("/outputs/1/data").toString()).isEqualTo("[1.0,0.5]");
    assertThat(answer.json().at("/outputs/2/shape").toString()).isEqualTo("[2,2]");
    assertThat(client.post("/v2/models/fabwafer/infer", tensor(nested)).text())
        .isEqualTo(answer.text());

    assertThat(client.post("/v2/models/fabwafer/infer", tensor("\"data\": [1]")).detail())
        .contains("data must hold 4 codes as its shape says, got 1");
    assertThat(client.post("/v2/models/fabwafer/infer", tensor("\"data\": [1, 1, 1, 7]")).detail())
        .contains("the codes 0, 1 and 2 alone");
    assertThat(client.post("/v2/models/fabwafer/infer", "{\"inputs\": []}").status())
        .isEqualTo(400);
  }

  private static String tensor(String data) {
    return "{\"id\": \"7\", \"inputs\": [{\"name\": \"wafers\", \"shape\": [2, 1, 2],"
        + " \"datatype\": \"UINT8\", "
        + data
        + "}]}";
  }

  /** Says everything that a model may say. */
  private static final class Talkative extends Counting {
    @Override
    public Prediction classify(WaferMap wafer) {
      return new Prediction(
          "Scratch",
          0.6,
          Map.of("Scratch", 0.6, "none", 0.4),
          List.of(0., 0.),
          Optional.of(new Prediction.Patterns(Map.of("Scratch", 0.7), List.of("Scratch"))),
          Optional.of(List.of()),
          OptionalDouble.of(0.999),
          Optional.of(
              new Prediction.Decision(
                  Prediction.Decision.Kind.REVIEW, List.of("unlike 99.9 % of known wafers"))),
          Optional.empty(),
          8);
    }
  }

  @Test
  void whatElseAModelSays_isAnsweredInTheFieldsOfAMessage() {
    assertThat(hub.anyone().post("/invocations", GRID).json().has("decision")).isFalse();
    model.set(Optional.of(new Talkative()));

    String answer = hub.anyone().post("/invocations", GRID).text();
    assertThat(answer)
        .endsWith(
            "\"model\":\"counting\",\"patterns\":[\"Scratch\"],"
                + "\"patternProbabilities\":{\"Scratch\":0.7},\"conformalSet\":[],"
                + "\"novelty\":0.999,\"decision\":\"review\","
                + "\"reasons\":[\"unlike 99.9 % of known wafers\"]}");
  }

  @Test
  void ping_answersWhileThereIsAModel() {
    assertThat(hub.anyone().get("/ping").status()).isEqualTo(200);
    model.set(Optional.empty());
    assertThat(hub.anyone().get("/ping").status()).isEqualTo(503);
    assertThat(hub.anyone().post("/invocations", GRID).problem()).isEqualTo("no-model");
  }

  @Test
  void badInput_getsAClearAnswer() {
    TestClient client = hub.anyone();
    assertThat(client.send("POST", "/invocations", "text/csv", IMAGE).status()).isEqualTo(415);
    assertThat(client.send("POST", "/invocations", "image/png", new byte[0]).detail())
        .isEqualTo("the body must be an image file, it is empty");
    assertThat(client.send("POST", "/invocations", "image/jpeg", new byte[] {1}).problem())
        .isEqualTo("no-wafer-map");
    assertThat(
            client
                .send("POST", "/invocations", "image/png", new byte[Limits.MAX_IMAGE_BYTES + 1])
                .problem())
        .isEqualTo("body-too-large");
    assertThat(client.post("/invocations", "{\"bytes\":\"no base64\"}").detail())
        .startsWith("bytes is not valid base64");
    assertThat(client.post("/invocations", "{}").status()).isEqualTo(400);
    assertThat(client.post("/invocations", "{\"cells\":[[1,2],[1]]}").detail())
        .isEqualTo("cells, row 1 must have 2 numbers as the first has, got 1");
    assertThat(client.post("/invocations", "{\"cells\":[[1,2.5]]}").detail())
        .isEqualTo("cells, row 0, column 1 must be 0, 1 or 2, got '2.5'");
    assertThat(client.post("/invocations", "{\"cells\":[[3]]}").status()).isEqualTo(400);
    assertThat(client.post("/invocations", "{\"cells\":[]}").status()).isEqualTo(400);
    assertThat(client.post("/invocations", "{\"cells\":7}").status()).isEqualTo(400);
    assertThat(client.post("/invocations", GRID).status()).isEqualTo(200);
  }

  @Test
  void aBombOfAPicture_isRefusedWithAProblem_andTheNextIsAnswered() throws IOException {
    TestClient client = hub.anyone();
    String size = "a picture must be 1 to 8,192 pixels a side and at most 16,777,216 in all";
    assertRefused(client, png(60_000, 60_000, 100), size);
    assertRefused(client, png(Integer.MAX_VALUE, Integer.MAX_VALUE, 100), size);
    assertRefused(client, png(8_192, 2_049, 100), size);
    assertRefused(client, png(4, 1, BOMB_BYTES), "more pixels than its size says");
    assertRefused(client, png(4_096, 4_096, 100), "fewer pixels than its size says");
    assertRefused(client, zip(), "");
    assertRefused(client.with("Content-Encoding", "gzip"), gzip(), "");

    assertThat(hub.anyone().post("/invocations", GRID).status()).isEqualTo(200);
  }

  private static void assertRefused(TestClient client, byte[] file, String why) {
    TestClient.Answer answer = client.send("POST", "/invocations", "image/png", file);
    assertThat(answer.status()).as(answer.text()).isEqualTo(422);
    assertThat(answer.problem()).isEqualTo("no-wafer-map");
    assertThat(answer.detail()).contains(why);
    String base64 = Base64.getEncoder().encodeToString(file);
    assertThat(client.post("/invocations", "{\"bytes\":\"" + base64 + "\"}").text())
        .isEqualTo(answer.text());
  }

  /** An 8-bit grey picture whose header says one size and whose pixels are so many zeros. */
  private static byte[] png(int width, int height, int zeros) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(packed)) {
      out.write(new byte[zeros]);
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes("\u0089PNG\r\n\u001a\n".getBytes(ISO_8859_1));
    ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height).put((byte) 8);
    part(file, "IHDR", header.array());
    part(file, "IDAT", packed.toByteArray());
    part(file, "IEND", new byte[0]);
    return file.toByteArray();
  }

  private static void part(ByteArrayOutputStream file, String type, byte[] content) {
    byte[] name = type.getBytes(ISO_8859_1);
    CRC32 sum = new CRC32();
    sum.update(name);
    sum.update(content);
    file.writeBytes(ByteBuffer.allocate(4).putInt(content.length).array());
    file.writeBytes(name);
    file.writeBytes(content);
    file.writeBytes(ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
  }

  private static byte[] zip() throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(file)) {
      out.putNextEntry(new ZipEntry("wafer.png"));
      out.write(new byte[BOMB_BYTES]);
    }
    return file.toByteArray();
  }

  private static byte[] gzip() throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(file)) {
      out.write(new byte[BOMB_BYTES]);
    }
    return file.toByteArray();
  }

  @Test
  void aForeignPage_cannotClassify() {
    TestClient page = hub.anyone().with("Origin", "https://evil.example");
    assertThat(page.post("/invocations", GRID).problem()).isEqualTo("cross-site");
  }

  @Test
  void moreThanItCanDoAtOnce_isToldToComeBack() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    model.set(
        Optional.of(
            new Counting() {
              @Override
              public Prediction classify(WaferMap wafer) {
                entered.countDown();
                try {
                  leave.await();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
                return super.classify(wafer);
              }
            }));
    CompletableFuture<TestClient.Answer> first =
        CompletableFuture.supplyAsync(() -> hub.anyone().post("/invocations", GRID));
    entered.await();

    TestClient.Answer second = hub.anyone().post("/invocations", GRID);
    assertThat(second.status()).isEqualTo(429);
    assertThat(second.header("Retry-After")).isEqualTo("1");
    leave.countDown();
    assertThat(first.get().status()).isEqualTo(200);
  }
}
