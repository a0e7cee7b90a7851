package fabwafer.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.wafer.record.Bin;
import fabwafer.wafer.record.DieState;
import fabwafer.wafer.record.NotchSide;
import fabwafer.wafer.record.WaferRecord;
import fabwafer.wafer.record.WaferRecordBuilder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class WaferFactsFieldsTest {
  @Test
  void whatIsWritten_isReadAgain() {
    WaferFacts facts = WaferFacts.of(record(30, 40, 5));
    ObjectNode fields = JsonNodeFactory.instance.objectNode();

    WaferFactsFields.write(facts, fields);

    assertThat(WaferFactsFields.read(fields)).isEqualTo(facts);
    assertThat(WaferFactsFields.NAMES).containsAll(fields.propertyNames());
    assertThat(facts.notch()).isEqualTo(NotchSide.DOWN);
    assertThat(fields.get("notch").stringValue()).isEqualTo("bottom");
    assertThat(fields.at("/source/notch").stringValue()).isEqualTo("left");
    assertThat(fields.at("/source/grid/leftX").intValue()).isEqualTo(-3);
  }

  @Test
  void nothingKnown_writesNothing() {
    ObjectNode fields = JsonNodeFactory.instance.objectNode();

    WaferFactsFields.write(WaferFacts.NONE, fields);

    assertThat(fields.isEmpty()).isTrue();
    assertThat(WaferFactsFields.read(fields)).isEqualTo(WaferFacts.NONE);
  }

  @Test
  void wrongFields_arePassedOver_oneAtATime() {
    ObjectNode fields =
        (ObjectNode)
            JsonMapper.shared()
                .readTree(
                    """
                    {"lot": 7, "wafer": "W1", "slot": -1, "product": "a\\u202eb", "step": null,
                     "notch": "north", "source": {"file": "f", "grid": {"leftX": 1e999, "xStep": 2},
                     "diePitchXMicrons": "x", "warnings": [1, "odd"]}, "dies": {"pass": 1},
                     "bins": [{"number": -1, "dies": 1}, 7, {"number": 2, "dies": 3}],
                     "binMap": 5}
                    """);

    WaferFacts facts = WaferFactsFields.read(fields);

    assertThat(facts.lot()).isEmpty();
    assertThat(facts.wafer()).isEqualTo("W1");
    assertThat(facts.slot()).isZero();
    assertThat(facts.product()).isEmpty();
    assertThat(facts.notch()).isEqualTo(NotchSide.UNKNOWN);
    assertThat(facts.source().orElseThrow().grid()).isEmpty();
    assertThat(facts.source().orElseThrow().warnings()).containsExactly("odd");
    assertThat(facts.dies()).isEmpty();
    assertThat(facts.bins()).extracting(Bin::number).containsExactly(2);
    assertThat(facts.binMap()).isEmpty();
  }

  @Test
  void factsOfTheLargestWafer_fitIntoAMessage() {
    WaferFacts facts = WaferFacts.of(record(400, 400, 200));
    ObjectNode fields = JsonNodeFactory.instance.objectNode();

    WaferFactsFields.write(facts, fields);

    assertThat(facts.bins()).hasSize(WaferFacts.MAX_BINS);
    assertThat(facts.binMap()).isEmpty();
    assertThat(fields.toString().length()).isLessThan(Limits.MAX_MORE_CHARS / 2);
  }

  @Test
  void binMap_tellsEachDie_andNothingElseIsTakenForOne() {
    WaferRecord record = record(60, 70, 12);
    String text = BinMap.encode(record);

    int[] bins = BinMap.decode(text, 60 * 70).orElseThrow();

    for (int row = 0; row < record.map().height(); row++) {
      for (int column = 0; column < record.map().width(); column++) {
        assertThat(bins[row * record.map().width() + column])
            .isEqualTo(record.hardBin(row, column));
      }
    }
    assertThat(BinMap.decode(text, 60 * 70 - 1)).isEmpty();
    assertThat(BinMap.decode(text, 60 * 70 + 1)).isEmpty();
    assertThat(BinMap.decode(text.substring(0, text.length() / 2), 60 * 70)).isEmpty();
    assertThat(BinMap.decode("!" + text, 60 * 70)).isEmpty();
    assertThat(BinMap.decode("A".repeat(BinMap.MAX_CHARS + 1), 4)).isEmpty();
  }

  /** Dies in random bins, bin 1 passes; seen with the notch at the left. */
  private static WaferRecord record(int rows, int columns, int bins) {
    WaferRecordBuilder builder =
        new WaferRecordBuilder("STDF V4 (big-endian)", "lot.stdf")
            .lot("L1")
            .wafer("W1")
            .slot(3)
            .product("P")
            .step("S")
            .time("2026-11-23T10:00:00Z")
            .notch(NotchSide.LEFT)
            .diePitchMicrons(2500, 3000)
            .waferDiameterMillimetres(200)
            .warn("odd");
    builder.bin(1, "1", Bin.Quality.PASS, "good");
    Random random = new Random(7);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        int bin = 1 + random.nextInt(bins);
        if (random.nextInt(10) > 0) {
          builder.die(column - 3, row, bin == 1 ? DieState.PASS : DieState.FAIL, bin);
        }
      }
    }
    builder.grid(-3, 0, columns - 4, rows - 1);
    return builder.build();
  }
}
