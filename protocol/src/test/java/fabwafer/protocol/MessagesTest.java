package fabwafer.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessagesTest {
  private static final DeviceName CAMERA = new DeviceName("faba", "camera1");
  private static final Topic.Image IMG3 = new Topic.Image(CAMERA, "img3");
  private static final Topic.Prediction PREDICTION3 = new Topic.Prediction(CAMERA, "img3");

  @Test
  void seedImage_holdsThePngOf8561Bytes() throws IOException {
    ImageMessage image = ImageMessage.parse(IMG3, seed("image-img3.json"));
    assertThat(image.bytes()).hasSize(8_561).startsWith(0x89, 'P', 'N', 'G');
    assertThat(image.timestampMillis()).isEqualTo(1_554_134_552_946L);
  }

  @Test
  void seedCorruptImage_isRefusedForItsBase64() {
    assertThatThrownBy(() -> ImageMessage.parse(IMG3, seed("image-img3-corrupt.json")))
        .isInstanceOf(MessageException.class)
        .hasMessageStartingWith("bytes is not valid base64");
  }

  @Test
  void seedPrediction_hasItsLabelInTheStoredSpelling() throws IOException {
    PredictionMessage prediction =
        PredictionMessage.parse(PREDICTION3, seed("prediction-img3.json"));
    assertThat(prediction.label()).isEqualTo("Loc");
    assertThat(prediction.probability()).isEqualTo(0.9);
  }

  @ParameterizedTest
  @CsvSource({
    "1554134552,1554134552000",
    "1554134552946,1554134552946",
    "1554134552.946,1554134552946",
    "'\"1554134552\"',1554134552000",
  })
  void timestamp_isSecondsOrMillisecondsNumberOrText(String json, long millis) {
    assertThat(prediction("timestamp", json).timestampMillis()).isEqualTo(millis);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1e999999999", "\"soon\"", "null", "[]", "true", "99999999999"})
  void timestamp_refusesWhatIsNoTime(String json) {
    assertThatThrownBy(() -> prediction("timestamp", json))
        .isInstanceOf(MessageException.class)
        .hasMessageContaining("timestamp");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-0.01", "1.01", "\"high\"", "NaN", "null"})
  void probability_isRefusedOutsideZeroToOne(String json) {
    assertThatThrownBy(() -> prediction("probability", json)).isInstanceOf(MessageException.class);
  }

  @Test
  void fieldsOfTheSender_areKept() {
    PredictionMessage parsed =
        PredictionMessage.parse(
            PREDICTION3,
            """
            {"imgid":"img3","timestamp":1,"fab":"faba","camera":"camera1","prediction":"LOC",
             "probability":0.5,"lot":{"id":"A7"}}\
            """
                .getBytes(UTF_8));
    PredictionMessage again = PredictionMessage.parse(PREDICTION3, parsed.toPayload());
    assertThat(again).isEqualTo(parsed);
    assertThat(again.more().get("lot").get("id").stringValue()).isEqualTo("A7");
  }

  @Test
  void message_thatDisagreesWithItsTopicIsRefused() {
    Topic.Prediction other = new Topic.Prediction(new DeviceName("fabb", "camera1"), "img3");
    assertThatThrownBy(() -> PredictionMessage.parse(other, seed("prediction-img3.json")))
        .hasMessage("fab is 'faba' but the topic says 'fabb'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{", "{\"imgid\":1}", "{\"a\":1,\"a\":2}", "{} {}", "\u0000"})
  void payload_thatIsNoMessageIsRefused(String payload) {
    assertThatThrownBy(() -> PredictionMessage.parse(PREDICTION3, payload.getBytes(UTF_8)))
        .isInstanceOf(MessageException.class);
  }

  @Test
  void payload_nestedTooDeepIsRefused() {
    String deep = "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    assertThatThrownBy(() -> PredictionMessage.parse(PREDICTION3, deep.getBytes(UTF_8)))
        .isInstanceOf(MessageException.class)
        .hasMessageContaining("depth");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fabwafer/faba/camera1/img/.hidden",
        "fabwafer/faba/camera1/img/a b",
        "fabwafer/faba/../img/x",
        "fabwafer/faba/camera1/img/x/y",
        "fabwafer/faba/camera1/img/",
        "fabwafer/faba/camera1",
        "other/faba/camera1/img/x",
        "fabwafer//camera1/img/x",
        "fabwafer/faba/camera1/model",
      })
  void topic_outsideTheProtocolIsRefused(String topic) {
    assertThatThrownBy(() -> Topic.parse(topic)).isInstanceOf(MessageException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fabwafer/faba/camera1/img/img-3.v2_x",
        "fabwafer/faba/camera1/prediction/img3",
        "fabwafer/faba/camera1/status",
        "fabwafer/faba/camera1/model/desired/chunk/7",
      })
  void topic_isWrittenAsItWasRead(String topic) {
    assertThat(Topic.parse(topic)).hasToString(topic);
  }

  @Test
  void status_survivesItsPayload() {
    StatusMessage offline = StatusMessage.of(StatusMessage.State.OFFLINE, 1_554_134_552_946L);
    assertThat(StatusMessage.parse(offline.toPayload())).isEqualTo(offline);
  }

  private static PredictionMessage prediction(String field, String json) {
    String payload =
        """
        {"imgid":"img3","timestamp":1,"fab":"faba","camera":"camera1","prediction":"Loc",\
        "probability":0.5}\
        """
            .replaceFirst("\"" + field + "\":[^,}]+", "\"" + field + "\":" + json);
    return PredictionMessage.parse(PREDICTION3, payload.getBytes(UTF_8));
  }

  private static byte[] seed(String file) throws IOException {
    try (InputStream in = MessagesTest.class.getResourceAsStream(file)) {
      return Objects.requireNonNull(in, file).readAllBytes();
    }
  }
}
