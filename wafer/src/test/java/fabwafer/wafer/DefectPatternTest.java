package fabwafer.wafer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DefectPatternTest {
  @Test
  void ofLabel_ignoresCase() {
    assertThat(DefectPattern.ofLabel("loc")).contains(DefectPattern.LOC);
    assertThat(DefectPattern.ofLabel("NEAR-FULL")).contains(DefectPattern.NEAR_FULL);
  }

  @Test
  void ofLabel_knowsNothingOfANewPattern() {
    assertThat(DefectPattern.ofLabel("Chuck-Mark")).isEmpty();
    assertThat(DefectPattern.canonicalLabel(" Chuck-Mark ")).isEqualTo("Chuck-Mark");
  }

  @Test
  void labels_standInTheOrderOfTheDataSet() {
    assertThat(DefectPattern.labels())
        .containsExactly(
            "Center",
            "Donut",
            "Edge-Loc",
            "Edge-Ring",
            "Loc",
            "Near-full",
            "Random",
            "Scratch",
            "none");
  }
}
