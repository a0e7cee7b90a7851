package fabwafer.hub.analytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.wafer.WaferMap;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DieStackTest {
  private static final WaferMap FIRST = WaferMap.of(2, 2, new byte[] {0, 1, 2, 2});
  private static final WaferMap SECOND = WaferMap.of(2, 2, new byte[] {0, 2, 2, 1});

  @Test
  void stack_countsDiesAndFailingOnesByPosition() {
    DieStack stack = new DieStack(2, 2);
    stack.add(FIRST);
    stack.add(SECOND);
    assertThat(stack.dies()).containsExactly(0, 2, 2, 2);
    assertThat(stack.failing()).containsExactly(0, 1, 2, 1);
    assertThat(stack.wafers()).isEqualTo(2);
  }

  @Test
  void encodedStacks_addUp_whateverTheirCounts() {
    DieStack one = new DieStack(2, 2);
    for (int i = 0; i < 300; i++) {
      one.add(FIRST);
    }
    DieStack both = new DieStack(2, 2);
    both.add(SECOND);
    both.add(one.encode(), one.wafers());
    assertThat(both.wafers()).isEqualTo(301);
    assertThat(both.dies()).containsExactly(0, 301, 301, 301);
    assertThat(both.failing()).containsExactly(0, 1, 301, 300);
  }

  @Test
  void largeGrid_isKeptCoarser_andLosesNoDie() {
    byte[] cells = new byte[1_001 * 500];
    Arrays.fill(cells, (byte) 2);
    DieStack stack = new DieStack(1_001, 500);
    stack.add(WaferMap.of(1_001, 500, cells));
    assertThat(stack.factor()).isEqualTo(6);
    assertThat(stack.rows()).isEqualTo(167);
    assertThat(stack.columns()).isEqualTo(84);
    assertThat(Arrays.stream(stack.dies()).sum()).isEqualTo(cells.length);
    assertThat(Arrays.stream(stack.failing()).sum()).isEqualTo(cells.length);
  }

  @Test
  void brokenStack_isNotTakenForAnEmptyOne() {
    byte[] encoded = new DieStack(2, 2).encode();
    assertThatThrownBy(() -> new DieStack(3, 3).add(encoded, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("3 x 3");
  }
}
