package fabwafer.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import fabwafer.classifier.ModelCard.Calibration;
import fabwafer.classifier.ModelCard.Input;
import fabwafer.classifier.ModelCard.Measurement;
import fabwafer.classifier.ModelCard.Provenance;
import fabwafer.wafer.DefectPattern;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCardTest {
  private static final String ID = "ab".repeat(32);

  @TempDir private Path folder;

  private static ModelCard card() {
    return new ModelCard(
        ID,
        DefectPattern.labels(),
        new Input("dies", 3, 64, Input.Type.UINT8),
        "area-v1-64",
        new Calibration.Temperature(1.25, "wm811k-dev fold 2"),
        Map.of("Scratch", 0.4),
        List.of(new Measurement("wm811k-dev", "fold 2", Map.of("macroF1", 0.91))),
        new Provenance(
            "wm811k-dev.npz",
            "cd".repeat(32),
            "0.1.0",
            -7,
            Optional.of("ef".repeat(32)),
            Instant.parse("2026-11-23T10:15:30Z"),
            "fabwafer train data --out model"));
  }

  private static String json() {
    return new String(ModelCardJson.write(card()), StandardCharsets.UTF_8);
  }

  private static ModelCard parsed(String json) {
    return ModelCard.parse("model.json", json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aCardWrittenAndRead_isTheSame() {
    Path file = folder.resolve(ModelCard.FILE_NAME);
    card().write(file);
    assertThat(ModelCard.read(file)).isEqualTo(card());
    assertThat(folder).isDirectoryContaining(path -> path.equals(file));
    assertThat(folder.toFile().list()).hasSize(1);
  }

  @Test
  void aCardWithoutOptionalParts_isReadAsItWasWritten() {
    ModelCard bare =
        new ModelCard(
            ID,
            List.of("good", "bad"),
            new Input("x", 1, 32, Input.Type.FLOAT32),
            "area-v1-32",
            new Calibration.None(),
            Map.of(),
            List.of(),
            new Provenance(
                "d", ID, "0.1.0", Long.MAX_VALUE, Optional.empty(), Instant.EPOCH, "train"));
    assertThat(ModelCard.parse("x", ModelCardJson.write(bare))).isEqualTo(bare);
  }

  private static ModelCard judging() {
    Map<String, Double> least = new LinkedHashMap<>();
    DefectPattern.labels().forEach(label -> least.put(label, label.length() / 100.0));
    Judgement judgement =
        new Judgement(
            Optional.of(new Judgement.Views(0.98)),
            Optional.of(
                new Judgement.Patterns(
                    DefectPattern.labels().subList(0, 8),
                    1.5,
                    Map.of("Loc", -2.5),
                    Map.of("Loc", 0.4),
                    "f")),
            Optional.of(new Judgement.Conformal(0.99, least, "folds 0, 1")),
            Optional.of(
                new Judgement.Novelty(
                    IntStream.range(0, 101).mapToObj(i -> i / 7.0).toList(), "folds 0, 1")),
            Optional.of(new Judgement.Decision(0.9, 0.99, 0.95, 0.004, "folds 0, 1")));
    return card()
        .with(
            new Calibration.Vector(1.25, Map.of("none", 1.5), "folds 0, 1"),
            Map.of("Scratch", 0.4),
            judgement,
            List.of());
  }

  @Test
  void aCardWithEveryPart_isReadAsItWasWritten() {
    assertThat(ModelCard.parse("x", ModelCardJson.write(judging()))).isEqualTo(judging());
  }

  @Test
  void mistakesInWhatIsJudged_nameTheirField() {
    judgingWith("\"below\" : 0.98", "\"below\" : 0", "views.below must be in (0, 1], got 0.0");
    judgingWith(
        "\"Loc\" : 0.4", "\"Loc\" : 1", "patterns.thresholds.Loc must be in (0, 1), got 1.0");
    judgingWith("\"Loc\" : 0.4", "\"Lac\" : 0.4", "patterns.thresholds.Lac is none of its labels");
    judgingWith(
        "\"Loc\" : -2.5", "\"Loc\" : 250", "patterns.bias.Loc must be -100.0 to 100.0, got");
    judgingWith(
        "\"Random\", \"Scratch\" ],\n    \"temp",
        "\"Random\", \"none\" ],\n    \"temp",
        "patterns.labels[7] must be a pattern, got none");
    judgingWith(
        "\"Random\", \"Scratch\" ],\n    \"temp",
        "\"Random\", \"loc\" ],\n    \"temp",
        "patterns.labels[7] is there twice: Loc");
    judgingWith(
        "\"temperature\" : 1.5",
        "\"temperature\" : 0",
        "patterns.temperature must be 0.01 to 100.0, got 0.0");
    judgingWith(
        "\"coverage\" : 0.99", "\"coverage\" : 1", "conformal.coverage must be in (0, 1), got 1.0");
    judgingWith("\"Donut\" : 0.05,", "", "conformal.least.Donut is missing");
    judgingWith(
        "\"Donut\" : 0.05", "\"Donut\" : -1", "conformal.least.Donut must be in [0, 1], got -1.0");
    judgingWith(
        "\"Donut\" : 0.05,",
        "\"Donut\" : 0.05, \"Bubble\" : 0,",
        "conformal.least.Bubble is none of the card's classes");
    judgingWith("[ 0.0, ", "[ ", "novelty.quantiles must be 101 numbers, got 100");
    judgingWith(
        "[ 0.0, ",
        "[ 1.0, ",
        "novelty.quantiles[1] must be finite and not below the one before it, got");
    judgingWith("[ 0.0, ", "[ \"a\", ", "novelty.quantiles[0] must be a number, got \"a\"");
    judgingWith(
        "\"minConfidence\" : 0.9",
        "\"minConfidence\" : 9",
        "decision.minConfidence must be in [0, 1], got 9.0");
    judgingWith("\"error\" : 0.004,", "", "decision.error is missing");
    judgingWith(
        "\"none\" : 1.5", "\"none\" : 1e9", "calibration.bias.none must be -100.0 to 100.0");
    judgingWith(
        "\"none\" : 1.5", "\"some\" : 1.5", "calibration.bias.some is none of the card's classes");
    assertThatThrownBy(
            () -> Judgement.NONE.with(new Judgement.Decision(0.9, 0.99, 0.95, 0.004, "f")))
        .hasMessage("decision.maxNovelty must be 1 where the card has no novelty, got 0.99");
  }

  private static void judgingWith(String right, String wrong, String message) {
    String json = new String(ModelCardJson.write(judging()), StandardCharsets.UTF_8);
    assertThat(json).contains(right);
    assertThatThrownBy(() -> parsed(json.replace(right, wrong)))
        .isInstanceOf(ModelCardException.class)
        .hasMessageStartingWith("model.json: " + message);
  }

  @Test
  void everyMistakeIsToldAtOnce_withItsFieldsName() {
    String wrong =
        json()
            .replace("\"planes\" : 3", "\"planes\" : \"three\"")
            .replace("\"temperature\" : 1.25", "\"temperature\" : 0")
            .replace("\"seed\" : -7,", "")
            .replace("\"macroF1\" : 0.91", "\"macroF1\" : null")
            .replace("\"command\"", "\"colour\" : 1, \"command\"");
    ModelCardException e = catchThrowableOfType(ModelCardException.class, () -> parsed(wrong));
    assertThat(e.mistakes())
        .containsExactly(
            "input.planes must be a whole number, got \"three\"",
            "calibration.temperature must be 0.01 to 100.0, got 0.0",
            "metrics[0].values.macroF1 is missing",
            "provenance.seed is missing",
            "provenance.colour is no field of a model card");
    assertThat(e).hasMessageStartingWith("model.json: 5 fields are wrong:\n  input.planes");
  }

  @Test
  void aMistakeOfTheWholeCard_namesItsField() {
    assertThatThrownBy(() -> parsed(json().replace(ID, "AB")))
        .isInstanceOf(ModelCardException.class)
        .hasMessage("model.json: id must be a SHA-256, 64 lower-case hexadecimal digits, got AB");
    assertThatThrownBy(() -> parsed(json().replace("\"Donut\"", "\"center\"")))
        .hasMessage("model.json: classes[1] is there twice: Center");
    assertThatThrownBy(() -> parsed(json().replace("\"Donut\"", "7")))
        .hasMessage("model.json: classes[1] must be a text, got 7");
    assertThatThrownBy(() -> parsed(json().replace("\"Scratch\" : 0.4", "\"Bubble\" : 0.4")))
        .hasMessage("model.json: thresholds.Bubble is none of the card's classes");
    assertThatThrownBy(() -> parsed(json().replace("\"Scratch\" : 0.4", "\"Scratch\" : 1.4")))
        .hasMessage("model.json: thresholds.Scratch must be in (0, 1], got 1.4");
    assertThatThrownBy(() -> parsed(json().replace("\"format\" : 1", "\"format\" : 2")))
        .hasMessage("model.json: format must be 1, got 2");
    assertThatThrownBy(() -> parsed(json().replace("area-v1-64", " ")))
        .hasMessage("model.json: preprocessing must be 1 to 4,096 characters, got 0");
    assertThatThrownBy(() -> parsed(json().replace("\"side\" : 64", "\"side\" : 100000")))
        .hasMessage("model.json: input.side must be 1 to 1024, got 100000");
    assertThatThrownBy(() -> parsed(json().replace("uint8", "int4")))
        .hasMessage("model.json: input.type must be uint8 or float32, got int4");
    assertThatThrownBy(() -> parsed(json().replace("2026-11-23T10:15:30Z", "today")))
        .hasMessageContaining("provenance.created must be a time");
    assertThatThrownBy(() -> parsed(json().replace("\"seed\" : -7", "\"seed\" : 1e400")))
        .hasMessageStartingWith("model.json: provenance.seed must be a whole number");
  }

  @Test
  void whatIsNoCard_isRefusedWithoutHarm() throws IOException {
    assertThatThrownBy(() -> parsed("")).hasMessageContaining("must be a JSON object");
    assertThatThrownBy(() -> parsed("[1]")).hasMessageContaining("must be a JSON object");
    assertThatThrownBy(() -> parsed("{\"id\": ")).hasMessageContaining("is not JSON");
    assertThatThrownBy(() -> parsed("[".repeat(100_000)))
        .isInstanceOf(ClassifierException.class)
        .hasMessageContaining("is not JSON");
    assertThatThrownBy(() -> parsed(json().replaceFirst("\"id\"", "\"format\"")))
        .hasMessageContaining("is not JSON");
    assertThatThrownBy(() -> ModelCard.read(folder.resolve("absent.json")))
        .isInstanceOf(ClassifierException.class)
        .hasMessageContaining("no model card");
    Path large = Files.write(folder.resolve("large.json"), new byte[ModelCard.MAX_BYTES + 1]);
    assertThatThrownBy(() -> ModelCard.read(large)).hasMessageContaining("at most 1,048,576 bytes");
  }

  @Test
  void knownLabels_areKeptInTheirSpelling() {
    assertThat(parsed(json().replace("\"Donut\"", "\"DONUT\"")).classes())
        .isEqualTo(DefectPattern.labels());
  }

  @Test
  void anId_isTheSha256OfTheGraph() {
    assertThat(ModelCard.idOf("abc".getBytes(StandardCharsets.US_ASCII)))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }
}
