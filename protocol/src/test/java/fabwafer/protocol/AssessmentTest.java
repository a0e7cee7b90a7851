package fabwafer.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.protocol.Assessment.Decision;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AssessmentTest {
  private static final Topic.Prediction TOPIC =
      new Topic.Prediction(new DeviceName("faba", "camera1"), "img3");
  private static final Assessment FULL =
      new Assessment(
          Optional.of(List.of("Center", "Scratch")),
          Map.of("Center", 0.99, "Scratch", 0.81),
          Optional.of(List.of("Center", "Scratch")),
          OptionalDouble.of(0.995),
          Optional.of(Decision.REVIEW),
          List.of("confidence 0.610 below 0.900", "unlike 99.5 % of known wafers"));

  private static PredictionMessage message(String moreFields) {
    String json =
        "{\"imgid\":\"img3\",\"timestamp\":1554134552946,\"fab\":\"faba\",\"camera\":\"camera1\","
            + "\"prediction\":\"Loc\",\"probability\":0.9,"
            + moreFields
            + "}";
    return PredictionMessage.parse(TOPIC, json.getBytes(UTF_8));
  }

  @Test
  void whatIsWritten_isReadAgain() {
    PredictionMessage plain =
        PredictionMessage.of(TOPIC.device(), TOPIC.imgid(), 1_554_134_552_946L, "Center", 0.61);
    var more = plain.more().deepCopy();
    AssessmentFields.write(FULL, more);
    PredictionMessage sent =
        new PredictionMessage(TOPIC, plain.timestampMillis(), "Center", 0.61, more);

    assertThat(PredictionMessage.parse(TOPIC, sent.toPayload()).assessment()).isEqualTo(FULL);
    assertThat(plain.assessment()).isEqualTo(Assessment.NONE);
  }

  @Test
  void anEmptySet_isSomethingElseThanNone() {
    assertThat(message("\"patterns\":[],\"conformalSet\":[]").assessment())
        .isEqualTo(
            new Assessment(
                Optional.of(List.of()),
                Map.of(),
                Optional.of(List.of()),
                OptionalDouble.empty(),
                Optional.empty(),
                List.of()));
    assertThat(message("\"patterns\":null").assessment()).isEqualTo(Assessment.NONE);
  }

  @Test
  void labels_areReadInTheStoredSpelling_newPatternsAsTheyAre() {
    assertThat(message("\"patterns\":[\"edge-ring\",\"Comet\"]").assessment().patterns())
        .contains(List.of("Edge-Ring", "Comet"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"patterns\":\"Loc\"",
        "\"patterns\":[1]",
        "\"patterns\":[\"none\"]",
        "\"patterns\":[\"Loc\",\"LOC\"]",
        "\"patterns\":[\"\"]",
        "\"patterns\":[\"\\u202ecoL\"]",
        "\"patternProbabilities\":[]",
        "\"patternProbabilities\":{\"Loc\":1.01}",
        "\"patternProbabilities\":{\"Loc\":-0.1}",
        "\"patternProbabilities\":{\"Loc\":\"0.5\"}",
        "\"patternProbabilities\":{\"Loc\":1e999999999}",
        "\"patternProbabilities\":{\"Loc\":0.5,\"loc\":0.5}",
        "\"conformalSet\":{}",
        "\"novelty\":1.5",
        "\"novelty\":\"high\"",
        "\"novelty\":1e400",
        "\"decision\":\"maybe\"",
        "\"decision\":true",
        "\"reasons\":\"because\"",
        "\"reasons\":[\" \"]",
        "\"reasons\":[\"a\\nb\"]",
      })
  void aWrongField_isPassedOver_keptAndCostsNothingElse(String wrong) {
    PredictionMessage message = message(wrong + ",\"model\":\"m\"");

    assertThat(message.label()).isEqualTo("Loc");
    assertThat(message.assessment()).isEqualTo(Assessment.NONE);
    assertThat(message.more().size()).isEqualTo(2);
  }

  @Test
  void theOtherFieldsAreRead_besideAWrongOne() {
    Assessment assessment = message("\"novelty\":2,\"decision\":\"review\"").assessment();

    assertThat(assessment.novelty()).isEmpty();
    assertThat(assessment.decision()).contains(Decision.REVIEW);
  }

  @ParameterizedTest
  @CsvSource({"64,true", "65,false"})
  void labels_areBoundedInNumber(int count, boolean read) {
    String labels =
        IntStream.range(0, count).mapToObj(i -> "\"p" + i + "\"").collect(Collectors.joining(","));

    assertThat(message("\"patterns\":[" + labels + "]").assessment().patterns().isPresent())
        .isEqualTo(read);
  }

  @ParameterizedTest
  @CsvSource({"256,true", "257,false"})
  void reasons_areBoundedInLength(int characters, boolean read) {
    String reason = "x".repeat(characters);

    assertThat(message("\"reasons\":[\"" + reason + "\"]").assessment().reasons().isEmpty())
        .isEqualTo(!read);
  }

  @Test
  void ourOwnMistakes_areToldAtOnce() {
    assertThatThrownBy(
            () ->
                new Assessment(
                    Optional.empty(),
                    Map.of("Loc", 1.5),
                    Optional.empty(),
                    OptionalDouble.empty(),
                    Optional.empty(),
                    List.of()))
        .isInstanceOf(MessageException.class)
        .hasMessage("patternProbabilities must be in [0, 1], got 1.5");
  }
}
