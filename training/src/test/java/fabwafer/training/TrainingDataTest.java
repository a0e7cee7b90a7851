package fabwafer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.Split;
import fabwafer.wafer.dataset.WaferDataset;
import fabwafer.wafer.dataset.WaferDataset.Labelling;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TrainingDataTest {
  private static final WaferMap WAFER = WaferMap.of(1, 2, new byte[] {1, 2});

  @Test
  void of_aFold_keepsItFromTraining() {
    TrainingData data = TrainingData.of(TinyWafers.dataset(100), Set.of(2));
    assertThat(data.validation()).hasSize(20).allMatch(wafer -> wafer.fold() == 2);
    assertThat(data.training()).hasSize(80).noneMatch(wafer -> wafer.fold() == 2);
    assertThat(data.split()).isEqualTo("fold 2");
  }

  @Test
  void of_withoutAFold_neverCutsAGroup() {
    TrainingData data = TrainingData.of(TinyWafers.dataset(1_000), Set.of());
    assertThat(groups(data.training())).doesNotContainAnyElementsOf(groups(data.validation()));
    assertThat(data.validation()).hasSizeBetween(50, 150);
  }

  @Test
  void of_partsOfTheDataSet_takesThemAndLeavesItsTestOut() {
    WaferDataset dataset =
        dataset(
            wafer(Split.TRAIN, "a"),
            wafer(Split.VALID, "b"),
            wafer(Split.TEST, "c"),
            wafer(Split.TRAIN, "d"));
    TrainingData data = TrainingData.of(dataset, Set.of());
    assertThat(data.training()).extracting(LabelledWafer::name).containsExactly("a", "d");
    assertThat(data.validation()).extracting(LabelledWafer::name).containsExactly("b");
  }

  @Test
  void of_wafersThatNothingParts_isRefusedRatherThanPartedAtRandom() {
    WaferDataset dataset = dataset(wafer(Split.UNSPLIT, "a"), wafer(Split.UNSPLIT, "b"));
    assertThatThrownBy(() -> TrainingData.of(dataset, Set.of()))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("neither a fold, a part called valid, nor a group");
  }

  @Test
  void of_aFoldThatIsNotThere_namesThoseThatAre() {
    assertThatThrownBy(() -> TrainingData.of(TinyWafers.dataset(50), Set.of(7)))
        .hasMessage("no wafer is in fold 7; there are folds [0, 1, 2, 3, 4]");
  }

  @Test
  void of_wafersWithSeveralPatternsAndNoLots_keepsEveryFifth_andSaysSo() {
    List<LabelledWafer> wafers =
        IntStream.range(0, 20)
            .mapToObj(i -> LabelledWafer.of(WAFER, DefectPattern.LOC, "map" + i))
            .toList();
    TrainingData data =
        TrainingData.of(new WaferDataset("mixed.npz", Labelling.MULTIPLE, wafers), Set.of());
    assertThat(data.validation())
        .extracting(LabelledWafer::name)
        .containsExactly("map4", "map9", "map14", "map19");
    assertThat(data.training()).hasSize(16);
    assertThat(data.split()).isEqualTo("every fifth wafer, lots unknown");
  }

  @Test
  void of_severalFolds_keepsAllOfThemFromTraining() {
    TrainingData data = TrainingData.of(TinyWafers.dataset(100), Set.of(2, 4));
    assertThat(data.validation()).extracting(LabelledWafer::fold).containsOnly(2, 4);
    assertThat(data.training()).extracting(LabelledWafer::fold).doesNotContain(2, 4);
    assertThat(data.split()).isEqualTo("folds 2, 4");
  }

  @Test
  void without_leavesAPatternOutOfBothParts_andSaysSo() {
    TrainingData data =
        TrainingData.of(TinyWafers.dataset(100), Set.of(2)).without(DefectPattern.CENTER);
    assertThat(data.training()).extracting(LabelledWafer::label).isNotEmpty();
    assertThat(data.training())
        .extracting(LabelledWafer::label)
        .doesNotContain(DefectPattern.CENTER);
    assertThat(data.validation())
        .extracting(LabelledWafer::label)
        .doesNotContain(DefectPattern.CENTER);
    assertThat(data.split()).isEqualTo("fold 2, without Center");
  }

  @Test
  void withReplay_showsAClassTheOldDataLacksAsOftenAsTheOthers_andTakesItToComeAsOften() {
    TrainingData old =
        new TrainingData(
            with(some(40, DefectPattern.CENTER), with(some(30, DefectPattern.LOC), some(90, NONE))),
            List.of(),
            "old");
    TrainingData fresh =
        new TrainingData(
            with(some(4, DefectPattern.DONUT), some(6, DefectPattern.LOC)), List.of(), "new");

    TrainingData data = TrainingData.withReplay(fresh, old, 9 * 40);

    // 110 are kept, 40 of none; 10 new ones seen 5 times are a third of an epoch.
    assertThat(ofClass(data, NONE)).isEqualTo(40);
    assertThat(ofClass(data, DefectPattern.LOC)).isEqualTo(30 + 6 * 5);
    assertThat(ofClass(data, DefectPattern.DONUT)).isEqualTo(4 * 10);
    assertThat(data.mix().get(DefectPattern.LOC.id())).isEqualTo(36);
    assertThat(data.mix().get(DefectPattern.DONUT.id())).isEqualTo(40);
    assertThat(data.mix().get(NONE.id())).isEqualTo(90);
    assertThat(data.mix().get(DefectPattern.SCRATCH.id())).isZero();
    assertThat(data.split()).endsWith("new ones 5 times, of rarer classes up to 10");
  }

  @Test
  void withReplay_ofAPartOfTheOldData_keepsTheMixOfAllOfIt() {
    TrainingData old =
        new TrainingData(with(some(40, DefectPattern.CENTER), some(400, NONE)), List.of(), "old");
    TrainingData fresh = new TrainingData(some(4, DefectPattern.CENTER), List.of(), "new");
    TrainingData data = TrainingData.withReplay(fresh, old, 9 * 40);
    assertThat(ofClass(data, NONE)).isEqualTo(40);
    assertThat(data.mix().get(NONE.id())).isEqualTo(400);
  }

  @Test
  void all_keepsNothing() {
    TrainingData data = TrainingData.all(TinyWafers.dataset(50));
    assertThat(data.training()).hasSize(50);
    assertThat(data.validation()).isEmpty();
  }

  private static final DefectPattern NONE = DefectPattern.NONE;

  private static List<LabelledWafer> some(int count, DefectPattern label) {
    return Collections.nCopies(count, LabelledWafer.of(WAFER, label, label.label()));
  }

  private static List<LabelledWafer> with(List<LabelledWafer> some, List<LabelledWafer> others) {
    return Stream.concat(some.stream(), others.stream()).toList();
  }

  private static long ofClass(TrainingData data, DefectPattern label) {
    return data.training().stream().filter(wafer -> wafer.label() == label).count();
  }

  private static Set<Integer> groups(List<LabelledWafer> wafers) {
    return wafers.stream().map(LabelledWafer::group).collect(Collectors.toSet());
  }

  private static WaferDataset dataset(LabelledWafer... wafers) {
    return new WaferDataset("some.npz", Labelling.SINGLE, List.of(wafers));
  }

  private static LabelledWafer wafer(Split split, String name) {
    return new LabelledWafer(
        WAFER,
        Set.of(DefectPattern.NONE),
        LabelledWafer.UNKNOWN,
        LabelledWafer.UNKNOWN,
        split,
        name);
  }
}
