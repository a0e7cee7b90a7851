package fabwafer.training;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.WaferMap;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CompositionTest {
  @Test
  void draw_keepsTheBasesFailures_andAddsTheOthersWithoutTheirNoise() {
    WaferMap base = wafer(8, 8, 9);
    // Dies 18, 19, 26 stand together; 60 is alone.
    WaferMap other = wafer(8, 8, 18, 19, 26, 60);
    WaferMap drawn =
        new Composition(List.of(), 0, Set.of(DefectPattern.LOC)).draw(base, List.of(other));
    assertThat(drawn).isEqualTo(wafer(8, 8, 9, 18, 19, 26));
  }

  @Test
  void draw_usesTheGridWithTheMostDies_whicheverBringsIt() {
    WaferMap coarse = wafer(4, 4, 5);
    WaferMap fine = wafer(8, 12, 0);
    Composition composition = new Composition(List.of(), 0, Set.of());
    WaferMap drawn = composition.draw(coarse, List.of(fine));
    assertThat(drawn.height()).isEqualTo(8);
    assertThat(drawn.width()).isEqualTo(12);
    // Die 5 of 4 x 4 covers rows 2 and 3 and columns 3 to 5 of 8 x 12.
    assertThat(drawn.failingDies()).isEqualTo(6);
    assertThat(drawn.code(2, 3)).isEqualTo(2);
    assertThat(drawn.code(3, 5)).isEqualTo(2);
  }

  @Test
  void draw_onACoarserGrid_keepsAThinScratch() {
    int[] line = IntStream.range(0, 60).map(row -> row * 60 + 31).toArray();
    WaferMap drawn = new Composition(List.of(), 30, Set.of()).draw(wafer(60, 60, line), List.of());
    assertThat(drawn.height()).isEqualTo(30);
    long rows = IntStream.range(0, 30).filter(row -> drawn.code(row, 15) == 2).count();
    assertThat(rows).isGreaterThanOrEqualTo(28);
    assertThat(drawn.code(0, 0)).isZero();
  }

  @Test
  void next_neverMixesPatternsThatShutEachOtherOut_andSaysWhatItPutTogether() {
    int[] labels = IntStream.range(0, 90).map(i -> i % 9).toArray();
    Composer composer = new Composer(labels);
    Random random = new Random(3);
    Map<Integer, Integer> sizes = new HashMap<>();
    for (int i = 0; i < 3_000; i++) {
      Composer.Composed composed = composer.next(random);
      Set<DefectPattern> patterns = composed.composition().patterns();
      sizes.merge(patterns.size(), 1, Integer::sum);
      assertThat(patterns).doesNotContain(DefectPattern.NONE);
      assertThat(patterns.containsAll(Set.of(DefectPattern.CENTER, DefectPattern.DONUT))).isFalse();
      assertThat(patterns.containsAll(Set.of(DefectPattern.EDGE_LOC, DefectPattern.EDGE_RING)))
          .isFalse();
      if (patterns.contains(DefectPattern.NEAR_FULL) || patterns.contains(DefectPattern.RANDOM)) {
        assertThat(patterns).hasSize(1);
      }
      Set<Integer> drawn = new HashSet<>(Set.of(labels[composed.wafer()]));
      composed.composition().layers().forEach(layer -> drawn.add(labels[layer.wafer()]));
      drawn.remove(DefectPattern.NONE.id());
      assertThat(patterns.stream().map(DefectPattern::id))
          .containsExactlyInAnyOrderElementsOf(drawn);
    }
    assertThat(sizes.keySet()).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
    assertThat(sizes.get(2)).isBetween(750, 1_050);
  }

  @Test
  void next_withoutSomePatterns_makesDoWithTheRest() {
    Composer composer = new Composer(new int[] {DefectPattern.CENTER.id()});
    Random random = new Random(3);
    for (int i = 0; i < 200; i++) {
      assertThat(composer.next(random).composition().patterns())
          .containsExactly(DefectPattern.CENTER);
    }
    assertThat(new Composer(new int[] {-1}).canCompose()).isFalse();
  }

  private static WaferMap wafer(int height, int width, int... failing) {
    byte[] cells = new byte[height * width];
    Arrays.fill(cells, (byte) 1);
    for (int die : failing) {
      cells[die] = 2;
    }
    return WaferMap.of(height, width, cells);
  }
}
