package fabwafer.training;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.training.Composition.Layer;
import fabwafer.training.Composition.Place;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.Turn;
import fabwafer.wafer.WaferMap;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CompositionTest {
  @Test
  void draw_laysPatternsOnEachOther_withoutTheirNoise() {
    // Dies 18, 19, 26, 27 stand together; 9 and 60 are alone.
    WaferMap first = wafer(8, 8, 9, 18, 19, 26, 27);
    WaferMap second = wafer(8, 8, 36, 37, 44, 45, 60);
    WaferMap drawn =
        composition(0, 0, DefectPattern.LOC, DefectPattern.CENTER)
            .draw(List.of(first, second))
            .wafer();
    assertThat(drawn).isEqualTo(wafer(8, 8, 18, 19, 26, 27, 36, 37, 44, 45));
  }

  @Test
  void draw_usesTheGridWithTheMostDies_whicheverBringsIt() {
    WaferMap coarse = wafer(4, 4, 5, 6, 9, 10);
    WaferMap fine = wafer(8, 12, 0);
    WaferMap drawn =
        composition(0, 0, DefectPattern.CENTER, DefectPattern.LOC)
            .draw(List.of(coarse, fine))
            .wafer();
    assertThat(drawn.height()).isEqualTo(8);
    assertThat(drawn.width()).isEqualTo(12);
    // The middle four of 4 x 4 cover rows 2 to 5 and columns 3 to 8 of 8 x 12.
    assertThat(drawn.failingDies()).isEqualTo(24);
    assertThat(drawn.code(2, 3)).isEqualTo(2);
    assertThat(drawn.code(5, 8)).isEqualTo(2);
  }

  @Test
  void draw_onACoarserGrid_keepsAThinScratch() {
    int[] line = IntStream.range(0, 60).map(row -> row * 60 + 31).toArray();
    WaferMap drawn =
        composition(30, 0, DefectPattern.SCRATCH).draw(List.of(wafer(60, 60, line))).wafer();
    assertThat(drawn.height()).isEqualTo(30);
    long rows = IntStream.range(0, 30).filter(row -> drawn.code(row, 15) == 2).count();
    assertThat(rows).isGreaterThanOrEqualTo(28);
    assertThat(drawn.code(0, 0)).isZero();
  }

  @Test
  void draw_addsTheNoiseItSays_andTheSameEachTime() {
    Composition noisy = composition(60, 0.2, DefectPattern.NONE);
    WaferMap drawn = noisy.draw(List.of(wafer(60, 60))).wafer();
    assertThat(1 - drawn.yieldRatio()).isBetween(0.17, 0.23);
    assertThat(noisy.draw(List.of(wafer(60, 60))).wafer()).isEqualTo(drawn);
  }

  @Test
  void draw_ofASector_keepsNothingElse() {
    int[] all = IntStream.range(0, 400).toArray();
    Layer quarter =
        new Layer(
            0,
            Turn.IDENTITY,
            DefectPattern.EDGE_LOC,
            Place.AS_IT_IS,
            Optional.of(new Cut.Arc(-Math.PI, Math.PI / 2, 1)));
    WaferMap drawn =
        new Composition(List.of(quarter), 0, 0, 1, Set.of(DefectPattern.EDGE_LOC))
            .draw(List.of(wafer(20, 20, all)))
            .wafer();
    assertThat(drawn.failingDies()).isBetween(90, 100);
    assertThat(drawn.code(2, 2)).isEqualTo(2);
    assertThat(drawn.code(17, 17)).isEqualTo(1);
  }

  @Test
  void draw_ofARingAndADisc_keepsTheirDies() {
    int[] all = IntStream.range(0, 1_600).toArray();
    Layer donut =
        new Layer(
            0,
            Turn.IDENTITY,
            DefectPattern.DONUT,
            Place.AS_IT_IS,
            Optional.of(new Cut.Ring(0, 0.1, 0.1, 0.2)));
    WaferMap drawn =
        new Composition(List.of(donut), 0, 0, 1, Set.of(DefectPattern.DONUT))
            .draw(List.of(wafer(40, 40, all)))
            .wafer();
    assertThat(drawn.failingDies()).isBetween(140, 162); // pi (8^2 - 4^2) = 151
    assertThat(drawn.code(20, 24)).isEqualTo(1);
    assertThat(drawn.code(20, 30)).isEqualTo(2);
  }

  @Test
  void draw_saysNothingOfAPatternThatCannotBeSeen() {
    // Two dies of the second pattern lie beside the first; six in a row are enough.
    WaferMap first = wafer(12, 12, 40, 41, 42, 52, 53, 54);
    WaferMap hidden = wafer(12, 12, 41, 42, 53, 54, 55, 43);
    Composition both = composition(0, 0, DefectPattern.LOC, DefectPattern.CENTER);
    assertThat(both.draw(List.of(first, hidden)).shown()).containsExactly(DefectPattern.LOC);
    WaferMap seen = wafer(12, 12, 90, 91, 92, 102, 103, 104);
    assertThat(both.draw(List.of(first, seen)).shown())
        .containsExactlyInAnyOrder(DefectPattern.LOC, DefectPattern.CENTER);
  }

  @Test
  void draw_movesAndScalesAWafer() {
    Layer moved =
        new Layer(
            0, Turn.IDENTITY, DefectPattern.LOC, new Place(0.25, -0.25, 0.5), Optional.empty());
    // The middle 8 x 8 of 16 x 16 become 4 x 4, a quarter down and to the left.
    int[] middle = IntStream.range(0, 64).map(i -> (4 + i / 8) * 16 + 4 + i % 8).toArray();
    WaferMap drawn =
        new Composition(List.of(moved), 0, 0, 1, Set.of(DefectPattern.LOC))
            .draw(List.of(wafer(16, 16, middle)))
            .wafer();
    int[] expected = IntStream.range(0, 16).map(i -> (10 + i / 4) * 16 + 2 + i % 4).toArray();
    assertThat(drawn).isEqualTo(wafer(16, 16, expected));
  }

  @Test
  void next_neverMixesPatternsThatShutEachOtherOut_andSaysWhatItPutTogether() {
    int[] labels = IntStream.range(0, 90).map(i -> i % 9).toArray();
    Composer composer = new Composer(labels);
    Random random = new Random(3);
    Map<Integer, Integer> sizes = new HashMap<>();
    for (int i = 0; i < 3_000; i++) {
      Composition composed = composer.next(random);
      Set<DefectPattern> patterns = composed.patterns();
      sizes.merge(patterns.size(), 1, Integer::sum);
      assertThat(patterns).doesNotContain(DefectPattern.NONE);
      assertThat(patterns.containsAll(Set.of(DefectPattern.CENTER, DefectPattern.DONUT))).isFalse();
      assertThat(patterns.containsAll(Set.of(DefectPattern.EDGE_LOC, DefectPattern.EDGE_RING)))
          .isFalse();
      if (patterns.contains(DefectPattern.NEAR_FULL) || patterns.contains(DefectPattern.RANDOM)) {
        assertThat(patterns).hasSize(1);
      }
      Set<DefectPattern> drawn = new HashSet<>();
      for (Layer layer : composed.layers()) {
        drawn.add(layer.pattern());
        assertThat(labels[layer.wafer()]).isEqualTo(layer.source().id());
      }
      drawn.remove(DefectPattern.NONE);
      assertThat(patterns).isEqualTo(drawn);
    }
    assertThat(sizes.keySet()).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
    assertThat(sizes.get(2)).isBetween(750, 1_050);
  }

  @Test
  void next_withoutSomePatterns_makesDoWithTheRest() {
    Composer composer = new Composer(new int[] {DefectPattern.CENTER.id()});
    Random random = new Random(3);
    for (int i = 0; i < 200; i++) {
      assertThat(composer.next(random).patterns()).containsExactly(DefectPattern.CENTER);
    }
    assertThat(new Composer(new int[] {-1}).canCompose()).isFalse();
  }

  private static Composition composition(int side, double noise, DefectPattern... patterns) {
    List<Layer> layers =
        Arrays.stream(patterns)
            .map(pattern -> new Layer(0, Turn.IDENTITY, pattern, Place.AS_IT_IS, Optional.empty()))
            .toList();
    return new Composition(layers, side, noise, 1, Set.of(patterns));
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
