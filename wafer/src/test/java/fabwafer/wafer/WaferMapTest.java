package fabwafer.wafer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WaferMapTest {
  private static final WaferMap WAFER = WaferMap.of(2, 3, new byte[] {0, 1, 2, 1, 1, 0});

  @Test
  void yieldRatio_ignoresAbsentDies() {
    assertThat(WAFER.dies()).isEqualTo(4);
    assertThat(WAFER.failingDies()).isEqualTo(1);
    assertThat(WAFER.yieldRatio()).isEqualTo(0.75);
  }

  @Test
  void of_saysHowManyCellsItExpected() {
    assertThatThrownBy(() -> WaferMap.of(2, 2, new byte[] {1}))
        .isInstanceOf(WaferException.class)
        .hasMessage("a 2 x 2 wafer map has 4 cells, got 1");
  }

  @Test
  void of_saysWhereAnUnknownCodeStands() {
    assertThatThrownBy(() -> WaferMap.of(2, 2, new byte[] {1, 1, 1, (byte) 200}))
        .hasMessage("a die's code must be 0, 1 or 2, got 200 at row 1, column 1");
  }

  @Test
  void of_refusesASidePastTheBoundBeforeItMultiplies() {
    assertThatThrownBy(() -> WaferMap.of(65_536, 65_536, new byte[0]))
        .hasMessage("a wafer map's height must be 1 to 4,096 dies, got 65,536");
  }

  @Test
  void of_refusesAWaferWithoutADie() {
    assertThatThrownBy(() -> WaferMap.of(1, 2, new byte[2])).isInstanceOf(WaferException.class);
  }

  @Test
  void cells_isACopyOnTheWayInAndOut() {
    byte[] cells = {1, 2};
    WaferMap wafer = WaferMap.of(1, 2, cells);
    cells[0] = 0;
    wafer.cells()[1] = 0;
    assertThat(wafer.cells()).containsExactly(1, 2);
  }

  @Test
  void turned_clockwise90_movesTheTopRowToTheRightColumn() {
    WaferMap turned = WAFER.turned(Turn.CLOCKWISE_90);
    assertThat(turned).isEqualTo(WaferMap.of(3, 2, new byte[] {1, 0, 1, 1, 0, 2}));
  }

  @Test
  void turned_mirrored_swapsLeftAndRight() {
    assertThat(WAFER.turned(Turn.MIRRORED))
        .isEqualTo(WaferMap.of(2, 3, new byte[] {2, 1, 0, 0, 1, 1}));
  }

  @ParameterizedTest
  @EnumSource(Turn.class)
  void turned_isUndoneByItsInverse(Turn turn) {
    assertThat(WAFER.turned(turn).turned(turn.inverse())).isEqualTo(WAFER);
  }
}
