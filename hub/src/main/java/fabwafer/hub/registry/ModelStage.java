package fabwafer.hub.registry;

import java.util.Arrays;
import java.util.Locale;

/** Where a model is in its life. */
public enum ModelStage {
  /** Known, and no more. */
  CANDIDATE,
  /** Runs beside the champion: in shadow on live wafers, and at the test endpoint. One at most. */
  TEST,
  /** Approved, still in shadow: it may replace the champion. One at most, none beside a test. */
  CHALLENGER,
  /** Answers. One at most. */
  CHAMPION,
  /** Was champion once, or was rejected. */
  RETIRED;

  /** As the REST contract and the database spell it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static ModelStage ofWord(String word) {
    return Arrays.stream(values())
        .filter(stage -> stage.word().equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no stage: " + word));
  }
}
