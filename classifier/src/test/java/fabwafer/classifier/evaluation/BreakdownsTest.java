package fabwafer.classifier.evaluation;

import static fabwafer.wafer.DefectPattern.CENTER;
import static fabwafer.wafer.DefectPattern.NONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import fabwafer.classifier.evaluation.Breakdown.Cell;
import fabwafer.wafer.dataset.WaferDataset.Labelling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BreakdownsTest {
  private final List<Outcome> outcomes = new ArrayList<>();

  /**
   * Wafers labelled none of one product, spread over groups; the first ones are taken for Center.
   */
  private void product(int height, int width, int wafers, int groups, int wrong) {
    for (int i = 0; i < wafers; i++) {
      outcomes.add(
          Made.of(
              Made.wafer(
                  Set.of(NONE), height, width, 100 * height + i % groups, "w" + outcomes.size()),
              i < wrong ? 0.8 : 0.1,
              0.1,
              i < wrong ? 0.1 : 0.8));
    }
  }

  private List<Breakdown> breakdowns(Map<String, String> parts) {
    return Evaluation.of(Made.answers(Labelling.SINGLE, outcomes), Made.protocol(4.014), parts)
        .breakdowns();
  }

  @Test
  void products_areWorstFirst_andThoseOfFewWafersLast() {
    product(25, 27, 100, 5, 10);
    product(26, 26, 60, 5, 30);
    product(30, 34, 29, 5, 29);
    Breakdown products = breakdowns(Map.of()).get(1);
    assertThat(products.by()).isEqualTo("product");
    assertThat(products.cells().stream().map(Cell::name))
        .containsExactly("26 × 26", "25 × 27", "30 × 34");
    assertThat(products.cells().stream().map(Cell::few)).containsExactly(false, false, true);
    Cell worst = products.cells().getFirst();
    assertThat(worst.accuracy()).isEqualTo(0.5);
    assertThat(worst.errors()).isEqualTo(30);
    assertThat(worst.groups()).isEqualTo(5);
    Interval interval = worst.accuracyInterval().orElseThrow();
    assertThat(interval.low()).isLessThanOrEqualTo(0.5);
    assertThat(interval.high()).isGreaterThanOrEqualTo(0.5);
  }

  @Test
  void withFewGroups_thereIsNoInterval() {
    product(25, 27, 100, 4, 10);
    product(26, 26, 100, 5, 10);
    for (Cell cell : breakdowns(Map.of()).getLast().cells()) {
      assertThat(cell.accuracyInterval().isPresent()).isEqualTo(cell.name().equals("26 × 26"));
      assertThat(cell.accuracy()).isCloseTo(0.9, within(1e-12));
    }
  }

  @Test
  void mapSizes_areBandsOfTheLongestSide_inRisingOrder() {
    product(200, 10, 1, 1, 0);
    product(10, 32, 1, 1, 0);
    product(33, 10, 1, 1, 0);
    product(96, 97, 1, 1, 0);
    assertThat(breakdowns(Map.of()).getFirst().cells())
        .extracting(Cell::name, Cell::wafers)
        .containsExactly(tuple("up to 32", 1), tuple("33 to 48", 1), tuple("above 96", 2));
  }

  @Test
  void partsOfTheDataSet_areToldApart_andASinglePartIsNoBreakdown() {
    product(25, 27, 40, 5, 0);
    assertThat(breakdowns(Map.of())).isEmpty();
    Breakdown parts = breakdowns(Map.of("w0", "official test", "w1", "official test")).getFirst();
    assertThat(parts.cells().stream().map(cell -> cell.name() + " " + cell.wafers()))
        .containsExactly("not stated 38", "official test 2");
  }

  @Test
  void theWeightOfNone_countsHereToo() {
    product(25, 27, 2, 1, 1);
    outcomes.add(Made.of(Made.wafer(Set.of(CENTER), 25, 27, 1, "c"), 0.9, 0.05, 0.05));
    product(26, 26, 1, 1, 0);
    Cell cell =
        breakdowns(Map.of()).getLast().cells().stream()
            .filter(one -> one.name().equals("25 × 27"))
            .findFirst()
            .orElseThrow();
    assertThat(cell.accuracy()).isCloseTo((4.014 + 1) / (2 * 4.014 + 1), within(1e-12));
  }
}
