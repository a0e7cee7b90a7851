package fabwafer.agent;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.classifier.Prediction;
import fabwafer.classifier.Prediction.Decision.Kind;
import fabwafer.protocol.Assessment;
import fabwafer.protocol.Limits;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LocalClassifierTest {
  private static Prediction prediction(List<String> fitting, List<String> reasons) {
    return new Prediction(
        "Center",
        0.6,
        Map.of("Center", 0.6, "none", 0.4),
        List.of(1.0, 0.0),
        Optional.of(
            new Prediction.Patterns(
                Map.of("Center", 0.9, "Scratch", 0.7), List.of("Center", "Scratch"))),
        Optional.of(fitting),
        OptionalDouble.of(0.25),
        Optional.of(new Prediction.Decision(Kind.REVIEW, reasons)),
        Optional.empty(),
        8);
  }

  @Test
  void everythingThatAModelSays_isSent() {
    assertThat(LocalClassifier.assessment(prediction(List.of("Center"), List.of("unsure"))))
        .isEqualTo(
            new Assessment(
                Optional.of(List.of("Center", "Scratch")),
                Map.of("Center", 0.9, "Scratch", 0.7),
                Optional.of(List.of("Center")),
                OptionalDouble.of(0.25),
                Optional.of(Assessment.Decision.REVIEW),
                List.of("unsure")));
  }

  @Test
  void aModelThatSaysItsClassAlone_sendsNothingElse() {
    assertThat(
            LocalClassifier.assessment(new Prediction("Loc", 1, Map.of("Loc", 1.0), List.of(0.0))))
        .isEqualTo(Assessment.NONE);
  }

  @Test
  void whatNoMessageHolds_isLeftOutOrShortened_soThatNoWaferIsRefusedForIt() {
    List<String> many = IntStream.range(0, 1_000).mapToObj(i -> "class " + i).toList();
    Assessment assessment =
        LocalClassifier.assessment(prediction(many, List.of("x".repeat(2_000))));

    assertThat(assessment.conformalSet()).isEmpty();
    assertThat(assessment.reasons().getFirst()).hasSize(Limits.MAX_REASON_CHARS).endsWith("…");
  }
}
