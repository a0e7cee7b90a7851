package fabwafer.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The sample messages of the system to match, published by Debian's mosquitto client to the running
 * program, in the order image 3 corrupt, image 3, predictions 1 to 3.
 */
class SeedMessagesTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir private static Path folder;
  private static RunningHub hub;
  private static RestClient admin;

  @BeforeAll
  static void publishAll() {
    hub = RunningHub.start(folder.resolve("hub"));
    admin = hub.admin();
    publish("img/img3", "image-img3-corrupt.json");
    publish("img/img3", "image-img3.json");
    publish("prediction/img1", "prediction-img1.json");
    publish("prediction/img2", "prediction-img2.json");
    publish("prediction/img3", "prediction-img3.json");
    await().atMost(SOON).until(() -> images().size() == 3);
    await().atMost(SOON).until(() -> admin.items("/api/v1/quarantine").size() == 1);
  }

  @AfterAll
  static void stop() {
    hub.close();
  }

  @Test
  void predictions_areStoredInTheStoredSpelling() {
    assertThat(images())
        .extracting(
            image -> image.get("imgid").stringValue(),
            image -> image.get("prediction").stringValue(),
            image -> image.get("probability").doubleValue(),
            image -> image.get("timestamp").longValue())
        .containsExactly(
            tuple("img3", "Loc", 0.9, 1_554_134_552_946L),
            tuple("img2", "Loc", 0.4, 1_554_134_552_945L),
            tuple("img1", "none", 0.9, 1_554_134_552_944L));
  }

  @Test
  void oneAlarm_forTheOneAboveTheThreshold() {
    List<JsonNode> alarms = admin.items("/api/v1/alarms");
    assertThat(alarms).hasSize(1);
    assertThat(alarms.getFirst().get("lastImgid").stringValue()).isEqualTo("img3");
    assertThat(alarms.getFirst().get("prediction").stringValue()).isEqualTo("Loc");
    assertThat(alarms.getFirst().get("wafers").intValue()).isEqualTo(1);
  }

  @Test
  void image_isArchivedByteForByte() throws IOException {
    JsonNode message = JsonMapper.shared().readTree(Files.readString(seed("image-img3.json")));
    byte[] sent = Base64.getDecoder().decode(message.get("bytes").stringValue());
    assertThat(sent).hasSize(8_561);
    assertThat(archived()).hasSize(1);
    assertThat(archived().getFirst().toString()).endsWith("faba/camera1/img3.png");
    assertThat(Files.readAllBytes(archived().getFirst())).isEqualTo(sent);
    assertThat(admin.bytes(images().getFirst().get("imageUrl").stringValue())).isEqualTo(sent);
  }

  @Test
  void image_thatIsNoWaferMapSaysSo() {
    String url = images().getFirst().get("waferMapUrl").stringValue();
    RestClient.Answer answer = admin.get(url);
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.json().get("type").stringValue()).endsWith("no-wafer-map");
  }

  @Test
  void corruptImage_standsInQuarantineWithItsReason() {
    JsonNode refused =
        admin.items("/api/v1/quarantine").stream()
            .filter(item -> item.get("reason").stringValue().contains("base64"))
            .findFirst()
            .orElseThrow();
    assertThat(refused.get("topic").stringValue()).isEqualTo("fabwafer/faba/camera1/img/img3");
    byte[] kept = admin.bytes("/api/v1/quarantine/" + refused.get("id").longValue() + "/payload");
    assertThat(kept).isEqualTo(read("image-img3-corrupt.json"));
  }

  @Test
  void theSameMessagesAgain_changeNothing() {
    publish("img/img3", "image-img3.json");
    publish("prediction/img3", "prediction-img3.json");
    publish("prediction/img9", "prediction-img1.json"); // disagrees with its topic: refused
    await()
        .atMost(SOON)
        .until(
            () ->
                admin.items("/api/v1/quarantine").stream()
                    .anyMatch(item -> item.get("reason").stringValue().contains("img9")));
    assertThat(images()).hasSize(3);
    assertThat(archived()).hasSize(1);
    assertThat(admin.items("/api/v1/alarms").getFirst().get("wafers").intValue()).isEqualTo(1);
  }

  @Test
  void withoutLogin_nothingIsShown() {
    RestClient stranger = RestClient.anonymous(hub.address());
    assertThat(stranger.get("/api/v1/images").status()).isEqualTo(401);
    assertThat(stranger.get("/api/v1/quarantine").status()).isEqualTo(401);
    assertThat(stranger.get(images().getFirst().get("imageUrl").stringValue()).status())
        .isEqualTo(401);
  }

  @Test
  void wrongPassword_isToldAsAProblem() {
    RestClient.Answer answer =
        RestClient.anonymous(hub.address())
            .post("/api/v1/session", Map.of("user", "admin", "password", "not the password"));
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.json().get("type").stringValue()).endsWith("wrong-password");
  }

  private static List<JsonNode> images() {
    return admin.items("/api/v1/images?fab=faba&camera=camera1");
  }

  private static List<Path> archived() {
    return Samples.pngs(hub.data().resolve("archive"));
  }

  private static void publish(String topic, String file) {
    MosquittoClient.of(hub).publish("fabwafer/faba/camera1/" + topic, seed(file));
  }

  private static Path seed(String file) {
    return Program.home().resolve("acceptance/src/test/resources/seed").resolve(file);
  }

  private static byte[] read(String file) {
    try {
      return Files.readAllBytes(seed(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
