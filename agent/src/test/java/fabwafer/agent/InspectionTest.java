package fabwafer.agent;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.protocol.Assessment;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.Limits;
import fabwafer.protocol.WaferFacts;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InspectionTest {
  private static final int MANY = 1_000;

  @Test
  void ofAModelWithManyClasses_theMostProbableAreSent_inTheirOrder() {
    Map<String, Double> probabilities = new LinkedHashMap<>();
    for (int i = 0; i < MANY; i++) {
      probabilities.put("x".repeat(60) + i, (i * 7 % MANY) / 1e6);
    }
    Map<String, Double> sent = Inspection.mostProbable(probabilities);

    assertThat(sent).hasSize(Limits.MAX_LABELS);
    assertThat(sent.values()).allMatch(probability -> probability >= (MANY - 64) / 1e6);
    assertThat(probabilities.keySet()).containsSubsequence(sent.keySet());
    Inspection inspection = inspection(probabilities);
    assertThat(SpoolRecord.encode(inspection).limit())
        .isLessThan(inspection.image().length + SpoolRecord.OVERHEAD_BYTES);
  }

  private static Inspection inspection(Map<String, Double> probabilities) {
    byte[] image = Samples.png(1);
    DeviceName device = new DeviceName("faba", "camera1");
    return Inspection.of(
        device,
        Identity.of(device, "wafer.png", image, 1_700_000_000_000L),
        new WaferClassifier.Answer("Loc", 0.5, probabilities, Assessment.NONE, Optional.empty()),
        WaferFacts.NONE,
        image);
  }
}
