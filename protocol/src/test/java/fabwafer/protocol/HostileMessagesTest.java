package fabwafer.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/** Whatever a stranger sends is a message or a {@link MessageException}, nothing else. */
class HostileMessagesTest {
  private static final DeviceName CAMERA = new DeviceName("faba", "camera1");
  private static final Topic.Prediction TOPIC = new Topic.Prediction(CAMERA, "img3");
  private static final int MAX_MESSAGE_CHARS = 600;
  private static final String WHOLE =
      """
      {"imgid":"img3","timestamp":1554134552946,"fab":"faba","camera":"camera1",\
      "prediction":"Loc","probability":0.5,"bytes":"iVBORw0KGgo=","state":"online","lot":["A",7]}\
      """;

  @Property(tries = 500)
  void anyBytes_areReadOrRefused(@ForAll byte[] payload) {
    readOrRefused(payload);
  }

  @Property(tries = 1000)
  void damagedMessage_isReadOrRefused(
      @ForAll @IntRange(min = 0, max = 200) int at, @ForAll byte value) {
    byte[] payload = WHOLE.getBytes(UTF_8);
    payload[Math.min(at, payload.length - 1)] = value;
    readOrRefused(payload);
  }

  @Property(tries = 500)
  void anyValueInAnyField_isReadOrRefused(
      @ForAll("fields") String field, @ForAll("values") String value) {
    String payload =
        WHOLE.replaceFirst("\"" + field + "\":(\"[^\"]*\"|[0-9.]+)", "\"" + field + "\":");
    int after = payload.indexOf("\"" + field + "\":") + field.length() + 3;
    readOrRefused((payload.substring(0, after) + value + payload.substring(after)).getBytes(UTF_8));
  }

  @Property(tries = 500)
  void anyTopic_isWrittenAsItWasReadOrRefused(@ForAll("topics") String topic) {
    try {
      assertThat(Topic.parse(topic)).hasToString(topic);
      assertThat(topic).matches("[A-Za-z0-9._/-]+").doesNotContain("/.");
    } catch (MessageException e) {
      assertThat(e.getMessage()).hasSizeLessThan(MAX_MESSAGE_CHARS);
    }
  }

  @Example
  void payloadOfManyTinyFields_isRefusedBeforeItFillsMemory() {
    StringBuilder many = new StringBuilder("{\"a\":1");
    for (int i = 0; i < 100_000; i++) {
      many.append(",\"").append(i).append("\":1");
    }
    assertRefused(many.append('}').toString(), "payload is not JSON");
  }

  @Example
  void furtherFields_areBounded() {
    String large = "\"" + "x".repeat(Limits.MAX_MORE_CHARS + 1) + "\"";
    assertRefused(WHOLE.replace("[\"A\",7]", large), "further fields must hold at most 65,536");
  }

  @Example
  void halfASurrogatePair_isRefusedWhereverItIs() {
    assertRefused(WHOLE.replace("\"A\"", "\"\\ud83d\""), "half a surrogate pair");
    assertRefused(WHOLE.replace("Loc", "\\udc00"), "cannot be shown");
  }

  @Example
  void labelThatTurnsTheTextAroundIt_isRefused() {
    assertRefused(WHOLE.replace("Loc", "\\u202ecoL"), "cannot be shown: '?coL'");
  }

  @Example
  void exponentPastEveryRange_isRefused() {
    for (String number : List.of("1e99999999999", "-1e-99999999999", "1e999999999")) {
      assertRefused(WHOLE.replace("1554134552946", number), "");
      byte[] further = WHOLE.replace("7", number).getBytes(UTF_8);
      readOrRefused(further);
    }
  }

  @Example
  void furtherField_mustNotStandInForTheProtocols() {
    var more = JsonFields.MAPPER.createObjectNode().put("probability", 1);
    assertThatThrownBy(() -> new PredictionMessage(TOPIC, 1, "Loc", 0.5, more))
        .isInstanceOf(MessageException.class)
        .hasMessage("a further field must not be named probability");
  }

  @Example
  void modelTopic_holdsNamesOnly() {
    for (String rest : List.of("..", "a//b", "a/../b", "+", "#", "a/", "1/2/3/4/5/6/7/8/9")) {
      assertThatThrownBy(() -> Topic.parse("fabwafer/faba/camera1/model/" + rest))
          .as(rest)
          .isInstanceOf(MessageException.class);
    }
  }

  @Provide
  Arbitrary<String> fields() {
    return Arbitraries.of(
        "imgid", "timestamp", "fab", "camera", "prediction", "probability", "bytes", "state");
  }

  @Provide
  Arbitrary<String> values() {
    return Arbitraries.oneOf(
        Arbitraries.of(
            "",
            "null",
            "true",
            "[]",
            "{}",
            "-0",
            "1e400",
            "1e-400",
            "0.1e1",
            "00",
            "+1",
            "NaN",
            "\"\"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"1e2147483648\"",
            "\" 1 \"",
            "\"=\"",
            "\"A\""),
        Arbitraries.doubles().map(String::valueOf),
        Arbitraries.bigIntegers().map(String::valueOf),
        Arbitraries.strings()
            .ofMaxLength(80)
            .map(
                text ->
                    JsonFields.MAPPER
                        .createArrayNode()
                        .add(text.replaceAll("\\p{Cs}", ""))
                        .get(0)
                        .toString()));
  }

  @Provide
  Arbitrary<String> topics() {
    Arbitrary<String> level =
        Arbitraries.oneOf(
            Arbitraries.of("fabwafer", "faba", "img", "prediction", "status", "model", "..", "+"),
            Arbitraries.strings().ofMaxLength(140));
    return level.list().ofMaxSize(8).map(levels -> String.join("/", levels));
  }

  private static void assertRefused(String payload, String why) {
    assertThatThrownBy(() -> PredictionMessage.parse(TOPIC, payload.getBytes(UTF_8)))
        .isInstanceOf(MessageException.class)
        .hasMessageContaining(why);
  }

  /** What is read can be written and read again; what is not says why in a few words. */
  private static void readOrRefused(byte[] payload) {
    PredictionMessage prediction = orRefused(() -> PredictionMessage.parse(TOPIC, payload));
    if (prediction != null) {
      assertThat(PredictionMessage.parse(TOPIC, prediction.toPayload()).timestampMillis())
          .isEqualTo(prediction.timestampMillis());
    }
    Topic.Image topic = new Topic.Image(CAMERA, "img3");
    ImageMessage image = orRefused(() -> ImageMessage.parse(topic, payload));
    if (image != null) {
      assertThat(ImageMessage.parse(topic, image.toPayload()).bytes()).isEqualTo(image.bytes());
    }
    StatusMessage status = orRefused(() -> StatusMessage.parse(payload));
    if (status != null) {
      assertThat(StatusMessage.parse(status.toPayload()).state()).isEqualTo(status.state());
    }
  }

  private static <T> @Nullable T orRefused(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (MessageException e) {
      assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(MAX_MESSAGE_CHARS);
      return null;
    }
  }
}
