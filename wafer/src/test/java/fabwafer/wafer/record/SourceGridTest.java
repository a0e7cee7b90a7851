package fabwafer.wafer.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.wafer.Turn;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SourceGridTest {
  /** Looks different under each of the eight turns; its notch is down. */
  private static final WaferMap CANONICAL =
      WaferMap.of(3, 4, new byte[] {2, 1, 1, 0, 1, 2, 2, 1, 0, 1, 1, 1});

  @Test
  void everyOrientation_givesTheSameWaferMap() {
    Set<WaferMap> drawn = new HashSet<>();
    for (Turn turn : Turn.values()) {
      WaferMap source = CANONICAL.turned(turn);
      drawn.add(source);
      for (boolean left : new boolean[] {false, true}) {
        for (boolean up : new boolean[] {false, true}) {
          WaferRecord record = record(source, turn, left, up);
          assertThat(record.map()).as("%s, left %s, up %s", turn, left, up).isEqualTo(CANONICAL);
          assertThat(record.grid().turn()).isEqualTo(turn.inverse());
        }
      }
    }
    assertThat(drawn).hasSize(8);
  }

  @Test
  void everyPosition_keepsItsBinAndItsCoordinatesInTheSource() {
    for (Turn turn : Turn.values()) {
      WaferMap source = CANONICAL.turned(turn);
      WaferRecord record = record(source, turn, true, true);
      for (int row = 0; row < CANONICAL.height(); row++) {
        for (int column = 0; column < CANONICAL.width(); column++) {
          int x = record.grid().x(row, column);
          int y = record.grid().y(row, column);
          int expected = record.state(row, column) == DieState.ABSENT ? -1 : bin(x, y);
          assertThat(record.hardBin(row, column)).as("%s (%d, %d)", turn, x, y).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void aWaferWithoutKnownNotch_isNotTurnedAndSaysSo() {
    WaferRecord record = new WaferRecordBuilder("test", "test").die(0, 0, DieState.PASS, 1).build();
    assertThat(record.grid().turn()).isEqualTo(Turn.IDENTITY);
    assertThat(record.warnings()).anyMatch(line -> line.contains("notch"));
  }

  @Test
  void untestedDies_areKeptApartAndNotInTheWaferMap() {
    WaferRecord record =
        new WaferRecordBuilder("test", "test")
            .notch(NotchSide.DOWN)
            .grid(-3, -2, 0, 0)
            .die(-3, -2, DieState.FAIL, 7)
            .die(-2, -2, DieState.SKIPPED, WaferRecord.NO_BIN)
            .die(-1, -2, DieState.EDGE, WaferRecord.NO_BIN)
            .die(0, -2, DieState.REFERENCE, WaferRecord.NO_BIN)
            .die(0, 0, DieState.PASS, 1)
            .build();
    assertThat(record.map().dies()).isEqualTo(2);
    assertThat(record.map().height()).isEqualTo(3);
    assertThat(record.counts())
        .containsEntry(DieState.SKIPPED, 1)
        .containsEntry(DieState.EDGE, 1)
        .containsEntry(DieState.REFERENCE, 1)
        .containsEntry(DieState.ABSENT, 7);
    assertThat(record.bins()).extracting(Bin::number).containsExactly(1, 7);
  }

  @Test
  void theLastResultOfADieCounts() {
    WaferRecord record =
        new WaferRecordBuilder("test", "test")
            .die(5, 5, DieState.FAIL, 3)
            .die(5, 5, DieState.PASS, 1)
            .build();
    assertThat(record.map().failingDies()).isZero();
    assertThat(record.retestedDies()).isEqualTo(1);
    assertThat(record.hardBin(0, 0)).isEqualTo(1);
  }

  @Test
  void bounds_areToldWithWhatWasFound() {
    assertThatThrownBy(
            () ->
                new WaferRecordBuilder("test", "test")
                    .die(0, 0, DieState.PASS, 1)
                    .die(5_000, 0, DieState.PASS, 1))
        .isInstanceOf(WaferException.class)
        .hasMessageContaining("0 to 5000")
        .hasMessageContaining("4,096");
    assertThatThrownBy(() -> new WaferRecordBuilder("test", "test").grid(0, 0, 2_100, 2_100))
        .hasMessageContaining("4,194,304");
    assertThatThrownBy(
            () ->
                new WaferRecordBuilder("test", "test").die(Integer.MAX_VALUE, 0, DieState.PASS, 1))
        .hasMessageContaining("1,000,000");
  }

  private static WaferRecord record(WaferMap source, Turn turn, boolean left, boolean up) {
    boolean back = turn.name().startsWith("MIRRORED");
    int quarters = List.of(Turn.values()).indexOf(turn) % 4;
    WaferRecordBuilder builder =
        new WaferRecordBuilder("test", "test")
            .axes(left, up)
            .notch(NotchSide.atDegrees(NotchSide.DOWN, 90 * quarters))
            .fromBack(back);
    for (int row = 0; row < source.height(); row++) {
      for (int column = 0; column < source.width(); column++) {
        int x = left ? 10 - column : column - 7;
        int y = up ? -row : row + 100;
        builder.grid(x, y, x, y);
        switch (source.die(row, column)) {
          case ABSENT -> {}
          case PASS -> builder.die(x, y, DieState.PASS, bin(x, y));
          case FAIL -> builder.die(x, y, DieState.FAIL, bin(x, y));
        }
      }
    }
    return builder.build();
  }

  private static int bin(int x, int y) {
    return (x + 20) * 100 + y + 20;
  }
}
