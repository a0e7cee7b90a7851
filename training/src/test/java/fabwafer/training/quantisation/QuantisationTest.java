package fabwafer.training.quantisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.classifier.Classifier;
import fabwafer.classifier.ModelCard;
import fabwafer.classifier.ModelCard.Provenance;
import fabwafer.training.TrainingException;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.Split;
import fabwafer.wafer.dataset.WaferDataset;
import fabwafer.wafer.dataset.WaferDataset.Labelling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuantisationTest {
  private static final Quantisation.Options LENIENT = new Quantisation.Options(4.014, 1);

  @TempDir private Path folder;

  /** Wafers of Center and none, one Center in four, in four folds and eight groups. */
  private static WaferDataset dataset(int wafers, boolean grouped) {
    List<LabelledWafer> labelled = new ArrayList<>();
    List<WaferMap> maps = TinyGraph.wafers(wafers);
    for (int i = 0; i < wafers; i++) {
      labelled.add(
          new LabelledWafer(
              maps.get(i),
              Set.of(i % 4 == 0 ? DefectPattern.CENTER : DefectPattern.NONE),
              grouped ? i / 10 : LabelledWafer.UNKNOWN,
              grouped ? i / 10 % 4 : LabelledWafer.UNKNOWN,
              Split.UNSPLIT,
              "row%06d".formatted(i)));
    }
    return new WaferDataset("tiny.npz", Labelling.SINGLE, labelled);
  }

  private static Provenance provenance(String parent) {
    return new Provenance(
        "tiny.npz",
        "1".repeat(64),
        "test",
        11,
        Optional.of(parent),
        Instant.parse("2026-11-23T12:00:00Z"),
        "fabwafer quantise");
  }

  @Test
  void theModelRuns_andItsCardNamesItsParent_andHowFarItIsFromIt() throws IOException {
    TinyGraph tiny = TinyGraph.residual();
    Path model = tiny.writeTo(folder.resolve("float"));
    Path out = folder.resolve("int8");
    QuantisationWafers wafers = QuantisationWafers.of(dataset(80, true), List.of(1), 50);
    Quantisation.Quantised made =
        Quantisation.run(model, wafers, LENIENT, provenance(tiny.card().id()), out);

    ModelCard card = ModelCard.read(out.resolve(ModelCard.FILE_NAME));
    assertThat(card).isEqualTo(made.card());
    assertThat(card.id()).isNotEqualTo(tiny.card().id());
    assertThat(card.provenance().parent()).hasValue(tiny.card().id());
    assertThat(card.calibration()).isEqualTo(tiny.card().calibration());
    assertThat(card.metrics()).hasSize(2);
    assertThat(card.metrics().getFirst().split()).isEqualTo("fold 1, 20 wafers in eight turns");
    assertThat(card.metrics().getFirst().values())
        .containsEntry("labelsAsParent", made.agreement().equalLabels())
        .containsEntry("calibrationWafers", 50.0);
    assertThat(made.agreement().equalLabels()).isGreaterThan(0.9);
    assertThat(made.agreement().largestDifference()).isBetween(1e-9, 0.2);
    assertThat(out).isDirectoryNotContaining("glob:**unproven*");
    try (Classifier classifier = Classifier.open(out)) {
      assertThat(classifier.classify(TinyGraph.wafers(3))).hasSize(3);
    }
  }

  @Test
  void aModelThatLosesTooMuch_isNotWritten_unlessThatIsAllowed() throws IOException {
    TinyGraph tiny = TinyGraph.fragile();
    Path model = tiny.writeTo(folder.resolve("float"));
    Path out = folder.resolve("int8");
    QuantisationWafers wafers = QuantisationWafers.of(asSaidBy(model), List.of(1), 50);
    Provenance provenance = provenance(tiny.card().id());
    assertThatThrownBy(
            () ->
                Quantisation.run(
                    model, wafers, new Quantisation.Options(1, 0.003), provenance, out))
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith("the quantised model loses 0.")
        .hasMessageEndingWith("at most 0.0030 is allowed; no model is written");
    assertThat(out).isEmptyDirectory();

    Agreement agreement = Quantisation.run(model, wafers, LENIENT, provenance, out).agreement();
    assertThat(agreement.plain().ofFloat()).isGreaterThan(0.9);
    assertThat(agreement.plain().lost()).isGreaterThan(0.2);
  }

  @Test
  void eachTurnCountsForItself_whereTheCardAveragesThem() throws IOException {
    Path model = TinyGraph.residual().writeTo(folder.resolve("float"));
    QuantisationWafers wafers = QuantisationWafers.of(dataset(80, true), List.of(1), 50);
    Agreement plain = quantised(model, wafers, "one").agreement();
    Path card = model.resolve(ModelCard.FILE_NAME);
    String averaging = Files.readString(card).replaceFirst("\\{", "{\"views\": {\"below\": 1.0},");
    Files.writeString(card, averaging);
    assertThat(ModelCard.read(card).judgement().views()).isPresent();
    assertThat(quantised(model, wafers, "eight").agreement()).isEqualTo(plain);
  }

  private Quantisation.Quantised quantised(Path model, QuantisationWafers wafers, String out)
      throws IOException {
    String id = ModelCard.read(model.resolve(ModelCard.FILE_NAME)).id();
    return Quantisation.run(model, wafers, LENIENT, provenance(id), folder.resolve(out));
  }

  /** The wafers with what a model says as their ground truth. */
  private static WaferDataset asSaidBy(Path model) {
    WaferDataset dataset = dataset(80, true);
    List<LabelledWafer> labelled = new ArrayList<>();
    try (Classifier classifier = Classifier.open(model)) {
      for (LabelledWafer wafer : dataset.wafers()) {
        String said = classifier.classify(wafer.wafer()).label();
        DefectPattern pattern = said.equals("none") ? DefectPattern.NONE : DefectPattern.CENTER;
        labelled.add(
            new LabelledWafer(
                wafer.wafer(),
                Set.of(pattern),
                wafer.group(),
                wafer.fold(),
                wafer.split(),
                wafer.name()));
      }
    }
    return new WaferDataset(dataset.source(), dataset.labelling(), labelled);
  }

  @Test
  void theFloatModelsOwnFolder_isNotWrittenInto() throws IOException {
    TinyGraph tiny = TinyGraph.residual();
    Path model = tiny.writeTo(folder.resolve("float"));
    QuantisationWafers wafers = QuantisationWafers.of(dataset(80, true), List.of(1), 50);
    assertThatThrownBy(
            () -> Quantisation.run(model, wafers, LENIENT, provenance(tiny.card().id()), model))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("holds the float model; choose another folder");
    assertThat(ModelCard.read(model.resolve(ModelCard.FILE_NAME))).isEqualTo(tiny.card());
    assertThatThrownBy(() -> new Quantisation.Options(4, -1))
        .hasMessageContaining("must be 0 to 1, got -1");
  }

  @Test
  void noWaferTellsRangesAndIsMeasured() {
    for (boolean grouped : List.of(true, false)) {
      QuantisationWafers wafers = QuantisationWafers.of(dataset(200, grouped), List.of(), 1_000);
      Set<LabelledWafer> both = new HashSet<>(wafers.calibration());
      both.retainAll(wafers.verification());
      assertThat(both).isEmpty();
      assertThat(wafers.calibration().size() + wafers.verification().size()).isEqualTo(200);
      if (grouped) {
        Set<Integer> groups = new HashSet<>();
        wafers.verification().forEach(wafer -> groups.add(wafer.group()));
        assertThat(wafers.calibration()).noneMatch(wafer -> groups.contains(wafer.group()));
      }
    }
  }

  @Test
  void eachLabelTellsTheRangesWithAsManyWafers_whereThereAreEnough() {
    QuantisationWafers wafers = QuantisationWafers.of(dataset(200, true), List.of(0, 2), 40);
    assertThat(wafers.split()).isEqualTo("folds 0, 2");
    assertThat(wafers.verification()).allMatch(wafer -> wafer.fold() % 2 == 0);
    assertThat(wafers.calibration())
        .hasSize(40)
        .filteredOn(wafer -> wafer.label() == DefectPattern.CENTER)
        .hasSize(20);
    assertThatThrownBy(() -> QuantisationWafers.of(dataset(200, true), List.of(7), 40))
        .hasMessage("no wafer is in fold 7; there are folds [0, 1, 2, 3]");
    assertThatThrownBy(() -> QuantisationWafers.of(dataset(200, true), List.of(0), 0))
        .hasMessageContaining("must be 1 to 20,000, got 0");
  }
}
